//! The client commands of `souk`.

use std::process::ExitCode;

/// Every client command; flattened beside `serve` and `openapi`.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Print the version
    Version,
}

/// Runs one client command to its end.
pub async fn run(_command: Command) -> ExitCode {
    ExitCode::SUCCESS
}

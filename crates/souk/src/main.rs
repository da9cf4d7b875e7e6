//! The one binary of Souk: server, reconciler, dashboard and command line.
//!
//! Owns the list of subcommands and hands each to its module; it decides nothing else.

use std::process::ExitCode;

use clap::Parser;

mod api;
mod auth;
mod cli;
mod clock;
mod cluster;
mod config;
mod dashboard;
mod db;
mod helm;
mod html;
mod kube;
mod login_link;
mod quantity;
mod reconcile;
mod seal;
mod serve;
mod sleeping;
mod sweep;
mod telemetry;
mod usage;

/// Self-service WooCommerce stores on Kubernetes.
#[derive(Parser)]
#[command(name = "souk", version, propagate_version = true, after_long_help = cli::TABLE)]
struct Souk {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Run the server: API, dashboard and reconciler
    Serve(Box<config::ServeArgs>),
    /// Print the OpenAPI document of the server
    Openapi,
    #[command(flatten)]
    Client(cli::Command),
}

fn main() -> ExitCode {
    let souk = Souk::parse();
    // One of the TLS libraries' two providers must be named before the first connection.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("souk: cannot start the async runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    match souk.command {
        Command::Serve(args) => runtime.block_on(serve::run(*args)),
        Command::Openapi => api::print_openapi(),
        Command::Client(command) => runtime.block_on(cli::run(command)),
    }
}

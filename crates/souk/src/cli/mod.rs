//! The client commands of `souk`: everything that a person or a script asks a platform for.
//!
//! Owns arguments, what is printed and exit codes. It talks to the platform through its API only, as any
//! other client; `doctor` alone looks at the cluster too, and `db` and `user` at a database.

use std::process::ExitCode;

use clap::CommandFactory;

mod answer;
mod client;
mod context;
mod db;
mod doctor;
mod elapsed;
mod exit;
mod follow;
mod login;
mod output;
mod problem;
mod progress;
mod resolver;
mod screen;
mod settings;
mod shell;
mod status;
mod store;
mod stream;
mod sweep;
mod terminal;
#[cfg(test)]
mod tests;
mod user;

use context::Context;
use exit::Failure;
pub use exit::TABLE;
use settings::Environment;
use terminal::Terminal;

/// Every client command; flattened beside `serve` and `openapi`.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Create, watch and delete stores
    Store(store::StoreArgs),
    /// Sign in to a platform, in a browser or with a token, and remember it
    #[command(after_long_help = TABLE)]
    Login(login::LoginArgs),
    /// Forget the token of a platform
    #[command(after_long_help = TABLE)]
    Logout(login::LogoutArgs),
    /// Show the platform, who you are, and how many stores there are
    #[command(after_long_help = TABLE)]
    Status(status::StatusArgs),
    /// Show what is on the cluster and belongs to no store, and remove it with --yes
    #[command(after_long_help = TABLE)]
    Sweep(sweep::SweepArgs),
    /// Look for what is wrong with cluster and platform, and say what to do
    #[command(after_long_help = TABLE)]
    Doctor(doctor::DoctorArgs),
    /// Move a platform from one database to another
    Db(db::DbArgs),
    /// Make and change accounts in the database, when nobody can sign in
    User(Box<user::UserArgs>),
    /// Print the completions of a shell
    Completions(shell::CompletionsArgs),
    /// Write the manual pages
    Man(shell::ManArgs),
}

/// Runs one client command to its end.
pub async fn run(command: Command) -> ExitCode {
    let context = Context { terminal: Terminal::of_the_process(), environment: Environment::of_the_process() };
    let ended = dispatch(&context, command).await;
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_silent() {
                context.terminal.say(failure.to_string());
            }
            failure.exit.into()
        }
    }
}

async fn dispatch(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Store(args) => store::run(context, args).await,
        Command::Login(args) => login::login(context, args).await,
        Command::Logout(args) => login::logout(context, args).await,
        Command::Status(args) => status::status(context, args).await,
        Command::Sweep(args) => sweep::run(context, args).await,
        Command::Doctor(args) => doctor::run(context, args).await,
        Command::Db(args) => db::run(context, args).await,
        Command::User(args) => user::run(context, *args).await,
        Command::Completions(args) => shell::completions(context, crate::Souk::command(), &args),
        Command::Man(args) => shell::man(context, crate::Souk::command(), &args),
    }
}

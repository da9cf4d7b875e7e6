//! `souk store ...`: one file for each thing that can be asked of stores.

use clap::{Args, Subcommand};

use super::context::{Context, PlatformArgs};
use super::exit::{Failure, TABLE};

mod create;
mod credentials;
mod delete;
mod events;
mod find;
mod get;
mod list;
mod login_link;
mod logs;
mod open;
mod operation;
mod rename;
mod suspend;
mod update;
mod usage;
mod wait;

#[derive(Args, Debug)]
#[command(after_long_help = TABLE)]
pub struct StoreArgs {
    #[command(flatten)]
    platform: PlatformArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Create a store
    #[command(after_long_help = TABLE)]
    Create(Box<create::CreateArgs>),
    /// List the stores
    #[command(visible_alias = "ls", after_long_help = TABLE)]
    List(list::ListArgs),
    /// Show one store
    #[command(after_long_help = TABLE)]
    Get(get::GetArgs),
    /// Open the shop in the browser, or print its address
    #[command(after_long_help = TABLE)]
    Open(open::OpenArgs),
    /// Delete a store with everything in it
    #[command(after_long_help = TABLE)]
    Delete(delete::DeleteArgs),
    /// Change the name or the address of a store
    #[command(after_long_help = TABLE)]
    Rename(rename::RenameArgs),
    /// Switch the repairs of a store on or off
    #[command(after_long_help = TABLE)]
    Update(update::UpdateArgs),
    /// Stop a store's shop and database; everything is kept
    #[command(after_long_help = TABLE)]
    Suspend(suspend::SuspendArgs),
    /// Start a suspended store again
    #[command(after_long_help = TABLE)]
    Resume(suspend::SuspendArgs),
    /// Wait for what is going on with a store to end
    #[command(after_long_help = TABLE)]
    Wait(wait::WaitArgs),
    /// Try again what failed or was cancelled
    #[command(after_long_help = TABLE)]
    Retry(operation::RetryArgs),
    /// Stop what is going on with a store
    #[command(after_long_help = TABLE)]
    Cancel(operation::CancelArgs),
    /// Print the log of a store's container
    #[command(after_long_help = TABLE)]
    Logs(logs::LogsArgs),
    /// Print the timeline of a store
    #[command(after_long_help = TABLE)]
    Events(events::EventsArgs),
    /// Show what a store uses of its plan, over time
    #[command(after_long_help = TABLE)]
    Usage(usage::UsageArgs),
    /// Show the shop's admin account, password included; this is recorded
    #[command(after_long_help = TABLE)]
    Credentials(credentials::CredentialsArgs),
    /// Print a link that signs in to the shop's admin pages, once and within a minute; this is recorded
    #[command(after_long_help = TABLE)]
    LoginLink(login_link::LoginLinkArgs),
}

/// How a store is named.
#[derive(Args, Debug)]
struct StoreName {
    /// The store's slug (the first part of its address) or id
    #[arg(value_name = "STORE")]
    store: String,
}

pub async fn run(context: &Context, args: StoreArgs) -> Result<(), Failure> {
    let client = context.signed_in(&args.platform)?;
    match args.command {
        Command::Create(args) => create::run(context, &client, *args).await,
        Command::List(args) => list::run(context, &client, args).await,
        Command::Get(args) => get::run(context, &client, args).await,
        Command::Open(args) => open::run(context, &client, args).await,
        Command::Delete(args) => delete::run(context, &client, args).await,
        Command::Rename(args) => rename::run(context, &client, args).await,
        Command::Update(args) => update::run(context, &client, args).await,
        Command::Suspend(args) => suspend::suspend(context, &client, args).await,
        Command::Resume(args) => suspend::resume(context, &client, args).await,
        Command::Wait(args) => wait::run(context, &client, args).await,
        Command::Retry(args) => operation::retry(context, &client, args).await,
        Command::Cancel(args) => operation::cancel(context, &client, args).await,
        Command::Logs(args) => logs::run(context, &client, args).await,
        Command::Events(args) => events::run(context, &client, args).await,
        Command::Usage(args) => usage::run(context, &client, args).await,
        Command::Credentials(args) => credentials::run(context, &client, args).await,
        Command::LoginLink(args) => login_link::run(context, &client, args).await,
    }
}

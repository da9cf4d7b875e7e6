//! `souk store open`: the shop in a browser where there is one, else its address.

use clap::Args;

use super::StoreName;
use super::find::find;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::screen;

#[derive(Args, Debug)]
pub struct OpenArgs {
    #[command(flatten)]
    name: StoreName,
    /// The shop's admin pages instead
    #[arg(long)]
    admin: bool,
    /// Only print the address
    #[arg(long)]
    print: bool,
}

pub async fn run(context: &Context, client: &Client, args: OpenArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?.typed;
    if store.phase != "Ready" {
        context.terminal.say(format!("{} is not ready: {}", store.name, store.message));
    }
    let address = if args.admin { &store.admin_url } else { &store.url };
    let shown = !args.print && context.terminal.shows && screen::open(address);
    if shown {
        context.terminal.say(format!("Opened {address}"));
        return Ok(());
    }
    Ok(context.terminal.print(address)?)
}

//! `souk store login-link`: a link that signs in to the shop's admin pages. It is printed and not opened: what is handed
//! to a browser as an argument can be read by everybody on the machine.

use clap::Args;
use reqwest::Method;

use super::StoreName;
use super::find::find;
use crate::cli::answer::LoginLink;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct LoginLinkArgs {
    #[command(flatten)]
    name: StoreName,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: LoginLinkArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?.typed;
    let path = ["api", "stores", &store.id, "login-links"];
    let link = client.change::<LoginLink>(Method::POST, &path, None::<&()>, None).await?;
    if args.output.output.is_for_people() {
        context.terminal.say("Signs in once, within a minute. Keep it to yourself until it was used.");
    }
    let url = || link.typed.url.clone();
    args.output.output.print(&context.terminal, &link.raw, url, url)
}

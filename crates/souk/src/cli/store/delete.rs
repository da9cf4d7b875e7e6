//! `souk store delete`: never by accident.

use clap::Args;
use reqwest::Method;

use super::StoreName;
use super::find::find;
use super::wait::{self, WaitFlags};
use crate::cli::answer::Store;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct DeleteArgs {
    #[command(flatten)]
    name: StoreName,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: DeleteArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    let output = args.output.output;
    if store.typed.phase == "Deleted" {
        return Err(Failure::new(Exit::NotFound, format!("{} is deleted already", store.typed.name)));
    }
    // Asking for it twice is no mistake when the end is what counts.
    if store.typed.phase == "Deleting" {
        context.terminal.say(format!("{} is being deleted already.", store.typed.name));
        return match args.wait.timeout() {
            Some(timeout) => wait::to_the_end(context, client, store, timeout, output).await,
            None => Ok(()),
        };
    }
    if !args.yes {
        confirm(context, &store.typed)?;
    }
    let id = store.typed.id.as_str();
    let store = client.change::<Store>(Method::DELETE, &["api", "stores", id], None::<&()>, None).await?;
    if let Some(timeout) = args.wait.timeout() {
        return wait::to_the_end(context, client, store, timeout, output).await;
    }
    let typed = &store.typed;
    output.print(
        &context.terminal,
        &store.raw,
        || typed.id.clone(),
        || format!("{} is being deleted. Wait for it: souk store wait {}", typed.name, typed.id),
    )
}

fn confirm(context: &Context, store: &Store) -> Result<(), Failure> {
    if !context.terminal.asks {
        return Err(Failure::new(Exit::Usage, format!("nobody can confirm that {} is to be deleted", store.name))
            .next("add --yes"));
    }
    context.terminal.say(format!(
        "{} ({}) will be deleted: the shop, its orders, its files. There is no way back.",
        store.name, store.url
    ));
    let typed = context.terminal.ask(&format!("Type its slug, {}, to delete it: ", store.slug))?;
    if [store.slug.as_str(), store.name.as_str(), store.id.as_str()].contains(&typed.trim()) {
        return Ok(());
    }
    Err(Failure::new(Exit::Failure, "that is another text; nothing was deleted"))
}

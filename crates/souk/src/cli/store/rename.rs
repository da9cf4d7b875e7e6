//! `souk store rename`: another display name, another address.

use clap::Args;
use reqwest::Method;
use serde::Serialize;

use super::StoreName;
use super::find::find;
use super::wait::{self, WaitFlags};
use crate::cli::answer::Store;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct RenameArgs {
    #[command(flatten)]
    name: StoreName,
    /// The new name; the address stays unless --slug is given
    new_name: Option<String>,
    /// The new first part of the address; links to the old one stop working
    #[arg(long)]
    slug: Option<String>,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Change<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<&'a str>,
}

pub async fn run(context: &Context, client: &Client, args: RenameArgs) -> Result<(), Failure> {
    if args.new_name.is_none() && args.slug.is_none() {
        return Err(
            Failure::new(Exit::Usage, "nothing to change").next("give a new name, or a new address with --slug")
        );
    }
    let store = find(client, &args.name).await?;
    let id = store.typed.id.as_str();
    let change = Change { name: args.new_name.as_deref(), slug: args.slug.as_deref() };
    let store = client.change::<Store>(Method::PATCH, &["api", "stores", id], Some(&change), None).await?;
    if let Some(timeout) = args.wait.timeout() {
        return wait::to_the_end(context, client, store, timeout, args.output.output).await;
    }
    let typed = &store.typed;
    args.output.output.print(
        &context.terminal,
        &store.raw,
        || typed.id.clone(),
        || format!("{} is at {}. The change takes a moment: souk store wait {}", typed.name, typed.url, typed.slug),
    )
}

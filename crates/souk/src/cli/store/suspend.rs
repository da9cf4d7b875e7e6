//! `souk store suspend` and `souk store resume`.

use clap::Args;
use reqwest::Method;

use super::StoreName;
use super::find::find;
use super::wait::{self, WaitFlags};
use crate::cli::answer::Store;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct SuspendArgs {
    #[command(flatten)]
    name: StoreName,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn suspend(context: &Context, client: &Client, args: SuspendArgs) -> Result<(), Failure> {
    ask(context, client, args, "suspend").await
}

pub async fn resume(context: &Context, client: &Client, args: SuspendArgs) -> Result<(), Failure> {
    ask(context, client, args, "resume").await
}

async fn ask(context: &Context, client: &Client, args: SuspendArgs, verb: &str) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    let path = format!("{}:{verb}", store.typed.id);
    let store = client.change::<Store>(Method::POST, &["api", "stores", &path], None::<&()>, None).await?;
    let output = args.output.output;
    let typed = &store.typed;
    let (there, being) = if verb == "suspend" { ("Suspended", "suspended") } else { ("Ready", "resumed") };
    if typed.phase == there {
        return output.print(
            &context.terminal,
            &store.raw,
            || typed.id.clone(),
            || format!("{}: {}", typed.name, typed.message),
        );
    }
    if let Some(timeout) = args.wait.timeout() {
        return wait::to_the_end(context, client, store, timeout, output).await;
    }
    output.print(
        &context.terminal,
        &store.raw,
        || typed.id.clone(),
        || format!("{} is being {being}. Wait for it: souk store wait {}", typed.name, typed.slug),
    )
}

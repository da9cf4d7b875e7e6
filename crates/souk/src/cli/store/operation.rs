//! `souk store retry` and `souk store cancel`: what becomes of a store's newest operation.

use clap::Args;
use reqwest::Method;
use serde_json::{Value, json};

use super::StoreName;
use super::find::find;
use super::wait::{self, WaitFlags};
use crate::cli::answer::{Operation, Store};
use crate::cli::client::{Answer, Client};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct RetryArgs {
    #[command(flatten)]
    name: StoreName,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Args, Debug)]
pub struct CancelArgs {
    #[command(flatten)]
    name: StoreName,
    /// Delete what a cancelled creation made so far; without it everything is kept for a retry
    #[arg(long)]
    remove: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn retry(context: &Context, client: &Client, args: RetryArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    let operation = ask(client, &store.typed, "retry", None).await?;
    let output = args.output.output;
    if let Some(timeout) = args.wait.timeout() {
        let store = client.get::<Store>(&["api", "stores", &store.typed.id], &[]).await?;
        return wait::to_the_end(context, client, store, timeout, output).await;
    }
    output.print(
        &context.terminal,
        &operation.raw,
        || operation.typed.id.clone(),
        || format!("Trying again. Wait for it: souk store wait {}", store.typed.slug),
    )
}

pub async fn cancel(context: &Context, client: &Client, args: CancelArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    let body = args.remove.then(|| json!({"created": "remove"}));
    let operation = ask(client, &store.typed, "cancel", body.as_ref()).await?;
    let typed = &operation.typed;
    args.output.output.print(
        &context.terminal,
        &operation.raw,
        || typed.id.clone(),
        || {
            let name = &store.typed.name;
            if args.remove {
                let slug = &store.typed.slug;
                format!("The {} of {name} is cancelled; what it made is removed: souk store wait {slug}", typed.kind)
            } else if typed.is_over() {
                format!("The {} of {name} is {}.", typed.kind, typed.state)
            } else {
                format!("The {} of {name} stops. What it made so far is kept.", typed.kind)
            }
        },
    )
}

async fn ask(client: &Client, store: &Store, action: &str, body: Option<&Value>) -> Result<Answer<Operation>, Failure> {
    let Some(operation) = &store.operation else {
        return Err(Failure::new(Exit::Failure, format!("nothing was ever asked of {}", store.name)));
    };
    let path = format!("{}:{action}", operation.id);
    Ok(client.change(Method::POST, &["api", "operations", &path], body, None).await?)
}

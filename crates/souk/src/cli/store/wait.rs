//! Waiting for a store's operation, and what is said at its end. `souk store wait`, and `--wait` of the others.

use std::time::Duration;

use clap::Args;

use super::StoreName;
use super::find::find;
use crate::cli::answer::Store;
use crate::cli::client::{Answer, Client};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::follow::{End, Followed, follow};
use crate::cli::output::{Output, OutputArgs, pairs};
use crate::cli::progress::took_in_all;

/// `--wait` and how long.
#[derive(Args, Debug)]
pub struct WaitFlags {
    /// Wait for the end and show each step; Ctrl-C ends the waiting, not the work
    #[arg(long)]
    pub wait: bool,
    /// How long to wait
    #[arg(long, default_value = "10m", value_parser = humantime::parse_duration, requires = "wait")]
    pub timeout: Duration,
}

impl WaitFlags {
    pub fn timeout(&self) -> Option<Duration> {
        self.wait.then_some(self.timeout)
    }
}

#[derive(Args, Debug)]
pub struct WaitArgs {
    #[command(flatten)]
    name: StoreName,
    /// How long to wait
    #[arg(long, default_value = "10m", value_parser = humantime::parse_duration)]
    timeout: Duration,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: WaitArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    to_the_end(context, client, store, args.timeout, args.output.output).await
}

/// Waits for the store's newest operation and tells how it ended.
pub async fn to_the_end(
    context: &Context,
    client: &Client,
    store: Answer<Store>,
    timeout: Duration,
    output: Output,
) -> Result<(), Failure> {
    let over_before = store.typed.operation.as_ref().is_none_or(|operation| operation.is_over());
    let waiting = store.typed.next_operation.as_ref().map(|next| &next.kind);
    let kind = waiting.or(store.typed.operation.as_ref().map(|operation| &operation.kind)).cloned().unwrap_or_default();
    let Followed { end, store } = follow(&context.terminal, client, store, timeout).await?;
    let seen = &store.typed;
    let deleted = kind == "delete" && matches!(end, End::Succeeded | End::Gone);
    let verdict = match end {
        _ if deleted => Ok(()),
        End::Succeeded => Ok(()),
        End::Gone => Err(Failure::new(Exit::NotFound, format!("{} was deleted meanwhile", seen.name))),
        End::Failed => Err(failed(seen)),
        End::Cancelled => {
            Err(Failure::new(Exit::Failure, format!("the {kind} of {} was cancelled", seen.name)).next(format!(
                "`souk store retry {slug} --wait` goes on, `souk store delete {slug}` removes it",
                slug = seen.slug
            )))
        }
        End::Replaced => {
            Err(Failure::new(Exit::Failure, format!("the {kind} of {} was replaced: {}", seen.name, seen.message))
                .next(format!("follow what goes on now with `souk store wait {}`", seen.slug)))
        }
    };
    if verdict.is_ok() || !output.is_for_people() {
        let time = took_in_all(seen).filter(|_| !over_before);
        let table = || if deleted { gone(seen, time) } else { summary(seen, time) };
        output.print(&context.terminal, &store.raw, || seen.id.clone(), table)?;
    }
    verdict
}

fn failed(store: &Store) -> Failure {
    let why = store.operation.as_ref().and_then(|operation| operation.message.clone());
    let message = if store.message.is_empty() { why.unwrap_or_default() } else { store.message.clone() };
    let step =
        store.operation.as_ref().and_then(|operation| operation.steps.iter().find(|step| step.state == "failed"));
    let mut failure = Failure::new(Exit::Failure, format!("{}: {message}", store.name)).next(format!(
        "`souk store events {slug}` tells what happened; after the remedy `souk store retry {slug} --wait`, or `souk store delete {slug}`",
        slug = store.slug
    ));
    if let Some(step) = step {
        failure.fields.push((step.title.clone(), step.message.clone().unwrap_or_else(|| "failed".to_owned())));
    }
    failure
}

fn gone(store: &Store, time: Option<String>) -> String {
    match time {
        Some(time) => format!("{} is deleted, nothing of it is left ({time}).", store.name),
        None => format!("{} is deleted, nothing of it is left.", store.name),
    }
}

/// What the owner of a shop wants to know of it.
fn summary(store: &Store, time: Option<String>) -> String {
    let mut text = match time {
        Some(time) if store.phase == "Ready" => format!("{} is ready ({time}).\n\n", store.name),
        None if store.phase == "Ready" => format!("{} is ready.\n\n", store.name),
        _ => format!("{}: {}\n\n", store.name, store.message),
    };
    text.push_str(&pairs(
        "  ",
        [
            ("Shop", store.url.clone()),
            ("Admin", store.admin_url.clone()),
            ("User", store.admin_username.clone()),
            ("Password", format!("souk store credentials {}", store.slug)),
        ],
    ));
    if store.phase == "Ready" && !store.orders_possible {
        text.push_str(&format!("\n\n  {}", no_orders(store)));
    }
    text
}

/// Why a ready store takes no orders.
pub fn no_orders(store: &Store) -> String {
    let told = store.conditions.iter().find(|condition| condition.kind == "OrdersReady");
    let why = told.map_or("the platform does not say why", |condition| condition.message.as_str());
    format!("No orders: {why}")
}

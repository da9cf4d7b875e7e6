//! `souk store get`: one store with its conditions and steps.

use clap::Args;
use time::OffsetDateTime;

use super::StoreName;
use super::find::find;
use super::wait::no_orders;
use crate::cli::answer::{Operation, Store};
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::elapsed::{age, took};
use crate::cli::exit::Failure;
use crate::cli::output::{OutputArgs, pairs, table};

#[derive(Args, Debug)]
pub struct GetArgs {
    #[command(flatten)]
    name: StoreName,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: GetArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    let typed = &store.typed;
    args.output.output.print(
        &context.terminal,
        &store.raw,
        || typed.id.clone(),
        || page(typed, OffsetDateTime::now_utc()),
    )
}

fn page(store: &Store, now: OffsetDateTime) -> String {
    let mut rows = vec![
        ("Name", store.name.clone()),
        ("Id", store.id.clone()),
        ("Phase", phase(store)),
        ("Shop", store.url.clone()),
        ("Admin", store.admin_url.clone()),
        ("Admin user", store.admin_username.clone()),
        ("Owner", store.owner.clone()),
        ("Kind", format!("{}, plan {}", store.blueprint, store.plan)),
        ("Created", format!("{} ago", age(store.created_at, now))),
    ];
    if let Some(next) = &store.next_operation {
        rows.push(("Next", format!("{}: {}", next.kind, next.message)));
    }
    if store.phase == "Ready" && !store.orders_possible {
        rows.push(("Orders", no_orders(store)));
    }
    let mut text = pairs("", rows);
    if !store.conditions.is_empty() {
        let rows = store.conditions.iter().map(|condition| {
            vec![condition.kind.clone(), condition.status.clone(), condition.reason.clone(), condition.message.clone()]
        });
        text = format!("{text}\n\n{}", table(&["CONDITION", "STATUS", "REASON", "MESSAGE"], rows));
    }
    match &store.operation {
        Some(operation) => format!("{text}\n\n{}", steps(operation, now)),
        None => text,
    }
}

/// The sentence says the phase itself where that reads well.
fn phase(store: &Store) -> String {
    let Store { phase, message, .. } = store;
    if message.starts_with(phase.as_str()) { message.clone() } else { format!("{phase}: {message}") }
}

fn steps(operation: &Operation, now: OffsetDateTime) -> String {
    let rows = operation.steps.iter().map(|step| {
        let time = step.started_at.map(|from| took(step.finished_at.unwrap_or(now) - from)).unwrap_or_default();
        vec![step.title.clone(), step.state.clone(), time, step.message.clone().unwrap_or_default()]
    });
    let header = format!("{} ({})", operation.kind.to_uppercase(), operation.state);
    table(&[&header, "STATE", "TIME", "MESSAGE"], rows)
}

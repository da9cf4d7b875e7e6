//! `souk store list`.

use clap::Args;
use serde_json::json;
use time::OffsetDateTime;

use super::find::all;
use crate::cli::answer::Store;
use crate::cli::client::{Answer, Client};
use crate::cli::context::Context;
use crate::cli::elapsed::age;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{OutputArgs, table};

#[derive(Args, Debug)]
pub struct ListArgs {
    /// Only stores in this phase, such as Ready or Failed; deleted ones appear with Deleted only
    #[arg(long)]
    phase: Option<String>,
    /// Only stores whose name or slug has this text
    #[arg(long)]
    search: Option<String>,
    /// Only stores that this one asked for
    #[arg(long)]
    owner: Option<String>,
    /// Order: createdAt or name, with a minus for the reverse
    #[arg(long, default_value = "-createdAt", allow_hyphen_values = true, value_parser = ["createdAt", "-createdAt", "name", "-name"])]
    sort: String,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: ListArgs) -> Result<(), Failure> {
    let mut query = vec![("sort", args.sort.as_str())];
    query.extend(args.phase.as_deref().map(|phase| ("phase", phase)));
    query.extend(args.search.as_deref().map(|text| ("search", text)));
    query.extend(args.owner.as_deref().map(|owner| ("owner", owner)));
    let items = all(client, &query).await?;
    let stores: Vec<Store> = items
        .iter()
        .map(|raw| Answer::try_from(raw.clone()).map(|answer| answer.typed))
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::new(Exit::Failure, format!("the list cannot be read: {error}")))?;
    if stores.is_empty() && args.output.output.is_for_people() {
        let filtered = args.phase.is_some() || args.search.is_some() || args.owner.is_some();
        let text = if filtered {
            "No store matches."
        } else {
            "No stores yet. Make one: souk store create \"Blue Mug Shop\" --wait"
        };
        context.terminal.say(text);
        return Ok(());
    }
    let names = || stores.iter().map(|store| store.id.as_str()).collect::<Vec<_>>().join("\n");
    args.output.output.print(&context.terminal, &json!(items), names, || {
        let now = OffsetDateTime::now_utc();
        table(&["NAME", "SLUG", "ID", "PHASE", "ADDRESS", "AGE"], stores.iter().map(|store| row(store, now)))
    })
}

fn row(store: &Store, now: OffsetDateTime) -> Vec<String> {
    vec![
        store.name.clone(),
        store.slug.clone(),
        store.id.clone(),
        store.phase.clone(),
        store.url.clone(),
        age(store.created_at, now),
    ]
}

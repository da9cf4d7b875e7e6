//! `souk store usage`: what a store uses, over time and against its plan.

use clap::Args;
use time::{OffsetDateTime, UtcOffset};

use super::StoreName;
use super::find::find;
use crate::cli::answer::{Usage, UsagePlan};
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::output::{OutputArgs, pairs, table};

#[derive(Args, Debug)]
pub struct UsageArgs {
    #[command(flatten)]
    name: StoreName,
    /// How far back
    #[arg(long, default_value = "1h", value_parser = ["1h", "6h", "24h", "48h"])]
    window: String,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: UsageArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?.typed;
    let usage = client.get::<Usage>(&["api", "stores", &store.id, "usage"], &[("window", &args.window)]).await?;
    args.output.output.print(&context.terminal, &usage.raw, || store.id.clone(), || page(&usage.typed))
}

fn page(usage: &Usage) -> String {
    let plan = usage.plan.as_ref();
    let (cpu, memory) = match &usage.now {
        Some(now) => (
            with_share(cores(now.cpu_millicores), now.cpu_millicores, plan.map(|plan| plan.cpu_limit_millicores)),
            with_share(
                mebibytes(now.memory_mebibytes),
                now.memory_mebibytes,
                plan.map(|plan| plan.memory_limit_mebibytes),
            ),
        ),
        None => ("not known".to_owned(), "not known".to_owned()),
    };
    let mut rows = vec![("CPU now", cpu), ("Memory now", memory)];
    rows.extend(plan.map(|plan| ("Plan", of_plan(plan))));
    rows.extend(usage.message.as_ref().map(|message| ("Measuring", message.clone())));
    let text = pairs("", rows);
    if usage.points.is_empty() {
        let none = match usage.available {
            true => "No numbers yet: the first come within two minutes of the store's start.",
            false => "No numbers.",
        };
        return format!("{text}\n\n{none}");
    }
    let rows = usage.points.iter().map(|point| {
        vec![
            moment(point.at),
            cores(point.cpu_millicores),
            cores(point.cpu_millicores_max),
            mebibytes(point.memory_mebibytes),
            mebibytes(point.memory_mebibytes_max),
        ]
    });
    format!("{text}\n\n{}", table(&["FROM (UTC)", "CPU", "CPU MOST", "MEMORY", "MEMORY MOST"], rows))
}

fn of_plan(plan: &UsagePlan) -> String {
    let (cpu, memory) = (cores(plan.cpu_limit_millicores), mebibytes(plan.memory_limit_mebibytes));
    format!("{}: at most {cpu} and {memory}", plan.name)
}

fn with_share(text: String, used: u64, limit: Option<u64>) -> String {
    match limit {
        Some(limit) if limit > 0 => format!("{text}, {} % of its limit", (used * 100 + limit / 2) / limit),
        _ => text,
    }
}

fn cores(thousandths: u64) -> String {
    format!("{}.{:03} cores", thousandths / 1000, thousandths % 1000)
}

fn mebibytes(size: u64) -> String {
    format!("{size} MiB")
}

fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

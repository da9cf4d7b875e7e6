//! `souk sweep`: what belongs to no store, and its removal once somebody has seen it.

use clap::Args;
use reqwest::Method;
use serde_json::json;

use super::answer::{Orphan, SweepOutcomes, SweepReport};
use super::client::Answer;
use super::context::{Context, PlatformArgs};
use super::exit::{Exit, Failure};
use super::output::{OutputArgs, table};

#[derive(Args, Debug)]
pub struct SweepArgs {
    #[command(flatten)]
    platform: PlatformArgs,
    /// Remove what the report lists as removable; without this nothing is removed
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, args: SweepArgs) -> Result<(), Failure> {
    let client = context.signed_in(&args.platform)?;
    let report = client.get::<SweepReport>(&["api", "sweep"], &[]).await?;
    let items = &report.typed.items;
    if items.is_empty() {
        if args.output.output.is_for_people() {
            context.terminal.say("Everything on the cluster belongs to a store.");
            return Ok(());
        }
        return show(context, args.output, &report);
    }
    let removable: Vec<&str> = items.iter().filter(|item| item.removable).map(|item| item.id.as_str()).collect();
    if !args.yes {
        show(context, args.output, &report)?;
        let found = Failure::new(Exit::Found, count(items.len(), "belongs to no store", "belong to no store"));
        return Err(if removable.is_empty() {
            found.next("look into each; none of it can be swept")
        } else {
            found.next("`souk sweep --yes` removes what is removable")
        });
    }
    if removable.is_empty() {
        show(context, args.output, &report)?;
        return Err(Failure::new(Exit::Found, "nothing of this can be swept").next("the messages say what to do"));
    }
    if args.output.output.is_for_people() {
        show(context, args.output, &report)?;
        context.terminal.say("");
    }
    let body = json!({ "items": removable });
    let outcomes = client.change::<SweepOutcomes>(Method::POST, &["api", "sweep"], Some(&body), None).await?;
    let name =
        |id: &str| items.iter().find(|item| item.id == id).map_or_else(|| id.to_owned(), |item| item.name.clone());
    args.output.output.print(
        &context.terminal,
        &outcomes.raw,
        || removed(&outcomes.typed).join("\n"),
        || {
            let rows = outcomes.typed.items.iter();
            table(
                &["NAME", "RESULT", "WHY"],
                rows.map(|item| vec![name(&item.id), item.result.clone(), item.message.clone()]),
            )
        },
    )?;
    let left = items.len() - outcomes.typed.items.iter().filter(|item| item.result != "refused").count();
    if left == 0 {
        return Ok(());
    }
    Err(Failure::new(Exit::Found, count(left, "stays", "stay")).next("the messages say what to do"))
}

fn show(context: &Context, output: OutputArgs, report: &Answer<SweepReport>) -> Result<(), Failure> {
    let items = &report.typed.items;
    output.output.print(
        &context.terminal,
        &report.raw,
        || items.iter().map(|item| item.id.clone()).collect::<Vec<_>>().join("\n"),
        || table(&["KIND", "NAME", "REMOVABLE", "WHY"], items.iter().map(row)),
    )
}

fn row(item: &Orphan) -> Vec<String> {
    let removable = if item.removable { "yes" } else { "no" };
    vec![item.kind.clone(), item.name.clone(), removable.to_owned(), item.message.clone()]
}

fn removed(outcomes: &SweepOutcomes) -> Vec<String> {
    outcomes.items.iter().filter(|item| item.result == "removing").map(|item| item.id.clone()).collect()
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("one thing {one}") } else { format!("{number} things {many}") }
}

//! `souk store update`: switches that a store has, such as whether it is repaired.

use clap::{Args, ValueEnum};
use reqwest::Method;
use serde::Serialize;

use super::StoreName;
use super::find::find;
use crate::cli::answer::Store;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct UpdateArgs {
    #[command(flatten)]
    name: StoreName,
    /// Whether Souk sets back what others change of the store on the cluster; off: it only tells
    #[arg(long, value_enum)]
    repair: Switch,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Switch {
    On,
    Off,
}

#[derive(Serialize)]
struct Change {
    repair: Switch,
}

pub async fn run(context: &Context, client: &Client, args: UpdateArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?;
    let id = store.typed.id.as_str();
    let change = Change { repair: args.repair };
    let store = client.change::<Store>(Method::PATCH, &["api", "stores", id], Some(&change), None).await?;
    let typed = &store.typed;
    args.output.output.print(
        &context.terminal,
        &store.raw,
        || typed.id.clone(),
        || match args.repair {
            Switch::On => format!("What others change of {} is set back.", typed.name),
            Switch::Off => format!("What others change of {} is told and left alone.", typed.name),
        },
    )
}

//! `souk store logs`: the log of one container, as it is.

use clap::Args;
use futures::StreamExt;

use super::StoreName;
use super::find::find;
use crate::cli::client::{Client, causes};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};

#[derive(Args, Debug)]
pub struct LogsArgs {
    #[command(flatten)]
    name: StoreName,
    /// Go on printing what comes
    #[arg(short, long)]
    follow: bool,
    /// Part of the store
    #[arg(long, default_value = "shop", value_parser = ["shop", "database"])]
    component: String,
    /// Container of that part: php or nginx of the shop, mariadb of the database [default: the first]
    #[arg(long)]
    container: Option<String>,
    /// Lines from the end to begin with
    #[arg(long, default_value_t = 200, value_name = "LINES")]
    tail: u32,
}

pub async fn run(context: &Context, client: &Client, args: LogsArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?.typed;
    let tail = args.tail.to_string();
    let mut query = vec![("component", args.component.as_str()), ("tail", tail.as_str())];
    query.extend(args.container.as_deref().map(|container| ("container", container)));
    if args.follow {
        query.push(("follow", "true"));
    }
    let response = client.open(&["api", "stores", &store.id, "logs"], &query, "text/plain", &[]).await?;
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| {
            Failure::new(Exit::Failure, format!("the log broke off: {}", causes(&error)))
                .next("the pod may have ended; run it again")
        })?;
        context.terminal.print_bytes(&chunk)?;
    }
    Ok(())
}

//! `souk store events`: the timeline, oldest line first, and with `-f` what comes.

use clap::Args;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use super::StoreName;
use super::find::find;
use crate::cli::answer::{Event, Page};
use crate::cli::client::{Answer, Client};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::cli::problem::RequestError;
use crate::cli::stream::{News, Stream};

/// Most lines that the platform hands out at once.
const PAGE: usize = 100;

#[derive(Args, Debug)]
pub struct EventsArgs {
    #[command(flatten)]
    name: StoreName,
    /// Go on printing what comes
    #[arg(short, long)]
    follow: bool,
    /// Lines from the end to begin with
    #[arg(long, default_value_t = 50, value_name = "LINES")]
    tail: usize,
    /// Form of the result; with -f, JSON is one object a line
    #[arg(short, long, value_enum, default_value_t = Output::Table)]
    output: Output,
}

pub async fn run(context: &Context, client: &Client, args: EventsArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?.typed;
    if args.follow {
        return follow(context, client, &store.id, &args).await;
    }
    let events = newest(client, &store.id, args.tail, None).await?;
    let raw: Vec<&Value> = events.iter().map(|event| &event.raw).collect();
    args.output.print(
        &context.terminal,
        &json!(raw),
        || joined(&events, |event| event.id.to_string()),
        || joined(&events, line),
    )
}

fn joined(events: &[Answer<Event>], form: impl Fn(&Event) -> String) -> String {
    events.iter().map(|event| form(&event.typed)).collect::<Vec<_>>().join("\n")
}

/// After each connect the list is read up to the last line that was printed, so that nothing is missed.
async fn follow(context: &Context, client: &Client, store: &str, args: &EventsArgs) -> Result<(), Failure> {
    let mut stream = Stream::of_store(client, store);
    let mut last: Option<i64> = None;
    // Of a deleted store nothing more is heard.
    let mut over = false;
    loop {
        let news = match stream.next().await? {
            News::Connected => match newest(client, store, last.map_or(args.tail, |_| usize::MAX), last).await {
                Ok(missed) => missed,
                Err(error) if error.is_passing() => {
                    stream.lost(error.to_string());
                    continue;
                }
                Err(error) => return Err(error.into()),
            },
            News::Event(event) => vec![*event],
            News::Lost(why) => {
                context.terminal.say(format!("... lost the connection ({why}), trying again"));
                continue;
            }
            News::Store(store) if store.typed.phase == "Deleted" => {
                over = true;
                newest(client, store.typed.id.as_str(), usize::MAX, last).await.unwrap_or_default()
            }
            News::Store(_) => continue,
        };
        for event in news {
            if last.is_none_or(|last| event.typed.id > last) {
                last = Some(event.typed.id);
                show(context, args.output, &event)?;
            }
        }
        if over {
            return Ok(());
        }
        last = last.or(Some(0));
    }
}

fn show(context: &Context, output: Output, event: &Answer<Event>) -> Result<(), Failure> {
    let text = match output {
        Output::Json => event.raw.to_string(),
        Output::Yaml => format!(
            "---\n{}",
            serde_yaml_ng::to_string(&event.raw)
                .map_err(|error| Failure::new(Exit::Failure, error.to_string()))?
                .trim_end()
        ),
        Output::Name => event.typed.id.to_string(),
        Output::Table => line(&event.typed),
    };
    Ok(context.terminal.print_bytes(format!("{text}\n").as_bytes())?)
}

/// The newest lines, at most `most` and none older than `after`, oldest first.
async fn newest(
    client: &Client,
    store: &str,
    most: usize,
    after: Option<i64>,
) -> Result<Vec<Answer<Event>>, RequestError> {
    let mut events: Vec<Answer<Event>> = Vec::new();
    let mut cursor: Option<String> = None;
    while events.len() < most {
        let limit = PAGE.min(most - events.len()).to_string();
        let mut query = vec![("limit", limit.as_str())];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = client.get::<Page>(&["api", "stores", store, "events"], &query).await?.typed;
        let before = events.len();
        let parsed = page.items.into_iter().filter_map(|raw| Answer::<Event>::try_from(raw).ok());
        events.extend(parsed.filter(|event| after.is_none_or(|after| event.typed.id > after)));
        let caught_up = after.is_some() && events.len() < before + PAGE;
        match page.next_cursor {
            Some(next) if !caught_up => cursor = Some(next),
            _ => break,
        }
    }
    events.reverse();
    Ok(events)
}

fn line(event: &Event) -> String {
    let mark = if event.kind == "Warning" { "!" } else { " " };
    format!("{}  {mark} {:<22}  {}", clock(event.at), event.reason, event.message)
}

/// Local time is not known to be safe to ask for in a process with threads: UTC, and it says so.
fn clock(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC)
        .format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]Z"))
        .unwrap_or_else(|_| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_people() {
        let event: Event = serde_json::from_value(json!({
            "id": 7, "at": "2026-02-01T10:00:00.5Z", "type": "Warning", "reason": "NoStorageClass",
            "message": "The cluster has no default storage class.",
        }))
        .unwrap();
        assert_eq!(
            line(&event),
            "2026-02-01 10:00:00Z  ! NoStorageClass          The cluster has no default storage class."
        );
    }
}

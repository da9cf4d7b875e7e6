//! Follows one operation of a store to its end.
//!
//! Level-triggered like the server: a cut connection costs nothing, since the store is read again after each
//! connect. Ctrl-C and a passed deadline end the following, never the operation.

use std::time::Duration;

use super::answer::{Operation, Store};
use super::client::{Answer, Client};
use super::exit::{Exit, Failure};
use super::problem::RequestError;
use super::progress::Progress;
use super::stream::{News, Stream};
use super::terminal::Terminal;

/// How the operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Succeeded,
    Failed,
    Cancelled,
    /// Another operation took its place, as a delete does.
    Replaced,
    /// The store is not to be found any more.
    Gone,
}

/// The end, and the store as it was seen last.
#[derive(Debug)]
pub struct Followed {
    pub end: End,
    pub store: Answer<Store>,
}

/// Follows what was asked of `store` last, the change that waits if there is one, shows its steps, and gives up after `timeout`.
pub async fn follow(
    terminal: &Terminal,
    client: &Client,
    store: Answer<Store>,
    timeout: Duration,
) -> Result<Followed, Failure> {
    let slug = store.typed.slug.clone();
    let mut progress = Progress::on(terminal);
    let ended = tokio::select! {
        ended = to_the_end(client, store, &mut progress) => ended,
        () = tokio::time::sleep(timeout) => Err(Failure::new(
            Exit::TimedOut,
            format!("not done after {}; it goes on", humantime::format_duration(timeout)),
        )
        .next(how_to_follow(&slug))),
        _ = tokio::signal::ctrl_c() => {
            Err(Failure::new(Exit::Interrupted, "no longer waiting; it goes on").next(how_to_follow(&slug)))
        }
    };
    progress.end();
    ended
}

fn how_to_follow(slug: &str) -> String {
    format!("follow it with `souk store wait {slug}`, stop it with `souk store cancel {slug}`")
}

async fn to_the_end(client: &Client, store: Answer<Store>, progress: &mut Progress) -> Result<Followed, Failure> {
    let id = store.typed.id.clone();
    let next = store.typed.next_operation.as_ref().map(|next| &next.id);
    let Some(operation) = next.or(store.typed.operation.as_ref().map(|operation| &operation.id)).cloned() else {
        return Ok(Followed { end: End::Succeeded, store });
    };
    // What was over before is not told again.
    if let Some(end) = end_of(&store.typed, &operation) {
        return Ok(Followed { end, store });
    }
    let mut last = store;
    let mut stream = Stream::of_store(client, &id);
    loop {
        progress.show(&last.typed);
        if let Some(end) = end_of(&last.typed, &operation) {
            let end = if end == End::Replaced { replaced(client, &operation).await } else { end };
            return Ok(Followed { end, store: last });
        }
        let seen = match stream.next().await {
            Ok(News::Store(store)) => Ok(*store),
            Ok(News::Event(_)) => continue,
            Ok(News::Lost(why)) => {
                progress.lost(&why);
                continue;
            }
            Ok(News::Connected) => {
                progress.found();
                client.get::<Store>(&["api", "stores", &id], &[]).await
            }
            Err(error) => Err(error),
        };
        match seen {
            Ok(store) => last = store,
            Err(error) if is_gone(&error) => return Ok(Followed { end: End::Gone, store: last }),
            Err(error) if error.is_passing() => {
                let News::Lost(why) = stream.lost(error.to_string()) else { continue };
                progress.lost(&why);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// How an operation ended that is no longer the store's newest: a change that had waited begins in the same
/// moment in which the one before it ends.
async fn replaced(client: &Client, operation: &str) -> End {
    match client.get::<Operation>(&["api", "operations", operation], &[]).await {
        Ok(ended) if ended.typed.state == "succeeded" => End::Succeeded,
        Ok(ended) if ended.typed.state == "failed" => End::Failed,
        _ => End::Replaced,
    }
}

fn is_gone(error: &RequestError) -> bool {
    matches!(error.status(), Some(404 | 410))
}

fn end_of(store: &Store, operation: &str) -> Option<End> {
    if store.next_operation.as_ref().is_some_and(|next| next.id == operation) {
        return None;
    }
    let newest = store.operation.as_ref()?;
    if newest.id != operation {
        return Some(End::Replaced);
    }
    match newest.state.as_str() {
        // Something broke meanwhile, and the platform repairs it without being asked.
        "succeeded" if store.phase == "Degraded" => None,
        "succeeded" => Some(End::Succeeded),
        "failed" => Some(End::Failed),
        "cancelled" => Some(End::Cancelled),
        _ => None,
    }
}

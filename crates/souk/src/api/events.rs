//! Timelines as lists, and everything that happens as server-sent events.
//!
//! A stream begins with `hello`. After it come `store` messages (the whole store, on every change) and
//! `timeline` messages, whose ids `Last-Event-ID` resumes after. Who hears `hello` once more has
//! missed something that no id covers and reads the lists again.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::{Stream, StreamExt};
use souk_domain::{StoreId, TimelineEvent};
use tokio::sync::broadcast::error::RecvError;

use super::AppState;
use super::hub::Message;
use super::params::{ApiQuery, PageQuery, StorePath};
use super::problem::{Problem, ProblemBody};
use super::view::{ListView, StoreView};
use super::watcher::Watcher;
use crate::auth::Caller;
use crate::db::DbError;

const HEARTBEAT: Duration = Duration::from_secs(15);
/// Missed events that are read at once.
const CATCH_UP: u64 = 200;

/// One message of a stream, by the fields of its lines.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "documents what `to_sse` writes")]
pub struct StreamMessage {
    event: StreamEvent,
    /// Of `timeline` messages: what `Last-Event-ID` resumes after.
    id: Option<String>,
    /// JSON: the version of Souk (`hello`), a `Store` (`store`) or a `TimelineEvent` (`timeline`).
    data: String,
}

/// What a message of a stream tells.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "documents what `to_sse` writes")]
pub enum StreamEvent {
    Hello,
    Store,
    Timeline,
}

/// The timeline of a store, newest first
///
/// With `Accept: text/event-stream` it answers with server-sent events of this store instead.
#[utoipa::path(
    get, path = "/api/stores/{id}/events", tag = "events",
    params(
        ("id" = String, Path, description = "Id of the store"), PageQuery,
        ("Last-Event-ID" = Option<i64>, Header, description = "Resume the server-sent events after this one"),
    ),
    responses(
        (status = 200, description = "A page of the timeline, or a stream", content(
            (ListView<TimelineEvent> = "application/json"), (StreamMessage = "text/event-stream"),
        )),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_store_events(
    State(state): State<AppState>,
    caller: Caller,
    StorePath(id): StorePath,
    ApiQuery(query): ApiQuery<PageQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    state.db.get_store(&id).await?;
    let after = last_event_id(&headers)?;
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/event-stream") {
        return Ok(stream(state, Watcher::new(caller, headers), Some(id), after).into_response());
    }
    let page = state.db.list_events(&id, query.before()?, query.limit()?).await?;
    Ok(Json(ListView::new(page, |event| event)).into_response())
}

/// Everything that happens, as server-sent events
#[utoipa::path(
    get, path = "/api/events", tag = "events",
    params(("Last-Event-ID" = Option<i64>, Header, description = "Resume after this timeline event")),
    responses((status = 200, description = "Messages hello, store and timeline", body = StreamMessage, content_type = "text/event-stream"))
)]
pub async fn stream_events(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = last_event_id(&headers)?;
    Ok(stream(state, Watcher::new(caller, headers), None, after).into_response())
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get("last-event-id") else { return Ok(None) };
    let id = value.to_str().ok().and_then(|text| text.parse().ok());
    id.map(Some).ok_or_else(|| Problem::invalid_parameter("Last-Event-ID", "must be the id of a timeline event"))
}

fn stream(state: AppState, watcher: Watcher, store: Option<StoreId>, after: Option<i64>) -> impl IntoResponse {
    let stop = state.stop.clone();
    let messages = messages(state, watcher, store, after).take_until(stop.cancelled_owned()).map(Ok::<_, Infallible>);
    // Proxies such as nginx hold streams back unless told not to.
    ([("x-accel-buffering", "no")], Sse::new(messages).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn messages(
    state: AppState,
    mut watcher: Watcher,
    only: Option<StoreId>,
    after: Option<i64>,
) -> impl Stream<Item = Event> {
    async_stream::stream! {
        // Listen first, then read what was missed: nothing falls between the two.
        let mut live = state.hub.listen();
        let mut last = after;
        loop {
            if watcher.refresh(&state).await.is_none() {
                return;
            }
            yield Event::default().event("hello").data(concat!("{\"version\":\"", env!("CARGO_PKG_VERSION"), "\"}"));
            // Timeline events after `last`, then the present state of the stores that they are about.
            let mut touched: BTreeSet<StoreId> = only.iter().cloned().collect();
            while let Some(after) = last {
                let Ok(page) = state.db.events_after(only.as_ref(), after, CATCH_UP).await.inspect_err(warn) else { return };
                if page.is_empty() {
                    break;
                }
                for event in page {
                    last = Some(event.id);
                    let Some(seen) = watcher.sees(&state, &event.store_id).await else { return };
                    if !seen {
                        continue;
                    }
                    if let Some(message) = Message::timeline(&event) {
                        yield to_sse(&message);
                    }
                    touched.insert(event.store_id);
                }
            }
            for id in touched {
                let Ok(mut store) = state.db.get_store(&id).await.inspect_err(warn) else { return };
                let shown = state.db.show_queue(std::slice::from_mut(&mut store), state.births_at_once()).await;
                if shown.inspect_err(warn).is_err() {
                    return;
                }
                if let Some(message) = Message::store(StoreView::new(store, &state.settings.address)) {
                    yield to_sse(&message);
                }
            }
            let replayed = last;
            loop {
                match live.recv().await {
                    Ok(Message::Missed) | Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                    Ok(Message::Access) => {
                        let over = match only.as_ref() {
                            Some(store) => watcher.sees(&state, store).await != Some(true),
                            None => watcher.refresh(&state).await.is_none(),
                        };
                        if over {
                            return;
                        }
                    }
                    Ok(Message::Timeline { id, .. }) if Some(id) <= replayed => {}
                    Ok(message) if is_about(&message, only.as_ref()) => {
                        let seen = match &message {
                            Message::Store { store, .. } | Message::Timeline { store, .. } => watcher.sees(&state, store).await,
                            Message::Access | Message::Missed => Some(true),
                        };
                        match seen {
                            Some(true) => {}
                            Some(false) => continue,
                            None => return,
                        }
                        if let Message::Timeline { id, .. } = message {
                            last = last.max(Some(id));
                        }
                        yield to_sse(&message);
                    }
                    Ok(_) => {}
                }
            }
        }
    }
}

fn warn(error: &DbError) {
    tracing::warn!(%error, "a stream of events cannot read what was missed; its client connects again");
}

fn is_about(message: &Message, only: Option<&StoreId>) -> bool {
    match message {
        Message::Store { store, .. } | Message::Timeline { store, .. } => only.is_none_or(|only| only == store),
        Message::Access | Message::Missed => true,
    }
}

fn to_sse(message: &Message) -> Event {
    match message {
        Message::Store { json, .. } => Event::default().event("store").data(json),
        Message::Timeline { id, json, .. } => Event::default().event("timeline").id(id.to_string()).data(json),
        Message::Access | Message::Missed => Event::default().event("hello").data("{}"),
    }
}

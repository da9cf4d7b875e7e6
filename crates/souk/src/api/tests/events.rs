//! Timelines in pages, and server-sent events.

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use eventsource_stream::{Event, EventStream, Eventsource};
use futures::StreamExt;
use serde_json::Value;
use souk_domain::timeline::NewEvent;
use souk_domain::{PhaseEvent, StoreId};

use super::TestApp;

pub(super) struct Stream(EventStream<BodyDataStream>);

impl Stream {
    /// Connects and hears the greeting.
    pub(super) async fn open(app: &TestApp, path: &str, after: Option<i64>) -> Self {
        let mut call = app.get(path).header("accept", "text/event-stream");
        if let Some(after) = after {
            call = call.header("last-event-id", &after.to_string());
        }
        let (status, headers, body) = call.open().await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(headers["content-type"], "text/event-stream");
        assert!(!headers.contains_key("content-encoding"), "compressing would hold events back");
        let mut stream = Self(body.eventsource());
        assert_eq!(stream.next().await.event, "hello");
        stream
    }

    async fn next(&mut self) -> Event {
        let next = tokio::time::timeout(Duration::from_secs(10), self.0.next()).await;
        next.expect("a message within 10 s").expect("the stream goes on").unwrap()
    }

    /// The next timeline message: its id and reason.
    pub(super) async fn timeline(&mut self) -> (i64, String) {
        loop {
            let message = self.next().await;
            if message.event == "timeline" {
                let event: Value = serde_json::from_str(&message.data).unwrap();
                assert_eq!(event["id"].to_string(), message.id);
                return (message.id.parse().unwrap(), event["reason"].as_str().unwrap().to_owned());
            }
        }
    }

    /// Reads until a store message that says this phase.
    pub(super) async fn phase(&mut self, phase: &str) -> Value {
        loop {
            let message = self.next().await;
            if message.event != "store" {
                continue;
            }
            let store: Value = serde_json::from_str(&message.data).unwrap();
            if store["phase"] == phase {
                return store;
            }
        }
    }
}

pub(super) async fn say(app: &TestApp, id: &StoreId, reason: &'static str) {
    app.reconcile(id, |_, events| events.push(NewEvent::normal(reason, "It happened."))).await;
}

#[tokio::test]
async fn everything_arrives_live() {
    let app = TestApp::new().await;
    let mut stream = Stream::open(&app, "/api/events", None).await;
    let id = app.create("Mug").await;
    assert_eq!(stream.timeline().await.1, "StoreRequested");
    let store = stream.phase("Pending").await;
    assert_eq!(store, app.get(&format!("/api/stores/{id}")).send().await.json(), "a message holds the whole store");
    app.reconcile(&id, |store, _| store.apply(PhaseEvent::Start).unwrap()).await;
    stream.phase("Provisioning").await;
    app.delete(&format!("/api/stores/{id}")).send().await.expect(StatusCode::ACCEPTED);
    stream.phase("Deleting").await;
}

#[tokio::test]
async fn a_stream_resumes_without_gaps_or_repeats() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let mut first = Stream::open(&app, "/api/events", Some(0)).await;
    let (seen, reason) = first.timeline().await;
    assert_eq!(reason, "StoreRequested");
    drop(first);
    let missed = ["One", "Two", "Three"];
    for reason in missed {
        say(&app, &id, reason).await;
    }
    app.reconcile(&id, |store, _| store.apply(PhaseEvent::Start).unwrap()).await;
    let mut second = Stream::open(&app, "/api/events", Some(seen)).await;
    let mut heard = Vec::new();
    for _ in missed {
        heard.push(second.timeline().await.1);
    }
    assert_eq!(heard, missed);
    second.phase("Provisioning").await;
    say(&app, &id, "Four").await;
    assert_eq!(second.timeline().await.1, "Four");
}

#[tokio::test]
async fn more_than_one_page_of_missed_events_arrives() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let many = 450;
    app.reconcile(&id, |_, events| {
        events.extend((0..many).map(|number| NewEvent::normal("Counted", number.to_string())));
    })
    .await;
    let mut stream = Stream::open(&app, "/api/events", Some(0)).await;
    let mut last = 0;
    for _ in 0..=many {
        let (id, _) = stream.timeline().await;
        assert!(id > last);
        last = id;
    }
}

#[tokio::test]
async fn a_listener_that_falls_behind_misses_nothing() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let mut stream = Stream::open(&app, "/api/events", Some(0)).await;
    assert_eq!(stream.timeline().await.1, "StoreRequested");
    // More than the hub keeps for one listener, while this one does not read.
    for _ in 0..3 {
        app.reconcile(&id, |_, events| events.extend((0..500).map(|_| NewEvent::normal("Counted", "One more.")))).await;
    }
    let mut last = 0;
    for _ in 0..1500 {
        let (id, reason) = stream.timeline().await;
        assert_eq!(reason, "Counted");
        assert!(last == 0 || id == last + 1, "{last} is followed by {id}");
        last = id;
    }
}

#[tokio::test]
async fn the_stream_of_one_store_tells_of_that_store_only() {
    let app = TestApp::new().await;
    let mine = app.create("Mine").await;
    let other = app.create("Other").await;
    let mut stream = Stream::open(&app, &format!("/api/stores/{mine}/events"), None).await;
    assert_eq!(stream.phase("Pending").await["id"], mine.as_str(), "it begins with the store as it is");
    say(&app, &other, "Theirs").await;
    say(&app, &mine, "Mine").await;
    assert_eq!(stream.timeline().await.1, "Mine");
    app.get("/api/stores/saaaaaaaaaa/events")
        .header("accept", "text/event-stream")
        .send()
        .await
        .problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn streams_end_with_the_server() {
    let app = TestApp::new().await;
    let mut stream = Stream::open(&app, "/api/events", None).await;
    app.state.stop.cancel();
    assert!(stream.0.next().await.is_none());
    app.get("/readyz").send().await.expect(StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_timeline_comes_in_pages_newest_first() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    for reason in ["One", "Two", "Three"] {
        say(&app, &id, reason).await;
    }
    let path = format!("/api/stores/{id}/events?limit=3");
    let page = app.get(&path).send().await.expect(StatusCode::OK).json();
    let reasons = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|event| event["reason"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(reasons(&page), ["Three", "Two", "One"]);
    assert_eq!(page["total"], 4);
    let cursor = page["nextCursor"].as_str().unwrap();
    let rest = app.get(&format!("{path}&cursor={cursor}")).send().await.expect(StatusCode::OK).json();
    assert_eq!(reasons(&rest), ["StoreRequested"]);
    assert_eq!(rest["nextCursor"], Value::Null);
}

#[tokio::test]
async fn those_that_wait_are_told_when_the_queue_moves() {
    let app = TestApp::with(&["--births-at-once=1"]).await;
    let first = app.create("One").await;
    let second = app.create("Two").await;
    let mut stream = Stream::open(&app, &format!("/api/stores/{second}/events"), None).await;
    assert_eq!(stream.phase("Pending").await["operation"]["queue"]["position"], 2);
    // Nothing is asked of the second store: the first one goes.
    app.delete(&format!("/api/stores/{first}")).send().await.expect(StatusCode::ACCEPTED);
    while stream.phase("Pending").await["operation"]["queue"]["position"] != 1 {}
}

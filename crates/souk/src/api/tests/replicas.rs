//! Several replicas on one database: whichever a caller meets, it is the same platform.

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::json;

use super::TestApp;
use super::events::{Stream, say};
use crate::db::test_database::TestDatabase;

/// A hundred identical requests at once, to all replicas.
async fn one_key_makes_one_store(database: &TestDatabase, replicas: &[TestApp]) {
    let body = json!({ "name": "Blue Mug" });
    let ask = |at: usize| {
        replicas[at % replicas.len()].post("/api/stores").header("idempotency-key", "the same").json(&body).send()
    };
    let answers = join_all((0..100).map(ask)).await;
    let first = answers[0].json();
    for answer in answers {
        assert_eq!(answer.json(), first);
        assert_eq!(answer.header("location"), format!("/api/stores/{}", first["id"].as_str().unwrap()));
        answer.expect(StatusCode::ACCEPTED);
    }
    assert_eq!(database.live_store_ids().await.unwrap().len(), 1);
    let audit = replicas[0].get("/api/stores/audit/log").send().await.json();
    assert_eq!(audit["total"], 1);
}

#[tokio::test]
async fn one_idempotency_key_makes_one_store_on_sqlite() {
    let database = TestDatabase::sqlite().await;
    one_key_makes_one_store(&database, &[TestApp::replica(&database).await]).await;
}

#[tokio::test]
async fn one_idempotency_key_makes_one_store_on_postgres() {
    let database = TestDatabase::postgres().await;
    let replicas =
        [TestApp::replica(&database).await, TestApp::replica(&database).await, TestApp::replica(&database).await];
    one_key_makes_one_store(&database, &replicas).await;
}

#[tokio::test]
async fn events_reach_a_client_whichever_replica_it_is_on() {
    let database = TestDatabase::postgres().await;
    let (here, there) = (TestApp::replica(&database).await, TestApp::replica(&database).await);
    let mut all = Stream::open(&there, "/api/events", None).await;
    let id = here.create("Mug").await;
    assert_eq!(all.timeline().await.1, "StoreRequested");
    all.phase("Pending").await;
    let mut one = Stream::open(&there, &format!("/api/stores/{id}/events"), None).await;
    say(&here, &id, "Said").await;
    assert_eq!(one.timeline().await.1, "Said");
    assert_eq!(all.timeline().await.1, "Said");
    here.delete(&format!("/api/stores/{id}")).send().await.expect(StatusCode::ACCEPTED);
    one.phase("Deleting").await;
}

#[tokio::test]
async fn a_client_resumes_at_another_replica_without_gaps_or_repeats() {
    let database = TestDatabase::postgres().await;
    let replicas = [TestApp::replica(&database).await, TestApp::replica(&database).await];
    let id = replicas[0].create("Mug").await;
    let other = replicas[0].create("Other").await;
    let path = format!("/api/stores/{id}/events");
    let (mut last, mut heard) = (0, Vec::new());
    for round in 0..6 {
        // The connection of the round before is gone; this one is to the other replica.
        let mut stream = Stream::open(&replicas[round % 2], &path, Some(last)).await;
        let write = async {
            for app in &replicas {
                say(app, &id, "Said").await;
                say(app, &other, "Theirs").await;
            }
        };
        // Less than what there is: the rest is missed, and comes first in the next round.
        let read = async { [stream.timeline().await.0, stream.timeline().await.0] };
        let ((), ids) = tokio::join!(write, read);
        last = ids[1];
        heard.extend(ids);
    }
    let mut rest = Stream::open(&replicas[0], &path, Some(last)).await;
    let all = database.events_after(Some(&id), 0, 100).await.unwrap();
    while heard.len() < all.len() {
        heard.push(rest.timeline().await.0);
    }
    assert_eq!(heard, all.iter().map(|event| event.id).collect::<Vec<_>>());
}

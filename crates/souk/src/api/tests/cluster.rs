//! What the API reads from the cluster: credentials and logs.

use axum::http::StatusCode;
use futures::StreamExt;
use serde_json::json;

use super::TestApp;
use super::fake::Mood;
use crate::cluster::{Component, LogRequest};

#[tokio::test]
async fn credentials_are_told_once_they_exist_and_every_telling_is_written_down() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let path = format!("/api/stores/{id}/credentials");
    let problem = app.get(&path).send().await.problem(StatusCode::CONFLICT);
    assert_eq!(problem["type"], "https://souk.dev/problems/not-ready-yet");
    assert_eq!(app.get("/api/stores/audit/log").send().await.json()["total"], 1);

    app.cluster.set(Mood::Full);
    let answer = app.get(&path).send().await.expect(StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    let expected = json!({
        "username": "ada", "password": "the shop's password", "email": "ada@example.com",
        "adminUrl": "http://mug.localhost/wp-admin/",
    });
    assert_eq!(answer.json(), expected);
    let log = app.get("/api/stores/audit/log").send().await;
    assert!(!log.text.contains("the shop's password"));
    let entry = &log.json()["items"][0];
    assert_eq!((&entry["action"], &entry["storeName"]), (&json!("credentials.read"), &json!("Mug")));
    assert_eq!(entry["result"], "allowed");
}

#[tokio::test]
async fn a_cluster_that_is_away_is_said_to_be() {
    let app = TestApp::new().await;
    app.cluster.set(Mood::Away);
    let id = app.create("Mug").await;
    for what in ["credentials", "logs"] {
        let answer = app.get(&format!("/api/stores/{id}/{what}")).send().await;
        assert_eq!(answer.header("retry-after"), "5");
        assert!(!answer.text.contains("10.96.0.1"), "addresses inside are nobody's business");
        answer.problem(StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn logs_are_plain_text_of_the_container_that_was_meant() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let path = format!("/api/stores/{id}/logs");
    app.get(&path).send().await.problem(StatusCode::CONFLICT);
    app.cluster.set(Mood::Full);
    let shop = |container, tail, follow| LogRequest { component: Component::Shop, container, tail, follow };
    let database = LogRequest { component: Component::Database, container: "mariadb", tail: 200, follow: false };
    for (query, request) in [
        ("", shop("php", 200, false)),
        ("?container=nginx&tail=0", shop("nginx", 0, false)),
        ("?component=shop&container=php&tail=10000", shop("php", 10_000, false)),
        ("?component=database", database.clone()),
        ("?container=mariadb", database),
    ] {
        let answer = app.get(&format!("{path}{query}")).send().await.expect(StatusCode::OK);
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.text, "first line\nsecond line\n");
        assert_eq!(app.cluster.log_request(), Some(request), "{query}");
    }
}

#[tokio::test]
async fn a_followed_log_ends_with_the_server() {
    let app = TestApp::new().await;
    app.cluster.set(Mood::Full);
    let id = app.create("Mug").await;
    let (status, headers, mut body) = app.get(&format!("/api/stores/{id}/logs?follow=true")).open().await;
    assert_eq!((status, headers.contains_key("content-encoding")), (StatusCode::OK, false));
    assert_eq!(body.next().await.unwrap().unwrap(), "first line\n");
    assert_eq!(body.next().await.unwrap().unwrap(), "second line\n");
    app.state.stop.cancel();
    assert!(body.next().await.is_none());
}

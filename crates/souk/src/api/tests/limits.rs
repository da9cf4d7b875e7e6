//! Too much at once.

use axum::http::StatusCode;
use serde_json::json;

use super::TestApp;

#[tokio::test]
async fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::with(&["--requests-per-second=1", "--request-burst=3"]).await;
    for _ in 0..3 {
        app.get("/api/platform").send().await.expect(StatusCode::OK);
    }
    let answer = app.get("/api/platform").send().await;
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    answer.problem(StatusCode::TOO_MANY_REQUESTS);
    // Probes and pages are not counted, and nobody's guessing is free.
    app.get("/livez").send().await.expect(StatusCode::OK);
    app.get("/").send().await.expect(StatusCode::OK);
    app.get("/api/stores").anonymous().send().await.problem(StatusCode::TOO_MANY_REQUESTS);
    app.get("/").header("host", "mug.localhost").anonymous().send().await.problem(StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn stores_per_hour_are_limited() {
    let app = TestApp::with(&["--creates-per-hour=2"]).await;
    app.create("One").await;
    app.post("/api/stores").json(&json!({ "name": "" })).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    app.create("Two").await;
    let answer = app.post("/api/stores").json(&json!({ "name": "Three" })).send().await;
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 60);
    answer.problem(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.get("/api/stores").send().await.json()["total"], 2);
}

//! `souk store create --wait`, also when connections break.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use super::fake::{Fake, store};
use super::souk;
use crate::cli::exit::Exit;

const STORES: &str = "/api/stores";
const STORE: &str = "/api/stores/sabcdefgh27";
const EVENTS: &str = "/api/stores/sabcdefgh27/events";

fn hello() -> (&'static str, serde_json::Value) {
    ("hello", json!({"version": "0.1.0"}))
}

#[tokio::test]
async fn follows_the_steps_over_a_cut_connection() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    // The first connection tells of one step and breaks off. What happened then is never sent: only reading the store
    // again after the second connect shows that it is ready.
    fake.streams(EVENTS, &[hello(), ("store", store("Provisioning", "running", 1))], false);
    fake.streams(EVENTS, &[hello()], true);
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Provisioning", "running", 0));
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Ready", "succeeded", 3));

    let ran = souk(&fake, &["store", "create", "Blue Mug Shop", "--wait"]).await;

    assert_eq!(ran.ended, Ok(()));
    assert_eq!(
        ran.out,
        "Blue Mug Shop is ready (6.4 s).\n\n  \
         Shop      http://blue-mug-shop.localhost\n  \
         Admin     http://blue-mug-shop.localhost/wp-admin/\n  \
         User      admin\n  \
         Password  souk store credentials blue-mug-shop\n"
    );
    for line in ["✔ Make the namespace", "lost the connection", "connected again", "✔ Make the shop"] {
        assert_eq!(ran.err.matches(line).count(), 1, "{line} in:\n{}", ran.err);
    }
}

#[tokio::test]
async fn outlives_a_restart_of_the_platform() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    fake.streams(EVENTS, &[hello()], false);
    // Without Souk behind it, the ingress controller answers 404 by itself. That is not the store's end.
    fake.on("SSE /api/stores/sabcdefgh27/events", 404, json!("404 page not found"));
    fake.streams(EVENTS, &[hello(), ("store", store("Ready", "succeeded", 3))], true);
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Provisioning", "running", 1));
    let ran = souk(&fake, &["store", "create", "Blue Mug Shop", "--wait"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert_eq!(ran.err.matches("lost the connection").count(), 1, "{}", ran.err);
}

#[tokio::test]
async fn sends_what_was_asked_for_and_says_how_to_go_on() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    let ran =
        souk(&fake, &["store", "create", "A", "--slug", "a", "--plan", "standard", "--admin-email", "a@b.example"])
            .await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.out.contains("souk store wait blue-mug-shop"), "{}", ran.out);
    let asked = fake.asked(&Method::POST, STORES);
    assert_eq!(asked[0].body, json!({"name": "A", "slug": "a", "plan": "standard", "admin": {"email": "a@b.example"}}));
}

#[tokio::test]
async fn a_repeated_request_carries_the_same_key() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 503, json!({"title": "Busy", "status": 503}));
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    let ran = souk(&fake, &["store", "create", "A", "--output", "name"]).await;
    assert_eq!((ran.ended, ran.out.as_str()), (Ok(()), "sabcdefgh27\n"));
    let keys: Vec<_> =
        fake.asked(&Method::POST, STORES).iter().map(|asked| asked.headers["idempotency-key"].clone()).collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[0].len(), 32);
}

#[tokio::test]
async fn a_failure_says_why_and_what_next() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    fake.streams(EVENTS, &[hello(), ("store", store("Failed", "failed", 1))], true);
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Provisioning", "running", 0));
    let ran = souk(&fake, &["store", "create", "Blue Mug Shop", "--wait", "-o", "json"]).await;
    let failure = ran.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::Failure);
    assert_eq!(failure.message, "Blue Mug Shop: It is Failed.");
    assert_eq!(failure.fields[0].0, "Make the release");
    assert!(failure.next.unwrap().contains("souk store retry blue-mug-shop --wait"));
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["phase"], "Failed");
}

#[tokio::test]
async fn gives_up_waiting_but_not_the_operation() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    fake.streams(EVENTS, &[hello()], true);
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Provisioning", "running", 0));
    let before = std::time::Instant::now();
    let ran = souk(&fake, &["store", "create", "Blue Mug Shop", "--wait", "--timeout", "300ms"]).await;
    let failure = ran.ended.unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(10));
    assert_eq!(failure.exit, Exit::TimedOut);
    assert!(failure.next.unwrap().contains("souk store wait blue-mug-shop"));
    assert!(fake.asked(&Method::DELETE, STORE).is_empty());
}

#[tokio::test]
async fn refused_input_names_the_field() {
    let fake = Fake::start().await;
    fake.on(
        "POST /api/stores",
        422,
        json!({"type": "https://souk.dev/problems/invalid-input", "title": "The input is not valid", "status": 422,
               "detail": "slug is taken", "errors": [{"field": "slug", "message": "is taken; choose another"}]}),
    );
    let failure = souk(&fake, &["store", "create", "A", "--slug", "a"]).await.ended.unwrap_err();
    assert_eq!(
        (failure.exit, failure.to_string().as_str()),
        (Exit::Usage, "souk: slug is taken\n  slug (--slug): is taken; choose another\n  Next: change --slug")
    );
}

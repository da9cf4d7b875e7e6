//! Operations: list, read, cancel, retry.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::{OperationState, PhaseEvent, StoreId};
use time::OffsetDateTime;

use super::TestApp;

#[tokio::test]
async fn an_operation_is_cancelled_once_and_retried_after_it_ended() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let list = app.get(&format!("/api/stores/{id}/operations")).send().await.expect(StatusCode::OK).json();
    assert_eq!((&list["total"], &list["nextCursor"]), (&1.into(), &serde_json::Value::Null));
    let operation = list["items"][0]["id"].as_str().unwrap().to_owned();
    let read = app.get(&format!("/api/operations/{operation}")).send().await.expect(StatusCode::OK).json();
    assert_eq!(read, list["items"][0]);

    let command = |verb: &str| app.post(&format!("/api/operations/{operation}:{verb}")).send();
    command("retry").await.problem(StatusCode::CONFLICT);
    app.cluster.take_wakes();
    let cancelled = command("cancel").await.expect(StatusCode::ACCEPTED).json();
    assert_eq!(cancelled["cancelRequested"], true);
    assert_eq!(app.cluster.take_wakes(), std::slice::from_ref(&id));

    app.reconcile(&id, |store, _| {
        store.apply(PhaseEvent::OperationFailed).unwrap();
        let operation = store.operation.as_mut().unwrap();
        operation.stop(OperationState::Cancelled, "Cancelled", "Cancelled by admin.", OffsetDateTime::now_utc());
    })
    .await;
    command("cancel").await.problem(StatusCode::CONFLICT);
    let again = command("retry").await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((&again["state"], &again["cancelRequested"]), (&"queued".into(), &false.into()));
    assert!(again["deadlineAt"].as_str() > read["deadlineAt"].as_str(), "a retry has its own time");
    assert_eq!(app.cluster.take_wakes(), [id]);

    let actions = app.get("/api/stores/audit/log").send().await.json();
    let actions: Vec<_> = actions["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["operation.retry", "operation.cancel", "store.create"]);
}

#[tokio::test]
async fn an_operation_and_its_commands_have_methods_of_their_own() {
    let app = TestApp::new().await;
    for (method, path, allowed) in [
        ("PUT", "/api/operations/op-1", "GET,HEAD"),
        ("POST", "/api/operations/op-1", "GET,HEAD"),
        ("GET", "/api/operations/op-1:cancel", "POST"),
        ("DELETE", "/api/operations/op-1:retry", "POST"),
        ("PUT", "/api/stores", "GET,HEAD,POST"),
    ] {
        let response = app.call(method, path).send().await;
        assert_eq!(response.header("allow"), allowed, "{method} {path}");
        response.problem(StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn a_deletion_cannot_be_cancelled() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let store = app.delete(&format!("/api/stores/{id}")).send().await.expect(StatusCode::ACCEPTED).json();
    let operation = store["operation"]["id"].as_str().unwrap();
    app.post(&format!("/api/operations/{operation}:cancel")).send().await.problem(StatusCode::CONFLICT);
    let all = app.get(&format!("/api/stores/{id}/operations")).send().await.json();
    assert_eq!(all["items"][0]["kind"], "delete");
    assert_eq!((&all["items"][1]["kind"], &all["items"][1]["state"]), (&"create".into(), &"cancelled".into()));
}

/// The store's create takes a place and begins.
async fn begin(app: &TestApp, id: &StoreId) {
    let claim = app.state.db.claim(id, "test", Duration::from_secs(30)).await.unwrap();
    let (claim, _) = claim.expect("nobody else works on the store");
    assert!(app.state.db.begin_birth(&claim, app.state.births_at_once()).await.unwrap());
    app.reconcile_held(&claim, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.operation.as_mut().unwrap().begin(OffsetDateTime::now_utc());
    })
    .await;
}

#[tokio::test]
async fn a_store_that_waits_for_its_turn_says_where() {
    let app = TestApp::with(&["--births-at-once=1"]).await;
    let first = app.create("One").await;
    begin(&app, &first).await;
    app.create("Two").await;
    let third = app.create("Three").await;

    let store = app.get(&format!("/api/stores/{third}")).send().await.expect(StatusCode::OK).json();
    insta::assert_json_snapshot!(
        "queue_of_a_store",
        json!({
            "message": store["message"], "owner": store["owner"], "queue": store["operation"]["queue"],
        })
    );
    let list = app.get("/api/stores?sort=createdAt&owner=admin").send().await.expect(StatusCode::OK).json();
    let places: Vec<_> =
        list["items"].as_array().unwrap().iter().map(|s| s["operation"]["queue"]["position"].clone()).collect();
    assert_eq!(places, [Value::Null, json!(1), json!(2)]);
    assert_eq!(app.get("/api/stores?owner=nobody").send().await.json()["total"], 0);
    let operation = store["operation"]["id"].as_str().unwrap();
    let read = app.get(&format!("/api/operations/{operation}")).send().await.json();
    assert_eq!(read["queue"], store["operation"]["queue"]);
    let all = app.get(&format!("/api/stores/{third}/operations")).send().await.json();
    assert_eq!(all["items"][0]["queue"], store["operation"]["queue"]);
}

#[tokio::test]
async fn a_change_during_a_creation_waits_behind_it_where_people_see_it() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    begin(&app, &id).await;
    let path = format!("/api/stores/{id}");
    let change = app.patch(&path).json(&json!({ "name": "Cup" })).send().await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((&change["operation"]["kind"], &change["nextOperation"]["kind"]), (&json!("create"), &json!("update")));
    let next = change["nextOperation"]["id"].as_str().unwrap();
    let list = app.get(&format!("{path}/operations")).send().await.expect(StatusCode::OK).json();
    assert_eq!(list["total"], 2);
    let waits = list["items"].as_array().unwrap().iter().find(|operation| operation["id"] == *next).unwrap();
    assert_eq!(waits["queue"]["reason"], "OperationUnderway");
    let cancelled =
        app.post(&format!("/api/operations/{next}:cancel")).send().await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((&cancelled["id"], &cancelled["state"]), (&json!(next), &json!("cancelled")));
    assert_eq!(app.get(&path).send().await.json()["nextOperation"], Value::Null);
}

#[tokio::test]
async fn a_cancelled_creation_is_removed_when_the_body_says_so() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let store = app.get(&format!("/api/stores/{id}")).send().await.json();
    let command = format!("/api/operations/{}:cancel", store["operation"]["id"].as_str().unwrap());
    for wrong in [json!({ "created": "burn" }), json!({ "made": "remove" })] {
        app.post(&command).json(&wrong).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let retry = command.replace(":cancel", ":retry");
    let problem = app.post(&retry).json(&json!({ "created": "keep" })).send().await;
    assert_eq!(problem.problem(StatusCode::UNPROCESSABLE_ENTITY)["errors"][0]["field"], "body");
    let cancelled = app.post(&command).json(&json!({ "created": "remove" })).send().await;
    assert_eq!(cancelled.expect(StatusCode::ACCEPTED).json()["state"], "cancelled");
    let store = app.get(&format!("/api/stores/{id}")).send().await.json();
    assert_eq!((&store["phase"], &store["operation"]["kind"]), (&json!("Deleting"), &json!("delete")));
    let audit = app.get("/api/stores/audit/log").send().await.json();
    let actions: Vec<_> = audit["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["store.delete", "operation.cancel", "store.create"]);
}

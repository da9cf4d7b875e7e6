//! Operations: list, read, cancel, retry.

use axum::http::StatusCode;
use souk_domain::{OperationState, PhaseEvent};
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

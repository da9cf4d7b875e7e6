//! What belongs to no store, and the removal of what somebody saw.

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::sweep::{HeldNamespace, HeldVolume};
use souk_domain::{Phase, PhaseEvent, StoreId};

use super::TestApp;
use super::fake::{Mood, PLATFORM};

fn namespace(store: &StoreId, platform: &str) -> HeldNamespace {
    HeldNamespace {
        name: store.namespace(),
        uid: format!("uid-of-{store}"),
        platform: Some(platform.to_owned()),
        store: Some(store.to_string()),
        leaving: false,
    }
}

fn volume(name: &str, uid: &str, store: &StoreId) -> HeldVolume {
    HeldVolume { name: name.to_owned(), uid: uid.to_owned(), namespace: store.namespace(), leaving: false }
}

/// Brings the store there as the reconciler does.
async fn delete(app: &TestApp, store: &StoreId) {
    app.delete(&format!("/api/stores/{store}")).send().await.expect(StatusCode::ACCEPTED);
    app.reconcile(store, |store, _| store.apply(PhaseEvent::Removed).unwrap()).await;
}

async fn report(app: &TestApp) -> Value {
    app.get("/api/sweep").send().await.expect(StatusCode::OK).json()["items"].clone()
}

fn names(report: &Value) -> Vec<&str> {
    report.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_report_lists_what_belongs_to_nobody() {
    let app = TestApp::new().await;
    let (living, leaving, gone) = (app.create("Mug").await, app.create("Cup").await, app.create("Jug").await);
    let unknown = StoreId::from_random([9; 10]);
    app.delete(&format!("/api/stores/{leaving}")).send().await.expect(StatusCode::ACCEPTED);
    delete(&app, &gone).await;
    assert_eq!(app.get("/api/metrics").send().await.json()["orphans"], Value::Null);
    app.cluster.hold(|holdings| {
        for store in [&living, &leaving, &unknown] {
            holdings.namespaces.push(namespace(store, PLATFORM));
        }
        holdings.namespaces.push(namespace(&StoreId::from_random([8; 10]), "another"));
        holdings.volumes.push(volume("pvc-left", "u", &gone));
        holdings.volumes.push(volume("pvc-used", "u", &living));
    });
    let report = report(&app).await;
    let expected = json!([
        {
            "id": format!("namespace/{}/uid-of-{unknown}", unknown.namespace()), "kind": "namespace",
            "name": unknown.namespace(), "storeId": unknown, "removable": true,
            "message": "No store of this platform has this id.",
        },
        {
            "id": "volume/pvc-left/u", "kind": "volume", "name": "pvc-left", "storeId": gone, "removable": true,
            "message": format!("The store whose data it holds is deleted, and the namespace {} is gone.", gone.namespace()),
        },
    ]);
    assert_eq!(report, expected);
    assert!(app.cluster.removed().is_empty(), "looking removes nothing");
    assert_eq!(app.get("/api/metrics").send().await.json()["orphans"], 2);
}

#[tokio::test]
async fn only_what_was_seen_and_is_still_so_is_removed_and_it_is_audited() {
    let app = TestApp::new().await;
    let (unknown, other) = (StoreId::from_random([9; 10]), StoreId::from_random([7; 10]));
    let living = app.create("Mug").await;
    app.cluster.hold(|holdings| {
        holdings.namespaces = [&unknown, &other, &living].map(|store| namespace(store, PLATFORM)).into();
    });
    let seen = report(&app).await;
    assert_eq!(seen.as_array().unwrap().len(), 2);
    let id = |store: &StoreId| format!("namespace/{}/uid-of-{store}", store.namespace());
    let ids =
        [id(&unknown), id(&living), format!("namespace/{}/an-older-uid", other.namespace()), "nonsense".to_owned()];
    let answer = app.post("/api/sweep").json(&json!({ "items": ids })).send().await.expect(StatusCode::ACCEPTED);
    let results: Vec<_> =
        answer.json()["items"].as_array().unwrap().iter().map(|item| item["result"].clone()).collect();
    assert_eq!(results, ["removing", "gone", "gone", "gone"]);
    assert_eq!(app.cluster.removed(), [unknown.namespace()]);
    assert_eq!(names(&report(&app).await), [other.namespace()]);
    let log = app.get("/api/stores/audit/log").send().await.json();
    let entry = &log["items"][0];
    assert_eq!((&entry["action"], &entry["result"]), (&json!("sweep.remove"), &json!("accepted")));
    assert_eq!(entry["detail"], format!("namespace {}", unknown.namespace()));
    assert_eq!(log["total"], 2, "one for the store, one for what was removed");
}

#[tokio::test]
async fn what_may_not_be_removed_says_why() {
    let app = TestApp::new().await;
    let gone = app.create("Jug").await;
    delete(&app, &gone).await;
    let lost = app.create("Cup").await;
    app.reconcile(&lost, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.apply(PhaseEvent::BecameReady).unwrap();
        assert_eq!(store.phase, Phase::Ready);
    })
    .await;
    app.cluster.hold(|holdings| holdings.volumes.push(volume("pvc-left", "locked", &gone)));
    assert_eq!(names(&report(&app).await), ["pvc-left", lost.as_str()]);
    let ids = ["volume/pvc-left/locked".to_owned(), format!("store/{lost}/-")];
    let answer = app.post("/api/sweep").json(&json!({ "items": ids })).send().await.expect(StatusCode::ACCEPTED);
    let answer = answer.json();
    for (item, words) in answer["items"].as_array().unwrap().iter().zip(["forbidden", "no namespace"]) {
        assert_eq!(item["result"], "refused");
        assert!(item["message"].as_str().unwrap().contains(words), "{item}");
    }
    let log = app.get("/api/stores/audit/log").send().await.json();
    assert_eq!(log["items"][0]["result"], "refused");
    assert!(app.cluster.removed().is_empty());
}

#[tokio::test]
async fn an_absent_cluster_and_a_wrong_body_are_told() {
    let app = TestApp::new().await;
    for body in [json!({}), json!({"items": []}), json!({"items": vec!["x"; 501]}), json!({"all": true})] {
        app.post("/api/sweep").json(&body).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    app.cluster.set(Mood::Away);
    app.get("/api/sweep").send().await.problem(StatusCode::SERVICE_UNAVAILABLE);
    let call = app.post("/api/sweep").json(&json!({"items": ["x"]}));
    call.send().await.problem(StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn nothing_is_removed_that_cannot_be_audited() {
    let app = TestApp::in_memory().await;
    let unknown = StoreId::from_random([9; 10]);
    app.cluster.hold(|holdings| holdings.namespaces.push(namespace(&unknown, PLATFORM)));
    app.state.db.read_only(true).await;
    let id = report(&app).await[0]["id"].clone();
    let call = app.post("/api/sweep").json(&json!({ "items": [id] }));
    call.send().await.problem(StatusCode::SERVICE_UNAVAILABLE);
    assert!(app.cluster.removed().is_empty());
}

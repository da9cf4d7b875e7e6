//! What the platform tells about itself, and about addresses.

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::{OperationState, PhaseEvent};

use super::TestApp;
use super::fake::Mood;

#[tokio::test]
async fn the_platform_describes_itself() {
    let app = TestApp::with(&["--woocommerce-version=9.2.5", "--max-stores=20"]).await;
    let platform = app.get("/api/platform").send().await.expect(StatusCode::OK).json();
    insta::assert_json_snapshot!("platform", platform, { ".version" => "[version]" });

    let plain = TestApp::with(&["--woocommerce-version=none"]).await;
    plain.cluster.set(Mood::Away);
    let platform = plain.get("/api/platform").send().await.expect(StatusCode::OK).json();
    assert_eq!(platform["blueprints"][0]["wooCommerce"], json!({ "present": false, "version": null }));
    assert_eq!(platform["limits"], json!({ "maxStores": null }));
    assert_eq!(platform["cluster"]["reachable"], false);
}

#[tokio::test]
async fn health_names_what_is_wrong() {
    let app = TestApp::with(&["--woocommerce-version=9.2.5"]).await;
    let health = app.get("/api/health").send().await.expect(StatusCode::OK).json();
    assert_eq!(health["status"], "ok", "{health}");
    app.cluster.set(Mood::Away);
    let health = app.get("/api/health").send().await.expect(StatusCode::OK).json();
    assert_eq!(health["status"], "degraded");
    assert_eq!(
        health["checks"][1],
        json!({ "name": "cluster", "ok": false, "message": "The cluster does not answer." })
    );
    app.get("/readyz").send().await.expect(StatusCode::OK);
}

#[tokio::test]
async fn the_numbers_follow_the_stores() {
    let app = TestApp::new().await;
    let empty = app.get("/api/metrics").send().await.expect(StatusCode::OK).json();
    insta::assert_json_snapshot!("numbers_of_nothing", empty, {
        ".uptimeSeconds" => "[time]",
        ".births" => insta::dynamic_redaction(|births, _| births.as_slice().map_or(0, |births| births.len() as u64)),
    });
    let ready = app.create("Ready").await;
    app.create("Waiting").await;
    app.reconcile(&ready, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.apply(PhaseEvent::BecameReady).unwrap();
        store.operation.as_mut().unwrap().state = OperationState::Succeeded;
    })
    .await;
    let numbers = app.get("/api/metrics").send().await.expect(StatusCode::OK).json();
    assert_eq!(numbers["stores"]["total"], 2);
    assert_eq!(
        (&numbers["stores"]["byPhase"]["Ready"], &numbers["stores"]["byPhase"]["Pending"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(numbers["operations"], json!({ "running": 0, "queued": 1, "failed24h": 0 }));
    assert_eq!(numbers["timeToReadySeconds"]["count"], 1);
    assert!(numbers["timeToReadySeconds"]["median"].as_f64().is_some());
    assert_eq!(numbers["timeToReadySeconds"]["histogram"][0], json!({ "upTo": 2, "count": 1 }));
    let births = numbers["births"].as_array().unwrap();
    let today = time::OffsetDateTime::now_utc().date().to_string();
    assert_eq!(births.len(), 30);
    assert_eq!(births[29], json!({ "day": today, "count": 2 }));
}

#[tokio::test]
async fn slugs_are_checked_and_suggested() {
    let app = TestApp::with(&["--base-domain=shops.example", "--store-scheme=https"]).await;
    app.create("Blue Mug").await;
    let ask = async |path: &str| -> Value { app.get(path).send().await.expect(StatusCode::OK).json() };
    let told: Vec<_> = futures::future::join_all(
        [
            "/api/slugs/cup",
            "/api/slugs/blue-mug",
            "/api/slugs/www",
            "/api/slugs/Cup",
            "/api/slugs?name=Blue%20Mug",
            "/api/slugs?name=%F0%9F%9B%92",
        ]
        .map(ask),
    )
    .await;
    insta::assert_json_snapshot!("slugs", told);
    let problem = app.get("/api/slugs?name=%07").send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["field"], "name");
}

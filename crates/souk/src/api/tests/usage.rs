//! What a store uses: measured by one replica, told with the plan, and honest where nothing is known.

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::StoreId;
use souk_domain::usage::{Unmeasured, Usage};
use time::{Duration, OffsetDateTime};

use super::TestApp;
use crate::usage::Meter;

async fn read(app: &TestApp, store: &StoreId, query: &str) -> Value {
    app.get(&format!("/api/stores/{store}/usage{query}")).send().await.expect(StatusCode::OK).json()
}

fn meter(app: &TestApp) -> Meter {
    Meter::new(app.state.db.clone(), app.cluster.clone())
}

#[tokio::test]
async fn a_measurement_is_told_with_the_plan() {
    let app = TestApp::new().await;
    let store = app.create("Mug").await;
    let nothing = read(&app, &store, "").await;
    assert_eq!((&nothing["available"], &nothing["now"], &nothing["points"]), (&json!(true), &Value::Null, &json!([])));
    assert_eq!((&nothing["window"], &nothing["intervalSeconds"]), (&json!("6h"), &json!(300)));

    app.cluster.uses(Ok(vec![Usage { store: store.clone(), cpu: 14, memory: 236 }]));
    assert!(meter(&app).measure().await.unwrap());
    assert!(!meter(&app).measure().await.unwrap(), "the turn of this minute is taken");
    let usage = read(&app, &store, "?window=24h").await;
    assert_eq!(
        usage["plan"],
        json!({
            "name": "standard", "cpuRequestMillicores": 80, "cpuLimitMillicores": 4000,
            "memoryRequestMebibytes": 224, "memoryLimitMebibytes": 1024,
        })
    );
    assert_eq!((&usage["now"]["cpuMillicores"], &usage["now"]["memoryMebibytes"]), (&json!(14), &json!(236)));
    assert_eq!(usage["intervalSeconds"], 1800);
    let point = &usage["points"][0];
    assert_eq!(
        [&point["cpuMillicores"], &point["cpuMillicoresMax"], &point["memoryMebibytes"], &point["memoryMebibytesMax"]],
        [14, 14, 236, 236]
    );
}

#[tokio::test]
async fn what_was_measured_long_ago_is_not_now() {
    let app = TestApp::new().await;
    let store = app.create("Mug").await;
    let at = OffsetDateTime::now_utc() - Duration::minutes(20);
    app.state.db.note_usage(&[Usage { store: store.clone(), cpu: 14, memory: 236 }], at).await.unwrap();
    let usage = read(&app, &store, "?window=1h").await;
    assert_eq!((&usage["now"], usage["points"].as_array().unwrap().len()), (&Value::Null, 1));
}

#[tokio::test]
async fn a_cluster_that_measures_nothing_is_named() {
    let app = TestApp::new().await;
    let store = app.create("Mug").await;
    app.cluster.uses(Err(Unmeasured::NoMetricsServer));
    meter(&app).measure().await.unwrap();
    let usage = read(&app, &store, "").await;
    assert_eq!((&usage["available"], &usage["reason"]), (&json!(false), &json!("NoMetricsServer")));
    assert!(usage["message"].as_str().unwrap().contains("no metrics server"), "{usage}");
}

#[tokio::test]
async fn a_window_that_is_none_is_refused_by_name() {
    let app = TestApp::new().await;
    let store = app.create("Mug").await;
    for query in ["?window=2h", "?window=", "?windw=1h"] {
        let answer = app.get(&format!("/api/stores/{store}/usage{query}")).send().await;
        let problem = answer.problem(StatusCode::BAD_REQUEST);
        let field = problem["errors"][0]["field"].as_str().unwrap();
        assert!(query.contains(&format!("?{field}=")), "{problem}");
    }
    app.get("/api/stores/saaaaaaaaaa/usage").send().await.problem(StatusCode::NOT_FOUND);
}

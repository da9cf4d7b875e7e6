//! What callers meet while nothing can be written down, or the database is away.

use axum::http::StatusCode;
use serde_json::json;

use super::TestApp;

#[tokio::test]
async fn a_full_volume_refuses_writes_with_the_remedy_and_serves_reads() {
    let app = TestApp::in_memory().await;
    let id = app.create("Mug").await;
    app.state.db.limit_pages(0).await;
    let refused = loop {
        let answer = app.post("/api/stores").json(&json!({ "name": "Another mug" })).send().await;
        if answer.status != StatusCode::ACCEPTED {
            break answer;
        }
    };
    assert_eq!(refused.header("retry-after"), "60");
    let problem = refused.problem(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem["type"], "https://souk.dev/problems/storage-full");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("SOUK_DATA_DIR") && detail.contains("<release>-data"), "{detail}");

    for path in ["/livez", "/readyz", "/api/stores", &format!("/api/stores/{id}"), "/api/metrics"] {
        app.get(path).send().await.expect(StatusCode::OK);
    }
    app.state.db.limit_pages(1_000_000).await;
    app.create("The one after").await;
}

#[tokio::test]
async fn a_database_that_is_away_is_named_and_the_process_lives() {
    let app = TestApp::new().await;
    app.state.db.close().await;
    app.get("/livez").send().await.expect(StatusCode::OK);
    let ready = app.get("/readyz").send().await.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.text, "database: does not answer\n");
    let health = app.get("/api/health").send().await.expect(StatusCode::OK).json();
    assert_eq!((&health["status"], &health["checks"][0]["name"]), (&json!("degraded"), &json!("database")));
    for call in [app.get("/api/stores"), app.post("/api/stores").json(&json!({ "name": "Mug" }))] {
        let answer = call.send().await;
        assert_eq!(answer.header("retry-after"), "5");
        let problem = answer.problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem["type"], "https://souk.dev/problems/unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("database does not answer"), "{problem}");
    }
}

//! What browsers are given beside the API: pages, files, headers, documentation.

use axum::http::StatusCode;

use super::TestApp;

#[tokio::test]
async fn every_answer_carries_the_headers_that_restrain_browsers() {
    let app = TestApp::new().await;
    for path in ["/", "/api/stores", "/api/nothing", "/livez", "/api/docs/"] {
        let answer = app.get(path).send().await;
        let policy = answer.header("content-security-policy");
        for part in ["default-src 'self'", "script-src 'self';", "frame-ancestors 'none'", "object-src 'none'"] {
            assert!(policy.contains(part), "{path}: {part} in {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "only over TLS");
    }
    let answer = app.get("/api/stores").header("x-request-id", "mine-1").send().await;
    assert_eq!(answer.header("x-request-id"), "mine-1");
}

#[tokio::test]
async fn client_routes_answer_with_the_page_and_missing_assets_do_not() {
    let app = TestApp::new().await;
    for path in ["/", "/stores/sabcdefghij", "/activity"] {
        let answer = app.get(path).anonymous().send().await.expect(StatusCode::OK);
        assert!(answer.header("content-type").starts_with("text/html"), "{path}");
        assert_ne!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
    }
    app.get("/assets/old-12345678.js").anonymous().send().await.problem(StatusCode::NOT_FOUND);
    app.post("/stores").send().await.problem(StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn the_documentation_loads_nothing_from_elsewhere() {
    let app = TestApp::new().await;
    let redirect = app.get("/api/docs").anonymous().send().await.expect(StatusCode::SEE_OTHER);
    assert_eq!(redirect.header("location"), "/api/docs/");
    let page = app.get("/api/docs/").anonymous().send().await.expect(StatusCode::OK).text;
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    let mut scripts = 0;
    for source in page.split("<script").skip(1) {
        let name = source.split("src=\"").nth(1).expect("no inline script").split('"').next().unwrap();
        let script = app.get(&format!("/api/docs/{}", name.trim_start_matches("./"))).anonymous().send().await;
        assert!(script.expect(StatusCode::OK).header("content-type").contains("javascript"), "{name}");
        scripts += 1;
    }
    assert!(scripts >= 2);
    let start = app.get("/api/docs/swagger-initializer.js").anonymous().send().await.text;
    assert!(start.contains("/api/openapi.json"), "{start}");
}

#[tokio::test]
async fn big_answers_are_compressed_when_the_client_can() {
    let app = TestApp::new().await;
    let answer = app.get("/api/openapi.json").header("accept-encoding", "gzip").send().await;
    assert_eq!(answer.header("content-encoding"), "gzip");
}

//! Who may call what.

use axum::http::StatusCode;
use serde_json::json;

use super::TestApp;
use super::app::TOKEN;
use super::roles::OPEN;
use crate::api::openapi;

#[tokio::test]
async fn every_route_but_the_open_ones_needs_a_caller() {
    let app = TestApp::new().await;
    let document: serde_json::Value = serde_json::from_str(&openapi::text().unwrap()).unwrap();
    let mut guarded = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let address = path.replace("{id}", "saaaaaaaaaa").replace("{slug}", "mug").replace("{name}", "mia");
        for (method, operation) in item.as_object().unwrap() {
            let is_open = OPEN.contains(&(method.as_str(), path.as_str()));
            assert_eq!(operation["security"] == json!([{}]), is_open, "what the document says of {method} {path}");
            let verb = method.to_uppercase();
            let none = app.call(&verb, &address).anonymous().send().await;
            let wrong = app.call(&verb, &address).anonymous().header("authorization", "Bearer wrong").send().await;
            if is_open {
                assert_ne!(none.header("www-authenticate"), "Bearer realm=\"souk\"", "{verb} {address}");
                continue;
            }
            guarded += 1;
            assert_eq!(none.header("www-authenticate"), "Bearer realm=\"souk\"", "{verb} {address}");
            none.problem(StatusCode::UNAUTHORIZED);
            wrong.problem(StatusCode::UNAUTHORIZED);
        }
    }
    assert!(guarded > 15, "only {guarded} guarded routes were found");
}

#[tokio::test]
async fn probes_the_document_and_the_dashboard_are_open() {
    let app = TestApp::new().await;
    for path in ["/livez", "/readyz", "/api/health", "/api/openapi.json", "/api/docs/", "/", "/stores/x"] {
        app.get(path).anonymous().send().await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn other_forms_of_the_header_are_refused() {
    let app = TestApp::new().await;
    for value in ["", "Bearer", "Bearer ", TOKEN, &format!("Basic {TOKEN}"), &format!("Bearer {TOKEN}x")] {
        let call = app.get("/api/stores").anonymous().header("authorization", value);
        call.send().await.problem(StatusCode::UNAUTHORIZED);
    }
    let call = app.get("/api/stores").anonymous().header("authorization", &format!("bearer {TOKEN}"));
    call.send().await.expect(StatusCode::OK);
}

async fn sign_in(app: &TestApp) -> String {
    let call = app.post("/api/session").anonymous().json(&json!({ "token": TOKEN }));
    let answer = call.send().await.expect(StatusCode::NO_CONTENT);
    let cookie = answer.header("set-cookie").to_owned();
    for attribute in ["souk_session=", "HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "http browsers would drop it");
    assert!(!cookie.contains(TOKEN));
    cookie.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_browser_signs_in_writes_from_its_own_pages_and_signs_out() {
    let app = TestApp::new().await;
    let wrong = app.post("/api/session").anonymous().json(&json!({ "token": "wrong" }));
    let problem = wrong.send().await.problem(StatusCode::UNAUTHORIZED);
    assert_eq!(problem["errors"][0]["field"], "token");

    let cookie = sign_in(&app).await;
    let call = |method: &str, path: &str| app.call(method, path).anonymous().header("cookie", &cookie);
    let who = call("GET", "/api/session").send().await.expect(StatusCode::OK);
    assert_eq!(who.json(), json!({ "actor": "admin" }));

    let store = json!({ "name": "Mug" });
    let foreign: [&[(&str, &str)]; 4] = [
        &[],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "http://evil.localhost"), ("host", "souk.localhost")],
    ];
    for headers in foreign {
        let mut post = call("POST", "/api/stores").json(&store);
        for (name, value) in headers {
            post = post.header(name, value);
        }
        post.send().await.problem(StatusCode::FORBIDDEN);
    }
    let own = call("POST", "/api/stores").header("sec-fetch-site", "same-origin").json(&store);
    own.send().await.expect(StatusCode::ACCEPTED);

    let entry = &app.get("/api/stores/audit/log").send().await.json()["items"][0];
    assert_eq!((&entry["actor"], &entry["source"]), (&json!("admin"), &json!("dashboard 0.0.0.0")));

    let out = call("DELETE", "/api/session").header("sec-fetch-site", "same-origin").send().await;
    assert!(out.expect(StatusCode::NO_CONTENT).header("set-cookie").contains("Max-Age=0"));
    call("GET", "/api/session").send().await.problem(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_site_cannot_sign_a_browser_in() {
    let app = TestApp::new().await;
    let call = app.post("/api/session").anonymous().header("sec-fetch-site", "cross-site");
    call.json(&json!({ "token": TOKEN })).send().await.problem(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn over_tls_the_cookie_is_secure() {
    let app = TestApp::with(&["--public-url=https://souk.example"]).await;
    let call = app.post("/api/session").anonymous().json(&json!({ "token": TOKEN }));
    let answer = call.send().await.expect(StatusCode::NO_CONTENT);
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("Secure") && cookie.starts_with("__Host-souk_session="), "{cookie}");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

//! Bad input: each time a problem that names the field, and nothing is created.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::TestApp;

fn with_password(password: &str) -> Value {
    json!({ "name": "Shop", "admin": { "password": password } })
}

fn table() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("no name", json!({}), "name"),
        ("empty name", json!({ "name": "" }), "name"),
        ("name of blanks", json!({ "name": " \u{a0}\t" }), "name"),
        ("name of 200 characters", json!({ "name": "x".repeat(200) }), "name"),
        ("control characters", json!({ "name": "Blue\u{7}Mug\nShop" }), "name"),
        ("right-to-left override", json!({ "name": "Blue\u{202e}Mug" }), "name"),
        ("name that is a number", json!({ "name": 7 }), "name"),
        ("name that is null", json!({ "name": null }), "name"),
        ("reserved slug", json!({ "name": "Shop", "slug": "souk" }), "slug"),
        ("slug of other letters", json!({ "name": "Shop", "slug": "Blue_Mug" }), "slug"),
        ("slug that ends with a hyphen", json!({ "name": "Shop", "slug": "mug-" }), "slug"),
        ("slug that is too long", json!({ "name": "Shop", "slug": "m".repeat(41) }), "slug"),
        ("empty slug", json!({ "name": "Shop", "slug": "" }), "slug"),
        ("unknown blueprint", json!({ "name": "Shop", "blueprint": "magento" }), "blueprint"),
        ("unknown plan", json!({ "name": "Shop", "plan": "galactic" }), "plan"),
        ("unknown field", json!({ "name": "Shop", "colour": "blue" }), "colour"),
        ("unknown field inside", json!({ "name": "Shop", "admin": { "pin": "1" } }), "admin.pin"),
        ("short password", with_password("Ab1$efg"), "admin.password"),
        ("guessable password", with_password("password12345"), "admin.password"),
        ("password of one letter", with_password(&"a".repeat(20)), "admin.password"),
        ("over-long password", with_password(&"pQ7$zR2!".repeat(17)), "admin.password"),
        ("control character in the password", with_password("correct\u{0}horse battery"), "admin.password"),
        ("user name with a blank", json!({ "name": "S", "admin": { "username": "a b" } }), "admin.username"),
        ("broken e-mail address", json!({ "name": "S", "admin": { "email": "nobody" } }), "admin.email"),
        ("administrator that is a text", json!({ "name": "S", "admin": "ada" }), "admin"),
    ]
}

async fn nothing_is_there(app: &TestApp) {
    for list in ["/api/stores", "/api/stores?phase=Deleted", "/api/stores/audit/log"] {
        assert_eq!(app.get(list).send().await.json()["total"], 0, "{list}");
    }
    assert!(app.cluster.take_wakes().is_empty());
}

#[tokio::test]
async fn fields_that_mean_nothing_possible() {
    let app = TestApp::new().await;
    let mut told = serde_json::Map::new();
    for (title, body, field) in table() {
        let answer = app.post("/api/stores").json(&body).send().await;
        if let Some(password) = body["admin"]["password"].as_str() {
            assert!(!answer.text.contains(password), "{title}: the password is told");
        }
        let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY);
        let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
        assert_eq!(fields, [field], "{title}: {problem}");
        told.insert(title.to_owned(), problem["detail"].clone());
    }
    insta::assert_json_snapshot!("refused_fields", told);
    nothing_is_there(&app).await;
}

#[tokio::test]
async fn all_refused_fields_are_named_at_once() {
    let app = TestApp::new().await;
    let body = json!({ "name": "", "slug": "-", "plan": "x", "blueprint": "x", "admin": { "username": "", "email": "x", "password": "x" } });
    let problem = app.post("/api/stores").json(&body).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!("all_refused_fields", problem);
}

#[tokio::test]
async fn bodies_that_are_no_json_object() {
    let app = TestApp::new().await;
    let big = format!("{{\"name\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
    let table: [(&str, &str, &str, StatusCode); 9] = [
        ("cut off", "application/json", r#"{"name": "Shop""#, StatusCode::BAD_REQUEST),
        ("empty", "application/json", "", StatusCode::BAD_REQUEST),
        ("a control character", "application/json", "\u{0}", StatusCode::BAD_REQUEST),
        ("two objects", "application/json", r#"{"name":"a"}{"name":"b"}"#, StatusCode::BAD_REQUEST),
        ("an array", "application/json", r#"["Shop"]"#, StatusCode::UNPROCESSABLE_ENTITY),
        ("null", "application/json", "null", StatusCode::UNPROCESSABLE_ENTITY),
        ("plain text", "text/plain", r#"{"name":"Shop"}"#, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("a form", "application/x-www-form-urlencoded", "name=Shop", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("10 MB", "application/json", &big, StatusCode::PAYLOAD_TOO_LARGE),
    ];
    let mut told = serde_json::Map::new();
    for (title, content_type, body, status) in table {
        let answer = app.post("/api/stores").raw(content_type, body.to_owned()).send().await;
        told.insert(title.to_owned(), answer.problem(status));
    }
    insta::assert_json_snapshot!("refused_bodies", told);
    nothing_is_there(&app).await;
}

#[tokio::test]
async fn bodies_that_end_early_or_never_say_their_size() {
    let app = TestApp::new().await;
    let chunk = || bytes::Bytes::from(vec![b' '; 32 * 1024]);
    let endless = futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk()));
    let answer = app.post("/api/stores").raw("application/json", axum::body::Body::from_stream(endless));
    answer.send().await.problem(StatusCode::PAYLOAD_TOO_LARGE);

    let broken = futures::stream::iter([Ok("{"), Err(std::io::Error::other("reset"))]);
    let answer = app.post("/api/stores").raw("application/json", axum::body::Body::from_stream(broken));
    answer.send().await.problem(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn parameters_that_cannot_be_read() {
    let app = TestApp::new().await;
    let table = [
        ("/api/stores?limit=0", "limit"),
        ("/api/stores?limit=201", "limit"),
        ("/api/stores?limit=many", "limit"),
        ("/api/stores?cursor=nonsense", "cursor"),
        ("/api/stores?phase=Gone", "phase"),
        ("/api/stores?sort=size", "sort"),
        ("/api/stores?colour=blue", "colour"),
        ("/api/stores/audit/log?cursor=nonsense", "cursor"),
        ("/api/stores/audit/log?since=yesterday", "since"),
        ("/api/stores/audit/log?until=2026-03-01", "until"),
        ("/api/stores/audit/log?who=anna", "who"),
        ("/api/slugs", "name"),
    ];
    for (path, field) in table {
        let problem = app.get(path).send().await.problem(StatusCode::BAD_REQUEST);
        assert_eq!(problem["errors"][0]["field"], field, "{path}: {problem}");
    }
    let id = app.create("Mug").await;
    for (query, field) in
        [("component=cache", "component"), ("container=mariadb&component=shop", "container"), ("tail=10001", "tail")]
    {
        let problem = app.get(&format!("/api/stores/{id}/logs?{query}")).send().await.problem(StatusCode::BAD_REQUEST);
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    let call = app.get("/api/events").header("last-event-id", "yesterday");
    assert_eq!(call.send().await.problem(StatusCode::BAD_REQUEST)["errors"][0]["field"], "Last-Event-ID");
    let call = app.post("/api/stores").header("idempotency-key", &"k".repeat(256)).json(&json!({ "name": "Mug" }));
    assert_eq!(call.send().await.problem(StatusCode::BAD_REQUEST)["errors"][0]["field"], "Idempotency-Key");
}

#[tokio::test]
async fn what_is_not_there() {
    let app = TestApp::new().await;
    for path in [
        "/api/nothing",
        "/api",
        "/api/stores/",
        "/api/stores/saaaaaaaaaa",
        "/api/stores/nonsense",
        "/api/stores/..%2F..%2Fetc%2Fpasswd",
        "/api/stores/%FF",
        "/api/stores/saaaaaaaaaa/events",
        "/api/stores/saaaaaaaaaa/operations",
        "/api/stores/saaaaaaaaaa/credentials",
        "/api/stores/saaaaaaaaaa/logs",
        "/api/operations/op-aaaaaaaaaaaaaaaa",
    ] {
        app.get(path).send().await.problem(StatusCode::NOT_FOUND);
    }
    app.delete("/api/stores/saaaaaaaaaa").send().await.problem(StatusCode::NOT_FOUND);
    app.patch("/api/stores/saaaaaaaaaa").json(&json!({ "name": "X" })).send().await.problem(StatusCode::NOT_FOUND);
    app.post("/api/stores/saaaaaaaaaa/login-links").send().await.problem(StatusCode::NOT_FOUND);
    for verb in ["cancel", "retry"] {
        let path = format!("/api/operations/op-aaaaaaaaaaaaaaaa:{verb}");
        app.post(&path).send().await.problem(StatusCode::NOT_FOUND);
    }
    app.post("/api/operations/op-aaaaaaaaaaaaaaaa:explode").send().await.problem(StatusCode::NOT_FOUND);
    let answer = app.call("PUT", "/api/stores").send().await;
    assert!(answer.header("allow").contains("POST"));
    answer.problem(StatusCode::METHOD_NOT_ALLOWED);
}

//! Create, list, read, change and delete stores.

use axum::http::StatusCode;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use souk_domain::{OperationState, Phase, PhaseEvent};

use super::TestApp;

macro_rules! assert_store {
    ($name:literal, $value:expr) => {
        insta::assert_json_snapshot!($name, $value, {
            ".id" => "[id]", ".**.storeId" => "[id]", ".operation.id" => "[operation]", ".**.deadlineAt" => "[time]",
            ".**.createdAt" => "[time]", ".**.updatedAt" => "[time]",
        })
    };
}

#[tokio::test]
async fn a_new_store_is_accepted_at_once() {
    let app = TestApp::new().await;
    let answer = app.post("/api/stores").json(&json!({ "name": "  Blue Mug Shop " })).send().await;
    let answer = answer.expect(StatusCode::ACCEPTED);
    let store = answer.json();
    let id = store["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/api/stores/{id}"));
    assert_eq!(answer.header("etag"), "\"1\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_store!("new_store", store);
    let woken: Vec<_> = app.cluster.take_wakes().iter().map(ToString::to_string).collect();
    assert_eq!(woken, [id]);

    let read = app.get(&format!("/api/stores/{id}")).send().await.expect(StatusCode::OK);
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(read.json(), store);

    let audit = app.get("/api/stores/audit/log").send().await.expect(StatusCode::OK).json();
    insta::assert_json_snapshot!("audit_of_a_create", audit, { ".items[].at" => "[time]", ".items[].storeId" => "[id]" });
    let events = app.get(&format!("/api/stores/{id}/events")).send().await.expect(StatusCode::OK).json();
    insta::assert_json_snapshot!("events_of_a_create", events, {
        ".items[].at" => "[time]", ".items[].storeId" => "[id]", ".items[].operationId" => "[operation]",
    });
}

#[tokio::test]
async fn names_in_any_script_and_slugs_from_them() {
    let app = TestApp::new().await;
    let slug = async |body: Value| {
        let store = app.post("/api/stores").json(&body).send().await.expect(StatusCode::ACCEPTED).json();
        (store["slug"].as_str().unwrap().to_owned(), store)
    };
    assert_eq!(slug(json!({ "name": "Étoile & Söhne" })).await.0, "etoile-sohne");
    assert_eq!(slug(json!({ "name": "Mug" })).await.0, "mug");
    assert_eq!(slug(json!({ "name": "Mug" })).await.0, "mug-2");
    assert_eq!(slug(json!({ "name": "Mug", "slug": "cup" })).await.0, "cup");
    assert_eq!(slug(json!({ "name": "Souk" })).await.0.len(), 11, "a reserved word becomes the id");
    let (emoji, store) = slug(json!({ "name": "😀🛒" })).await;
    assert_eq!(store["name"], "😀🛒");
    assert_eq!(store["slug"], store["id"]);
    assert_eq!(store["url"], format!("http://{emoji}.localhost"));
}

#[tokio::test]
async fn a_taken_slug_is_refused_and_free_again_after_the_deletion() {
    let app = TestApp::new().await;
    let body = json!({ "name": "Mug", "slug": "mug" });
    let id = app.create("Mug").await;
    let problem = app.post("/api/stores").json(&body).send().await.problem(StatusCode::CONFLICT);
    insta::assert_json_snapshot!("slug_taken", problem);
    assert_eq!(app.get("/api/stores").send().await.json()["total"], 1);

    let other = app.create("Cup").await;
    let rename = app.patch(&format!("/api/stores/{other}")).json(&json!({ "slug": "mug" })).send().await;
    assert_eq!(rename.problem(StatusCode::CONFLICT)["errors"][0]["field"], "slug");

    remove(&app, &id).await;
    app.post("/api/stores").json(&body).send().await.expect(StatusCode::ACCEPTED);
}

/// Asks for the deletion, and does what the reconciler does.
async fn remove(app: &TestApp, id: &souk_domain::StoreId) {
    app.delete(&format!("/api/stores/{id}")).send().await.expect(StatusCode::ACCEPTED);
    app.reconcile(id, |store, _| {
        store.apply(PhaseEvent::Removed).unwrap();
        store.operation.as_mut().unwrap().state = OperationState::Succeeded;
    })
    .await;
}

#[tokio::test]
async fn a_store_is_deleted_once() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let path = format!("/api/stores/{id}");
    let store = app.delete(&path).send().await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((&store["phase"], &store["operation"]["kind"]), (&json!("Deleting"), &json!("delete")));
    assert_eq!(app.cluster.take_wakes().len(), 2);

    let problem = app.delete(&path).send().await.problem(StatusCode::CONFLICT);
    assert_eq!(problem["type"], "https://souk.dev/problems/already-deleting");
    app.patch(&path).json(&json!({ "name": "Cup" })).send().await.problem(StatusCode::CONFLICT);
    assert_eq!(app.get("/api/stores").send().await.json()["items"][0]["phase"], "Deleting");

    app.reconcile(&id, |store, _| store.apply(PhaseEvent::Removed).unwrap()).await;
    app.delete(&path).send().await.problem(StatusCode::GONE);
    app.patch(&path).json(&json!({ "name": "Cup" })).send().await.problem(StatusCode::GONE);
    app.get(&format!("{path}/credentials")).send().await.problem(StatusCode::GONE);
    app.get(&format!("{path}/logs")).send().await.problem(StatusCode::GONE);
    let gone = app.get(&path).send().await.expect(StatusCode::OK).json();
    assert_eq!(gone["phase"], "Deleted");
    assert!(gone["deletedAt"].is_string());
    assert_eq!(app.get("/api/stores").send().await.json()["total"], 0);
    assert_eq!(app.get("/api/stores?phase=Deleted").send().await.json()["total"], 1);
    assert_eq!(app.get("/api/stores/audit/log").send().await.json()["total"], 2, "refused deletes change nothing");
}

#[tokio::test]
async fn a_change_needs_the_revision_that_it_names() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    let path = format!("/api/stores/{id}");
    let rename =
        |tag: &'static str, name: &str| app.patch(&path).header("if-match", tag).json(&json!({ "name": name })).send();
    let changed = rename("\"1\"", "Cup").await.expect(StatusCode::ACCEPTED);
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed.json()["name"], "Cup");
    let problem = rename("\"1\"", "Pot").await.problem(StatusCode::PRECONDITION_FAILED);
    assert_eq!(problem["errors"][0]["field"], "If-Match");
    rename("*", "Pot").await.expect(StatusCode::ACCEPTED);
    rename("2", "Pan").await.problem(StatusCode::BAD_REQUEST);
    assert_eq!(app.get(&path).send().await.json()["name"], "Pot");

    for body in [json!({ "name": "" }), json!({ "slug": "www" }), json!({ "phase": "Ready" })] {
        app.patch(&path).json(&body).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn moving_a_ready_store_is_an_operation() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    app.reconcile(&id, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.apply(PhaseEvent::BecameReady).unwrap();
        store.operation.as_mut().unwrap().state = OperationState::Succeeded;
    })
    .await;
    let change = app.patch(&format!("/api/stores/{id}")).json(&json!({ "slug": "cup" })).send().await;
    let store = change.expect(StatusCode::ACCEPTED).json();
    assert_eq!(store["url"], "http://cup.localhost");
    assert_eq!(store["operation"]["kind"], "update");
    assert!(store["readyAt"].is_string());
}

#[tokio::test]
async fn repairs_are_switched_without_an_operation() {
    let app = TestApp::new().await;
    let id = app.create("Mug").await;
    app.reconcile(&id, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.apply(PhaseEvent::BecameReady).unwrap();
        store.operation.as_mut().unwrap().state = OperationState::Succeeded;
    })
    .await;
    let path = format!("/api/stores/{id}");
    assert_eq!(app.get(&path).send().await.json()["repair"], "on");
    let store = app.patch(&path).json(&json!({ "repair": "off" })).send().await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((&store["repair"], &store["phase"]), (&json!("off"), &json!("Ready")));
    assert_eq!(store["operation"]["kind"], "create");
    app.patch(&path).json(&json!({ "repair": "perhaps" })).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    let audit = app.get("/api/stores/audit/log").send().await.json();
    assert_eq!(audit["items"][0]["detail"], "repairs: off");
}

#[tokio::test]
async fn a_repeated_request_returns_the_first_store() {
    let app = TestApp::new().await;
    let create =
        |key: &'static str, body: Value| app.post("/api/stores").header("idempotency-key", key).json(&body).send();
    let body = || json!({ "name": "Once", "admin": { "password": "correct horse battery staple" } });
    let first = create("order-4711", body()).await.expect(StatusCode::ACCEPTED).json();
    let again = create("order-4711", body()).await.expect(StatusCode::ACCEPTED).json();
    assert_eq!(first["id"], again["id"]);
    let problem = create("order-4711", json!({ "name": "Twice" })).await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
    let mut other = body();
    other["admin"]["password"] = json!("correct horse battery stapler");
    create("order-4711", other).await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    let second = create("order-4712", body()).await.expect(StatusCode::ACCEPTED).json();
    assert_ne!(first["id"], second["id"]);
    assert_eq!(app.get("/api/stores").send().await.json()["total"], 2);
}

#[tokio::test]
async fn requests_at_once_with_one_key_make_one_store() {
    let app = TestApp::new().await;
    let body = json!({ "name": "Once" });
    let create = || app.post("/api/stores").header("idempotency-key", "one").json(&body).send();
    let answers = futures::future::join_all((0..20).map(|_| create())).await;
    let ids: std::collections::HashSet<_> =
        answers.into_iter().map(|answer| answer.expect(StatusCode::ACCEPTED).json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.get("/api/stores").send().await.json()["total"], 1);
}

#[tokio::test]
async fn lists_come_in_pages_filtered_and_sorted() {
    let app = TestApp::new().await;
    for name in ["Delta", "Alpha", "Charlie", "Bravo", "Echo"] {
        app.create(name).await;
    }
    let walk = async |query: &str| {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page =
                app.get(&format!("/api/stores?limit=2{query}{cursor}")).send().await.expect(StatusCode::OK).json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 2);
            names.extend(items.iter().map(|store| store["name"].as_str().unwrap().to_owned()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return names.join(" "),
            }
        }
    };
    assert_eq!(walk("").await, "Echo Bravo Charlie Alpha Delta");
    assert_eq!(walk("&sort=createdAt").await, "Delta Alpha Charlie Bravo Echo");
    assert_eq!(walk("&sort=name").await, "Alpha Bravo Charlie Delta Echo");
    assert_eq!(walk("&sort=-name").await, "Echo Delta Charlie Bravo Alpha");
    assert_eq!(walk("&sort=name&search=HARL").await, "Charlie");
    assert_eq!(walk("&search=%25").await, "");
    assert_eq!(walk("&phase=Ready").await, "");
    assert_eq!(walk(&format!("&phase={}&sort=name", Phase::Pending)).await, "Alpha Bravo Charlie Delta Echo");
    let page = app.get("/api/stores?limit=2&sort=name").send().await.json();
    assert_eq!(page["total"], 5);
    let cursor = page["nextCursor"].as_str().unwrap();
    let other = app.get(&format!("/api/stores?sort=createdAt&cursor={cursor}")).send().await;
    assert_eq!(other.problem(StatusCode::BAD_REQUEST)["errors"][0]["field"], "cursor");
}

#[tokio::test]
async fn a_nasty_password_is_sealed_exactly_and_lies_nowhere_in_clear() {
    let app = TestApp::new().await;
    let canary = "canary4711xyzzy";
    let password = format!(r#"{canary}, "it's" 50% \ `off` $HOME & <b> \' é☕"#);
    let body = json!({ "name": "Mug", "admin": { "username": "ada.byron", "email": "ada@example.com", "password": password } });
    let answer = app.post("/api/stores").json(&body).send().await.expect(StatusCode::ACCEPTED);
    assert_eq!(answer.json()["adminUsername"], "ada.byron");
    let id = answer.json()["id"].as_str().unwrap().parse().unwrap();
    let sealed = app.state.db.sealed_password(&id).await.unwrap().expect("the password is kept");
    assert_eq!(app.state.sealer.open(&id, &sealed).unwrap().expose_secret(), password);

    for path in
        ["/api/stores", "/api/stores/audit/log", &format!("/api/stores/{id}"), &format!("/api/stores/{id}/events")]
    {
        assert!(!app.get(path).send().await.text.contains(canary), "{path}");
    }
    assert!(!answer.text.contains(canary));
    for file in std::fs::read_dir(app.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "{} holds the password", path.display());
    }
}

#[tokio::test]
async fn the_platform_may_be_full() {
    let app = TestApp::with(&["--max-stores=1"]).await;
    app.create("Mug").await;
    let problem = app.post("/api/stores").json(&json!({ "name": "Cup" })).send().await.problem(StatusCode::CONFLICT);
    assert_eq!(problem["type"], "https://souk.dev/problems/store-limit");
}

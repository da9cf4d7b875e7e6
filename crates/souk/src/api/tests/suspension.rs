//! Suspending and resuming over the API, and what visitors of a suspended shop get.

use axum::http::StatusCode;
use serde_json::json;
use souk_domain::{Phase, PhaseEvent, StoreId};
use time::OffsetDateTime;

use super::TestApp;
use super::app::Answer;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Ends the operation under way, as the reconciler does.
async fn arrive(app: &TestApp, id: &StoreId) {
    app.reconcile(id, |store, _| {
        store.apply(PhaseEvent::Start).unwrap();
        store.operation.as_mut().unwrap().succeed(OffsetDateTime::now_utc());
        let event = if store.suspended { PhaseEvent::Suspended } else { PhaseEvent::BecameReady };
        store.apply(event).unwrap();
    })
    .await;
}

async fn ready(app: &TestApp, name: &str, plan: &str) -> StoreId {
    let body = json!({ "name": name, "slug": "mug", "plan": plan });
    let answer = app.post("/api/stores").json(&body).send().await.expect(StatusCode::ACCEPTED).json();
    let id = answer["id"].as_str().unwrap().parse().unwrap();
    arrive(app, &id).await;
    id
}

async fn ask(app: &TestApp, id: &StoreId, verb: &str) -> Answer {
    app.post(&format!("/api/stores/{id}:{verb}")).send().await
}

async fn asleep(app: &TestApp, name: &str, plan: &str) -> StoreId {
    let id = ready(app, name, plan).await;
    ask(app, &id, "suspend").await.expect(StatusCode::ACCEPTED);
    arrive(app, &id).await;
    id
}

async fn visit(app: &TestApp, method: &str, path: &str) -> Answer {
    let call = app.call(method, path).anonymous().header("host", "mug.localhost").header("user-agent", BROWSER);
    call.header("accept", "text/html").send().await
}

#[tokio::test]
async fn a_store_is_suspended_and_resumed_and_asking_twice_is_no_mistake() {
    let app = TestApp::new().await;
    let id = ready(&app, "Mug", "small").await;
    app.cluster.take_wakes();
    let answer = ask(&app, &id, "suspend").await.expect(StatusCode::ACCEPTED);
    let store = answer.json();
    assert_eq!((&store["phase"], &store["operation"]["kind"]), (&"Provisioning".into(), &"suspend".into()));
    assert_eq!(answer.header("etag"), format!("\"{}\"", store["revision"]));
    assert_eq!(app.cluster.take_wakes(), std::slice::from_ref(&id));
    let again = ask(&app, &id, "suspend").await.expect(StatusCode::ACCEPTED).json();
    assert_eq!(again["operation"]["id"], store["operation"]["id"]);
    // The other way waits behind it, and is taken back by asking once more.
    let back = ask(&app, &id, "resume").await.expect(StatusCode::ACCEPTED).json();
    assert_eq!((&back["operation"]["kind"], &back["nextOperation"]["kind"]), (&"suspend".into(), &"resume".into()));
    let forth = ask(&app, &id, "suspend").await.expect(StatusCode::ACCEPTED).json();
    assert!(forth["nextOperation"].is_null(), "{forth}");
    arrive(&app, &id).await;
    let store = app.get(&format!("/api/stores/{id}")).send().await.json();
    assert_eq!(store["phase"], "Suspended");
    let resumed = ask(&app, &id, "resume").await.expect(StatusCode::ACCEPTED).json();
    assert_eq!(resumed["operation"]["kind"], "resume");
    let log = app.get("/api/stores/audit/log").send().await.json();
    let actions: Vec<_> = log["items"].as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["store.resume", "store.suspend", "store.resume", "store.suspend", "store.create"]);
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let id = ready(&app, "Mug", "small").await;
    let old = app.post(&format!("/api/stores/{id}:suspend")).header("if-match", "\"1\"").send().await;
    old.problem(StatusCode::PRECONDITION_FAILED);
    ask(&app, &id, "sleep").await.problem(StatusCode::NOT_FOUND);
    ask(&app, &StoreId::from_random([9; 10]), "suspend").await.problem(StatusCode::NOT_FOUND);
    for (method, path, allowed) in [
        ("GET", format!("/api/stores/{id}:suspend"), "POST"),
        ("DELETE", format!("/api/stores/{id}:resume"), "POST"),
        ("POST", format!("/api/stores/{id}"), "GET,HEAD,PATCH,DELETE"),
    ] {
        let answer = app.call(method, &path).send().await;
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        answer.problem(StatusCode::METHOD_NOT_ALLOWED);
    }
    app.delete(&format!("/api/stores/{id}")).send().await.expect(StatusCode::ACCEPTED);
    ask(&app, &id, "suspend").await.problem(StatusCode::CONFLICT);
    let failed = app.create("Other").await;
    app.reconcile(&failed, |store, _| {
        store.apply(PhaseEvent::OperationFailed).unwrap();
        let operation = store.operation.as_mut().unwrap();
        operation.stop(souk_domain::OperationState::Failed, "X", "It broke.", OffsetDateTime::now_utc());
    })
    .await;
    let problem = ask(&app, &failed, "suspend").await.problem(StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("never ready"), "{problem}");
}

#[tokio::test]
async fn a_visit_finds_a_page_and_wakes_the_shop_once() {
    let app = TestApp::new().await;
    let id = asleep(&app, "<b>Käse</b>", "small").await;
    let phase = async || app.state.db.get_store(&id).await.unwrap().phase;
    for (method, path) in [("HEAD", "/"), ("POST", "/cart"), ("GET", "/api/stores")] {
        let answer = app.call(method, path).header("host", "mug.localhost").send().await;
        answer.expect(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(phase().await, Phase::Suspended, "{method} {path} wakes nobody");
    }
    app.cluster.take_wakes();
    let page = visit(&app, "GET", "/product/mug").await.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        page.text.contains("&lt;b&gt;Käse&lt;/b&gt;") && page.text.contains("http-equiv=\"refresh\""),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<b>") && !page.text.contains("<script"));
    assert_eq!((page.header("retry-after"), page.header("cache-control")), ("5", "no-store"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(page.header("x-souk-store").is_empty(), "it is not the shop");
    assert_eq!(app.cluster.take_wakes(), std::slice::from_ref(&id));
    visit(&app, "GET", "/").await.expect(StatusCode::SERVICE_UNAVAILABLE);
    let log = app.get("/api/stores/audit/log").send().await.json();
    let woken: Vec<_> =
        log["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == "store.resume").collect();
    assert_eq!(woken.len(), 1, "{log}");
    assert_eq!(woken[0]["actor"], "system:visit");
    arrive(&app, &id).await;
    assert_eq!(phase().await, Phase::Ready);
    visit(&app, "GET", "/").await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_plan_may_let_the_shop_sleep() {
    let app = TestApp::new().await;
    let id = asleep(&app, "Mug", "large").await;
    let page = visit(&app, "GET", "/").await.expect(StatusCode::SERVICE_UNAVAILABLE);
    assert!(!page.text.contains("refresh") && page.header("retry-after") == "3600", "{}", page.text);
    assert_eq!(app.state.db.get_store(&id).await.unwrap().phase, Phase::Suspended);
}

#[tokio::test]
async fn no_shops_host_shows_the_dashboard_or_the_api() {
    let app = TestApp::new().await;
    ready(&app, "Mug", "small").await;
    for host in ["mug.localhost", "nobody.localhost", "MUG.localhost:8080"] {
        for path in ["/", "/api/platform", "/api/health", "/livez"] {
            let answer = app.get(path).header("host", host).send().await.expect(StatusCode::NOT_FOUND);
            assert_eq!(answer.text, "There is no shop here.\n", "{host} {path}");
        }
    }
    for host in ["souk.localhost", "souk.localhost:8080", "127.0.0.1:8080", "localhost"] {
        app.get("/api/platform").header("host", host).send().await.expect(StatusCode::OK);
    }
}

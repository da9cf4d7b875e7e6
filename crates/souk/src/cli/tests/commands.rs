//! The other commands: finding stores, lists, deleting, timelines, signing in.

use axum::http::Method;
use clap::{CommandFactory, Parser};
use serde_json::{Value, json};

use super::fake::{Fake, store};
use super::{run, souk};
use crate::cli::exit::Exit;
use crate::cli::settings::Environment;

const STORE: &str = "/api/stores/sabcdefgh27";

fn list(items: &[Value], next: Option<&str>) -> Value {
    json!({"items": items, "nextCursor": next, "total": items.len()})
}

async fn with_one_store() -> Fake {
    let fake = Fake::start().await;
    fake.on("GET /api/stores", 200, list(&[store("Ready", "succeeded", 3)], None));
    fake
}

#[test]
fn arguments_make_sense_to_clap() {
    crate::Souk::command().debug_assert();
    for wrong in [
        &["souk", "store", "create"][..],
        &["souk", "store", "create", "A", "--timeout", "5m"],
        &["souk", "store", "create", "A", "--wait", "--timeout", "soon"],
        &["souk", "store", "create", "A", "--admin-password", "visible"],
        &["souk", "store", "logs", "a", "--component", "kernel"],
        &["souk", "store", "list", "--output", "xml"],
    ] {
        assert!(crate::Souk::try_parse_from(wrong).is_err(), "{wrong:?}");
    }
}

#[tokio::test]
async fn finds_by_slug_exactly() {
    let fake = with_one_store().await;
    let ran = souk(&fake, &["store", "get", "blue-mug-shop", "-o", "name"]).await;
    assert_eq!((ran.ended, ran.out.as_str()), (Ok(()), "sabcdefgh27\n"));
    let failure = souk(&fake, &["store", "get", "blue-mug"]).await.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::NotFound);
    let failure = souk(&fake, &["store", "get", "Blue Mug Shop"]).await.ended.unwrap_err();
    assert_eq!(failure.next.as_deref(), Some("`Blue Mug Shop` is the name of the store `blue-mug-shop`; use that"));
}

#[tokio::test]
async fn finds_by_id_and_keeps_to_its_path() {
    let fake = Fake::start().await;
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Ready", "succeeded", 3));
    fake.on("GET /api/stores", 200, list(&[], None));
    assert_eq!(souk(&fake, &["store", "get", "sabcdefgh27"]).await.ended, Ok(()));
    let failure = souk(&fake, &["store", "get", "../platform"]).await.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::NotFound);
    assert!(fake.asked(&Method::GET, "/api/platform").is_empty());
}

#[tokio::test]
async fn lists_over_all_pages() {
    let fake = Fake::start().await;
    fake.on("GET /api/stores", 200, list(&[store("Ready", "succeeded", 3)], Some("more")));
    fake.on("GET /api/stores", 200, list(&[store("Failed", "failed", 1)], None));
    let ran = souk(&fake, &["store", "list", "--search", "mug & co"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
    let queries: Vec<_> = fake.asked(&Method::GET, "/api/stores").into_iter().map(|asked| asked.query).collect();
    assert!(queries[0].contains("search=mug+%26+co"), "{queries:?}");
    assert!(queries[1].contains("cursor=more"), "{queries:?}");
}

#[tokio::test]
async fn an_empty_list_is_empty_for_scripts_and_teaches_people() {
    let fake = Fake::start().await;
    fake.on("GET /api/stores", 200, list(&[], None));
    let ran = souk(&fake, &["store", "list"]).await;
    assert!(ran.out.is_empty() && ran.err.contains("souk store create"), "{}", ran.err);
    assert_eq!(souk(&fake, &["store", "list", "-o", "json"]).await.out, "[]\n");
    assert_eq!(souk(&fake, &["store", "list", "-o", "name"]).await.out, "");
}

#[tokio::test]
async fn deletes_only_when_somebody_means_it() {
    let fake = with_one_store().await;
    let failure = souk(&fake, &["store", "delete", "blue-mug-shop"]).await.ended.unwrap_err();
    assert_eq!((failure.exit, failure.next.as_deref()), (Exit::Usage, Some("add --yes")));
    assert!(fake.asked(&Method::DELETE, STORE).is_empty());
    fake.on("DELETE /api/stores/sabcdefgh27", 202, store("Deleting", "queued", 0));
    assert_eq!(souk(&fake, &["store", "delete", "blue-mug-shop", "--yes"]).await.ended, Ok(()));
    assert_eq!(fake.asked(&Method::DELETE, STORE).len(), 1);
}

#[tokio::test]
async fn a_cancelled_creation_is_kept_or_removed_as_asked() {
    let fake = Fake::start().await;
    fake.on("GET /api/stores", 200, list(&[store("Provisioning", "running", 1)], None));
    let operation = |state: &str| store("Provisioning", state, 1)["operation"].clone();
    fake.on("POST /api/operations/op-1:cancel", 202, operation("running"));
    fake.on("POST /api/operations/op-1:cancel", 202, operation("cancelled"));
    let kept = souk(&fake, &["store", "cancel", "blue-mug-shop"]).await;
    assert_eq!((kept.ended, kept.out.contains("is kept")), (Ok(()), true), "{}", kept.out);
    let removed = souk(&fake, &["store", "cancel", "blue-mug-shop", "--remove"]).await;
    assert_eq!((removed.ended, removed.out.contains("is removed")), (Ok(()), true), "{}", removed.out);
    let asked = fake.asked(&Method::POST, "/api/operations/op-1:cancel");
    assert_eq!((&asked[0].body, &asked[1].body), (&Value::Null, &json!({"created": "remove"})));
}

#[tokio::test]
async fn a_change_that_waits_is_followed_through_the_creation_before_it() {
    let fake = Fake::start().await;
    let mut waiting = store("Provisioning", "running", 1);
    waiting["nextOperation"] =
        json!({"id": "op-2", "kind": "update", "message": "It begins when the creation has ended."});
    let mut ready = store("Ready", "succeeded", 3);
    ready["operation"]["id"] = json!("op-2");
    fake.on("GET /api/stores", 200, list(&[waiting.clone()], None));
    fake.on("PATCH /api/stores/sabcdefgh27", 202, waiting.clone());
    fake.streams("/api/stores/sabcdefgh27/events", &[("hello", json!({})), ("store", ready)], true);
    fake.on("GET /api/stores/sabcdefgh27", 200, waiting);
    let ran = souk(&fake, &["store", "rename", "blue-mug-shop", "Red Mug Shop", "--wait"]).await;
    assert_eq!((ran.ended, ran.out.contains("is ready")), (Ok(()), true), "{}", ran.out);
}

#[tokio::test]
async fn a_creation_that_a_change_follows_at_once_is_told_by_its_own_end() {
    let fake = Fake::start().await;
    fake.on("POST /api/stores", 202, store("Pending", "queued", 0));
    let mut changing = store("Provisioning", "running", 0);
    changing["operation"]["id"] = json!("op-2");
    fake.streams("/api/stores/sabcdefgh27/events", &[("hello", json!({})), ("store", changing)], true);
    fake.on("GET /api/stores/sabcdefgh27", 200, store("Provisioning", "running", 2));
    fake.on("GET /api/operations/op-1", 200, store("Ready", "succeeded", 3)["operation"].clone());
    assert_eq!(souk(&fake, &["store", "create", "A", "--wait"]).await.ended, Ok(()));
}

#[tokio::test]
async fn the_page_of_a_store_says_whose_it_is_and_what_it_waits_for() {
    let fake = Fake::start().await;
    let mut waiting = store("Pending", "queued", 0);
    waiting["owner"] = json!("anna");
    waiting["message"] = json!("Waiting for its turn: 2 stores are before it; 4 are being made now, the most at once.");
    waiting["nextOperation"] = json!({"id": "op-2", "kind": "update", "message": "It begins later."});
    fake.on("GET /api/stores", 200, list(&[waiting], None));
    let ran = souk(&fake, &["store", "get", "blue-mug-shop"]).await;
    for text in ["Owner       anna", "Pending: Waiting for its turn: 2 stores", "Next        update: It begins later."]
    {
        assert!(ran.out.contains(text), "{text} in\n{}", ran.out);
    }
    souk(&fake, &["store", "list", "--owner", "anna"]).await;
    assert!(fake.asked(&Method::GET, "/api/stores").iter().any(|asked| asked.query.contains("owner=anna")));
}

#[tokio::test]
async fn a_delete_ends_when_the_store_is_gone() {
    let fake = with_one_store().await;
    let mut deleting = store("Deleting", "running", 1);
    deleting["operation"]["kind"] = json!("delete");
    fake.on("DELETE /api/stores/sabcdefgh27", 202, deleting);
    fake.streams("/api/stores/sabcdefgh27/events", &[("hello", json!({}))], true);
    fake.on("GET /api/stores/sabcdefgh27", 410, json!({"title": "Gone", "status": 410, "detail": "It was deleted."}));
    let ran = souk(&fake, &["store", "delete", "blue-mug-shop", "--yes", "--wait"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.out.starts_with("Blue Mug Shop is deleted, nothing of it is left"), "{}", ran.out);
}

#[tokio::test]
async fn events_are_printed_oldest_first() {
    let fake = with_one_store().await;
    let event = |id: i64| json!({"id": id, "at": "2026-01-01T00:00:00Z", "type": "Normal", "reason": "R", "message": format!("line {id}")});
    fake.on("GET /api/stores/sabcdefgh27/events", 200, list(&[event(3), event(2), event(1)], None));
    let ran = souk(&fake, &["store", "events", "blue-mug-shop"]).await;
    let lines: Vec<_> = ran.out.lines().map(|line| line.rsplit("  ").next().unwrap()).collect();
    assert_eq!(lines, ["line 1", "line 2", "line 3"]);
}

#[tokio::test]
async fn followed_events_miss_nothing_and_end_with_the_store() {
    let fake = with_one_store().await;
    let event = |id: i64| json!({"id": id, "at": "2026-01-01T00:00:00Z", "type": "Normal", "reason": "R", "message": format!("line {id}")});
    let events = "/api/stores/sabcdefgh27/events";
    let hello = ("hello", json!({}));
    fake.streams(events, &[hello.clone(), ("timeline", event(2))], false);
    // Lines 3 and 4 came while the connection was cut; 4 is sent once more after it.
    fake.streams(events, &[hello, ("timeline", event(4)), ("store", store("Deleted", "succeeded", 3))], true);
    fake.on("GET /api/stores/sabcdefgh27/events", 200, list(&[event(1)], None));
    fake.on("GET /api/stores/sabcdefgh27/events", 200, list(&[event(4), event(3), event(2)], None));
    let ran = souk(&fake, &["store", "events", "blue-mug-shop", "--follow"]).await;
    assert_eq!(ran.ended, Ok(()));
    let lines: Vec<_> = ran.out.lines().map(|line| line.rsplit("  ").next().unwrap()).collect();
    assert_eq!(lines, ["line 1", "line 2", "line 3", "line 4"]);
}

#[tokio::test]
async fn signs_in_once_for_all_commands() {
    let fake = Fake::start().await;
    fake.on("GET /api/session", 200, json!({"actor": "admin"}));
    fake.on("GET /api/stores", 200, list(&[], None));
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment { file: Some(folder.path().join("config.toml")), ..Environment::default() };

    let failure = run(environment.clone(), &["store", "list"]).await.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::NotSignedIn);
    let address = fake.address();
    let mut kept = crate::cli::settings::Kept::default();
    kept.remember(&crate::cli::settings::parse_address(&address).unwrap(), "token", None);
    kept.write(environment.file.as_deref().unwrap()).unwrap();
    assert_eq!(run(environment.clone(), &["store", "list"]).await.ended, Ok(()));

    let wrong = Environment { token: Some("another".to_owned().into()), ..environment.clone() };
    let failure = run(wrong, &["store", "list"]).await.ended.unwrap_err();
    assert_eq!((failure.exit, failure.message.as_str()), (Exit::NotSignedIn, "The token is not known."));

    let ran = run(environment.clone(), &["logout"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.err.contains("stays valid"), "a token that was given may be others' too: {}", ran.err);
    assert_eq!(
        run(environment, &["store", "list", "--url", &address]).await.ended.unwrap_err().exit,
        Exit::NotSignedIn
    );
}

#[tokio::test]
async fn an_absent_platform_is_told_from_a_foreign_one() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let environment =
        Environment { url: Some(format!("http://{free}")), token: Some("token".to_owned().into()), file: None };
    let failure = run(environment, &["store", "list"]).await.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::Unreachable);
    assert!(failure.message.contains("refused"), "{failure}");

    let fake = Fake::start().await;
    fake.on("GET /api/stores", 418, json!("a teapot"));
    let failure = souk(&fake, &["store", "list"]).await.ended.unwrap_err();
    assert!(failure.message.contains("something else than Souk"), "{failure}");
}

#[tokio::test]
async fn a_link_that_signs_in_is_printed_alone() {
    let fake = with_one_store().await;
    let path = format!("{STORE}/login-links");
    let url = "http://blue-mug-shop.localhost/.well-known/souk/sign-in#e.y.J";
    fake.on(&format!("POST {path}"), 201, json!({"url": url, "expiresAt": "2026-01-01T00:01:00Z"}));
    let ran = souk(&fake, &["store", "login-link", "blue-mug-shop"]).await;
    assert_eq!((ran.ended, ran.out), (Ok(()), format!("{url}\n")));
    assert!(ran.err.contains("once, within a minute") && !ran.err.contains(url), "{}", ran.err);
    let ran = souk(&fake, &["store", "login-link", "blue-mug-shop", "-o", "json"]).await;
    assert!(ran.out.contains("\"expiresAt\"") && ran.err.is_empty(), "{} {}", ran.out, ran.err);
    assert_eq!(fake.asked(&Method::POST, &path).len(), 2);

    let fake = with_one_store().await;
    let detail = "There is no shop to sign in to: Being prepared.";
    fake.on(
        &format!("POST {path}"),
        409,
        json!({"type": "x", "title": "Not there yet", "status": 409, "detail": detail}),
    );
    let failure = souk(&fake, &["store", "login-link", "blue-mug-shop"]).await.ended.unwrap_err();
    assert!(failure.to_string().contains(detail), "{failure}");
}

#[tokio::test]
async fn completions_name_every_command() {
    let ran = run(Environment::default(), &["completions", "bash"]).await;
    assert!(ran.out.contains("credentials") && ran.out.contains("doctor"));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(Environment::default(), &["man", folder.path().to_str().unwrap()]).await.ended, Ok(()));
    assert!(folder.path().join("souk-store-create.1").exists());
}

#[tokio::test]
async fn suspends_and_resumes() {
    let fake = with_one_store().await;
    fake.on("POST /api/stores/sabcdefgh27:suspend", 202, store("Provisioning", "running", 1));
    fake.on("POST /api/stores/sabcdefgh27:resume", 202, store("Ready", "succeeded", 3));
    let ran = souk(&fake, &["store", "suspend", "blue-mug-shop"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.out.contains("is being suspended. Wait for it: souk store wait blue-mug-shop"), "{}", ran.out);
    let ran = souk(&fake, &["store", "resume", "blue-mug-shop", "--wait"]).await;
    assert_eq!(ran.ended, Ok(()), "it is ready already");
    assert!(ran.out.contains("It is Ready."), "{}", ran.out);
}

//! `souk sweep`: what it prints, what it removes, and how it ends.

use axum::http::Method;
use serde_json::{Value, json};

use super::fake::Fake;
use super::souk;
use crate::cli::exit::Exit;

const SWEEP: &str = "/api/sweep";

fn item(kind: &str, name: &str, removable: bool) -> Value {
    json!({"id": format!("{kind}/{name}/u"), "kind": kind, "name": name, "storeId": null, "removable": removable,
           "message": format!("Why {name}.")})
}

async fn with(items: &[Value]) -> Fake {
    let fake = Fake::start().await;
    fake.on("GET /api/sweep", 200, json!({"items": items, "checkedAt": "2026-01-01T00:00:00Z"}));
    fake
}

#[tokio::test]
async fn nothing_there_is_a_success() {
    let fake = with(&[]).await;
    let ran = souk(&fake, &["sweep"]).await;
    assert_eq!((ran.ended, ran.out.as_str()), (Ok(()), ""));
    assert!(ran.err.contains("belongs to a store"), "{}", ran.err);
    let ran = souk(&fake, &["sweep", "--yes", "-o", "json"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap()["items"], json!([]));
    assert!(fake.asked(&Method::POST, SWEEP).is_empty());
}

#[tokio::test]
async fn what_is_there_is_shown_with_a_code_of_its_own_and_nothing_is_removed() {
    let fake = with(&[item("namespace", "store-a", true), item("store", "sb", false)]).await;
    let ran = souk(&fake, &["sweep"]).await;
    let failure = ran.ended.unwrap_err();
    assert_eq!((failure.exit, failure.exit.code()), (Exit::Found, 7));
    assert!(failure.next.as_deref().unwrap().contains("--yes"), "{failure}");
    assert_eq!(
        ran.out,
        "KIND       NAME     REMOVABLE  WHY\nnamespace  store-a  yes        Why store-a.\nstore      sb       no         Why sb.\n"
    );
    let ran = souk(&fake, &["sweep", "-o", "name"]).await;
    assert_eq!(ran.out, "namespace/store-a/u\nstore/sb/u\n");
    assert_eq!(ran.ended.unwrap_err().exit, Exit::Found);
    assert!(fake.asked(&Method::POST, SWEEP).is_empty());
}

#[tokio::test]
async fn yes_removes_what_was_shown_as_removable() {
    let fake = with(&[item("namespace", "store-a", true), item("volume", "v", true)]).await;
    let outcome = |id: &str, result: &str| json!({"id": id, "result": result, "message": "So it is."});
    fake.on(
        "POST /api/sweep",
        202,
        json!({"items": [outcome("namespace/store-a/u", "removing"), outcome("volume/v/u", "gone")]}),
    );
    fake.on(
        "POST /api/sweep",
        202,
        json!({"items": [outcome("namespace/store-a/u", "removing"), outcome("volume/v/u", "refused")]}),
    );
    let ran = souk(&fake, &["sweep", "--yes"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.out.contains("REMOVABLE") && ran.out.contains("store-a  removing  So it is."), "{}", ran.out);
    let asked = fake.asked(&Method::POST, SWEEP);
    assert_eq!(asked[0].body, json!({"items": ["namespace/store-a/u", "volume/v/u"]}));

    let ran = souk(&fake, &["sweep", "--yes", "-o", "name"]).await;
    assert_eq!(ran.out, "namespace/store-a/u\n");
    let failure = ran.ended.unwrap_err();
    assert_eq!((failure.exit, failure.message.as_str()), (Exit::Found, "one thing stays"));
}

#[tokio::test]
async fn yes_does_not_ask_for_what_cannot_be_swept() {
    let fake = with(&[item("store", "sb", false)]).await;
    assert_eq!(souk(&fake, &["sweep", "--yes"]).await.ended.unwrap_err().exit, Exit::Found);
    assert!(fake.asked(&Method::POST, SWEEP).is_empty());
}

//! Sign-ins that end, and all that ends with them; guessing that is slowed.

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use futures::StreamExt;
use serde_json::json;
use souk_domain::{Role, StoreRole};

use super::TestApp;
use super::accounts::{PASSWORD, invited, me, sign_in, write};
use super::fake::Mood;
use super::roles::{a_store, a_user, root, token_of};
use crate::db::{NewUser, Owner, UserChange};

const NEW: &str = "another one that is long 9";

/// A stream of the one who is signed in by this cookie, once it has greeted.
async fn listen(app: &TestApp, cookie: &str) -> BodyDataStream {
    let call = app.get("/api/events").anonymous().header("cookie", cookie);
    let (status, _, mut body) = call.open().await;
    assert_eq!(status, StatusCode::OK);
    let hello = body.next().await.expect("a greeting").unwrap();
    assert!(String::from_utf8_lossy(&hello).contains("hello"));
    body
}

/// Waits until the answer ends; less than a heartbeat, so that none tells it.
async fn ended(mut body: BodyDataStream, why: &str) {
    let rest = async { while body.next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(10), rest).await.unwrap_or_else(|_| panic!("still open after {why}"));
}

#[tokio::test]
async fn what_ends_a_sign_in_ends_its_streams_at_once() {
    let app = TestApp::new().await;
    let user = invited(&app, "ben", "none").await;
    let path = format!("/api/users/{}", user["id"].as_str().unwrap());

    // A new password ends the others, and not the one that chose it.
    let (mine, other) = (sign_in(&app, "ben", PASSWORD).await.unwrap(), sign_in(&app, "ben", PASSWORD).await.unwrap());
    let (kept, cut) = (listen(&app, &mine).await, listen(&app, &other).await);
    let change = json!({ "current": PASSWORD, "new": NEW });
    assert_eq!(write(&app, "POST", "/api/me/password", &mine, &change).await, StatusCode::NO_CONTENT);
    ended(cut, "a new password").await;
    assert_eq!([me(&app, &mine).await, me(&app, &other).await], [StatusCode::OK, StatusCode::UNAUTHORIZED]);

    // Signing out of all browsers, this one too.
    let elsewhere = sign_in(&app, "ben", NEW).await.unwrap();
    let there = listen(&app, &elsewhere).await;
    assert_eq!(write(&app, "DELETE", "/api/sessions", &mine, &json!({})).await, StatusCode::NO_CONTENT);
    ended(kept, "signing out everywhere").await;
    ended(there, "signing out everywhere").await;

    // A reset: the password is void as well.
    let cookie = sign_in(&app, "ben", NEW).await.unwrap();
    let stream = listen(&app, &cookie).await;
    let reset = app.post(&format!("{path}/reset")).send().await.expect(StatusCode::CREATED).json();
    ended(stream, "a reset").await;
    assert_eq!(me(&app, &cookie).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&app, "ben", NEW).await, Err(StatusCode::UNAUTHORIZED));
    let token = reset["url"].as_str().unwrap().split_once('#').unwrap().1;
    let accept = json!({ "token": token, "password": PASSWORD });
    app.post("/api/invite").anonymous().json(&accept).send().await.expect(StatusCode::OK);

    // A closed account, by its session and by its token.
    let cookie = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let stream = listen(&app, &cookie).await;
    let ben = app.state.db.user_by_name("ben").await.unwrap();
    let bearer = format!("Bearer {}", token_of(&app, &ben).await);
    let (_, _, by_token) = app.get("/api/events").anonymous().header("authorization", &bearer).open().await;
    app.patch(&path).json(&json!({ "disabled": true })).send().await.expect(StatusCode::OK);
    ended(stream, "the account was disabled").await;
    ended(by_token, "the account was disabled").await;
    assert_eq!(me(&app, &cookie).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_followed_log_ends_with_the_role_that_allowed_it() {
    let app = TestApp::new().await;
    app.cluster.set(Mood::Full);
    let (ben, cleo) = (a_user(&app, "ben", Role::None).await, a_user(&app, "cleo", Role::None).await);
    let id = a_store(&app, Owner::User { id: ben.id, name: ben.name }).await;
    app.state.db.set_store_member(&id, "cleo", StoreRole::Member, &root()).await.unwrap();
    let bearer = format!("Bearer {}", token_of(&app, &cleo).await);
    let path = format!("/api/stores/{id}/logs?follow=true");
    let (status, _, body) = app.get(&path).anonymous().header("authorization", &bearer).open().await;
    assert_eq!(status, StatusCode::OK);
    app.state.db.remove_store_member(&id, "cleo", &root()).await.unwrap();
    ended(body, "the role was taken away").await;
}

#[tokio::test]
async fn one_sees_ones_sign_ins_and_ends_one() {
    let app = TestApp::new().await;
    invited(&app, "ben", "none").await;
    invited(&app, "cleo", "none").await;
    let here = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let there = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let others = sign_in(&app, "cleo", PASSWORD).await.unwrap();
    let list = app.get("/api/sessions").anonymous().header("cookie", &here).send().await.expect(StatusCode::OK);
    assert!(!list.text.contains(here.split_once('=').unwrap().1), "the cookie is told to nobody");
    let list = list.json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let current = items.iter().position(|item| item["current"] == true).expect("this one");
    let id = |at: usize| items[at]["id"].as_str().unwrap().to_owned();
    assert_eq!(items[current]["source"], "dashboard 0.0.0.0");
    let path = format!("/api/sessions/{}", id(1 - current));
    assert_eq!(write(&app, "DELETE", &path, &others, &json!({})).await, StatusCode::NOT_FOUND);
    assert_eq!(write(&app, "DELETE", &path, &here, &json!({})).await, StatusCode::NO_CONTENT);
    assert_eq!(write(&app, "DELETE", &path, &here, &json!({})).await, StatusCode::NOT_FOUND);
    let left = [me(&app, &here).await, me(&app, &there).await, me(&app, &others).await];
    assert_eq!(left, [StatusCode::OK, StatusCode::UNAUTHORIZED, StatusCode::OK]);
}

/// A try to sign in from an address, through the proxy that is trusted.
async fn from(app: &TestApp, address: &str, password: &str) -> StatusCode {
    let body = json!({ "name": "ben", "password": password });
    let call = app.post("/api/session").anonymous().header("x-forwarded-for", address);
    call.json(&body).send().await.status
}

#[tokio::test]
async fn guessing_slows_the_guesser_and_not_the_owner() {
    let app = TestApp::with(&["--trusted-proxies=0.0.0.0/32"]).await;
    invited(&app, "ben", "none").await;
    let mut slowed = 0;
    for _ in 0..12 {
        slowed += usize::from(from(&app, "192.0.2.1", "wrong").await == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(slowed >= 5, "{slowed} of 12");
    // There even the right password has to wait; elsewhere it does not.
    assert_eq!(from(&app, "192.0.2.1", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from(&app, "198.51.100.1", PASSWORD).await, StatusCode::NO_CONTENT);
    assert_eq!(from(&app, "192.0.2.1", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "it is not forgiven by that");

    let audit = app.get("/api/stores/audit/log?limit=200").send().await.json();
    let told =
        |entry: &&serde_json::Value| entry["detail"].as_str().is_some_and(|text| text.contains("too many tries"));
    let entry = audit["items"].as_array().unwrap().iter().find(told).expect("what was slowed is told");
    let kept = json!([entry["actor"], entry["action"], entry["result"], entry["source"]]);
    assert_eq!(kept, json!(["ben", "session.create", "refused", "dashboard 192.0.2.1"]));
}

#[tokio::test]
async fn the_last_administrator_stays_one() {
    let app = TestApp::new().await;
    let new = NewUser { name: "ada".into(), role: Role::Admin, password_hash: Some("hash".into()) };
    let ada = app.state.db.create_user(new, &root()).await.unwrap();
    let path = format!("/api/users/{}", ada.id);
    for change in
        [json!({ "disabled": true }), json!({ "role": "viewer" }), json!({ "role": "none", "disabled": true })]
    {
        let refused = app.patch(&path).json(&change).send().await.problem(StatusCode::CONFLICT);
        assert!(refused["type"].as_str().unwrap().ends_with("last-admin"), "{refused}");
    }
    app.delete(&path).send().await.problem(StatusCode::CONFLICT);
    let new = NewUser { name: "bob".into(), role: Role::Admin, password_hash: Some("hash".into()) };
    let bob = app.state.db.create_user(new, &root()).await.unwrap();
    app.patch(&path).json(&json!({ "role": "viewer" })).send().await.expect(StatusCode::OK);
    let refused = app.state.db.change_user(&bob.id, [UserChange::Disable], &root()).await;
    assert!(refused.is_err(), "now it is the other one");
}

//! Accounts from the first link to the last sign-out.

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::{Role, Scope, StoreRole};

use super::TestApp;
use super::app::TOKEN;
use super::roles::{a_store, a_token, a_user, root, token_of};
use crate::db::{Holder, Owner};

pub const PASSWORD: &str = "quite unlike anything 7";

/// Makes an account through the API and chooses its password by its link.
pub async fn invited(app: &TestApp, name: &str, role: &str) -> Value {
    let made = app.post("/api/users").json(&json!({ "name": name, "role": role })).send().await;
    let made = made.expect(StatusCode::CREATED).json();
    let url = made["url"].as_str().unwrap();
    let token = url.split_once("/invite#").unwrap().1;
    let accept = json!({ "token": token, "password": PASSWORD });
    app.post("/api/invite").anonymous().json(&accept).send().await.expect(StatusCode::OK);
    app.post("/api/invite").anonymous().json(&accept).send().await.problem(StatusCode::GONE);
    made["user"].clone()
}

pub async fn sign_in(app: &TestApp, name: &str, password: &str) -> Result<String, StatusCode> {
    let call = app.post("/api/session").anonymous().json(&json!({ "name": name, "password": password }));
    let answer = call.send().await;
    match answer.status {
        StatusCode::NO_CONTENT => Ok(answer.header("set-cookie").split(';').next().unwrap().to_owned()),
        status => Err(status),
    }
}

pub async fn me(app: &TestApp, cookie: &str) -> StatusCode {
    app.get("/api/me").anonymous().header("cookie", cookie).send().await.status
}

pub async fn write(app: &TestApp, method: &str, path: &str, cookie: &str, body: &Value) -> StatusCode {
    let call = app.call(method, path).anonymous().header("cookie", cookie).header("sec-fetch-site", "same-origin");
    call.json(body).send().await.status
}

#[tokio::test]
async fn from_a_link_to_a_session_and_out_again() {
    let app = TestApp::new().await;
    let user = invited(&app, "ben", "none").await;
    assert_eq!(user["hasPassword"], false);
    let cookie = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let read = app.get("/api/me").anonymous().header("cookie", &cookie).send().await.expect(StatusCode::OK).json();
    assert_eq!((&read["actor"], &read["role"], &read["scope"]), (&json!("ben"), &json!("none"), &json!("admin")));
    let permissions = read["permissions"].as_array().unwrap();
    assert!(permissions.contains(&json!("stores.create")) && !permissions.contains(&json!("users.manage")));
    assert_eq!(write(&app, "DELETE", "/api/session", &cookie, &json!({})).await, StatusCode::NO_CONTENT);
    assert_eq!(me(&app, &cookie).await, StatusCode::UNAUTHORIZED);

    let (one, two) = (sign_in(&app, "ben", PASSWORD).await.unwrap(), sign_in(&app, "ben", PASSWORD).await.unwrap());
    let change = json!({ "current": PASSWORD, "new": "another one that is long 9" });
    let wrong = json!({ "current": "not it", "new": "another one that is long 9" });
    assert_eq!(write(&app, "POST", "/api/me/password", &one, &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(write(&app, "POST", "/api/me/password", &one, &change).await, StatusCode::NO_CONTENT);
    assert_eq!([me(&app, &one).await, me(&app, &two).await], [StatusCode::OK, StatusCode::UNAUTHORIZED]);
    assert_eq!(sign_in(&app, "ben", PASSWORD).await, Err(StatusCode::UNAUTHORIZED));
    let three = sign_in(&app, "ben", "another one that is long 9").await.unwrap();
    assert_eq!(write(&app, "DELETE", "/api/sessions", &one, &json!({})).await, StatusCode::NO_CONTENT);
    assert_eq!([me(&app, &one).await, me(&app, &three).await], [StatusCode::UNAUTHORIZED; 2]);

    let audit = app.get("/api/stores/audit/log?limit=200").send().await.json();
    let actions: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in ["user.create", "user.invite", "user.accept", "user.password", "session.create", "session.delete"] {
        assert!(actions.contains(&action), "{action} in {actions:?}");
    }
    let refused = audit["items"].as_array().unwrap().iter().filter(|entry| entry["result"] == "refused").count();
    assert_eq!(refused, 2, "a wrong current password, a wrong sign-in");
}

#[tokio::test]
async fn disabling_holds_from_the_next_request_on() {
    let app = TestApp::new().await;
    let user = invited(&app, "ben", "operator").await;
    let path = format!("/api/users/{}", user["id"].as_str().unwrap());
    let cookie = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let (token, _) = a_token(&app, Holder::User(user["id"].as_str().unwrap().into()), Scope::Read, None).await;
    let bearer = format!("Bearer {token}");
    let by_token = async || app.get("/api/me").anonymous().header("authorization", &bearer).send().await.status;
    assert_eq!([me(&app, &cookie).await, by_token().await], [StatusCode::OK; 2]);
    app.patch(&path).json(&json!({ "disabled": true })).send().await.expect(StatusCode::OK);
    assert_eq!([me(&app, &cookie).await, by_token().await], [StatusCode::UNAUTHORIZED; 2]);
    assert_eq!(sign_in(&app, "ben", PASSWORD).await, Err(StatusCode::UNAUTHORIZED));
    app.patch(&path).json(&json!({ "disabled": false, "role": "viewer" })).send().await.expect(StatusCode::OK);
    assert_eq!([me(&app, &cookie).await, by_token().await], [StatusCode::UNAUTHORIZED, StatusCode::OK]);
    app.delete(&path).send().await.expect(StatusCode::NO_CONTENT);
    assert_eq!(by_token().await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn wrong_passwords_are_slowed_and_unknown_names_answered_alike() {
    let app = TestApp::new().await;
    invited(&app, "ben", "none").await;
    let call = |name: &str| app.post("/api/session").anonymous().json(&json!({ "name": name, "password": "wrong" }));
    let known = call("ben").send().await.problem(StatusCode::UNAUTHORIZED);
    for unknown in ["nobody", "Not a name"] {
        assert_eq!(call(unknown).send().await.problem(StatusCode::UNAUTHORIZED), known);
    }
    for _ in 0..10 {
        call("ben").send().await;
    }
    let slowed = call("ben").send().await;
    assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
    slowed.problem(StatusCode::TOO_MANY_REQUESTS);
    for body in [json!({}), json!({ "name": "ben" }), json!({ "token": TOKEN, "name": "ben", "password": "x" })] {
        app.post("/api/session").anonymous().json(&body).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn a_token_is_told_once_and_may_no_more_than_its_scope() {
    let app = TestApp::new().await;
    let ben = a_user(&app, "ben", Role::None).await;
    let full = format!("Bearer {}", token_of(&app, &ben).await);
    let as_ben = |method: &str, path: &str| app.call(method, path).anonymous().header("authorization", &full);
    let body = json!({ "name": "deploy", "scope": "read", "expiresInDays": 7 });
    let made = as_ben("POST", "/api/me/tokens").json(&body).send().await.expect(StatusCode::CREATED).json();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("souk_pat_"));
    let list = as_ben("GET", "/api/me/tokens").send().await.expect(StatusCode::OK);
    assert!(list.text.contains("deploy") && !list.text.contains(secret));
    let read = format!("Bearer {secret}");
    let refused = app.post("/api/stores").anonymous().header("authorization", &read).json(&json!({ "name": "Mug" }));
    let refused = refused.send().await.problem(StatusCode::FORBIDDEN);
    assert!(refused["detail"].as_str().unwrap().contains("scope"), "{refused}");
    as_ben("POST", "/api/stores").json(&json!({ "name": "Mug" })).send().await.expect(StatusCode::ACCEPTED);
    let seen = app.get("/api/stores").anonymous().header("authorization", &read).send().await.json();
    assert_eq!((&seen["total"], &seen["items"][0]["owner"]), (&json!(1), &json!("ben")));
    let path = format!("/api/me/tokens/{}", made["token"]["id"].as_str().unwrap());
    as_ben("DELETE", &path).send().await.expect(StatusCode::OK);
    let call = app.get("/api/stores").anonymous().header("authorization", &read);
    call.send().await.problem(StatusCode::UNAUTHORIZED);
    let bad = json!({ "name": " ", "expiresInDays": 0 });
    let bad = as_ben("POST", "/api/me/tokens").json(&bad).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad["errors"].as_array().unwrap().len(), 2);

    let machine = json!({ "name": "ci", "role": "operator" });
    let machine = app.post("/api/tokens").json(&machine).send().await.expect(StatusCode::CREATED).json();
    let ci = format!("Bearer {}", machine["secret"].as_str().unwrap());
    let who = app.get("/api/me").anonymous().header("authorization", &ci).send().await.json();
    assert_eq!((&who["actor"], &who["userId"]), (&json!("machine:ci"), &Value::Null));
    app.delete("/api/sessions").anonymous().header("authorization", &ci).send().await.problem(StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn lists_numbers_and_streams_hold_what_is_seen() {
    let app = TestApp::new().await;
    let (ben, cleo) = (a_user(&app, "ben", Role::None).await, a_user(&app, "cleo", Role::None).await);
    let owner = |user: &crate::db::User| Owner::User { id: user.id.clone(), name: user.name.clone() };
    let mine = a_store(&app, owner(&ben)).await;
    let other = a_store(&app, owner(&cleo)).await;
    let bearer = format!("Bearer {}", token_of(&app, &ben).await);
    let get = |path: &str| app.get(path).anonymous().header("authorization", &bearer);
    let stores = get("/api/stores").send().await.json();
    assert_eq!((&stores["total"], &stores["items"][0]["id"]), (&json!(1), &json!(mine.to_string())));
    let numbers = get("/api/metrics").send().await.json();
    assert_eq!(numbers["stores"]["total"], 1);
    let born = |numbers: &Value| {
        numbers["births"].as_array().unwrap().iter().map(|day| day["count"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!((born(&numbers), born(&app.get("/api/metrics").send().await.json())), (1, 2));
    let by_blueprint = get("/api/stores?blueprint=woocommerce").send().await.json();
    assert_eq!(by_blueprint["total"], 1);
    let audit = get("/api/stores/audit/log").send().await;
    assert!(audit.text.contains(mine.as_str()) && !audit.text.contains(other.as_str()), "{}", audit.text);
    for narrowed in [format!("store={other}"), "actor=root".into(), "action=store.create".into()] {
        let audit = get(&format!("/api/stores/audit/log?{narrowed}")).send().await.expect(StatusCode::OK);
        assert!(!audit.text.contains(other.as_str()), "{narrowed}: {}", audit.text);
    }
    let unseen = get(&format!("/api/stores/{other}")).send().await.problem(StatusCode::NOT_FOUND);
    let none = get("/api/stores/saaaaaaaaaa").send().await.problem(StatusCode::NOT_FOUND);
    assert_eq!(unseen, none, "what is not seen is as what is not there");

    let (status, _, mut body) = get("/api/events").header("last-event-id", "0").open().await;
    assert_eq!(status, StatusCode::OK);
    let mut heard = String::new();
    while !heard.contains("event: store") {
        let next = tokio::time::timeout(std::time::Duration::from_secs(10), futures::StreamExt::next(&mut body)).await;
        heard += &String::from_utf8_lossy(&next.expect("something comes").expect("the stream goes on").unwrap());
    }
    assert!(heard.contains(mine.as_str()) && !heard.contains(other.as_str()), "{heard}");

    // Shared, it is seen; taken back, it is not.
    app.state.db.set_store_member(&other, "ben", StoreRole::Member, &root()).await.unwrap();
    get(&format!("/api/stores/{other}")).send().await.expect(StatusCode::OK);
    let path = format!("/api/stores/{other}/members/ben");
    app.delete(&path).send().await.expect(StatusCode::NO_CONTENT);
    get(&format!("/api/stores/{other}")).send().await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_quota_tells_used_and_allowed() {
    let app = TestApp::with(&["--max-stores-per-owner=1"]).await;
    let ben = a_user(&app, "ben", Role::None).await;
    let bearer = format!("Bearer {}", token_of(&app, &ben).await);
    let as_ben = |method: &str, path: &str| app.call(method, path).anonymous().header("authorization", &bearer);
    as_ben("POST", "/api/stores").json(&json!({ "name": "One" })).send().await.expect(StatusCode::ACCEPTED);
    let quota = as_ben("GET", "/api/quota").send().await.expect(StatusCode::OK).json();
    let expected = json!({ "stores": { "used": 1, "allowed": 1 }, "createsPerHour": { "used": 1, "allowed": null } });
    assert_eq!(quota, expected);
    as_ben("POST", "/api/stores").json(&json!({ "name": "Two" })).send().await.problem(StatusCode::CONFLICT);
    app.create("The admin's").await;
}

#[tokio::test]
async fn a_store_changes_hands() {
    let app = TestApp::new().await;
    let (ben, _) = (a_user(&app, "ben", Role::None).await, a_user(&app, "cleo", Role::None).await);
    let id = a_store(&app, Owner::User { id: ben.id.clone(), name: "ben".into() }).await;
    let path = format!("/api/stores/{id}/owner");
    for body in
        [json!({}), json!({ "user": "cleo", "team": "x" }), json!({ "user": "nobody" }), json!({ "team": "none" })]
    {
        app.call("PUT", &path).json(&body).send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
    let given = app.call("PUT", &path).json(&json!({ "user": "cleo" })).send().await.expect(StatusCode::OK).json();
    assert_eq!(given["owner"], "cleo");
    let bearer = format!("Bearer {}", token_of(&app, &ben).await);
    let call = app.get(&format!("/api/stores/{id}")).anonymous().header("authorization", &bearer);
    call.send().await.problem(StatusCode::NOT_FOUND);
    let team =
        app.post("/api/teams").json(&json!({ "name": "agency" })).send().await.expect(StatusCode::CREATED).json();
    let member = format!("/api/teams/{}/members/ben", team["id"].as_str().unwrap());
    app.call("PUT", &member).json(&json!({ "role": "owner" })).send().await.expect(StatusCode::OK);
    app.call("PUT", &path).json(&json!({ "team": "agency" })).send().await.expect(StatusCode::OK);
    let call = app.get(&format!("/api/stores/{id}")).anonymous().header("authorization", &bearer);
    assert_eq!(call.send().await.expect(StatusCode::OK).json()["owner"], "team:agency");
}

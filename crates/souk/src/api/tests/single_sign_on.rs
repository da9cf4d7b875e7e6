//! Single sign-on against a provider that signs what a test tells it to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey, JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use souk_domain::Role;
use time::{Duration, OffsetDateTime};

use super::TestApp;
use super::accounts::{me, write};
use super::roles::a_user;
use crate::auth::token;
use crate::db::test_database::TestDatabase;

const ROLES: &str = "--oidc-roles=staff=viewer,ops=operator";

/// What the provider says next.
struct Script {
    key: CoreEdDsaPrivateSigningKey,
    /// Of the key that tokens are signed with in place of the published one.
    forger: Option<CoreEdDsaPrivateSigningKey>,
    claims: Value,
    /// The PKCE challenge that the browser came with.
    challenge: String,
    /// Groups are told to who asks, and are not in the token.
    small_tokens: bool,
}

#[derive(Clone)]
struct FakeProvider {
    url: String,
    script: Arc<Mutex<Script>>,
}

fn a_key(id: &str) -> CoreEdDsaPrivateSigningKey {
    // PKCS#8 of an Ed25519 key is 16 bytes and the key.
    let mut der = hex::decode("302e020100300506032b657004220420").unwrap();
    der.extend(rand::random::<[u8; 32]>());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", BASE64_STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.to_owned()))).unwrap()
}

impl FakeProvider {
    async fn start() -> Self {
        // As the server does at its start; others may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script = Script {
            key: a_key("one"),
            forger: None,
            claims: json!({}),
            challenge: String::new(),
            small_tokens: false,
        };
        let provider =
            Self { url: format!("http://{}", listener.local_addr().unwrap()), script: Arc::new(Mutex::new(script)) };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(tokens))
            .route("/me", get(claims))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    fn settings(&self) -> [String; 4] {
        [
            format!("--oidc-issuer={}", self.url),
            ROLES.to_owned(),
            "--oidc-name=Example Company".to_owned(),
            "--public-url=http://souk.example".to_owned(),
        ]
    }

    async fn app(&self) -> TestApp {
        TestApp::with(&self.settings().each_ref().map(String::as_str)).await
    }

    fn script<T>(&self, change: impl FnOnce(&mut Script) -> T) -> T {
        change(&mut self.script.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn discovery(State(provider): State<FakeProvider>) -> Json<Value> {
    let url = &provider.url;
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "userinfo_endpoint": format!("{url}/me"), "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(provider): State<FakeProvider>) -> Json<Value> {
    Json(provider.script(|script| json!({ "keys": [script.key.as_verification_key()] })))
}

async fn claims(State(provider): State<FakeProvider>) -> Json<Value> {
    Json(provider.script(|script| script.claims.clone()))
}

/// Gives the token that the script says, to who has the code, the verifier and the client's secret.
async fn tokens(
    State(provider): State<FakeProvider>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    provider.script(|script| {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
        let basic = format!("Basic {}", BASE64_STANDARD.encode("souk:a+client+secret"));
        let right = form["code"] == "the-code"
            && form["redirect_uri"] == "http://souk.example/api/sign-in/oidc/callback"
            && challenge == script.challenge
            && headers["authorization"] == basic.as_str();
        if !right {
            return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
        }
        let mut claims = script.claims.clone();
        if script.small_tokens {
            claims.as_object_mut().unwrap().remove("groups");
        }
        let text = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let head = json!({ "alg": claims.get("_alg").and_then(Value::as_str).unwrap_or("EdDSA"), "kid": script.key.as_verification_key().key_id() });
        let signed = format!("{}.{}", text(&head), text(&claims));
        let key = script.forger.as_ref().unwrap_or(&script.key);
        let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
        let answer = json!({ "access_token": "an-access-token", "token_type": "Bearer", "id_token": token });
        (StatusCode::OK, Json(answer))
    })
}

/// A browser that has been sent to the provider.
struct Sent {
    state: String,
    cookie: String,
}

/// Begins to sign in, and has the provider ready to say that it is Anna of the group `ops`.
async fn begin(app: &TestApp, provider: &FakeProvider, back: &str) -> Sent {
    let answer = app.get(&format!("/api/sign-in/oidc?back={back}")).anonymous().send().await;
    let answer = answer.expect(StatusCode::SEE_OTHER);
    let url = url::Url::parse(answer.header("location")).unwrap();
    assert!(url.as_str().starts_with(&format!("{}/authorize?", provider.url)), "{url}");
    let sent: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(sent["code_challenge_method"], "S256");
    assert_eq!(sent["scope"], "openid profile email groups");
    let now = OffsetDateTime::now_utc().unix_timestamp();
    provider.script(|script| {
        script.challenge = sent["code_challenge"].clone();
        script.claims = json!({
            "iss": provider.url, "aud": "souk", "sub": "1001", "nonce": sent["nonce"], "iat": now, "exp": now + 60,
            "preferred_username": "Anna", "groups": ["staff", "ops", "unknown"],
        });
    });
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    Sent { state: sent["state"].clone(), cookie: cookie.split(';').next().unwrap().to_owned() }
}

/// Comes back from the provider: where it leads, and the cookie of the sign-in.
async fn come_back(app: &TestApp, sent: &Sent, query: &str) -> (String, Option<String>) {
    let path = format!("/api/sign-in/oidc/callback?state={}&{query}", sent.state);
    let answer = app.get(&path).anonymous().header("cookie", &sent.cookie).send().await;
    let answer = answer.expect(StatusCode::SEE_OTHER);
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let mut session = cookies.filter(|cookie| cookie.starts_with("souk_session=")).map(|cookie| {
        assert!(cookie.contains("SameSite=Strict"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    });
    (answer.header("location").to_owned(), session.next_back())
}

async fn sign_in(app: &TestApp, provider: &FakeProvider, change: Value) -> (String, Option<String>) {
    let sent = begin(app, provider, "/stores").await;
    provider.script(|script| {
        let claims = script.claims.as_object_mut().unwrap();
        claims.extend(change.as_object().unwrap().clone());
    });
    come_back(app, &sent, "code=the-code").await
}

async fn audit(app: &TestApp) -> Vec<String> {
    let entries = app.get("/api/stores/audit/log?limit=200").send().await.expect(StatusCode::OK).json();
    let line = |entry: &Value| {
        let text = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} {}", text("actor"), text("action"), text("result"), text("detail"))
    };
    entries["items"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn who_has_signed_in_at_the_provider_has_an_account_with_the_role_of_their_groups() {
    let provider = FakeProvider::start().await;
    let app = provider.app().await;
    let ways = app.get("/api/sign-in").anonymous().send().await.expect(StatusCode::OK).json();
    assert_eq!(ways, json!({ "singleSignOn": { "name": "Example Company", "url": "/api/sign-in/oidc" } }));

    let sent = begin(&app, &provider, "/stores%3Fphase=Ready").await;
    let (back, cookie) = come_back(&app, &sent, &format!("code=the-code&iss={}", provider.url)).await;
    assert_eq!(back, "/stores?phase=Ready");
    let cookie = cookie.expect("a sign-in");
    let who = app.get("/api/me").anonymous().header("cookie", &cookie).send().await.expect(StatusCode::OK).json();
    assert_eq!([&who["actor"], &who["role"], &who["singleSignOn"]], [&json!("anna"), &json!("operator"), &json!(true)]);

    // The next time the groups are others; the account is the same, whatever it is called by then.
    let (_, again) = sign_in(&app, &provider, json!({ "groups": "staff", "preferred_username": "anna.b" })).await;
    let again = app.get("/api/me").anonymous().header("cookie", &again.unwrap()).send().await.json();
    assert_eq!([&again["userId"], &again["actor"], &again["role"]], [&who["userId"], &json!("anna"), &json!("viewer")]);

    let lines = audit(&app).await;
    for line in [
        "anna user.create allowed anna, role operator, by single sign-on",
        "anna user.role allowed anna: operator -> viewer, by its groups",
        "anna session.create allowed ",
    ] {
        assert!(lines.iter().any(|found| found == line), "{line} in {lines:#?}");
    }
}

#[tokio::test]
async fn who_is_not_proven_is_told_why_and_gets_nothing() {
    let provider = FakeProvider::start().await;
    let app = provider.app().await;
    let past = OffsetDateTime::now_utc().unix_timestamp() - 600;
    for (change, code) in [
        (json!({ "aud": "another" }), "not-proven"),
        (json!({ "aud": ["souk", "another"] }), "not-proven"),
        (json!({ "exp": past }), "not-proven"),
        (json!({ "nonce": "another" }), "not-proven"),
        (json!({ "iss": "http://127.0.0.1:1" }), "not-proven"),
        (json!({ "_alg": "none" }), "not-proven"),
        (json!({ "_alg": "HS256" }), "not-proven"),
        (json!({ "groups": ["unknown"] }), "no-group"),
        (json!({ "groups": [] }), "no-group"),
        (json!({ "preferred_username": "admin" }), "name-taken"),
    ] {
        let refused = sign_in(&app, &provider, change.clone()).await;
        assert_eq!(refused, (format!("/sign-in?refused={code}"), None), "{change}");
    }
    for (query, code) in [
        ("error=access_denied&error_description=x", "cancelled"),
        ("error=server_error", "provider-away"),
        ("code=another", "over"),
        ("code=the-code&iss=http://127.0.0.1:1", "not-proven"),
        ("", "not-proven"),
    ] {
        let sent = begin(&app, &provider, "/").await;
        assert_eq!(come_back(&app, &sent, query).await, (format!("/sign-in?refused={code}"), None), "{query}");
    }
    provider.script(|script| script.forger = Some(a_key("one")));
    assert_eq!(sign_in(&app, &provider, json!({})).await.0, "/sign-in?refused=not-proven");

    let refused =
        audit(&app).await.into_iter().filter(|line| line.starts_with("single-sign-on session.create refused"));
    assert_eq!(refused.count(), 16);
    assert_eq!(app.get("/api/users").send().await.json()["total"], 0);
}

#[tokio::test]
async fn a_begun_sign_in_counts_once_and_in_the_browser_that_began_it() {
    let provider = FakeProvider::start().await;
    let app = provider.app().await;
    let over = ("/sign-in?refused=over".to_owned(), None);

    let sent = begin(&app, &provider, "/").await;
    assert!(come_back(&app, &sent, "code=the-code").await.1.is_some());
    assert_eq!(come_back(&app, &sent, "code=the-code").await, over, "a second time");

    let other = begin(&app, &provider, "/").await;
    let sent = begin(&app, &provider, "/").await;
    let mixed = Sent { cookie: other.cookie, ..sent };
    assert_eq!(come_back(&app, &mixed, "code=the-code").await, over, "another browser");
    let without = Sent { cookie: String::new(), state: other.state };
    assert_eq!(come_back(&app, &without, "code=the-code").await, over, "no browser");

    let late = Sent { state: "late".into(), cookie: "souk_begun=secret".into() };
    let (state, browser) = (token::hash("late"), token::hash("secret"));
    app.state.db.note_begun_sign_in(&state, &browser, "/", -Duration::SECOND).await.unwrap();
    assert_eq!(come_back(&app, &late, "code=the-code").await, over, "too late");
}

#[tokio::test]
async fn only_the_dashboard_is_returned_to() {
    let provider = FakeProvider::start().await;
    let app = provider.app().await;
    for back in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/api/stores"] {
        let sent = begin(&app, &provider, back).await;
        assert_eq!(come_back(&app, &sent, "code=the-code").await.0, "/", "{back}");
    }
}

#[tokio::test]
async fn a_provider_that_changes_its_keys_or_is_away_is_asked_again() {
    let provider = FakeProvider::start().await;
    let app = provider.app().await;
    assert!(sign_in(&app, &provider, json!({})).await.1.is_some());
    provider.script(|script| script.key = a_key("two"));
    assert!(sign_in(&app, &provider, json!({})).await.1.is_some());
    provider.script(|script| script.small_tokens = true);
    assert!(sign_in(&app, &provider, json!({})).await.1.is_some(), "groups are asked for");

    let nobody = TestApp::with(&["--oidc-issuer=http://127.0.0.1:1", ROLES]).await;
    let answer = nobody.get("/api/sign-in/oidc").anonymous().send().await.expect(StatusCode::SEE_OTHER);
    assert_eq!(answer.header("location"), "/sign-in?refused=provider-away");
}

#[tokio::test]
async fn accounts_of_the_two_kinds_are_kept_apart() {
    let provider = FakeProvider::start().await;
    let app = provider.app().await;
    a_user(&app, "anna", Role::Viewer).await;
    assert_eq!(sign_in(&app, &provider, json!({})).await.0, "/sign-in?refused=name-taken");

    let (_, cookie) = sign_in(&app, &provider, json!({ "preferred_username": "ben" })).await;
    let cookie = cookie.unwrap();
    let change = json!({ "current": "x", "new": "another one that is long 9" });
    assert_eq!(write(&app, "POST", "/api/me/password", &cookie, &change).await, StatusCode::CONFLICT);
    let ben = app.state.db.user_by_name("ben").await.unwrap();
    for way in ["invite", "reset"] {
        let answer = app.post(&format!("/api/users/{}/{way}", ben.id)).send().await;
        assert_eq!(answer.problem(StatusCode::CONFLICT)["type"], "https://souk.dev/problems/signs-in-elsewhere");
    }
    assert_eq!(me(&app, &cookie).await, StatusCode::OK);

    let path = format!("/api/users/{}", ben.id);
    app.patch(&path).json(&json!({ "disabled": true })).send().await.expect(StatusCode::OK);
    assert_eq!(me(&app, &cookie).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&app, &provider, json!({})).await.0, "/sign-in?refused=disabled");
}

#[tokio::test]
async fn without_a_provider_there_is_no_single_sign_on() {
    let app = TestApp::new().await;
    let ways = app.get("/api/sign-in").anonymous().send().await.expect(StatusCode::OK).json();
    assert_eq!(ways, json!({ "singleSignOn": null }));
    for path in ["/api/sign-in/oidc", "/api/sign-in/oidc/callback"] {
        app.get(path).anonymous().send().await.problem(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_sign_in_begun_at_one_replica_ends_at_another_once() {
    let provider = FakeProvider::start().await;
    let database = TestDatabase::postgres().await;
    let settings = provider.settings();
    let settings = settings.each_ref().map(String::as_str);
    let one = TestApp::replica_with(&database, &settings).await;
    let other = TestApp::replica_with(&database, &settings).await;
    let sent = begin(&one, &provider, "/").await;
    let (first, second) =
        tokio::join!(come_back(&one, &sent, "code=the-code"), come_back(&other, &sent, "code=the-code"));
    assert_eq!([&first, &second].iter().filter(|(_, cookie)| cookie.is_some()).count(), 1, "{first:?} {second:?}");
    // Two at once that are new: one account.
    let (a, b) = (begin(&one, &provider, "/").await, begin(&other, &provider, "/").await);
    assert!(come_back(&other, &b, "code=the-code").await.1.is_some());
    drop(a);
    assert_eq!(one.get("/api/users").send().await.json()["total"], 1);
}

//! `souk login` by way of a browser, which here is the test.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use clap::Parser;
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;

use super::fake::Fake;
use super::{Ran, run};
use crate::auth::pkce;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::login::login;
use crate::cli::settings::Environment;
use crate::cli::terminal::recorded;

const EXCHANGE: &str = "/api/sign-in/code";

/// A platform that gives the token "token" for any code.
async fn platform() -> Fake {
    let fake = Fake::start().await;
    fake.on("GET /api/sign-in", 200, json!({ "singleSignOn": null }));
    fake.on("GET /api/session", 200, json!({ "actor": "ben" }));
    let token = json!({ "id": "k1", "name": "souk CLI on laptop", "expiresAt": "2027-01-31T12:00:00Z" });
    fake.on("POST /api/sign-in/code", 201, json!({ "token": token, "secret": "token" }));
    fake
}

/// A `souk login` that waits for its browser.
struct Waiting {
    running: JoinHandle<Ran>,
    address: Url,
    asked: HashMap<String, String>,
    environment: Environment,
    _home: TempDir,
}

impl Waiting {
    async fn new(fake: &Fake, more: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment { file: Some(home.path().join("souk/config.toml")), ..Environment::default() };
        let address = fake.address();
        // As main does: without a choice the first client would panic.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let arguments: Vec<&str> = ["souk", "login", address.as_str()].iter().chain(more).copied().collect();
        let parsed = crate::Souk::try_parse_from(arguments).unwrap();
        let crate::Command::Client(crate::cli::Command::Login(args)) = parsed.command else { panic!("{more:?}") };
        let (terminal, out, err) = recorded::pipe();
        let (context, said) = (Context { terminal, environment: environment.clone() }, err.clone());
        let running = tokio::spawn(async move {
            let ended = login(&context, args).await;
            Ran { ended, out: out.text(), err: err.text() }
        });
        let printed = said.find(|text| text.lines().find_map(|line| Url::parse(line.strip_prefix("  ")?).ok()));
        let printed = tokio::time::timeout(Duration::from_secs(30), printed).await;
        let address = printed.unwrap_or_else(|_| panic!("it says {:?}", said.text()));
        let asked = address.query_pairs().into_owned().collect();
        Self { running, address, asked, environment, _home: home }
    }

    /// The browser comes back with this.
    async fn back(&self, query: &str) -> (StatusCode, String) {
        let answer = reqwest::get(format!("http://127.0.0.1:{}/done?{query}", self.asked["port"])).await.unwrap();
        assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
        (answer.status(), answer.text().await.unwrap())
    }
}

#[tokio::test]
async fn a_browser_comes_back_with_a_code_and_the_token_is_kept() {
    let fake = platform().await;
    let login = Waiting::new(&fake, &[]).await;
    assert!(login.address.as_str().starts_with(&format!("{}/cli?", fake.address())), "{}", login.address);
    assert!(pkce::is_challenge(&login.asked["challenge"]) && !login.asked["host"].is_empty());
    let (status, _) = login.back("code=evil&state=guessed").await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "another site's code is not taken");
    assert!(fake.asked(&Method::POST, EXCHANGE).is_empty());

    let (status, page) = login.back(&format!("code=souk_code_x&state={}", login.asked["state"])).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("acts as ben now") && page.contains("close this window"), "{page}");
    let ran = login.running.await.unwrap();
    assert_eq!(ran.ended, Ok(()), "{}", ran.err);
    assert!(ran.err.contains("as ben") && ran.err.contains("ends on 2027-01-31"), "{}", ran.err);
    assert!(!ran.err.contains("souk_code_x"), "{}", ran.err);

    let exchanged = &fake.asked(&Method::POST, EXCHANGE)[0].body;
    assert_eq!(exchanged["code"], "souk_code_x");
    assert_eq!(pkce::challenge(exchanged["verifier"].as_str().unwrap()), login.asked["challenge"]);
    let file = login.environment.file.clone().unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fake.on("GET /api/stores", 200, json!({ "items": [], "nextCursor": null, "total": 0 }));
    let environment = login.environment;
    assert_eq!(run(environment.clone(), &["store", "list"]).await.ended, Ok(()), "the next command is signed in");

    fake.on("DELETE /api/me/tokens/k1", 200, json!({}));
    let ran = run(environment, &["logout"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.err.contains("revoked"), "{}", ran.err);
    assert_eq!(fake.asked(&Method::DELETE, "/api/me/tokens/k1").len(), 1);
    assert!(!fs::read_to_string(file).unwrap().contains("token ="));
}

#[tokio::test]
async fn signing_out_where_nobody_answers_says_what_is_left_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let environment = Environment { file: Some(file.clone()), ..Environment::default() };
    let fake = platform().await;
    fake.on(
        "DELETE /api/me/tokens/k1",
        503,
        json!({ "title": "Away", "status": 503, "detail": "The database is away." }),
    );
    let mut kept = crate::cli::settings::Kept::default();
    kept.remember(&crate::cli::settings::parse_address(&fake.address()).unwrap(), "token", Some("k1"));
    kept.write(&file).unwrap();
    let ran = run(environment, &["logout"]).await;
    assert_eq!(ran.ended, Ok(()));
    assert!(ran.err.contains("database is away") && ran.err.contains("page Tokens"), "{}", ran.err);
    assert!(!fs::read_to_string(file).unwrap().contains("token ="));
}

#[tokio::test]
async fn a_refusal_ends_it_and_keeps_nothing() {
    let fake = platform().await;
    let login = Waiting::new(&fake, &[]).await;
    let (status, page) = login.back(&format!("error=access_denied&state={}", login.asked["state"])).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("Not signed in") && page.contains("refused in the browser"), "{page}");
    let failure = login.running.await.unwrap().ended.unwrap_err();
    assert_eq!(failure.exit, Exit::NotSignedIn);
    assert!(failure.next.is_some_and(|next| next.contains("souk login")));
    assert!(fake.asked(&Method::POST, EXCHANGE).is_empty());
    assert!(!login.environment.file.unwrap().exists());
}

#[tokio::test]
async fn a_code_that_is_worth_nothing_is_told_on_both_sides() {
    let fake = Fake::start().await;
    fake.on("GET /api/sign-in", 200, json!({ "singleSignOn": null }));
    fake.on("POST /api/sign-in/code", 410, json!({ "title": "Over", "status": 410, "detail": "It has ended." }));
    let login = Waiting::new(&fake, &[]).await;
    let (_, page) = login.back(&format!("code=late&state={}", login.asked["state"])).await;
    assert!(page.contains("Not signed in") && page.contains("has ended"), "{page}");
    assert_eq!(login.running.await.unwrap().ended.unwrap_err().exit, Exit::NotSignedIn);
    assert!(!login.environment.file.unwrap().exists());
}

#[tokio::test]
async fn nobody_who_answers_is_waited_for_in_vain() {
    let fake = platform().await;
    let login = Waiting::new(&fake, &["--timeout", "50ms"]).await;
    let failure = login.running.await.unwrap().ended.unwrap_err();
    assert_eq!(failure.exit, Exit::TimedOut);
    assert!(failure.message.contains("50ms") && failure.next.unwrap().contains("--no-browser"));
    let closed = reqwest::get(format!("http://127.0.0.1:{}/done", login.asked["port"])).await;
    assert!(closed.is_err(), "the port is closed");
}

#[tokio::test]
async fn an_absent_platform_is_told_before_anybody_goes_to_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment { file: Some(folder.path().join("config.toml")), ..Environment::default() };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = run(environment, &["login", &format!("http://{free}")]).await;
    assert_eq!(ran.ended.unwrap_err().exit, Exit::Unreachable);
    assert!(!ran.err.contains("/cli?"), "{}", ran.err);
}

#[test]
fn the_ways_to_sign_in_exclude_each_other() {
    for wrong in [
        &["souk", "login", "--token-stdin", "--no-browser"][..],
        &["souk", "login", "--token-stdin", "--token-prompt"],
        &["souk", "login", "--token-prompt", "--no-browser"],
    ] {
        assert!(crate::Souk::try_parse_from(wrong).is_err(), "{wrong:?}");
    }
}

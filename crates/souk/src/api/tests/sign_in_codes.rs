//! The command line gets its token by way of a browser: once, and only the one that asked.

use axum::http::StatusCode;
use serde_json::{Value, json};
use souk_domain::Role;
use time::{Duration, OffsetDateTime};

use super::TestApp;
use super::accounts::{PASSWORD, invited, sign_in, write};
use super::app::Answer;
use super::roles::{a_user, root, token_of};
use crate::auth::{pkce, token};
use crate::db::test_database::TestDatabase;
use crate::db::{NewSignInCode, User, UserChange};

const CODES: &str = "/api/me/sign-in-codes";
/// What one command line keeps to itself.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn asked_by(verifier: &str) -> Value {
    json!({ "challenge": pkce::challenge(verifier), "host": "laptop", "expiresInDays": 90 })
}

/// The code that somebody gets in their browser, who allows what is asked for.
async fn allowed(app: &TestApp, cookie: &str, asked: &Value) -> String {
    let call = app.post(CODES).anonymous().header("cookie", cookie).header("sec-fetch-site", "same-origin");
    let made = call.json(asked).send().await.expect(StatusCode::CREATED).json();
    made["code"].as_str().unwrap().to_owned()
}

async fn exchange(app: &TestApp, code: &str, verifier: &str) -> Answer {
    app.post("/api/sign-in/code").anonymous().json(&json!({ "code": code, "verifier": verifier })).send().await
}

/// Nothing is told but that the code is worth nothing.
#[track_caller]
fn over(answer: Answer) {
    let problem = answer.problem(StatusCode::GONE);
    assert_eq!(problem["type"], "https://souk.dev/problems/code-over");
}

/// A browser of an account, signed in.
async fn browser(app: &TestApp) -> String {
    invited(app, "ben", "none").await;
    sign_in(app, "ben", PASSWORD).await.unwrap()
}

async fn audit(app: &TestApp, action: &str) -> Vec<Value> {
    let list = app.get(&format!("/api/stores/audit/log?limit=200&action={action}")).send().await.json();
    let entry = |entry: &Value| json!([entry["actor"], entry["source"], entry["result"], entry["detail"]]);
    list["items"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn what_is_allowed_in_a_browser_becomes_a_token_once() {
    let app = TestApp::new().await;
    let cookie = browser(&app).await;
    let code = allowed(&app, &cookie, &asked_by(VERIFIER)).await;
    assert!(code.starts_with("souk_code_"));
    let made = exchange(&app, &format!(" {code}\n"), VERIFIER).await.expect(StatusCode::CREATED);
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.json();
    let token = &made["token"];
    assert_eq!(
        (&token["name"], &token["scope"], &token["createdBy"]),
        (&json!("souk CLI on laptop"), &json!("write"), &json!("ben"))
    );
    let parse =
        |text: &Value| OffsetDateTime::parse(text.as_str().unwrap(), &time::format_description::well_known::Rfc3339);
    let end = parse(&token["expiresAt"]).unwrap() - OffsetDateTime::now_utc();
    assert!((Duration::days(89)..=Duration::days(90)).contains(&end), "{end}");

    let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
    let by_token = |method: &str, path: &str| app.call(method, path).anonymous().header("authorization", &bearer);
    by_token("POST", "/api/stores").json(&json!({ "name": "Mug" })).send().await.expect(StatusCode::ACCEPTED);
    // It makes no further tokens: who finds it has this one, which can be revoked.
    by_token("POST", CODES).json(&asked_by(VERIFIER)).send().await.problem(StatusCode::FORBIDDEN);

    over(exchange(&app, &code, VERIFIER).await);
    let tokens = app.get("/api/me/tokens").anonymous().header("cookie", &cookie).send().await.json();
    assert_eq!(tokens["total"], 1);
    let path = format!("/api/me/tokens/{}", token["id"].as_str().unwrap());
    assert_eq!(write(&app, "DELETE", &path, &cookie, &json!({})).await, StatusCode::OK);
    by_token("GET", "/api/stores").send().await.problem(StatusCode::UNAUTHORIZED);

    assert_eq!(
        audit(&app, "token.allow").await,
        [json!(["ben", "dashboard 0.0.0.0", "allowed", "souk CLI on laptop"])]
    );
    let made = audit(&app, "token.create").await;
    assert_eq!(made.len(), 2, "{made:?}");
    let twice = "it was used before, was made void, or never was";
    assert_eq!(made[0], json!(["code", "cli 0.0.0.0", "refused", twice]));
    assert_eq!((&made[1][0], &made[1][1], &made[1][2]), (&json!("ben"), &json!("cli 0.0.0.0"), &json!("allowed")));
    assert!(!made[1].to_string().contains("souk_"), "no secret is in the log");
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_another_command_line() {
    let app = TestApp::new().await;
    let cookie = browser(&app).await;
    let other = token::random_secret();
    let code = allowed(&app, &cookie, &asked_by(VERIFIER)).await;
    over(exchange(&app, &code, &other).await);
    over(exchange(&app, &code, VERIFIER).await);

    // Two that were allowed: neither takes the other's code.
    let (mine, theirs) =
        (allowed(&app, &cookie, &asked_by(VERIFIER)).await, allowed(&app, &cookie, &asked_by(&other)).await);
    over(exchange(&app, &theirs, VERIFIER).await);
    exchange(&app, &mine, VERIFIER).await.expect(StatusCode::CREATED);
    over(exchange(&app, "souk_code_made-up", VERIFIER).await);
    for short in ["", "short", &"x".repeat(129)] {
        exchange(&app, &mine, short).await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

fn late(user: &User) -> NewSignInCode {
    NewSignInCode {
        hash: token::hash("late"),
        user: user.id.clone(),
        challenge: pkce::challenge(VERIFIER),
        token_name: "late".into(),
        token_expires_at: None,
    }
}

#[tokio::test]
async fn a_code_ends_with_its_time_and_with_its_account() {
    let app = TestApp::new().await;
    let cookie = browser(&app).await;
    let ben = app.state.db.user_by_name("ben").await.unwrap();
    app.state.db.create_sign_in_code(late(&ben), -Duration::SECOND, &root()).await.unwrap();
    over(exchange(&app, "late", VERIFIER).await);

    let code = allowed(&app, &cookie, &asked_by(VERIFIER)).await;
    let path = format!("/api/users/{}", ben.id);
    app.patch(&path).json(&json!({ "disabled": true })).send().await.expect(StatusCode::OK);
    over(exchange(&app, &code, VERIFIER).await);
    assert!(app.state.db.create_sign_in_code(late(&ben), Duration::HOUR, &root()).await.is_err(), "it is closed");
    app.state.db.change_user(&ben.id, [UserChange::Enable], &root()).await.unwrap();
    over(exchange(&app, &code, VERIFIER).await);

    // What ends every sign-in ends what was allowed in one.
    let cookie = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let code = allowed(&app, &cookie, &asked_by(VERIFIER)).await;
    assert_eq!(write(&app, "DELETE", "/api/sessions", &cookie, &json!({})).await, StatusCode::NO_CONTENT);
    over(exchange(&app, &code, VERIFIER).await);
    let cookie = sign_in(&app, "ben", PASSWORD).await.unwrap();
    let code = allowed(&app, &cookie, &asked_by(VERIFIER)).await;
    app.post(&format!("{path}/reset")).send().await.expect(StatusCode::CREATED);
    over(exchange(&app, &code, VERIFIER).await);
    assert!(app.state.db.list_tokens(Some(&ben.id)).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_somebody_with_an_account_allows_it_on_souks_own_page() {
    let app = TestApp::new().await;
    let cookie = browser(&app).await;
    let from = |site: &str| app.post(CODES).anonymous().header("cookie", &cookie).header("sec-fetch-site", site);
    for site in ["cross-site", "same-site", "none"] {
        let refused = from(site).json(&asked_by(VERIFIER)).send().await.problem(StatusCode::FORBIDDEN);
        assert_eq!(refused["type"], "https://souk.dev/problems/cross-site");
    }
    app.post(CODES).anonymous().json(&asked_by(VERIFIER)).send().await.problem(StatusCode::UNAUTHORIZED);
    let admin = app.post(CODES).json(&asked_by(VERIFIER)).send().await.problem(StatusCode::FORBIDDEN);
    assert!(admin["detail"].as_str().unwrap().contains("no account"), "{admin}");
    assert!(audit(&app, "token.allow").await.is_empty());
}

#[tokio::test]
async fn what_is_asked_for_is_checked_and_leads_nowhere() {
    let app = TestApp::new().await;
    let anna = a_user(&app, "anna", Role::None).await;
    let bearer = format!("Bearer {}", token_of(&app, &anna).await);
    for (field, value) in [
        ("challenge", json!("")),
        ("challenge", json!(VERIFIER.replace('k', "="))),
        ("host", json!("")),
        ("host", json!("your bank, urgently")),
        ("host", json!("x".repeat(53))),
        ("expiresInDays", json!(0)),
        ("expiresInDays", json!(3651)),
        // A code is answered, and sent nowhere.
        ("redirect", json!("https://evil.example/done")),
        ("port", json!(8080)),
        ("scope", json!("admin")),
    ] {
        let mut asked = asked_by(VERIFIER);
        asked[field] = value;
        let call = app.post(CODES).anonymous().header("authorization", &bearer).json(&asked);
        let refused = call.send().await.problem(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
}

#[tokio::test]
async fn guessing_codes_is_slowed() {
    let app = TestApp::new().await;
    for _ in 0..30 {
        let guess = exchange(&app, &token::random_secret(), VERIFIER).await;
        if guess.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(guess.header("retry-after").parse::<u64>().unwrap() >= 1);
            return;
        }
        over(guess);
    }
    panic!("nobody was slowed");
}

#[tokio::test]
async fn a_code_of_one_replica_is_good_at_another_once() {
    let database = TestDatabase::postgres().await;
    let (one, other) = (TestApp::replica(&database).await, TestApp::replica(&database).await);
    let cookie = browser(&one).await;
    for _ in 0..3 {
        let code = allowed(&one, &cookie, &asked_by(VERIFIER)).await;
        let (first, second) = tokio::join!(exchange(&one, &code, VERIFIER), exchange(&other, &code, VERIFIER));
        let made = [&first, &second].iter().filter(|answer| answer.status == StatusCode::CREATED).count();
        assert_eq!(made, 1, "{first:?} {second:?}");
    }
    let tokens = other.get("/api/me/tokens").anonymous().header("cookie", &cookie).send().await.json();
    assert_eq!(tokens["total"], 3);
}

//! Every route, asked by everybody: what the table of routes and the rules make of each together.

use axum::http::StatusCode;
use secrecy::ExposeSecret;
use serde_json::Value;
use souk_domain::{Role, Scope, StoreId, StoreRole};
use time::{Duration, OffsetDateTime};

use super::TestApp;
use crate::api::access::ROUTES;
use crate::api::openapi;
use crate::auth::token::Form;
use crate::db::{Actor, Created, Holder, Limits, NewToken, NewUser, Owner, User};

/// Routes that ask nobody who they are.
pub const OPEN: [(&str, &str); 7] = [
    ("get", "/api/health"),
    ("post", "/api/session"),
    ("get", "/api/sign-in"),
    ("get", "/api/sign-in/oidc"),
    ("get", "/api/sign-in/oidc/callback"),
    ("post", "/api/sign-in/code"),
    ("post", "/api/invite"),
];

/// Per route, what each of `CALLERS` is answered: `y` let through, `f` 403, `n` 404.
const EXPECTED: &[(&str, &str, &str)] = &[
    ("GET", "/api/session", "yyyyyyy"),
    ("DELETE", "/api/session", "yyyyyyy"),
    ("GET", "/api/sessions", "yyyyyyf"),
    ("DELETE", "/api/sessions", "yyyyyyf"),
    // Nobody's own: not there.
    ("DELETE", "/api/sessions/{id}", "nnnnnnf"),
    ("GET", "/api/me", "yyyyyyy"),
    ("POST", "/api/me/password", "yyyyyyf"),
    ("GET", "/api/me/tokens", "yyyyyyf"),
    ("POST", "/api/me/tokens", "yyyyyyf"),
    // Nobody's own: not there.
    ("DELETE", "/api/me/tokens/{id}", "nnnnnnf"),
    ("POST", "/api/me/sign-in-codes", "yyyyyyf"),
    ("GET", "/api/quota", "yyyyyyy"),
    ("GET", "/api/tokens", "yffffff"),
    ("POST", "/api/tokens", "yffffff"),
    ("DELETE", "/api/tokens/{id}", "yffffff"),
    ("GET", "/api/users", "yffffff"),
    ("POST", "/api/users", "yffffff"),
    ("GET", "/api/users/{id}", "yffffff"),
    ("PATCH", "/api/users/{id}", "yffffff"),
    ("DELETE", "/api/users/{id}", "yffffff"),
    ("POST", "/api/users/{id}/invite", "yffffff"),
    ("POST", "/api/users/{id}/reset", "yffffff"),
    ("GET", "/api/teams", "yyyyyyy"),
    ("POST", "/api/teams", "yffffff"),
    ("GET", "/api/teams/{id}", "ynnnyyy"),
    ("DELETE", "/api/teams/{id}", "ynnnfff"),
    ("GET", "/api/teams/{id}/members", "ynnnyyy"),
    ("PUT", "/api/teams/{id}/members/{name}", "ynnnyff"),
    ("DELETE", "/api/teams/{id}/members/{name}", "ynnnyff"),
    ("GET", "/api/stores", "yyyyyyy"),
    ("POST", "/api/stores", "yyfyyyf"),
    ("GET", "/api/stores/{id}", "yyynyyy"),
    ("PATCH", "/api/stores/{id}", "yyfnyyf"),
    ("DELETE", "/api/stores/{id}", "yyfnyff"),
    ("POST", "/api/stores/{id}", "yyfnyyf"),
    ("GET", "/api/stores/{id}/access", "yyynyyy"),
    ("GET", "/api/stores/{id}/members", "yyynyyy"),
    ("PUT", "/api/stores/{id}/members/{name}", "yyfnyff"),
    ("DELETE", "/api/stores/{id}/members/{name}", "yyfnyff"),
    ("PUT", "/api/stores/{id}/owner", "yyfnyff"),
    ("GET", "/api/stores/{id}/credentials", "yyfnyyf"),
    ("POST", "/api/stores/{id}/login-links", "yyfnyyf"),
    ("GET", "/api/stores/{id}/logs", "yyynyyy"),
    ("GET", "/api/stores/{id}/usage", "yyynyyy"),
    ("GET", "/api/stores/{id}/operations", "yyynyyy"),
    ("GET", "/api/stores/{id}/events", "yyynyyy"),
    ("GET", "/api/operations/{id}", "yyynyyy"),
    ("POST", "/api/operations/{id}", "yyfnyyf"),
    ("GET", "/api/events", "yyyyyyy"),
    ("GET", "/api/metrics", "yyyyyyy"),
    ("GET", "/api/stores/audit/log", "yyyyyyy"),
    ("GET", "/api/slugs", "yyyyyyy"),
    ("GET", "/api/slugs/{slug}", "yyyyyyy"),
    ("GET", "/api/platform", "yyyyyyy"),
    ("GET", "/api/sweep", "yyyffff"),
    ("POST", "/api/sweep", "yyfffff"),
];

/// The columns of `EXPECTED`. The store and the team belong to `owner`; `stranger` owns another team's store.
const CALLERS: [&str; 7] = ["admin", "operator", "viewer", "stranger", "owner", "member", "owner who may only read"];

pub fn root() -> Actor {
    Actor { name: "root".into(), source: None }
}

pub async fn a_user(app: &TestApp, name: &str, role: Role) -> User {
    app.state.db.create_user(NewUser { name: name.into(), role, password_hash: None }, &root()).await.unwrap()
}

pub async fn a_token(
    app: &TestApp,
    holder: Holder,
    scope: Scope,
    expires_at: Option<OffsetDateTime>,
) -> (String, String) {
    let form = if matches!(holder, Holder::User(_)) { Form::Personal } else { Form::Machine };
    let (secret, hash) = form.make();
    let new = NewToken { hash, name: "test".into(), holder, scope, expires_at };
    let token = app.state.db.create_token(new, &root()).await.unwrap();
    (secret.expose_secret().to_owned(), token.id)
}

pub async fn token_of(app: &TestApp, user: &User) -> String {
    a_token(app, Holder::User(user.id.clone()), Scope::Admin, None).await.0
}

struct People {
    owner: User,
    member: User,
    tokens: Vec<String>,
}

async fn people(app: &TestApp) -> People {
    let mut tokens = Vec::new();
    for (name, role) in [("adam", Role::Admin), ("olga", Role::Operator), ("vera", Role::Viewer)] {
        tokens.push(token_of(app, &a_user(app, name, role).await).await);
    }
    let stranger = a_user(app, "stella", Role::None).await;
    let owner = a_user(app, "owen", Role::None).await;
    let member = a_user(app, "mia", Role::None).await;
    for user in [&stranger, &owner, &member] {
        tokens.push(token_of(app, user).await);
    }
    tokens.push(a_token(app, Holder::User(owner.id.clone()), Scope::Read, None).await.0);
    let other = app.state.db.create_team("others", &root()).await.unwrap();
    app.state.db.set_team_member(&other.id, "stella", StoreRole::Owner, &root()).await.unwrap();
    a_store(app, Owner::Team { id: other.id, name: other.name }).await;
    People { owner, member, tokens }
}

pub async fn a_store(app: &TestApp, owner: Owner) -> StoreId {
    let id = StoreId::from_random(rand::random());
    let name = souk_domain::DisplayName::new("Mug").unwrap();
    let new = crate::db::NewStore {
        slug: crate::db::SlugChoice::Chosen(souk_domain::Slug::from_id(&id)),
        id,
        name,
        blueprint: "woocommerce".into(),
        plan: "standard".into(),
        admin_username: "admin".into(),
        admin_email: "admin@example.com".into(),
        sealed_password: None,
        deadline_at: OffsetDateTime::now_utc() + Duration::HOUR,
        owner: Some(owner),
    };
    match app.state.db.create_store(new, None, Limits::default(), &root()).await.unwrap() {
        Created::New(store) | Created::Before(store) => store.id,
    }
}

/// The path with ids of things made for this one request.
async fn address(app: &TestApp, people: &People, path: &str, unique: usize) -> String {
    let db = &app.state.db;
    let filled = path.replace("{slug}", "mug").replace("{name}", "mia");
    if path.starts_with("/api/stores/{id}") || path.starts_with("/api/operations") {
        let id = a_store(app, Owner::User { id: people.owner.id.clone(), name: people.owner.name.clone() }).await;
        db.set_store_member(&id, &people.member.name, StoreRole::Member, &root()).await.unwrap();
        let operation = db.get_store(&id).await.unwrap().operation.unwrap().id.0;
        let id = if path.starts_with("/api/stores") { id.to_string() } else { format!("{operation}:cancel") };
        return filled.replace("{id}", &id);
    }
    if path.starts_with("/api/teams/{id}") {
        let team = db.create_team(&format!("team-{unique}"), &root()).await.unwrap();
        db.set_team_member(&team.id, &people.owner.name, StoreRole::Owner, &root()).await.unwrap();
        db.set_team_member(&team.id, &people.member.name, StoreRole::Member, &root()).await.unwrap();
        return filled.replace("{id}", &team.id);
    }
    if path.starts_with("/api/users/{id}") {
        return filled.replace("{id}", &a_user(app, &format!("user-{unique}"), Role::None).await.id);
    }
    let (_, machine) = a_token(app, Holder::Machine(Role::Viewer), Scope::Read, None).await;
    filled.replace("{id}", &machine)
}

/// The answer's status; streams are not read.
async fn status(app: &TestApp, method: &str, path: &str, token: Option<&str>) -> StatusCode {
    let call = app.call(method, path).anonymous();
    let call = match token {
        Some(token) => call.header("authorization", &format!("Bearer {token}")),
        None => call,
    };
    // A reading of an operation takes no verb.
    call.open().await.0
}

fn letter(status: StatusCode) -> char {
    match status {
        StatusCode::UNAUTHORIZED => 'u',
        StatusCode::FORBIDDEN => 'f',
        StatusCode::NOT_FOUND => 'n',
        _ => 'y',
    }
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let app = TestApp::new().await;
    let people = people(&app).await;
    let expired = Some(OffsetDateTime::now_utc() - Duration::MINUTE);
    let of_owner = || Holder::User(people.owner.id.clone());
    let (expired, _) = a_token(&app, of_owner(), Scope::Admin, expired).await;
    let (revoked, revoked_id) = a_token(&app, of_owner(), Scope::Admin, None).await;
    app.state.db.revoke_token(&revoked_id, &root()).await.unwrap();
    let gone = a_user(&app, "gone", Role::Admin).await;
    let disabled = token_of(&app, &gone).await;
    app.state.db.change_user(&gone.id, [crate::db::UserChange::Disable], &root()).await.unwrap();
    let worthless = [None, Some("nonsense"), Some(&*expired), Some(&*revoked), Some(&*disabled)];

    let mut wrong = Vec::new();
    let mut unique = 0;
    for (method, path, ..) in ROUTES {
        let row = EXPECTED.iter().find(|(m, p, _)| m == method && p == path);
        let Some((.., expected)) = row else { panic!("{method} {path} is in no line of EXPECTED") };
        for ((caller, token), expected) in CALLERS.iter().zip(&people.tokens).zip(expected.chars()) {
            unique += 1;
            let mut address = address(&app, &people, path, unique).await;
            if *method == "GET" {
                address = address.replace(":cancel", "");
            }
            let status = status(&app, method, &address, Some(token)).await;
            if letter(status) != expected {
                wrong.push(format!("{method} {path} by {caller}: {status}, expected {expected}"));
            }
        }
        unique += 1;
        let address = address(&app, &people, path, unique).await;
        for token in worthless {
            assert_eq!(
                status(&app, method, &address, token).await,
                StatusCode::UNAUTHORIZED,
                "{method} {path} {token:?}"
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(EXPECTED.len(), ROUTES.len(), "a line of EXPECTED is about no route");
}

#[test]
fn the_table_and_the_document_list_the_same_routes() {
    let document: Value = serde_json::from_str(&openapi::text().unwrap()).unwrap();
    let mut documented: Vec<(String, String)> = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in
            item.as_object().unwrap().keys().filter(|method| !OPEN.contains(&(method.as_str(), path.as_str())))
        {
            documented.push((method.to_uppercase(), path.split(':').next().unwrap().to_owned()));
        }
    }
    documented.sort();
    documented.dedup();
    let mut table: Vec<_> = ROUTES.iter().map(|(method, path, ..)| (method.to_string(), path.to_string())).collect();
    table.sort();
    assert_eq!(documented, table);
}

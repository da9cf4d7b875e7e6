//! Signing in to the dashboard: the token once, a cookie from then on.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::CookieJar;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::layer::client::ClientAddress;
use super::problem::{Kind, Problem, ProblemBody};
use crate::auth::{Asker, Caller, cookie, origin};
use crate::db::{Actor, NewAuditEntry};

/// What signing in takes.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    /// The admin token.
    #[schema(value_type = String, format = Password, write_only)]
    token: SecretString,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    #[schema(example = "admin")]
    actor: String,
}

/// Sign in
///
/// Answers with an HttpOnly cookie that the dashboard sends from then on.
#[utoipa::path(
    post, path = "/api/session", tag = "session", security(()), request_body = SignIn,
    responses(
        (status = 204, description = "Signed in", headers(("Set-Cookie" = String, description = "The sign-in"))),
        (status = 401, description = "The token is wrong", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn sign_in(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    headers: HeaderMap,
    ApiJson(input): ApiJson<SignIn>,
) -> Result<(CookieJar, StatusCode), Problem> {
    if origin::is_foreign(&headers, &state.settings.address.platform_url()) {
        return Err(Problem::new(Kind::CrossSite, "Sign in from Souk's own page."));
    }
    if !state.gate.token.matches(input.token.expose_secret().trim()) {
        tracing::warn!(%client, "a sign-in with a wrong token was refused");
        metrics::counter!("souk_sign_ins_refused_total").increment(1);
        let remedy = "is wrong; the right one is in the Secret souk-admin, under the key token";
        return Err(Problem::about(Kind::Unauthenticated, "token", remedy));
    }
    let actor = Actor { name: "admin".to_owned(), source: Some(format!("dashboard {client}")) };
    let entry = NewAuditEntry { actor: &actor, action: "session.create", store: None, result: "allowed", detail: None };
    state.db.record_audit(entry).await?;
    Ok((CookieJar::new().add(state.gate.cookies.issue()), StatusCode::NO_CONTENT))
}

/// Read who is signed in
#[utoipa::path(
    get, path = "/api/session", tag = "session",
    responses((status = 200, description = "You are", body = SignedIn))
)]
pub async fn get_sign_in(caller: Caller) -> Json<SignedIn> {
    Json(SignedIn { actor: caller.actor })
}

/// Sign out
#[utoipa::path(
    delete, path = "/api/session", tag = "session",
    responses((status = 204, description = "Signed out"))
)]
pub async fn sign_out(
    State(state): State<AppState>,
    Asker(actor): Asker,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode), Problem> {
    if let Some(cookie) = jar.get(cookie::NAME) {
        state.gate.cookies.sign_out(cookie.value());
    }
    let entry = NewAuditEntry { actor: &actor, action: "session.delete", store: None, result: "allowed", detail: None };
    state.db.record_audit(entry).await?;
    Ok((CookieJar::new().add(state.gate.cookies.removal()), StatusCode::NO_CONTENT))
}

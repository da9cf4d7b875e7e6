//! Signing in to the dashboard, with a name and a password or with the admin token: a cookie from then on.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::CookieJar;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::access::check_name;
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::layer::client::ClientAddress;
use super::layer::limit::block;
use super::problem::{FieldError, Kind, Problem, ProblemBody};
use super::sessions::whose;
use crate::auth::{ADMIN, Asker, Caller, Proof, origin};
use crate::db::{Actor, DbError, NewAuditEntry, Signed};

/// Under this name tries with the admin token are counted. No user has it.
const BY_TOKEN: &str = ":token";
/// Under this name tries with a name that no user can have are counted.
const NOBODY: &str = ":nobody";
/// Counts sign-ins that were refused, by name of the metric.
pub(super) const REFUSED: &str = "souk_sign_ins_refused_total";

/// What signing in takes: a name and a password, or the admin token.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignIn {
    name: Option<String>,
    password: Option<SecretString>,
    token: Option<SecretString>,
}

/// What signing in takes: a name and a password, or the admin token.
#[derive(ToSchema)]
#[serde(untagged, deny_unknown_fields)]
#[schema(as = SignIn, example = json!({"name": "anna", "password": "three unrelated words"}))]
#[allow(dead_code, reason = "documents the two forms that `SignIn::check` takes")]
pub enum SignInForm {
    Password {
        /// Name of the account.
        #[schema(example = "anna")]
        name: String,
        #[schema(value_type = String, format = Password, write_only)]
        password: SecretString,
    },
    Token {
        /// The admin token.
        #[schema(value_type = String, format = Password, write_only)]
        token: SecretString,
    },
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    #[schema(example = "admin")]
    actor: String,
}

/// How somebody wants to sign in.
enum With {
    Password { name: String, password: SecretString },
    Token(SecretString),
}

impl SignIn {
    fn check(self) -> Result<With, Problem> {
        let missing = |field: &str| {
            let message = "is missing; give name and password, or the admin token";
            Problem::invalid_input(vec![FieldError::new(field, message)])
        };
        match (self.name, self.password, self.token) {
            (None, None, Some(token)) => Ok(With::Token(token)),
            (Some(name), Some(password), None) => Ok(With::Password { name, password }),
            (_, _, Some(_)) => {
                let message = "is not taken together with name and password; leave one of them out";
                Err(Problem::invalid_input(vec![FieldError::new("token", message)]))
            }
            (None, ..) => Err(missing("name")),
            (_, None, _) => Err(missing("password")),
        }
    }
}

/// Sign in
///
/// Answers with an HttpOnly cookie that the dashboard sends from then on. Tries in vain are slowed down, by
/// account and address.
#[utoipa::path(
    post, path = "/api/session", tag = "session", security(()), request_body = SignInForm,
    responses(
        (status = 204, description = "Signed in", headers(("Set-Cookie" = String, description = "The sign-in"))),
        (status = 401, description = "The name, the password or the token is wrong", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "The request came from another site", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Tried too often", body = ProblemBody, content_type = "application/problem+json", headers(
            ("Retry-After" = u64, description = "Seconds until the next try is let through"),
        )),
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
    let with = input.check()?;
    let account = match &with {
        With::Token(_) => BY_TOKEN,
        With::Password { name, .. } if check_name(name).is_ok() => name.as_str(),
        With::Password { .. } => NOBODY,
    };
    let source = Some(format!("dashboard {client}"));
    let stranger = Actor { name: account.trim_start_matches(':').to_owned(), source: source.clone() };
    let entry = || NewAuditEntry::about(&stranger, "session.create");
    let attempt = state.db.begin_sign_in(account, &block(client).to_string(), entry()).await.inspect_err(count)?;
    let signed = match &with {
        With::Token(token) => {
            let right = state.gate.token.matches(token.expose_secret().trim());
            right.then(|| (Signed::Admin { proof: state.gate.proof.clone() }, None))
        }
        With::Password { name, password } => by_password(&state, name, password).await?,
    };
    // Held back whatever came of it: the time says nothing.
    tokio::time::sleep(attempt.held).await;
    let Some((signed, proven)) = signed else {
        tracing::warn!(%client, "a sign-in was refused");
        metrics::counter!(REFUSED).increment(1);
        state.db.record_audit(entry().refused()).await?;
        return Err(refusal(&with));
    };
    let name = match &signed {
        Signed::User(user) => user.name.clone(),
        Signed::Admin { .. } => ADMIN.to_owned(),
    };
    state.db.end_sign_in(attempt).await?;
    let (cookie, hash) = state.gate.sessions.issue();
    let actor = Actor { name, source };
    let span = state.gate.sessions.span();
    let kept = state.db.create_session(&hash, &signed, proven.as_deref(), span, &actor).await;
    kept.map_err(|error| match error {
        // The password was changed while it was looked at.
        DbError::NoSuchUser => refusal(&with),
        error => error.into(),
    })?;
    Ok((CookieJar::new().add(cookie), StatusCode::NO_CONTENT))
}

pub(super) fn count(error: &DbError) {
    if matches!(error, DbError::SignInsTooFast(_)) {
        metrics::counter!(REFUSED).increment(1);
    }
}

/// Unknown and disabled accounts take as long as known ones, and are answered alike.
async fn by_password(
    state: &AppState,
    name: &str,
    password: &SecretString,
) -> Result<Option<(Signed, Option<String>)>, Problem> {
    let found = state.db.user_with_password(name).await?;
    let kept = found.as_ref().and_then(|(_, hash)| hash.as_deref());
    let right = state.gate.passwords.matches(password, kept).await?;
    let found = found.filter(|(user, _)| right && user.disabled_at.is_none());
    Ok(found.map(|(user, hash)| (Signed::User(user), hash)))
}

fn refusal(with: &With) -> Problem {
    match with {
        With::Token(_) => {
            let remedy = "is wrong; the right one is in the Secret souk-admin, under the key token";
            Problem::about(Kind::Unauthenticated, "token", remedy)
        }
        With::Password { .. } => {
            let remedy = "or name is wrong, or the account is disabled; ask an administrator for a new link";
            Problem::about(Kind::Unauthenticated, "password", remedy)
        }
    }
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
    caller: Caller,
    Asker(actor): Asker,
) -> Result<(CookieJar, StatusCode), Problem> {
    if let Proof::Cookie(hash) = &caller.by {
        state.db.end_session(hash, &actor).await?;
    }
    Ok((CookieJar::new().add(state.gate.sessions.removal()), StatusCode::NO_CONTENT))
}

/// Sign out everywhere
///
/// Ends every sign-in of the account, in every browser.
#[utoipa::path(
    delete, path = "/api/sessions", tag = "session",
    responses(
        (status = 204, description = "Signed out"),
        (status = 403, description = "The token's scope is too narrow, or it is a machine's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn sign_out_everywhere(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
) -> Result<(CookieJar, StatusCode), Problem> {
    state.db.end_sessions(whose(&caller)?, &actor).await?;
    Ok((CookieJar::new().add(state.gate.sessions.removal()), StatusCode::NO_CONTENT))
}

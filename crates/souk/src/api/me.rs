//! The caller's own account: who one is, what one may, one's password.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::admin::check_password;
use souk_domain::{Need, Role, Scope};
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::layer::client::ClientAddress;
use super::layer::limit::block;
use super::problem::{FieldError, Kind, Problem, ProblemBody};
use crate::auth::{Asker, Caller, Proof};
use crate::db::{DbError, NewAuditEntry, User};

/// The caller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub struct MeView {
    /// As the audit log names the caller.
    #[schema(example = "anna")]
    actor: String,
    /// Id of the account; null for the admin token and for machines.
    user_id: Option<String>,
    /// The account signs in at the provider of single sign-on; there is no password here to change.
    single_sign_on: bool,
    role: Role,
    /// `admin` unless a token of less was sent.
    scope: Scope,
    /// What is allowed on the whole platform. Roles in single stores and teams allow more there.
    permissions: Vec<Need>,
}

/// Read who one is and what one may
#[utoipa::path(
    get, path = "/api/me", tag = "account",
    responses((status = 200, description = "You", body = MeView))
)]
pub async fn get_me(caller: Caller) -> Json<MeView> {
    Json(MeView {
        actor: caller.actor,
        single_sign_on: caller.user.as_ref().is_some_and(|user| user.single_sign_on),
        user_id: caller.user.map(|user| user.id),
        role: caller.access.role,
        scope: caller.access.scope,
        permissions: caller.access.needs(),
    })
}

/// A change of one's password.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangePassword {
    /// The password so far.
    #[schema(value_type = String, format = Password, write_only)]
    current: SecretString,
    /// 12 to 128 characters that are hard to guess.
    #[schema(value_type = String, format = Password, write_only, min_length = 12, max_length = 128)]
    new: SecretString,
}

/// Change one's password
///
/// Every other sign-in of the account ends. Tokens stay.
#[utoipa::path(
    post, path = "/api/me/password", tag = "account", request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"),
        (status = 403, description = "The admin token and machines have no password", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The account signs in with single sign-on", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A password was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    ClientAddress(client): ClientAddress,
    ApiJson(input): ApiJson<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let user = own_account(&caller)?;
    if user.single_sign_on {
        return Err(DbError::SignsInElsewhere.into());
    }
    check_new(&input.new, &user.name, "new")?;
    let entry = || NewAuditEntry::about(&actor, "user.password");
    // Whoever sits down at a browser that was left open guesses no faster than at the sign-in.
    let attempt = state.db.begin_sign_in(&user.name, &block(client).to_string(), entry()).await?;
    let kept = state.db.user_with_password(&user.name).await?.and_then(|(_, hash)| hash);
    if !state.gate.passwords.matches(&input.current, kept.as_deref()).await? {
        state.db.record_audit(entry().refused()).await?;
        let message = "is not the password of this account; ask an administrator for a new link if it is lost";
        return Err(Problem::invalid_input(vec![FieldError::new("current", message)]));
    }
    state.db.end_sign_in(attempt).await?;
    let hash = state.gate.passwords.hash(&input.new).await?;
    let keep = match &caller.by {
        Proof::Cookie(hash) => Some(hash.as_str()),
        Proof::Token => None,
    };
    state.db.set_password(&user.id, &hash, keep, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's account.
///
/// # Errors
/// The caller has none.
pub fn own_account(caller: &Caller) -> Result<&User, Problem> {
    caller.user.as_ref().ok_or_else(|| {
        Problem::new(
            Kind::Forbidden,
            "The admin token and machines have no account. Sign in with a name and a password.",
        )
    })
}

/// # Errors
/// The password is too short, too long or too easy to guess.
pub fn check_new(password: &SecretString, name: &str, field: &str) -> Result<(), Problem> {
    check_password(password.expose_secret(), &[name, "souk"])
        .map_err(|refused| Problem::invalid_input(vec![FieldError::new(field, refused.to_string())]))
}

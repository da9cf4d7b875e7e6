//! Tokens for programs: one's own, and those of machines.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::access::NAME_MAX;
use souk_domain::{Role, Scope};
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;

use super::AppState;
use super::json::{ApiJson, whole_number};
use super::me::own_account;
use super::params::TextPath;
use super::problem::{FieldError, Problem, ProblemBody};
use super::view::ListView;
use crate::auth::token::Form;
use crate::auth::{Asker, Caller};
use crate::db::{DbError, Holder, NewToken, Token};

/// Most days that a token is valid.
const MOST_DAYS: u32 = 3650;

/// A token as it is kept.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Token)]
pub struct TokenView {
    id: String,
    #[schema(example = "deploy")]
    name: String,
    /// A machine's own role; null for a person's token, which has the person's.
    role: Option<Role>,
    scope: Scope,
    #[schema(example = "anna")]
    created_by: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Null for never.
    #[serde(with = "time::serde::rfc3339::option")]
    expires_at: Option<OffsetDateTime>,
    /// To the minute.
    #[serde(with = "time::serde::rfc3339::option")]
    used_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    revoked_at: Option<OffsetDateTime>,
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            role: match token.holder {
                Holder::Machine(role) => Some(role),
                Holder::User(_) => None,
            },
            id: token.id,
            name: token.name,
            scope: token.scope,
            created_by: token.created_by,
            created_at: token.created_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// A new token, told once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewToken)]
pub struct NewTokenView {
    token: TokenView,
    /// The token itself. It is not shown again.
    #[schema(format = Password, example = "souk_pat_...")]
    secret: String,
}

impl NewTokenView {
    pub fn new(token: Token, secret: &SecretString) -> Self {
        Self { token: token.into(), secret: secret.expose_secret().to_owned() }
    }
}

/// A token of one's own that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for, 1 to 64 characters.
    #[schema(
        example = "deploy",
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    name: String,
    /// `read` when absent.
    scope: Option<Scope>,
    /// Days until it ends; never when absent.
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    #[serde(default, deserialize_with = "whole_number")]
    expires_in_days: Option<u32>,
}

/// A machine's token that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateMachineToken {
    /// The machine, 1 to 64 characters; the audit log calls it `machine:<name>`.
    #[schema(
        example = "ci",
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    name: String,
    #[schema(example = "operator")]
    role: Role,
    /// `write` when absent.
    scope: Option<Scope>,
    /// Days until it ends; never when absent.
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    #[serde(default, deserialize_with = "whole_number")]
    expires_in_days: Option<u32>,
}

/// List one's tokens, newest first
#[utoipa::path(
    get, path = "/api/me/tokens", tag = "account",
    responses((status = 200, description = "All, revoked ones too", body = ListView<TokenView>))
)]
pub async fn list_own_tokens(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<ListView<TokenView>>, Problem> {
    let tokens = state.db.list_tokens(Some(&own_account(&caller)?.id)).await?;
    Ok(Json(ListView::whole(tokens.into_iter().map(TokenView::from))))
}

/// Make a token of one's own
///
/// It may what its owner may at the time of each request, and no more than its scope.
#[utoipa::path(
    post, path = "/api/me/tokens", tag = "account", request_body = CreateToken,
    responses(
        (status = 201, description = "Made; the secret is not shown again", body = NewTokenView),
        (status = 403, description = "The token's scope is too narrow, or there is no account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_own_token(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    ApiJson(input): ApiJson<CreateToken>,
) -> Result<(StatusCode, Json<NewTokenView>), Problem> {
    let holder = Holder::User(own_account(&caller)?.id.clone());
    let expires_at = check(&input.name, input.expires_in_days)?;
    let scope = input.scope.unwrap_or(Scope::Read);
    let (secret, hash) = Form::Personal.make();
    let new = NewToken { hash, name: input.name, holder, scope, expires_at };
    let token = state.db.create_token(new, &actor).await?;
    Ok((StatusCode::CREATED, Json(NewTokenView::new(token, &secret))))
}

/// Revoke one of one's tokens
#[utoipa::path(
    delete, path = "/api/me/tokens/{id}", tag = "account", params(("id" = String, Path, description = "Id of the token")),
    responses(
        (status = 200, description = "Revoked", body = TokenView),
        (status = 404, description = "No such token of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn revoke_own_token(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<Json<TokenView>, Problem> {
    let holder = Holder::User(own_account(&caller)?.id.clone());
    if state.db.get_token(&id).await?.holder != holder {
        return Err(DbError::NoSuchToken.into());
    }
    Ok(Json(state.db.revoke_token(&id, &actor).await?.into()))
}

/// List the tokens of machines, newest first
#[utoipa::path(
    get, path = "/api/tokens", tag = "users",
    responses(
        (status = 200, description = "All, revoked ones too", body = ListView<TokenView>),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_tokens(State(state): State<AppState>) -> Result<Json<ListView<TokenView>>, Problem> {
    let tokens = state.db.list_tokens(None).await?;
    Ok(Json(ListView::whole(tokens.into_iter().map(TokenView::from))))
}

/// Make a token of a machine
#[utoipa::path(
    post, path = "/api/tokens", tag = "users", request_body = CreateMachineToken,
    responses(
        (status = 201, description = "Made; the secret is not shown again", body = NewTokenView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_token(
    State(state): State<AppState>,
    Asker(actor): Asker,
    ApiJson(input): ApiJson<CreateMachineToken>,
) -> Result<(StatusCode, Json<NewTokenView>), Problem> {
    let expires_at = check(&input.name, input.expires_in_days)?;
    let scope = input.scope.unwrap_or(Scope::Write);
    let (secret, hash) = Form::Machine.make();
    let new = NewToken { hash, name: input.name, holder: Holder::Machine(input.role), scope, expires_at };
    let token = state.db.create_token(new, &actor).await?;
    Ok((StatusCode::CREATED, Json(NewTokenView::new(token, &secret))))
}

/// Revoke any token, a person's too
#[utoipa::path(
    delete, path = "/api/tokens/{id}", tag = "users", params(("id" = String, Path, description = "Id of the token")),
    responses(
        (status = 200, description = "Revoked", body = TokenView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such token", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn revoke_token(
    State(state): State<AppState>,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<Json<TokenView>, Problem> {
    Ok(Json(state.db.revoke_token(&id, &actor).await?.into()))
}

/// When a token of this name and so many days ends.
fn check(name: &str, days: Option<u32>) -> Result<Option<OffsetDateTime>, Problem> {
    let mut errors = Vec::new();
    if name.trim().is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        errors
            .push(FieldError::new("name", format!("must have 1 to {NAME_MAX} characters; say what the token is for")));
    }
    match end_of(days) {
        Ok(end) if errors.is_empty() => return Ok(end),
        Ok(_) => {}
        Err(error) => errors.push(error),
    }
    Err(Problem::invalid_input(errors))
}

/// When a token of so many days ends; never without.
///
/// # Errors
/// No token is valid for so long.
pub fn end_of(days: Option<u32>) -> Result<Option<OffsetDateTime>, FieldError> {
    match days {
        None => Ok(None),
        Some(days @ 1..=MOST_DAYS) => Ok(Some(OffsetDateTime::now_utc() + Duration::days(days.into()))),
        Some(_) => {
            Err(FieldError::new("expiresInDays", format!("must be from 1 to {MOST_DAYS}; leave it out for no end")))
        }
    }
}

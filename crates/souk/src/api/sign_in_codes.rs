//! Signing in from the command line by way of a browser: somebody who is signed in at the dashboard allows it, and
//! the command line comes with the code of that for a token of theirs (docs/decisions/0010).
//!
//! The code goes through the browser, and is worth nothing without a secret that never does (PKCE). Where it goes
//! from the dashboard is not said here: that page knows no other place than the browser's own machine.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::access::NAME_MAX;
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;

use super::AppState;
use super::json::{ApiJson, whole_number};
use super::layer::client::ClientAddress;
use super::layer::limit::block;
use super::me::own_account;
use super::problem::{FieldError, Problem, ProblemBody};
use super::sign_in::{REFUSED, count};
use super::tokens::{NewTokenView, end_of};
use crate::auth::token::{self, Form};
use crate::auth::{Asker, Caller, pkce};
use crate::db::{Actor, DbError, NewAuditEntry, NewSignInCode};

/// How long the command line may take to come with a code that somebody copies by hand.
const LIFETIME: Duration = Duration::minutes(5);
/// What the name of every such token begins with.
const NAMED: &str = "souk CLI on ";
/// Most characters of a host's name; the token's name holds it.
pub const HOST_MAX: usize = NAME_MAX - NAMED.len();
/// Under this name tries with a code are counted. No user has it.
const BY_CODE: &str = ":code";

/// What the command line is allowed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSignInCode {
    /// Hash of the secret that the command line keeps: PKCE (RFC 7636), method S256.
    #[schema(
        example = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        min_length = 43,
        max_length = 43,
        pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
    )]
    challenge: String,
    /// The machine that it runs on, as it names itself; the token is called after it.
    #[schema(example = "laptop", min_length = 1, max_length = 52, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    host: String,
    /// Days until the token ends; never when absent.
    #[schema(example = 90, minimum = 1, maximum = 3650)]
    #[serde(default, deserialize_with = "whole_number")]
    expires_in_days: Option<u32>,
}

/// A code for the command line, told once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignInCode {
    /// Good once, together with the secret of the challenge.
    #[schema(format = Password, example = "souk_code_...")]
    code: String,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

/// A code with the secret that belongs to it.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UseSignInCode {
    #[schema(value_type = String, format = Password, write_only)]
    code: SecretString,
    /// The secret whose hash is the challenge.
    #[schema(
        value_type = String,
        format = Password,
        write_only,
        min_length = 43,
        max_length = 128,
        pattern = "^[A-Za-z0-9._~-]*$"
    )]
    verifier: SecretString,
}

/// Allow the command line to act for oneself
///
/// Makes a code, which `souk login` turns into a token of the scope `write`. It is good once, for five minutes.
#[utoipa::path(
    post, path = "/api/me/sign-in-codes", tag = "account", request_body = CreateSignInCode,
    responses(
        (status = 201, description = "Made; the code is not shown again", body = SignInCode),
        (status = 403, description = "The token's scope is too narrow, or there is no account", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_sign_in_code(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    ApiJson(input): ApiJson<CreateSignInCode>,
) -> Result<(StatusCode, Json<SignInCode>), Problem> {
    let user = own_account(&caller)?.id.clone();
    let token_expires_at = check(&input)?;
    let (secret, hash) = Form::Code.make();
    let new = NewSignInCode {
        hash,
        user,
        challenge: input.challenge,
        token_name: format!("{NAMED}{}", input.host),
        token_expires_at,
    };
    let expires_at = OffsetDateTime::now_utc() + LIFETIME;
    state.db.create_sign_in_code(new, LIFETIME, &actor).await?;
    Ok((StatusCode::CREATED, Json(SignInCode { code: secret.expose_secret().to_owned(), expires_at })))
}

/// When the token ends.
fn check(input: &CreateSignInCode) -> Result<Option<OffsetDateTime>, Problem> {
    let mut errors = Vec::new();
    if !pkce::is_challenge(&input.challenge) {
        errors.push(FieldError::new("challenge", "must be the SHA-256 of the verifier as base64url; begin again"));
    }
    if !is_host(&input.host) {
        let message = format!(
            "must have 1 to {HOST_MAX} of the characters A-Z, a-z, 0-9, '.', '_' and '-', and begin with a letter or digit"
        );
        errors.push(FieldError::new("host", message));
    }
    match end_of(input.expires_in_days) {
        Ok(end) if errors.is_empty() => return Ok(end),
        Ok(_) => {}
        Err(error) => errors.push(error),
    }
    Err(Problem::invalid_input(errors))
}

/// A name that says nothing else: people read it in a question before they allow something.
fn is_host(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.len() <= HOST_MAX && name.chars().all(inner)
}

/// Sign in with a code
///
/// Makes the token that somebody allowed the command line. Whoever comes with a code uses it up. Tries in vain are
/// slowed down, by address.
#[utoipa::path(
    post, path = "/api/sign-in/code", tag = "session", security(()), request_body = UseSignInCode,
    responses(
        (status = 201, description = "Made; the secret is not shown again", body = NewTokenView),
        (status = 410, description = "The code was used, has ended, or belongs to another verifier", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Tried too often", body = ProblemBody, content_type = "application/problem+json", headers(
            ("Retry-After" = u64, description = "Seconds until the next try is let through"),
        )),
    )
)]
pub async fn use_sign_in_code(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    ApiJson(input): ApiJson<UseSignInCode>,
) -> Result<(StatusCode, Json<NewTokenView>), Problem> {
    let verifier = input.verifier.expose_secret();
    if !pkce::is_verifier(verifier) {
        let message = "must have 43 to 128 of the characters A-Z, a-z, 0-9, '-', '.', '_' and '~'";
        return Err(Problem::invalid_input(vec![FieldError::new("verifier", message)]));
    }
    let source = Some(format!("cli {client}"));
    let stranger = Actor { name: BY_CODE.trim_start_matches(':').to_owned(), source: source.clone() };
    let entry = || NewAuditEntry::about(&stranger, "token.create");
    let attempt = state.db.begin_sign_in(BY_CODE, &block(client).to_string(), entry()).await.inspect_err(count)?;
    let (secret, hash) = Form::Personal.make();
    let code = token::hash(input.code.expose_secret().trim());
    let made = state.db.use_sign_in_code(&code, &pkce::challenge(verifier), hash, source).await;
    tokio::time::sleep(attempt.held).await;
    match made {
        Ok(token) => {
            state.db.end_sign_in(attempt).await?;
            Ok((StatusCode::CREATED, Json(NewTokenView::new(token, &secret))))
        }
        Err(DbError::CodeOver(why)) => {
            tracing::warn!(%client, why, "a code for the command line was refused");
            metrics::counter!(REFUSED).increment(1);
            state.db.record_audit(entry().refused().detail(why)).await?;
            Err(DbError::CodeOver(why).into())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_and_no_sentences() {
        for good in ["laptop", "ci-7.example.org", "0123456789ab", &"x".repeat(HOST_MAX)] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "-x", ".x", "my laptop", "läptop", "a\nb", "your bank?", &"x".repeat(HOST_MAX + 1)] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}

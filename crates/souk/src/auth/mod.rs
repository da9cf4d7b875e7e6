//! Who may call: the admin token as a bearer, or the cookie that a sign-in with it gave.
//!
//! Owns the check of both and what is known about the caller afterwards. Which routes need a caller
//! is said in `api/router.rs`. Accounts and roles are not here yet; they extend `Caller`.

pub mod cookie;
pub mod origin;
pub mod token;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;

use crate::api::AppState;
use crate::api::layer::client::ClientAddress;
use crate::api::problem::{Kind, Problem};
use crate::config::secrets::Secrets;
use crate::db::Actor;
use cookie::CookieSigner;
use token::AdminToken;

/// Everything needed to tell who calls.
pub struct Gate {
    pub token: AdminToken,
    pub cookies: CookieSigner,
}

/// Who calls, put into the request once it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Name for the audit log.
    pub actor: String,
    pub by: Proof,
}

/// How the caller was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    Token,
    Cookie,
}

impl Gate {
    pub fn new(secrets: &Secrets, lifetime: std::time::Duration, https: bool) -> Self {
        let token = AdminToken::new(&secrets.admin_token);
        let cookies = CookieSigner::new(&secrets.encryption_key, &token, lifetime, https);
        Self { token, cookies }
    }

    /// # Errors
    /// Nobody is signed in, or the token is wrong.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let offered = value.to_str().ok().and_then(token::bearer);
            return match offered {
                Some(offered) if self.token.matches(offered) => Ok(Caller::admin(Proof::Token)),
                Some(_) => Err(Problem::new(
                    Kind::Unauthenticated,
                    "The token is wrong. The right one is in the Secret souk-admin, under the key token.",
                )),
                None => Err(Problem::new(Kind::Unauthenticated, "Send the header Authorization: Bearer <token>.")),
            };
        }
        match CookieJar::from_headers(headers).get(cookie::NAME) {
            Some(cookie) if self.cookies.is_valid(cookie.value()) => Ok(Caller::admin(Proof::Cookie)),
            Some(_) => Err(Problem::new(Kind::Unauthenticated, "The sign-in has ended. Sign in again.")),
            None => Err(Problem::new(
                Kind::Unauthenticated,
                "Send the header Authorization: Bearer <token>, or sign in at the dashboard.",
            )),
        }
    }
}

impl Caller {
    fn admin(by: Proof) -> Self {
        Self { actor: "admin".to_owned(), by }
    }
}

/// Lets only known callers through, and cookie-borne writes only from Souk's own pages.
pub async fn require_caller(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = state.gate.caller(request.headers())?;
    if caller.by == Proof::Cookie && !request.method().is_safe() {
        origin::require_same(request.headers(), &state.settings.address.platform_url())?;
    }
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Absent only on a route that was not put behind `require_caller`: refuse, never guess.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::new(Kind::Unauthenticated, "Sign in first."))
    }
}

/// Who asks, as the audit log names them: how they were recognised, and from which address.
pub struct Asker(pub Actor);

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Ok(ClientAddress(address)) = ClientAddress::from_request_parts(parts, state).await;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let by = match caller.by {
            Proof::Cookie => "dashboard",
            Proof::Token if agent.starts_with("souk/") => "cli",
            Proof::Token => "api",
        };
        Ok(Self(Actor { name: caller.actor, source: Some(format!("{by} {address}")) }))
    }
}

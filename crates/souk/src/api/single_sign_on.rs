//! Signing in with a company's own account: out to the provider, and back with its word.
//!
//! Both routes answer browsers and lead to a page of the dashboard; who is refused is told there why, in words
//! that the code `refused` names. What the provider says is proven in `auth/oidc.rs`.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};
use souk_domain::access::check_name;
use time::Duration;
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::layer::client::ClientAddress;
use super::params::ApiQuery;
use super::problem::{Kind, Problem, ProblemBody};
use super::sign_in::REFUSED;
use crate::auth::oidc::{Begun, Identity, OidcError, Provider};
use crate::auth::{ADMIN, token};
use crate::db::{Actor, DbError, Foreign, NewAuditEntry, Signed, User};

/// Where the provider sends browsers back to.
pub const CALLBACK: &str = "/api/sign-in/oidc/callback";
/// How long a sign-in may take at the provider.
const LIFETIME: Duration = Duration::minutes(10);
/// Cookie of a browser that has begun a sign-in. It comes back along with a redirect from the provider's site, so
/// it is laxer than that of a sign-in.
const COOKIE: &str = "souk_begun";
const SECURE_COOKIE: &str = "__Host-souk_begun";
/// Longest address to return to, in bytes.
const RETURN_MAX: usize = 1024;

/// The ways to sign in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaysToSignIn {
    /// The company's own sign-in; null when there is none.
    single_sign_on: Option<SingleSignOn>,
}

/// A provider of sign-ins.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SingleSignOn {
    /// What people call it.
    #[schema(example = "Example Company")]
    name: String,
    /// Where a browser begins.
    #[schema(example = "/api/sign-in/oidc")]
    url: &'static str,
}

/// Read the ways to sign in
#[utoipa::path(
    get, path = "/api/sign-in", tag = "session", security(()),
    responses((status = 200, description = "Besides name and password", body = WaysToSignIn))
)]
pub async fn get_ways(State(state): State<AppState>) -> Json<WaysToSignIn> {
    let single_sign_on = state
        .provider
        .as_ref()
        .map(|_| SingleSignOn { name: state.settings.oidc.oidc_name.clone(), url: "/api/sign-in/oidc" });
    Json(WaysToSignIn { single_sign_on })
}

/// Where to go on afterwards.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BeginQuery {
    /// A page of the dashboard.
    #[param(example = "/stores")]
    back: Option<String>,
}

/// Sign in with a company's account
///
/// Leads a browser to the provider.
#[utoipa::path(
    get, path = "/api/sign-in/oidc", tag = "session", security(()), params(BeginQuery),
    responses(
        (status = 303, description = "To the provider, or back to the sign-in page when it is away", headers(
            ("Location" = String, description = "Where to"), ("Set-Cookie" = String, description = "Proves later which browser began"),
        )),
        (status = 404, description = "There is no single sign-on here", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn begin_single_sign_on(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    ApiQuery(query): ApiQuery<BeginQuery>,
) -> Result<Response, Problem> {
    let provider = provider(&state)?;
    let (secret, number) = (token::random_secret(), token::random_secret());
    let address = match provider.address(&Begun { secret: &secret, state: &number }).await {
        Ok(address) => address,
        Err(error) => return refuse(&state, &format!("dashboard {client}"), &Refusal::from(error)).await,
    };
    let back = query.back.filter(|back| is_local(back)).unwrap_or_else(|| "/".to_owned());
    state.db.note_begun_sign_in(&token::hash(&number), &token::hash(&secret), &back, LIFETIME).await?;
    let jar = CookieJar::new().add(cookie(&state, secret, LIFETIME));
    Ok((jar, Redirect::to(address.as_str())).into_response())
}

/// What the provider sends along.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallbackQuery {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    /// The issuer (RFC 9207).
    iss: Option<String>,
}

/// Come back from the provider
///
/// Signs in with the code that the provider gave, once, in the browser that began.
#[utoipa::path(
    get, path = "/api/sign-in/oidc/callback", tag = "session", security(()), params(CallbackQuery),
    responses(
        (status = 303, description = "Signed in, and on to where one came from; or refused, and back to the sign-in page", headers(
            ("Location" = String, description = "Where to"), ("Set-Cookie" = String, description = "The sign-in"),
        )),
        (status = 404, description = "There is no single sign-on here", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn end_single_sign_on(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    headers: HeaderMap,
    ApiQuery(query): ApiQuery<CallbackQuery>,
) -> Result<Response, Problem> {
    let provider = provider(&state)?;
    let source = format!("dashboard {client}");
    match sign_in(&state, provider, &headers, query, &source).await {
        Ok((jar, back)) => Ok((jar, Redirect::to(&back)).into_response()),
        Err(Stopped::Refused(refusal)) => refuse(&state, &source, &refusal).await,
        Err(Stopped::Failed(problem)) => Err(problem),
    }
}

/// Why somebody is not signed in.
struct Refusal {
    /// Names the words that the sign-in page has for it.
    code: &'static str,
    /// For the audit log and for who runs the platform.
    why: String,
}

enum Stopped {
    Refused(Refusal),
    Failed(Problem),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbError> for Stopped {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<OidcError> for Refusal {
    fn from(error: OidcError) -> Self {
        let code = match error {
            OidcError::Provider(_) => "provider-away",
            OidcError::Code(_) => "over",
            OidcError::Token(_) => "not-proven",
        };
        Self { code, why: error.to_string() }
    }
}

fn refusal(code: &'static str, why: impl Into<String>) -> Refusal {
    Refusal { code, why: why.into() }
}

async fn sign_in(
    state: &AppState,
    provider: &Provider,
    headers: &HeaderMap,
    query: CallbackQuery,
    source: &str,
) -> Result<(CookieJar, String), Stopped> {
    let secret = CookieJar::from_headers(headers).get(cookie_name(state)).map(|cookie| cookie.value().to_owned());
    let number = query.state.unwrap_or_default();
    let browser = secret.as_deref().map(token::hash);
    let back = state.db.take_begun_sign_in(&token::hash(&number), browser.as_deref()).await?;
    let (Some(back), Some(secret)) = (back, secret) else {
        let why = "the sign-in was ended before, took too long, or was begun in another browser";
        return Err(refusal("over", why).into());
    };
    if let Some(issuer) = query.iss.filter(|issuer| Some(issuer) != state.settings.oidc.oidc_issuer.as_ref()) {
        return Err(refusal("not-proven", format!("the answer comes from {issuer:?}")).into());
    }
    if let Some(error) = query.error {
        let code = if error == "access_denied" { "cancelled" } else { "provider-away" };
        return Err(refusal(code, format!("the provider answers {error:?}")).into());
    }
    let code = query.code.ok_or_else(|| refusal("not-proven", "the provider gave no code"))?;
    let identity = provider.identity(code, &Begun { secret: &secret, state: &number }).await.map_err(Refusal::from)?;
    let user = admit(state, &identity, source).await?;

    let (cookie, hash) = state.gate.sessions.issue();
    let actor = Actor { name: user.name.clone(), source: Some(source.to_owned()) };
    let kept = state.db.create_session(&hash, &Signed::User(user), None, state.gate.sessions.span(), &actor).await;
    kept.map_err(|error| match error {
        // Closed since.
        DbError::NoSuchUser => refusal("disabled", format!("the account {} is disabled", actor.name)).into(),
        error => Stopped::from(error),
    })?;
    Ok((CookieJar::new().add(cookie).add(removal(state)), back))
}

/// The account of an identity, if its groups have a role.
async fn admit(state: &AppState, identity: &Identity, source: &str) -> Result<User, Stopped> {
    let name = name_of(identity);
    let who = format!("{name} ({})", identity.subject);
    let Some(role) = state.settings.oidc.oidc_roles.of(&identity.groups) else {
        let why = format!("{who} is in no group that SOUK_OIDC_ROLES names, but in {:?}", identity.groups);
        return Err(refusal("no-group", why).into());
    };
    let foreign = Foreign { issuer: &identity.issuer, subject: &identity.subject, name: &name, role };
    let taken = || refusal("name-taken", format!("{who} would have the name of another account")).into();
    // The admin token goes by this name.
    if name == ADMIN {
        return Err(taken());
    }
    state.db.foreign_user(&foreign, Some(source.to_owned())).await.map_err(|error| match error {
        DbError::NameTaken => taken(),
        DbError::Disabled => refusal("disabled", format!("the account of {who} is disabled")).into(),
        error => error.into(),
    })
}

/// The identity's name in the form that names of accounts have here.
fn name_of(identity: &Identity) -> String {
    let given = identity.name.as_deref().unwrap_or(&identity.subject).to_lowercase();
    let known = |c: char| if c.is_ascii_alphanumeric() || "._@-".contains(c) { c } else { '-' };
    let name: String = given.chars().map(known).skip_while(|c| !c.is_ascii_alphanumeric()).take(64).collect();
    match check_name(&name) {
        Ok(()) => name,
        Err(_) => format!("user-{}", token::hash(&identity.subject).get(..12).unwrap_or_default()),
    }
}

/// Back to the sign-in page, which says why; and a line for the audit log.
async fn refuse(state: &AppState, source: &str, refusal: &Refusal) -> Result<Response, Problem> {
    tracing::warn!(source, code = refusal.code, why = refusal.why, "a sign-in was refused");
    metrics::counter!(REFUSED).increment(1);
    let stranger = Actor { name: "single-sign-on".to_owned(), source: Some(source.to_owned()) };
    let entry = NewAuditEntry::about(&stranger, "session.create").detail(refusal.why.clone()).refused();
    state.db.record_audit(entry).await?;
    let jar = CookieJar::new().add(removal(state));
    Ok((jar, Redirect::to(&format!("/sign-in?refused={}", refusal.code))).into_response())
}

fn provider(state: &AppState) -> Result<&Provider, Problem> {
    state.provider.as_ref().ok_or_else(|| {
        Problem::new(Kind::NotFound, "There is no single sign-on here. It is set up with SOUK_OIDC_ISSUER.")
    })
}

/// Only pages of this dashboard; a browser reads `\` as `/`, and two of them as another host.
fn is_local(back: &str) -> bool {
    let mut start = back.chars();
    let local = start.next() == Some('/') && !matches!(start.next(), Some('/' | '\\'));
    local && back.len() <= RETURN_MAX && !back.chars().any(char::is_control) && !back.starts_with("/api/")
}

fn cookie_name(state: &AppState) -> &'static str {
    if state.settings.address.is_https() { SECURE_COOKIE } else { COOKIE }
}

fn cookie(state: &AppState, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build((cookie_name(state), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.settings.address.is_https())
        .max_age(age)
        .build()
}

fn removal(state: &AppState) -> Cookie<'static> {
    cookie(state, String::new(), Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_dashboard_are_returned_to() {
        for good in ["/", "/stores/s1?tab=logs#x", "/stores?search=%2F"] {
            assert!(is_local(good), "{good}");
        }
        let long = format!("/{}", "x".repeat(RETURN_MAX));
        for bad in
            ["", "stores", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/api/x", &long]
        {
            assert!(!is_local(bad), "{bad:?}");
        }
    }

    #[test]
    fn names_take_the_form_that_names_have() {
        let name = |name: Option<&str>, subject: &str| {
            name_of(&Identity {
                issuer: "https://login.example".into(),
                subject: subject.into(),
                name: name.map(Into::into),
                groups: Vec::new(),
            })
        };
        assert_eq!(name(Some("Anna.Müller@Example.com"), "1"), "anna.m-ller@example.com");
        assert_eq!(name(Some("  _anna"), "1"), "anna");
        assert_eq!(name(None, "00u1"), "00u1");
        assert_eq!(name(Some("安娜"), "1").len(), 17);
        assert_eq!(name(Some(&"x".repeat(100)), "1").len(), 64);
    }
}

//! What every route needs, in one table, and the check of it. A route that is not in the table answers
//! nobody.
//!
//! Who may not is told 403. A store or team that the caller may not even see is told as one that is not
//! there: 404.

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use souk_domain::{Access, Need, OperationId, StoreRole, allows};

use super::AppState;
use super::problem::{Kind, Problem};
use crate::auth::{Caller, Proof, origin};
use crate::db::DbError;

/// What a route is about, besides the platform: found by the id in its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Platform,
    Store,
    /// An operation, and so its store.
    Operation,
    Team,
}

/// Method, path, what the caller needs, and what it is about.
pub type Route = (&'static str, &'static str, Need, About);

/// Every route but the open ones.
pub const ROUTES: &[Route] = {
    use About::{Operation, Platform, Store, Team};
    &[
        ("GET", "/api/session", Need::OwnRead, Platform),
        ("DELETE", "/api/session", Need::OwnRead, Platform),
        ("GET", "/api/sessions", Need::OwnAccount, Platform),
        ("DELETE", "/api/sessions", Need::OwnAccount, Platform),
        ("DELETE", "/api/sessions/{id}", Need::OwnAccount, Platform),
        ("GET", "/api/me", Need::OwnRead, Platform),
        ("POST", "/api/me/password", Need::OwnAccount, Platform),
        ("GET", "/api/me/tokens", Need::OwnTokens, Platform),
        ("POST", "/api/me/tokens", Need::OwnTokens, Platform),
        ("DELETE", "/api/me/tokens/{id}", Need::OwnTokens, Platform),
        ("POST", "/api/me/sign-in-codes", Need::OwnTokens, Platform),
        ("GET", "/api/quota", Need::OwnRead, Platform),
        ("GET", "/api/tokens", Need::TokensManage, Platform),
        ("POST", "/api/tokens", Need::TokensManage, Platform),
        ("DELETE", "/api/tokens/{id}", Need::TokensManage, Platform),
        ("GET", "/api/users", Need::UsersManage, Platform),
        ("POST", "/api/users", Need::UsersManage, Platform),
        ("GET", "/api/users/{id}", Need::UsersManage, Platform),
        ("PATCH", "/api/users/{id}", Need::UsersManage, Platform),
        ("DELETE", "/api/users/{id}", Need::UsersManage, Platform),
        ("POST", "/api/users/{id}/invite", Need::UsersManage, Platform),
        ("POST", "/api/users/{id}/reset", Need::UsersManage, Platform),
        ("GET", "/api/teams", Need::TeamsList, Platform),
        ("POST", "/api/teams", Need::TeamsManage, Platform),
        ("GET", "/api/teams/{id}", Need::TeamRead, Team),
        ("DELETE", "/api/teams/{id}", Need::TeamsManage, Team),
        ("GET", "/api/teams/{id}/members", Need::TeamRead, Team),
        ("PUT", "/api/teams/{id}/members/{name}", Need::TeamChange, Team),
        ("DELETE", "/api/teams/{id}/members/{name}", Need::TeamChange, Team),
        ("GET", "/api/stores", Need::StoresList, Platform),
        ("POST", "/api/stores", Need::StoresCreate, Platform),
        ("GET", "/api/stores/{id}", Need::StoreRead, Store),
        ("PATCH", "/api/stores/{id}", Need::StoreChange, Store),
        ("DELETE", "/api/stores/{id}", Need::StoreDelete, Store),
        ("POST", "/api/stores/{id}", Need::StoreChange, Store),
        ("GET", "/api/stores/{id}/access", Need::StoreRead, Store),
        ("GET", "/api/stores/{id}/members", Need::StoreRead, Store),
        ("PUT", "/api/stores/{id}/members/{name}", Need::StoreShare, Store),
        ("DELETE", "/api/stores/{id}/members/{name}", Need::StoreShare, Store),
        ("PUT", "/api/stores/{id}/owner", Need::StoreShare, Store),
        ("GET", "/api/stores/{id}/credentials", Need::StoreCredentials, Store),
        ("POST", "/api/stores/{id}/login-links", Need::StoreCredentials, Store),
        ("GET", "/api/stores/{id}/logs", Need::StoreLogs, Store),
        ("GET", "/api/stores/{id}/usage", Need::StoreRead, Store),
        ("GET", "/api/stores/{id}/operations", Need::StoreRead, Store),
        ("GET", "/api/stores/{id}/events", Need::StoreRead, Store),
        ("GET", "/api/operations/{id}", Need::StoreRead, Operation),
        ("POST", "/api/operations/{id}", Need::StoreCancel, Operation),
        ("GET", "/api/events", Need::StoresList, Platform),
        ("GET", "/api/metrics", Need::StoresList, Platform),
        ("GET", "/api/stores/audit/log", Need::AuditRead, Platform),
        ("GET", "/api/slugs", Need::PlatformOffer, Platform),
        ("GET", "/api/slugs/{slug}", Need::PlatformOffer, Platform),
        ("GET", "/api/platform", Need::PlatformOffer, Platform),
        ("GET", "/api/sweep", Need::PlatformRead, Platform),
        ("POST", "/api/sweep", Need::PlatformSweep, Platform),
    ]
};

/// What the route needs; none when it is not in the table.
pub fn find(method: &Method, path: &str) -> Option<(Need, About)> {
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let route = ROUTES.iter().find(|(of, at, ..)| *of == method && *at == path)?;
    Some((route.2, route.3))
}

/// Lets only those through who may: known callers, writes by cookie only from Souk's own pages, and what
/// the table says.
pub async fn require_caller(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let caller = state.gate.caller(&state.db, request.headers()).await?;
    if matches!(caller.by, Proof::Cookie(_)) && !request.method().is_safe() {
        origin::require_same(request.headers(), &state.settings.address.platform_url())?;
    }
    state.limits.check_caller(&caller.actor)?;
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let Some((need, about)) = find(request.method(), &route) else {
        return Err(Problem::internal(&format!(
            "{} {route} is not in the table of what routes need",
            request.method()
        )));
    };
    admit(&state, &caller, need, about, request.uri().path()).await?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// The id in a path such as `/api/stores/{id}/logs` or `/api/operations/{id}:cancel`, as it came. One that is
/// written in another way (percent signs) is one that nobody has a role in.
fn id_in(path: &str) -> &str {
    path.split('/').nth(3).map(|segment| segment.split(':').next().unwrap_or(segment)).unwrap_or_default()
}

async fn admit(state: &AppState, caller: &Caller, need: Need, about: About, path: &str) -> Result<(), Problem> {
    let id = id_in(path);
    let (relation, read, what) = match about {
        About::Platform => (None, None, ""),
        About::Store => (store_role(state, caller, id).await?, Some(Need::StoreRead), "store"),
        About::Operation => {
            let store = match state.db.get_operation(&OperationId(id.to_owned())).await {
                Ok(operation) => operation.store_id.to_string(),
                // Nobody has a role in it; who sees every store is told by the handler that it is not there.
                Err(DbError::NoSuchOperation) => String::new(),
                Err(error) => return Err(error.into()),
            };
            (store_role(state, caller, &store).await?, Some(Need::StoreRead), "operation")
        }
        About::Team => {
            let role = match &caller.user {
                Some(user) => state.db.team_role(&user.id, id).await?,
                None => None,
            };
            (role, Some(Need::TeamRead), "team")
        }
    };
    if allows(caller.access, need, relation) {
        return Ok(());
    }
    match read {
        Some(read) if !allows(caller.access, read, relation) => Err(not_there(what)),
        _ => Err(refusal(caller.access, need, relation)),
    }
}

async fn store_role(state: &AppState, caller: &Caller, id: &str) -> Result<Option<StoreRole>, Problem> {
    match id.parse() {
        Ok(store) => Ok(caller.role_in_store(&state.db, &store).await?),
        Err(_) => Ok(None),
    }
}

/// The same words for what is not there and for what the caller may not see.
pub fn not_there(what: &str) -> Problem {
    Problem::new(Kind::NotFound, format!("There is no such {what}."))
}

fn refusal(access: Access, need: Need, relation: Option<StoreRole>) -> Problem {
    let without = Access { scope: souk_domain::Scope::Admin, ..access };
    let detail = if allows(without, need, relation) {
        format!("This needs {need}, and the token's scope is only {}. Use a token of a wider scope.", access.scope)
    } else {
        let role = relation.map_or_else(|| access.role.as_str(), |relation| relation.as_str());
        format!("This needs {need}, which the role {role} does not give. Ask an administrator or the owner.")
    };
    Problem::new(Kind::Forbidden, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cut_out_of_paths() {
        for (path, id) in [
            ("/api/stores/sabc", "sabc"),
            ("/api/stores/sabc/logs", "sabc"),
            ("/api/operations/o1:cancel", "o1"),
            ("/api/stores", ""),
        ] {
            assert_eq!(id_in(path), id);
        }
    }

    #[test]
    fn a_route_is_in_the_table_once_and_is_about_what_its_need_is_about() {
        for (at, (method, path, need, about)) in ROUTES.iter().enumerate() {
            let first = ROUTES.iter().position(|(m, p, ..)| m == method && p == path);
            assert_eq!(first, Some(at), "{method} {path}");
            assert_eq!(need.is_about_a_store(), matches!(about, About::Store | About::Operation), "{method} {path}");
        }
        assert_eq!(find(&Method::HEAD, "/api/stores"), Some((Need::StoresList, About::Platform)));
        assert_eq!(find(&Method::PUT, "/api/stores"), None);
    }
}

//! Suspend and resume a store: `POST /api/stores/{id}:suspend` and `:resume`.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use souk_domain::{Store, StoreId};
use time::OffsetDateTime;

use super::AppState;
use super::params::{TextPath, if_match};
use super::problem::{Kind, Problem, ProblemBody};
use super::stores::answer;
use super::view::StoreView;
use crate::auth::Asker;
use crate::db::{Actor, Suspension};

/// What the path of a store itself answers; the router knows one route for it and for its commands.
const OF_A_STORE: &str = "GET,HEAD,PATCH,DELETE";

/// Suspend a store
///
/// Answers at once; the shop and its database are stopped in the background. Volumes, address and secrets are
/// kept, and visitors find a short page. What is suspended already is answered as it is, so the request is safe to
/// repeat. Behind an operation that is under way it waits for its end.
#[utoipa::path(
    post, path = "/api/stores/{id}:suspend", tag = "stores",
    params(
        ("id" = String, Path, description = "Id of the store"),
        ("If-Match" = Option<String>, Header, example = "\"1\"", pattern = r#"^(\*|(W/)?"-?[0-9]{1,18}")$"#, description = "ETag of the store; refuses the request when it is not the current one"),
    ),
    responses(
        (status = 202, description = "It is being suspended, or is already", body = StoreView, headers(
            ("ETag" = String, description = "Its revision"),
        )),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The store was never ready, or is being deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The store has been deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed by someone else", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn suspend_store(
    state: &AppState,
    id: &StoreId,
    if_revision: Option<i64>,
    actor: &Actor,
) -> Result<Store, Problem> {
    ask(state, id, true, if_revision, actor).await
}

/// Resume a suspended store
///
/// Answers at once; the store is `Ready` again when its shop has passed the same checks as after its creation. What
/// is not suspended is answered as it is.
#[utoipa::path(
    post, path = "/api/stores/{id}:resume", tag = "stores",
    params(
        ("id" = String, Path, description = "Id of the store"),
        ("If-Match" = Option<String>, Header, example = "\"1\"", pattern = r#"^(\*|(W/)?"-?[0-9]{1,18}")$"#, description = "ETag of the store; refuses the request when it is not the current one"),
    ),
    responses(
        (status = 202, description = "It is being resumed, or is not suspended", body = StoreView, headers(
            ("ETag" = String, description = "Its revision"),
        )),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The store was never ready, or is being deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The store has been deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed by someone else", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn resume_store(
    state: &AppState,
    id: &StoreId,
    if_revision: Option<i64>,
    actor: &Actor,
) -> Result<Store, Problem> {
    ask(state, id, false, if_revision, actor).await
}

async fn ask(
    state: &AppState,
    id: &StoreId,
    suspended: bool,
    if_revision: Option<i64>,
    actor: &Actor,
) -> Result<Store, Problem> {
    let deadline_at = OffsetDateTime::now_utc() + state.settings.reconcile.update_deadline;
    let store = state.db.suspend_store(id, Suspension { suspended, if_revision, deadline_at }, actor).await?;
    tracing::info!(store.id = %id, suspended, "a store is to be suspended or resumed");
    Ok(store)
}

/// `POST /api/stores/<id>:<verb>`: the router matches whole segments, so the verb is read here.
pub async fn command_store(
    State(state): State<AppState>,
    Asker(actor): Asker,
    TextPath(segment): TextPath,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some((id, verb)) = segment.rsplit_once(':') else {
        return Err(Problem::method_not_allowed(&Method::POST, &format!("/api/stores/{segment}")).allow(OF_A_STORE));
    };
    if !matches!(verb, "suspend" | "resume") {
        return Err(Problem::new(Kind::NotFound, "Stores know :suspend and :resume after their id."));
    }
    let store: StoreId = id.parse().map_err(|_| Problem::no_such("store", id))?;
    let if_revision = if_match(&headers)?;
    let store = match verb {
        "suspend" => suspend_store(&state, &store, if_revision, &actor).await?,
        _ => resume_store(&state, &store, if_revision, &actor).await?,
    };
    state.wake.wake(&store.id);
    answer(&state, StatusCode::ACCEPTED, store).await
}

/// The methods of a store, or of a command to one. None for another path.
pub fn methods_of(path: &str) -> Option<&'static str> {
    let segment = path.strip_prefix("/api/stores/").filter(|segment| !segment.contains('/'))?;
    Some(if segment.contains(':') { "POST" } else { OF_A_STORE })
}

//! Operations: list, read, cancel, retry.

use axum::Json;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use souk_domain::{Operation, OperationId, OperationKind, OperationState, Store};
use time::OffsetDateTime;

use super::AppState;
use super::input::{CancelOperation, Created};
use super::json::ApiJson;
use super::params::{StorePath, TextPath};
use super::problem::{FieldError, Kind, Problem, ProblemBody};
use super::view::ListView;
use crate::auth::Asker;
use crate::db::Actor;

/// List the operations of a store, newest first
#[utoipa::path(
    get, path = "/api/stores/{id}/operations", tag = "operations",
    params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 200, description = "All operations", body = ListView<Operation>),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_operations(
    State(state): State<AppState>,
    StorePath(id): StorePath,
) -> Result<Json<ListView<Operation>>, Problem> {
    let store = state.db.get_store(&id).await?;
    let mut items = state.db.list_operations(&id).await?;
    state.db.place_operations(&store, &mut items, state.births_at_once()).await?;
    Ok(Json(ListView { total: items.len() as u64, items, next_cursor: None }))
}

/// Read an operation
#[utoipa::path(
    get, path = "/api/operations/{id}", tag = "operations",
    params(("id" = String, Path, description = "Id of the operation")),
    responses(
        (status = 200, description = "The operation", body = Operation),
        (status = 404, description = "No such operation", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_operation(State(state): State<AppState>, TextPath(id): TextPath) -> Result<Json<Operation>, Problem> {
    if id.contains(':') {
        return Err(other_method(&Method::GET, &id));
    }
    Ok(Json(shown(&state, &OperationId(id)).await?))
}

/// The methods of an operation, or of a command to one: the router knows one route for both. None for another path.
pub fn methods_of(path: &str) -> Option<&'static str> {
    let segment = path.strip_prefix("/api/operations/")?;
    Some(if segment.contains(':') { "POST" } else { "GET,HEAD" })
}

fn other_method(method: &Method, segment: &str) -> Problem {
    let path = format!("/api/operations/{segment}");
    let problem = Problem::method_not_allowed(method, &path);
    match methods_of(&path) {
        Some(methods) => problem.allow(methods),
        None => problem,
    }
}

/// The operation with its place in the queue.
async fn shown(state: &AppState, id: &OperationId) -> Result<Operation, Problem> {
    let mut operation = state.db.get_operation(id).await?;
    if operation.state == OperationState::Queued {
        let store = state.db.get_store(&operation.store_id).await?;
        let operations = std::slice::from_mut(&mut operation);
        state.db.place_operations(&store, operations, state.births_at_once()).await?;
    }
    Ok(operation)
}

/// Ask a queued or running operation to stop
///
/// What it made so far is kept, unless the body asks for a cancelled creation to be removed: then the store is
/// deleted, and the operation that is answered is over.
#[utoipa::path(
    post, path = "/api/operations/{id}:cancel", tag = "operations",
    params(("id" = String, Path, description = "Id of the operation")),
    request_body(content = Option<CancelOperation>, description = "May be left out"),
    responses(
        (status = 202, description = "It will stop", body = Operation),
        (status = 404, description = "No such operation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is over, or a deletion", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn cancel_operation(
    state: &AppState,
    id: &OperationId,
    input: CancelOperation,
    actor: &Actor,
) -> Result<Store, Problem> {
    Ok(match input.created.unwrap_or_default() {
        Created::Keep => state.db.cancel_operation(id, actor).await?,
        Created::Remove => state.db.cancel_and_remove(id, actor).await?,
    })
}

/// Put a failed or cancelled operation back in the queue
#[utoipa::path(
    post, path = "/api/operations/{id}:retry", tag = "operations",
    params(("id" = String, Path, description = "Id of the operation")),
    responses(
        (status = 202, description = "It is queued again", body = Operation),
        (status = 404, description = "No such operation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has not failed", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn retry_operation(state: &AppState, id: &OperationId, actor: &Actor) -> Result<Store, Problem> {
    let reconcile = &state.settings.reconcile;
    let time = match state.db.get_operation(id).await?.kind {
        OperationKind::Create => Some(reconcile.create_deadline),
        OperationKind::Update | OperationKind::Suspend | OperationKind::Resume => Some(reconcile.update_deadline),
        OperationKind::Delete => None,
    };
    let deadline_at = time.map(|time| OffsetDateTime::now_utc() + time);
    Ok(state.db.retry_operation(id, deadline_at, actor).await?)
}

/// `POST /api/operations/<id>:<verb>`: the router matches whole segments, so the verb is read here.
pub async fn command_operation(
    State(state): State<AppState>,
    Asker(actor): Asker,
    TextPath(segment): TextPath,
    input: Option<ApiJson<CancelOperation>>,
) -> Result<Response, Problem> {
    let (id, verb) = segment.rsplit_once(':').unwrap_or((&segment, ""));
    let id = OperationId(id.to_owned());
    let store = match verb {
        "cancel" => {
            let ApiJson(input) = input.unwrap_or(ApiJson(CancelOperation::default()));
            cancel_operation(&state, &id, input, &actor).await?
        }
        "retry" if input.is_some() => {
            return Err(Problem::invalid_input(vec![FieldError::new("body", "is not taken by :retry; leave it out")]));
        }
        "retry" => retry_operation(&state, &id, &actor).await?,
        "" if !segment.contains(':') => return Err(other_method(&Method::POST, &segment)),
        _ => return Err(Problem::new(Kind::NotFound, "Operations know :cancel and :retry after their id.")),
    };
    state.wake.wake(&store.id);
    Ok((StatusCode::ACCEPTED, Json(shown(&state, &id).await?)).into_response())
}

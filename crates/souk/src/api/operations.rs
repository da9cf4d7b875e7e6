//! Operations: list, read, cancel, retry.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use souk_domain::{Operation, OperationId, OperationKind, Store};
use time::OffsetDateTime;

use super::AppState;
use super::params::{StorePath, TextPath};
use super::problem::{Kind, Problem, ProblemBody};
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
    state.db.get_store(&id).await?;
    let items = state.db.list_operations(&id).await?;
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
    Ok(Json(state.db.get_operation(&OperationId(id)).await?))
}

/// Ask a queued or running operation to stop
///
/// What it made so far is kept.
#[utoipa::path(
    post, path = "/api/operations/{id}:cancel", tag = "operations",
    params(("id" = String, Path, description = "Id of the operation")),
    responses(
        (status = 202, description = "It will stop", body = Operation),
        (status = 404, description = "No such operation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is over, or a deletion", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn cancel_operation(state: &AppState, id: &OperationId, actor: &Actor) -> Result<Store, Problem> {
    Ok(state.db.cancel_operation(id, actor).await?)
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
        OperationKind::Update => Some(reconcile.update_deadline),
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
) -> Result<Response, Problem> {
    let (id, verb) = segment.rsplit_once(':').unwrap_or((&segment, ""));
    let id = OperationId(id.to_owned());
    let store = match verb {
        "cancel" => cancel_operation(&state, &id, &actor).await?,
        "retry" => retry_operation(&state, &id, &actor).await?,
        _ => return Err(Problem::new(Kind::NotFound, "Operations know :cancel and :retry after their id.")),
    };
    state.wake.wake(&store.id);
    let operation = store.operation.ok_or_else(|| Problem::internal(&"the store has lost its operation"))?;
    Ok((StatusCode::ACCEPTED, Json(operation)).into_response())
}

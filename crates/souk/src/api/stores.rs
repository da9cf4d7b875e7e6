//! Create, list, read, change and delete stores.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use souk_domain::{Phase, Store};
use time::OffsetDateTime;
use utoipa::IntoParams;

use super::AppState;
use super::input::{CreateStore, UpdateStore};
use super::json::ApiJson;
use super::params::{ApiQuery, StorePath, bad_cursor, idempotency_key, if_match, limit};
use super::problem::{Problem, ProblemBody};
use super::teams::owner_named;
use super::view::{ListView, StoreView};
use crate::auth::{ADMIN, Asker, Caller};
use crate::db::{Created, StoreFilter, StoreSort};

/// Ask for a new store
///
/// Answers at once; the store is made in the background. Follow it with the events, or read it until
/// its phase is `Ready` or `Failed`. With an `Idempotency-Key` a repeated request returns the store
/// that the first one made.
#[utoipa::path(
    post, path = "/api/stores", tag = "stores",
    params(
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Makes it safe to send the request again"),
    ),
    request_body = CreateStore,
    responses(
        (status = 202, description = "The store was accepted", body = StoreView, headers(
            ("Location" = String, description = "Address of the store"), ("ETag" = String, description = "Its revision"),
        )),
        (status = 409, description = "The slug is taken, or the platform is full", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests, or too many stores within an hour", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_store(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    headers: HeaderMap,
    ApiJson(input): ApiJson<CreateStore>,
) -> Result<Response, Problem> {
    // Each caller's keys are their own.
    let key = idempotency_key(&headers)?.map(|key| match actor.name.as_str() {
        ADMIN => key.to_owned(),
        name => format!("{name} {key}"),
    });
    let hash = key.as_ref().map(|_| input.fingerprint(&state.sealer));
    let team = input.team.clone();
    let deadline_at = OffsetDateTime::now_utc() + state.settings.reconcile.create_deadline;
    let mut new = input.check(&state.sealer, &state.settings.address, deadline_at)?;
    new.owner = Some(match &team {
        Some(name) => owner_named(&state, &caller, name).await?,
        None => caller.owner(),
    });
    let limits = state.settings.limits.of_stores();
    let store = match state.db.create_store(new, key.as_deref().zip(hash.as_deref()), limits, &actor).await? {
        Created::New(store) => {
            tracing::info!(store.id = %store.id, store.slug = %store.slug, "a store was asked for");
            state.wake.wake(&store.id);
            store
        }
        Created::Before(store) => store,
    };
    let location = HeaderValue::from_str(&format!("/api/stores/{}", store.id));
    let mut response = answer(&state, StatusCode::ACCEPTED, store).await?;
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Which stores a list holds, and in which order.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StoreQuery {
    /// Most items to return, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Only stores of this phase. Deleted ones are listed only when they are asked for.
    #[param(value_type = Option<Phase>)]
    phase: Option<String>,
    /// Part of the name, the slug or the id, in any case.
    search: Option<String>,
    /// Only stores of this owner, as stores name it.
    owner: Option<String>,
    /// Only stores of this blueprint.
    blueprint: Option<String>,
    /// The order; newest first when absent.
    #[param(value_type = Option<SortOrder>)]
    sort: Option<String>,
}

/// Orders of a list of stores.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "documents the values that `sort_order` reads")]
pub enum SortOrder {
    #[schema(rename = "createdAt")]
    CreatedAt,
    #[schema(rename = "-createdAt")]
    NewestFirst,
    #[schema(rename = "name")]
    Name,
    #[schema(rename = "-name")]
    NameDescending,
}

fn sort_order(text: &str) -> Result<StoreSort, Problem> {
    match text {
        "createdAt" => Ok(StoreSort::CreatedAt),
        "-createdAt" => Ok(StoreSort::NewestFirst),
        "name" => Ok(StoreSort::Name),
        "-name" => Ok(StoreSort::NameDescending),
        _ => Err(Problem::invalid_parameter("sort", "must be createdAt, -createdAt, name or -name")),
    }
}

/// List stores
#[utoipa::path(
    get, path = "/api/stores", tag = "stores", params(StoreQuery),
    responses((status = 200, description = "A page of stores", body = ListView<StoreView>))
)]
pub async fn list_stores(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<StoreQuery>,
) -> Result<Json<ListView<StoreView>>, Problem> {
    let phase = query.phase.as_deref().map(str::parse::<Phase>).transpose();
    let phase = phase.map_err(|error| Problem::invalid_parameter("phase", error.to_string()))?;
    let sort = query.sort.as_deref().map(sort_order).transpose()?.unwrap_or_default();
    let filter = StoreFilter {
        phase,
        search: query.search,
        owner: query.owner,
        blueprint: query.blueprint,
        sight: caller.sight(),
    };
    let page = state.db.list_stores(&filter, sort, query.cursor.as_deref(), limit(query.limit)?).await?;
    let mut page = page.ok_or_else(bad_cursor)?;
    state.db.show_queue(&mut page.items, state.births_at_once()).await?;
    Ok(Json(ListView::new(page, |store| StoreView::new(store, &state.settings.address))))
}

/// Read a store
#[utoipa::path(
    get, path = "/api/stores/{id}", tag = "stores", params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 200, description = "The store; a deleted one too", body = StoreView, headers(
            ("ETag" = String, description = "Its revision"),
        )),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_store(State(state): State<AppState>, StorePath(id): StorePath) -> Result<Response, Problem> {
    let store = state.db.get_store(&id).await?;
    answer(&state, StatusCode::OK, store).await
}

/// Rename a store, give it another address, or switch its repairs on or off
#[utoipa::path(
    patch, path = "/api/stores/{id}", tag = "stores",
    params(
        ("id" = String, Path, description = "Id of the store"),
        ("If-Match" = Option<String>, Header, example = "\"1\"", pattern = r#"^(\*|(W/)?"-?[0-9]{1,18}")$"#, description = "ETag of the store; refuses the change when it is not the current one"),
    ),
    request_body = UpdateStore,
    responses(
        (status = 202, description = "The change was accepted", body = StoreView, headers(
            ("ETag" = String, description = "Its revision"),
        )),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The slug is taken, or the store is being deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The store has been deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed by someone else", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn update_store(
    State(state): State<AppState>,
    Asker(actor): Asker,
    StorePath(id): StorePath,
    headers: HeaderMap,
    ApiJson(input): ApiJson<UpdateStore>,
) -> Result<Response, Problem> {
    let deadline_at = OffsetDateTime::now_utc() + state.settings.reconcile.update_deadline;
    let edit = input.check(if_match(&headers)?, deadline_at)?;
    let store = state.db.edit_store(&id, edit, &actor).await?;
    state.wake.wake(&id);
    answer(&state, StatusCode::ACCEPTED, store).await
}

/// Delete a store
///
/// Answers at once. The store stays visible in the phase `Deleting` until its release, volumes and
/// namespace are proven gone.
#[utoipa::path(
    delete, path = "/api/stores/{id}", tag = "stores", params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 202, description = "The deletion was accepted", body = StoreView),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is being deleted already", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "It has been deleted", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete_store(
    State(state): State<AppState>,
    Asker(actor): Asker,
    StorePath(id): StorePath,
) -> Result<Response, Problem> {
    let store = state.db.delete_store(&id, &actor).await?;
    tracing::info!(store.id = %id, "the deletion of a store was asked for");
    state.wake.wake(&id);
    answer(&state, StatusCode::ACCEPTED, store).await
}

pub(super) async fn answer(state: &AppState, status: StatusCode, mut store: Store) -> Result<Response, Problem> {
    state.db.show_queue(std::slice::from_mut(&mut store), state.births_at_once()).await?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", store.revision));
    let mut response = (status, Json(StoreView::new(store, &state.settings.address))).into_response();
    if let Ok(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

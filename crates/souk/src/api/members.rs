//! Whose a store is, and who else has a role in it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use souk_domain::{Need, StoreId, StoreRole, allows};
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::params::{MemberPath, StorePath};
use super::problem::{FieldError, Problem, ProblemBody};
use super::view::{ListView, StoreView};
use crate::auth::{Asker, Caller};
use crate::db::{DbError, Member, Owner};

/// Somebody with a role in a store or a team.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Member)]
pub struct MemberView {
    user_id: String,
    #[schema(example = "anna")]
    name: String,
    role: StoreRole,
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self { user_id: member.user_id, name: member.name, role: member.role }
    }
}

/// The role that somebody gets.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SetMember)]
pub struct MemberInput {
    /// `member` when absent.
    pub role: Option<StoreRole>,
}

/// The new owner of a store: one of the two.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnerInput {
    user: Option<String>,
    team: Option<String>,
}

/// The new owner of a store.
#[derive(ToSchema)]
#[serde(untagged, deny_unknown_fields)]
#[schema(as = SetOwner, example = json!({"team": "agency"}))]
#[allow(dead_code, reason = "documents the two forms that `set_store_owner` takes")]
pub enum OwnerForm {
    User {
        /// Name of an account.
        user: String,
    },
    Team {
        /// Name of a team.
        team: String,
    },
}

/// What the caller may do with one store.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoreAccess)]
pub struct AccessView {
    /// The caller's own role in the store; null for who has none and comes by a role of the platform.
    role: Option<StoreRole>,
    permissions: Vec<Need>,
}

/// Read what one may do with a store
#[utoipa::path(
    get, path = "/api/stores/{id}/access", tag = "stores", params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 200, description = "What is allowed", body = AccessView),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_store_access(
    State(state): State<AppState>,
    caller: Caller,
    StorePath(id): StorePath,
) -> Result<Json<AccessView>, Problem> {
    state.db.get_store(&id).await?;
    let role = caller.role_in_store(&state.db, &id).await?;
    let permissions = Need::ALL.iter().copied().filter(|need| need.is_about_a_store());
    let permissions = permissions.filter(|need| allows(caller.access, *need, role)).collect();
    Ok(Json(AccessView { role, permissions }))
}

/// List who has a role in a store, its owner apart
#[utoipa::path(
    get, path = "/api/stores/{id}/members", tag = "stores", params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 200, description = "All", body = ListView<MemberView>),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_store_members(
    State(state): State<AppState>,
    StorePath(id): StorePath,
) -> Result<Json<ListView<MemberView>>, Problem> {
    state.db.get_store(&id).await?;
    Ok(Json(ListView::whole(state.db.store_members(&id).await?.into_iter().map(MemberView::from))))
}

/// Give somebody a role in a store, or another one
#[utoipa::path(
    put, path = "/api/stores/{id}/members/{name}", tag = "stores",
    params(("id" = String, Path, description = "Id of the store"), ("name" = String, Path, description = "Name of the account")),
    request_body = MemberInput,
    responses(
        (status = 200, description = "Done", body = MemberView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such store or account", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn set_store_member(
    State(state): State<AppState>,
    Asker(actor): Asker,
    MemberPath { id, name }: MemberPath,
    ApiJson(input): ApiJson<MemberInput>,
) -> Result<Json<MemberView>, Problem> {
    let role = input.role.unwrap_or(StoreRole::Member);
    Ok(Json(state.db.set_store_member(&store(&id)?, &name, role, &actor).await?.into()))
}

/// Take somebody's role in a store away
#[utoipa::path(
    delete, path = "/api/stores/{id}/members/{name}", tag = "stores",
    params(("id" = String, Path, description = "Id of the store"), ("name" = String, Path, description = "Name of the account")),
    responses(
        (status = 204, description = "Done"),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such store or account", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn remove_store_member(
    State(state): State<AppState>,
    Asker(actor): Asker,
    MemberPath { id, name }: MemberPath,
) -> Result<StatusCode, Problem> {
    state.db.remove_store_member(&store(&id)?, &name, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Give a store to another owner
///
/// Who gave it away keeps no role in it.
#[utoipa::path(
    put, path = "/api/stores/{id}/owner", tag = "stores", params(("id" = String, Path, description = "Id of the store")),
    request_body = OwnerForm,
    responses(
        (status = 200, description = "Given", body = StoreView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It is being deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such account or team", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn set_store_owner(
    State(state): State<AppState>,
    Asker(actor): Asker,
    StorePath(id): StorePath,
    ApiJson(input): ApiJson<OwnerInput>,
) -> Result<Json<StoreView>, Problem> {
    let refused = |field: &str, message: &str| Problem::invalid_input(vec![FieldError::new(field, message)]);
    let owner = match (&input.user, &input.team) {
        (Some(name), None) => match state.db.user_by_name(name).await {
            Ok(user) => Owner::User { id: user.id, name: user.name },
            Err(DbError::NoSuchUser) => return Err(refused("user", "is the name of nobody; look for a typing error")),
            Err(error) => return Err(error.into()),
        },
        (None, Some(name)) => match state.db.team_by_name(name).await {
            Ok(team) => Owner::Team { id: team.id, name: team.name },
            Err(DbError::NoSuchTeam) => return Err(refused("team", "is the name of no team; look for a typing error")),
            Err(error) => return Err(error.into()),
        },
        _ => return Err(refused("user", "or team must be given, one of the two")),
    };
    let store = state.db.give_store(&id, &owner, &actor).await?;
    Ok(Json(StoreView::new(store, &state.settings.address)))
}

fn store(id: &str) -> Result<StoreId, Problem> {
    id.parse().map_err(|_| Problem::no_such("store", id))
}

//! Teams and who belongs to them.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use souk_domain::access::check_name;
use souk_domain::{Need, StoreRole, allows};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::members::{MemberInput, MemberView};
use super::params::{MemberPath, TextPath};
use super::problem::{FieldError, Problem, ProblemBody};
use super::view::ListView;
use crate::auth::{Asker, Caller};
use crate::db::{DbError, Owner, Team};

/// People who own stores together.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Team)]
pub struct TeamView {
    #[schema(example = "tmfrggzdfmztwq2lk")]
    id: String,
    #[schema(example = "agency")]
    name: String,
    /// The caller's role in it; null for an administrator who does not belong to it.
    role: Option<StoreRole>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl TeamView {
    fn new(team: Team, role: Option<StoreRole>) -> Self {
        Self { id: team.id, name: team.name, role, created_at: team.created_at }
    }
}

/// A team that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTeam {
    /// 1 to 64 of the characters a-z, 0-9, '.', '_', '@' and '-'.
    #[schema(example = "agency", min_length = 1, max_length = 64, pattern = "^[a-z0-9][a-z0-9._@-]*$")]
    name: String,
}

/// List the teams: all for an administrator, one's own for others
#[utoipa::path(
    get, path = "/api/teams", tag = "teams",
    responses((status = 200, description = "By name", body = ListView<TeamView>))
)]
pub async fn list_teams(State(state): State<AppState>, caller: Caller) -> Result<Json<ListView<TeamView>>, Problem> {
    let teams = match (caller.sees_every_team(), &caller.user) {
        (true, _) => state.db.list_teams(None).await?,
        (false, Some(user)) => state.db.list_teams(Some(&user.id)).await?,
        (false, None) => Vec::new(),
    };
    let roles = match &caller.user {
        Some(user) => state.db.team_roles(&user.id).await?,
        None => HashMap::new(),
    };
    Ok(Json(ListView::whole(teams.into_iter().map(|team| {
        let role = roles.get(&team.id).copied();
        TeamView::new(team, role)
    }))))
}

/// Make a team
#[utoipa::path(
    post, path = "/api/teams", tag = "teams", request_body = CreateTeam,
    responses(
        (status = 201, description = "Made", body = TeamView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The name was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_team(
    State(state): State<AppState>,
    Asker(actor): Asker,
    ApiJson(input): ApiJson<CreateTeam>,
) -> Result<(StatusCode, Json<TeamView>), Problem> {
    check_name(&input.name).map_err(|error| Problem::invalid_input(vec![FieldError::new("name", error)]))?;
    Ok((StatusCode::CREATED, Json(TeamView::new(state.db.create_team(&input.name, &actor).await?, None))))
}

/// Read a team
#[utoipa::path(
    get, path = "/api/teams/{id}", tag = "teams", params(("id" = String, Path, description = "Id of the team")),
    responses(
        (status = 200, description = "The team", body = TeamView),
        (status = 404, description = "No such team", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_team(
    State(state): State<AppState>,
    caller: Caller,
    TextPath(id): TextPath,
) -> Result<Json<TeamView>, Problem> {
    let role = match &caller.user {
        Some(user) => state.db.team_role(&user.id, &id).await?,
        None => None,
    };
    Ok(Json(TeamView::new(state.db.get_team(&id).await?, role)))
}

/// The team of this name as an owner of stores, for whoever may make stores for it.
///
/// # Errors
/// There is no such team, or the caller does not belong to it: the same answer.
pub async fn owner_named(state: &AppState, caller: &Caller, name: &str) -> Result<Owner, Problem> {
    let refused = || {
        let message = "is the name of no team that you belong to; look for a typing error";
        Problem::invalid_input(vec![FieldError::new("team", message)])
    };
    let team = match state.db.team_by_name(name).await {
        Ok(team) => team,
        Err(DbError::NoSuchTeam) => return Err(refused()),
        Err(error) => return Err(error.into()),
    };
    let role = match &caller.user {
        Some(user) => state.db.team_role(&user.id, &team.id).await?,
        None => None,
    };
    match allows(caller.access, Need::TeamStores, role) {
        true => Ok(Owner::Team { id: team.id, name: team.name }),
        false => Err(refused()),
    }
}

/// Delete a team that owns no stores
#[utoipa::path(
    delete, path = "/api/teams/{id}", tag = "teams", params(("id" = String, Path, description = "Id of the team")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such team", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Stores still belong to it", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete_team(
    State(state): State<AppState>,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<StatusCode, Problem> {
    state.db.delete_team(&id, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List who belongs to a team
#[utoipa::path(
    get, path = "/api/teams/{id}/members", tag = "teams", params(("id" = String, Path, description = "Id of the team")),
    responses(
        (status = 200, description = "All", body = ListView<MemberView>),
        (status = 404, description = "No such team", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_team_members(
    State(state): State<AppState>,
    TextPath(id): TextPath,
) -> Result<Json<ListView<MemberView>>, Problem> {
    state.db.get_team(&id).await?;
    Ok(Json(ListView::whole(state.db.team_members(&id).await?.into_iter().map(MemberView::from))))
}

/// Take somebody into a team, or give them another role in it
#[utoipa::path(
    put, path = "/api/teams/{id}/members/{name}", tag = "teams",
    params(("id" = String, Path, description = "Id of the team"), ("name" = String, Path, description = "Name of the account")),
    request_body = MemberInput,
    responses(
        (status = 200, description = "Done", body = MemberView),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such team or account", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn set_team_member(
    State(state): State<AppState>,
    Asker(actor): Asker,
    MemberPath { id, name }: MemberPath,
    ApiJson(input): ApiJson<MemberInput>,
) -> Result<Json<MemberView>, Problem> {
    let role = input.role.unwrap_or(StoreRole::Member);
    Ok(Json(state.db.set_team_member(&id, &name, role, &actor).await?.into()))
}

/// Take somebody out of a team
#[utoipa::path(
    delete, path = "/api/teams/{id}/members/{name}", tag = "teams",
    params(("id" = String, Path, description = "Id of the team"), ("name" = String, Path, description = "Name of the account")),
    responses(
        (status = 204, description = "Done"),
        (status = 403, description = "Not allowed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such team or account", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn remove_team_member(
    State(state): State<AppState>,
    Asker(actor): Asker,
    MemberPath { id, name }: MemberPath,
) -> Result<StatusCode, Problem> {
    state.db.remove_team_member(&id, &name, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

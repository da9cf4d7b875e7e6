//! How much the caller has of what the limits allow.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::params::ApiQuery;
use super::problem::{Problem, ProblemBody};
use super::teams::owner_named;
use crate::auth::Caller;

/// What the caller has and may have.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Quota)]
pub struct QuotaView {
    /// Stores of the caller that exist.
    stores: Usage,
    /// Stores that the caller asked for within the last hour.
    creates_per_hour: Usage,
}

/// One limit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Usage {
    used: u64,
    /// Null for no limit.
    allowed: Option<u32>,
}

/// Whose numbers are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuotaQuery {
    /// Name of a team; one's own numbers when absent.
    team: Option<String>,
}

/// Read how many stores one has and may have
#[utoipa::path(
    get, path = "/api/quota", tag = "account", params(QuotaQuery),
    responses(
        (status = 200, description = "Used and allowed", body = QuotaView),
        (status = 422, description = "You belong to no such team", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_quota(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<QuotaQuery>,
) -> Result<Json<QuotaView>, Problem> {
    let owner = match &query.team {
        Some(name) => owner_named(&state, &caller, name).await?,
        None => caller.owner(),
    };
    let limits = state.settings.limits.of_stores();
    let used = state.db.used(&owner).await?;
    Ok(Json(QuotaView {
        stores: Usage { used: used.own_stores, allowed: limits.stores_per_owner },
        creates_per_hour: Usage { used: used.own_creates, allowed: limits.creates_per_hour_per_owner },
    }))
}

//! How much the caller has of what the limits allow.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::AppState;
use super::problem::Problem;
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

/// Read how many stores one has and may have
#[utoipa::path(
    get, path = "/api/quota", tag = "account",
    responses((status = 200, description = "Used and allowed", body = QuotaView))
)]
pub async fn get_quota(State(state): State<AppState>, caller: Caller) -> Result<Json<QuotaView>, Problem> {
    let limits = state.settings.limits.of_stores();
    let used = state.db.used(&caller.owner()).await?;
    Ok(Json(QuotaView {
        stores: Usage { used: used.own_stores, allowed: limits.stores_per_owner },
        creates_per_hour: Usage { used: used.own_creates, allowed: limits.creates_per_hour_per_owner },
    }))
}

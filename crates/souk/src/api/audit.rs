//! Who did what: the audit log.

use axum::Json;
use axum::extract::State;

use super::AppState;
use super::params::{ApiQuery, PageQuery};
use super::problem::Problem;
use super::view::{AuditView, ListView};
use crate::auth::{ADMIN, Caller};

/// List what was done, newest first
///
/// Who does not see every store gets what they did, and what was done to the stores that they see.
#[utoipa::path(
    get, path = "/api/stores/audit/log", tag = "platform", params(PageQuery),
    responses((status = 200, description = "A page of the log", body = ListView<AuditView>))
)]
pub async fn list_audit(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<ListView<AuditView>>, Problem> {
    // The admin token has the name that an account may have too: what it did is not that account's.
    let own = if caller.actor == ADMIN { "" } else { &caller.actor };
    let page = state.db.list_audit(&caller.sight(), own, query.before()?, query.limit()?).await?;
    Ok(Json(ListView::new(page, AuditView::from)))
}

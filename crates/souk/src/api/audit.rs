//! Who did what: the audit log.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::IntoParams;

use super::AppState;
use super::params::{ApiQuery, bad_cursor, limit};
use super::problem::Problem;
use super::view::{AuditView, ListView};
use crate::auth::{ADMIN, Caller};
use crate::db::{AuditCursor, AuditFilter};

/// Which entries are wanted: those that fit everything given.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Most items to return, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Only what this one did.
    #[param(example = "admin")]
    actor: Option<String>,
    /// Only entries of this action.
    #[param(example = "store.create")]
    action: Option<String>,
    /// Only entries about the store with this id.
    store: Option<String>,
    /// Only entries from this moment on.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-01T12:00:00Z")]
    since: Option<String>,
    /// Only entries before this moment.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-03-02T12:00:00Z")]
    until: Option<String>,
}

fn moment(name: &str, text: Option<&str>) -> Result<Option<OffsetDateTime>, Problem> {
    let read = text.map(|text| OffsetDateTime::parse(text, &Rfc3339)).transpose();
    read.map_err(|_| Problem::invalid_parameter(name, "must be a time such as 2026-03-01T12:00:00Z"))
}

/// List what was done, newest first
///
/// Who does not see every store gets what they did, and what was done to the stores that they see.
#[utoipa::path(
    get, path = "/api/stores/audit/log", tag = "platform", params(AuditQuery),
    responses((status = 200, description = "A page of the log", body = ListView<AuditView>))
)]
pub async fn list_audit(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<AuditQuery>,
) -> Result<Json<ListView<AuditView>>, Problem> {
    let after = query.cursor.as_deref().map(|text| AuditCursor::read(text).ok_or_else(bad_cursor)).transpose()?;
    let (since, until) = (moment("since", query.since.as_deref())?, moment("until", query.until.as_deref())?);
    // The admin token has the name that an account may have too: what it did is not that account's.
    let asker = if caller.actor == ADMIN { String::new() } else { caller.actor.clone() };
    let filter = AuditFilter {
        actor: query.actor,
        action: query.action,
        store: query.store,
        since,
        until,
        sight: caller.sight(),
        asker,
    };
    let page = state.db.list_audit(&filter, after, limit(query.limit)?).await?;
    Ok(Json(ListView::new(page, AuditView::from)))
}

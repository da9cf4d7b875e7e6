//! What belongs to no store: the report, and the removal of what somebody saw in it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use souk_domain::StoreId;
use souk_domain::sweep::{Orphan, OrphanKind};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::AppState;
use super::json::ApiJson;
use super::problem::{FieldError, Problem, ProblemBody};
use crate::auth::Asker;
use crate::cluster::ClusterError;
use crate::sweep::{Outcome, Report, SweepError};

/// Items of one request to remove.
const MOST: usize = 500;

/// What belongs to no store at this moment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SweepReport)]
pub struct ReportView {
    items: Vec<OrphanView>,
    #[serde(with = "time::serde::rfc3339")]
    checked_at: OffsetDateTime,
}

/// A namespace or a volume that belongs to no store, or a store that lacks its namespace.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Orphan)]
struct OrphanView {
    /// Means this very object; another one of the same name has another id.
    #[schema(example = "namespace/store-sabcdefghij/8d0a4f60-0000-0000-0000-000000000000")]
    id: String,
    kind: OrphanKind,
    /// Its name on the cluster, or the store's id.
    #[schema(example = "store-sabcdefghij")]
    name: String,
    /// The store that it belonged to.
    store_id: Option<StoreId>,
    /// Why it belongs to nobody, for people.
    message: String,
    /// Whether a sweep may remove it; the message says what to do about the others.
    removable: bool,
}

impl From<Orphan> for OrphanView {
    fn from(orphan: Orphan) -> Self {
        let id = orphan.id();
        let Orphan { kind, name, store, message, removable, .. } = orphan;
        Self { id, kind, name, store_id: store, message, removable }
    }
}

/// Look for what belongs to no store
///
/// Asks the cluster itself. Lists what carries this platform's labels and belongs to no store that
/// lives or is being deleted, volumes of deleted stores, and stores that lack their namespace.
#[utoipa::path(
    get, path = "/api/sweep", tag = "platform",
    responses(
        (status = 200, description = "The report", body = ReportView),
        (status = 503, description = "The cluster or the database does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_sweep(State(state): State<AppState>) -> Result<Json<ReportView>, Problem> {
    let Report { items, at } = state.sweep.look().await?;
    Ok(Json(ReportView { items: items.into_iter().map(OrphanView::from).collect(), checked_at: at }))
}

/// What is to be removed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveOrphans {
    /// Ids of removable items of the report.
    #[schema(min_items = 1, max_items = 500)]
    items: Vec<String>,
}

/// What became of each item.
#[derive(Serialize, ToSchema)]
#[schema(as = SweepOutcomes)]
pub struct OutcomesView {
    items: Vec<OutcomeView>,
}

/// What became of one item.
#[derive(Serialize, ToSchema)]
#[schema(as = SweepOutcome)]
struct OutcomeView {
    id: String,
    result: SweepResult,
    message: String,
}

/// `removing`: it goes, which may take a while. `gone`: the report does not list it any more.
/// `refused`: it stays, and the message says why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SweepResult {
    Removing,
    Gone,
    Refused,
}

/// Remove what belongs to no store
///
/// Only items that a report listed as removable and that are still so. Written to the audit log.
#[utoipa::path(
    post, path = "/api/sweep", tag = "platform", request_body = RemoveOrphans,
    responses(
        (status = 202, description = "What became of each item", body = OutcomesView),
        (status = 422, description = "A field was refused", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The cluster or the database does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn remove_orphans(
    State(state): State<AppState>,
    Asker(actor): Asker,
    ApiJson(input): ApiJson<RemoveOrphans>,
) -> Result<(StatusCode, Json<OutcomesView>), Problem> {
    if input.items.is_empty() || input.items.len() > MOST {
        let message = format!("must name 1 to {MOST} items of the report at GET /api/sweep");
        return Err(Problem::invalid_input(vec![FieldError::new("items", message)]));
    }
    let outcomes = state.sweep.remove(&input.items, &actor).await?;
    let items = outcomes.into_iter().map(|(id, outcome)| OutcomeView::new(id, outcome)).collect();
    Ok((StatusCode::ACCEPTED, Json(OutcomesView { items })))
}

impl OutcomeView {
    fn new(id: String, outcome: Outcome) -> Self {
        let (result, message) = match outcome {
            Outcome::Removing => (SweepResult::Removing, "It is being removed.".to_owned()),
            Outcome::NotThere => {
                (SweepResult::Gone, "It is gone, or belongs to a store by now; look at a new report.".to_owned())
            }
            Outcome::Kept(why) => (SweepResult::Refused, why),
            Outcome::Refused(ClusterError::Unreachable(_)) => {
                (SweepResult::Refused, "The cluster does not answer; try again soon.".to_owned())
            }
            Outcome::Refused(error) => (SweepResult::Refused, format!("It stays: {error}.")),
        };
        Self { id, result, message }
    }
}

impl From<SweepError> for Problem {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Database(error) => error.into(),
            SweepError::Cluster(error) => error.into(),
        }
    }
}

//! The platform in numbers, for the dashboard. Prometheus has its own, at `/metrics` of another port.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use souk_domain::{OperationState, Phase};
use time::{Duration, OffsetDateTime};
use utoipa::ToSchema;

use super::AppState;
use super::problem::Problem;
use crate::auth::Caller;

/// Newest stores whose way to being ready is counted.
const RECENT: u64 = 1000;

/// The platform in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Metrics)]
pub struct SummaryView {
    stores: StoreNumbers,
    operations: OperationNumbers,
    time_to_ready_seconds: ReadyNumbers,
    /// Things that belong to no store, as `souk sweep` shows them, at the last look; null before the first.
    orphans: Option<usize>,
    /// Since the server started.
    uptime_seconds: u64,
}

/// Stores, deleted ones apart.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StoreNumbers {
    /// Stores that are not deleted.
    total: u64,
    /// Every phase, `Deleted` too.
    by_phase: BTreeMap<&'static str, u64>,
}

/// Operations.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OperationNumbers {
    running: u64,
    queued: u64,
    /// That ended badly in the last 24 hours.
    #[serde(rename = "failed24h")]
    failed_24h: u64,
}

/// From being asked for to being ready, of the newest stores.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReadyNumbers {
    median: Option<f64>,
    p95: Option<f64>,
    /// Stores that were counted.
    count: usize,
}

/// Read the platform in numbers, as far as the caller sees it
#[utoipa::path(
    get, path = "/api/metrics", tag = "platform",
    responses((status = 200, description = "The numbers", body = SummaryView))
)]
pub async fn get_summary(State(state): State<AppState>, caller: Caller) -> Result<Json<SummaryView>, Problem> {
    let sight = caller.sight();
    let mut by_phase: BTreeMap<_, _> = Phase::ALL.into_iter().map(|phase| (phase.as_str(), 0)).collect();
    for (phase, count) in state.db.count_by_phase(&sight).await? {
        by_phase.insert(phase.as_str(), count);
    }
    let total = by_phase.iter().filter(|(phase, _)| **phase != Phase::Deleted.as_str()).map(|(_, count)| count).sum();
    let yesterday = OffsetDateTime::now_utc() - Duration::DAY;
    let operations = OperationNumbers {
        running: state.db.count_operations(&sight, OperationState::Running, None).await?,
        queued: state.db.count_operations(&sight, OperationState::Queued, None).await?,
        failed_24h: state.db.count_operations(&sight, OperationState::Failed, Some(yesterday)).await?,
    };
    Ok(Json(SummaryView {
        stores: StoreNumbers { total, by_phase },
        operations,
        time_to_ready_seconds: ReadyNumbers::of(state.db.readiness(&sight, RECENT).await?.seconds),
        orphans: state.sweep.last(),
        uptime_seconds: state.started.elapsed().as_secs(),
    }))
}

impl ReadyNumbers {
    fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        Self { median: quantile(&seconds, 50), p95: quantile(&seconds, 95), count: seconds.len() }
    }
}

/// The smallest value that at least `percent` of all do not exceed.
fn quantile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles() {
        let numbers: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(quantile(&numbers, 50), Some(10.0));
        assert_eq!(quantile(&numbers, 95), Some(19.0));
        assert_eq!(quantile(&[7.0], 50), Some(7.0));
        assert_eq!(quantile(&[], 95), None);
    }
}

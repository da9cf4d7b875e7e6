//! The platform in numbers, for the dashboard. Prometheus has its own, at `/metrics` of another port.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use souk_domain::{Need, OperationState, Phase, allows};
use time::{Date, Duration, OffsetDateTime, UtcDateTime};
use utoipa::ToSchema;

use super::AppState;
use super::problem::Problem;
use crate::auth::Caller;
use crate::db::{Db, DbError, Sight};

/// Newest stores whose way to being ready is counted.
const RECENT: u64 = 1000;
/// Days of births that are told, today included.
const DAYS: i64 = 30;
/// Upper ends of the histogram's bars, in seconds; the last bar has none.
const BARS: [u32; 10] = [2, 4, 6, 8, 10, 15, 20, 30, 60, 120];

/// The platform in numbers.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Metrics)]
pub struct SummaryView {
    stores: StoreNumbers,
    operations: OperationNumbers,
    time_to_ready_seconds: ReadyNumbers,
    /// The last 30 days, the oldest first.
    births: Vec<BirthNumbers>,
    /// Things that belong to no store, as `souk sweep` shows them, at the last look; null before the first, and for
    /// who may not read about the platform.
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
    /// The same stores by how long it took.
    histogram: Vec<Bar>,
}

/// Stores that took longer than the bar before says, and no longer than this one.
#[derive(Serialize, ToSchema, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[schema(as = HistogramBar)]
struct Bar {
    /// Seconds; null for all that took longer than the bar before.
    up_to: Option<u32>,
    count: usize,
}

/// Stores that were asked for on one day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Births)]
struct BirthNumbers {
    /// In UTC.
    #[schema(value_type = String, format = Date, example = "2026-03-01")]
    day: String,
    count: u64,
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
        births: births(&state.db, &sight, OffsetDateTime::now_utc().date()).await?,
        // They may be parts of stores that the caller does not see.
        orphans: state.sweep.last().filter(|_| allows(caller.access, Need::PlatformRead, None)),
        uptime_seconds: state.started.elapsed().as_secs(),
    }))
}

impl ReadyNumbers {
    fn of(mut seconds: Vec<f64>) -> Self {
        seconds.sort_by(f64::total_cmp);
        let histogram = histogram(&seconds);
        Self { median: quantile(&seconds, 50), p95: quantile(&seconds, 95), count: seconds.len(), histogram }
    }
}

/// The births of the days up to `today`, of the stores that are seen.
async fn births(db: &Db, sight: &Sight, today: Date) -> Result<Vec<BirthNumbers>, DbError> {
    let days_since_1970 = |date: Date| i64::from(date.to_julian_day() - UtcDateTime::UNIX_EPOCH.date().to_julian_day());
    let first = today - Duration::days(DAYS - 1);
    let counts: HashMap<_, _> = db.births_by_day(sight, days_since_1970(first)).await?.into_iter().collect();
    let days = (0..DAYS).map(|day| first + Duration::days(day));
    let born = |day: Date| counts.get(&days_since_1970(day)).copied().unwrap_or_default();
    Ok(days.map(|day| BirthNumbers { day: day.to_string(), count: born(day) }).collect())
}

fn histogram(sorted: &[f64]) -> Vec<Bar> {
    let mut rest = sorted;
    let mut bar = |up_to: Option<u32>| {
        let fits = up_to.map_or(rest.len(), |most| rest.partition_point(|seconds| *seconds <= f64::from(most)));
        rest = &rest[fits..];
        Bar { up_to, count: fits }
    };
    BARS.into_iter().map(Some).chain([None]).map(&mut bar).collect()
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

    #[test]
    fn every_store_stands_in_one_bar() {
        let bars = histogram(&[0.5, 2.0, 2.1, 9.0, 120.0, 121.0, 900.0]);
        let filled: Vec<_> = bars.iter().filter(|bar| bar.count > 0).map(|bar| (bar.up_to, bar.count)).collect();
        assert_eq!(filled, [(Some(2), 2), (Some(4), 1), (Some(10), 1), (Some(120), 1), (None, 2)]);
        assert_eq!(bars.len(), BARS.len() + 1);
    }
}

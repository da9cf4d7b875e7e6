//! What a store uses of its plan, over time.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use souk_domain::Plan;
use souk_domain::usage::{STALE, Unmeasured, Window};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::params::{ApiQuery, StorePath};
use super::problem::{Problem, ProblemBody};
use crate::db::{Interval, LastUsage};
use crate::usage::obstacle;

/// What the pods of a store use together, and what its plan gives them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StoreUsage)]
pub struct UsageView {
    /// False: nothing is measured at the moment. What was measured before is told all the same.
    available: bool,
    /// Why nothing is measured.
    reason: Option<Unmeasured>,
    /// The same as a sentence for people.
    message: Option<String>,
    window: Window,
    /// Length of the interval of each point.
    #[schema(example = 300)]
    interval_seconds: u32,
    /// Null for a plan that this version does not know.
    plan: Option<PlanUsage>,
    /// The newest measurement; null when it is older than some minutes.
    now: Option<NowUsage>,
    /// The oldest first. Intervals in which nothing was measured are left out.
    points: Vec<PointUsage>,
}

/// What the plan gives all pods of the store together.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UsagePlan)]
struct PlanUsage {
    #[schema(example = "standard")]
    name: &'static str,
    /// Thousandths of a core that are kept free for it.
    #[schema(example = 80)]
    cpu_request_millicores: u32,
    /// Thousandths of a core that it may use at most.
    #[schema(example = 4000)]
    cpu_limit_millicores: u32,
    #[schema(example = 224)]
    memory_request_mebibytes: u32,
    #[schema(example = 1024)]
    memory_limit_mebibytes: u32,
}

/// One measurement.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UsageNow)]
struct NowUsage {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    #[schema(example = 14)]
    cpu_millicores: u32,
    #[schema(example = 236)]
    memory_mebibytes: u32,
}

/// What was used in one interval: on average, and at most.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = UsagePoint)]
struct PointUsage {
    /// Beginning of the interval.
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    #[schema(example = 12)]
    cpu_millicores: u32,
    #[schema(example = 310)]
    cpu_millicores_max: u32,
    #[schema(example = 231)]
    memory_mebibytes: u32,
    #[schema(example = 248)]
    memory_mebibytes_max: u32,
}

/// How far back is wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageQuery {
    /// `1h` and `6h` have points of 5 minutes, `24h` and `48h` of 30; `6h` when absent.
    #[param(value_type = Option<Window>, example = "6h")]
    window: Option<String>,
}

/// Read what a store uses, over time and against its plan
///
/// Measured once a minute by the cluster's metrics server, summed over the store's pods. What is older than two days
/// is forgotten.
#[utoipa::path(
    get, path = "/api/stores/{id}/usage", tag = "stores",
    params(("id" = String, Path, description = "Id of the store"), UsageQuery),
    responses(
        (status = 200, description = "The numbers; none of a deleted store", body = UsageView),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_usage(
    State(state): State<AppState>,
    StorePath(id): StorePath,
    ApiQuery(query): ApiQuery<UsageQuery>,
) -> Result<Json<UsageView>, Problem> {
    let window = query.window.as_deref().map(str::parse::<Window>).transpose();
    let window = window.map_err(|error| Problem::invalid_parameter("window", error.to_string()))?.unwrap_or_default();
    let store = state.db.get_store(&id).await?;
    let now = OffsetDateTime::now_utc();
    let (intervals, last) = state.db.usage(&id, window, now).await?;
    let why = obstacle(&state.db).await?;
    Ok(Json(UsageView {
        available: why.is_none(),
        message: why.map(|why| why.sentence().to_owned()),
        reason: why,
        window,
        interval_seconds: u32::from(window.grain().minutes()) * 60,
        plan: Plan::find(&store.plan).map(PlanUsage::from),
        now: last.filter(|last| now - last.at <= STALE).map(NowUsage::from),
        points: intervals.into_iter().map(PointUsage::from).collect(),
    }))
}

impl From<&'static Plan> for PlanUsage {
    fn from(plan: &'static Plan) -> Self {
        let Plan { shop, database, .. } = plan;
        Self {
            name: plan.name,
            cpu_request_millicores: shop.cpu_request + database.cpu_request,
            cpu_limit_millicores: shop.cpu_limit + database.cpu_limit,
            memory_request_mebibytes: shop.memory_request + database.memory_request,
            memory_limit_mebibytes: shop.memory_limit + database.memory_limit,
        }
    }
}

impl From<LastUsage> for NowUsage {
    fn from(last: LastUsage) -> Self {
        Self { at: last.at, cpu_millicores: last.cpu, memory_mebibytes: last.memory }
    }
}

impl From<Interval> for PointUsage {
    fn from(interval: Interval) -> Self {
        Self {
            at: interval.at,
            cpu_millicores: interval.cpu,
            cpu_millicores_max: interval.cpu_max,
            memory_mebibytes: interval.memory,
            memory_mebibytes_max: interval.memory_max,
        }
    }
}

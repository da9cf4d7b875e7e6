//! Whether Souk lives, can serve, and is well. Open to everyone: it tells nothing that is secret.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::AppState;
use crate::db::Db;

/// A probe must not hang with what it probes.
const PATIENCE: Duration = Duration::from_secs(3);

/// How Souk and what it depends on are.
#[derive(Serialize, ToSchema)]
#[schema(as = Health)]
pub struct HealthView {
    status: HealthStatus,
    checks: Vec<HealthCheck>,
}

/// `degraded` when a check failed.
#[derive(Serialize, ToSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum HealthStatus {
    Ok,
    Degraded,
}

/// One thing that Souk depends on.
#[derive(Serialize, ToSchema)]
struct HealthCheck {
    #[schema(example = "database")]
    name: &'static str,
    ok: bool,
    #[schema(example = "The database answers.")]
    message: String,
}

/// Read how Souk is
#[utoipa::path(
    get, path = "/api/health", tag = "platform", security(()),
    responses((status = 200, description = "How it is; look at the status", body = HealthView))
)]
pub async fn get_health(State(state): State<AppState>) -> Json<HealthView> {
    let (database, cluster) = tokio::join!(database_answers(&state.db), state.cluster.health());
    let woocommerce = state.settings.images.woocommerce();
    let checks = vec![
        HealthCheck::new("database", database, "The database answers.", || "The database does not answer.".into()),
        HealthCheck::new("cluster", cluster.reachable, "The cluster answers.", || {
            cluster.message.unwrap_or_else(|| "The cluster does not answer.".into())
        }),
        HealthCheck::new("woocommerce", woocommerce.is_some(), "WooCommerce is in the shop image.", || {
            "The shop image has no WooCommerce: stores are plain WordPress and take no orders.".into()
        }),
    ];
    let status = if checks.iter().all(|check| check.ok) { HealthStatus::Ok } else { HealthStatus::Degraded };
    Json(HealthView { status, checks })
}

impl HealthCheck {
    fn new(name: &'static str, ok: bool, good: &str, bad: impl FnOnce() -> String) -> Self {
        Self { name, ok, message: if ok { good.to_owned() } else { bad() } }
    }
}

/// The process answers requests.
pub async fn livez() -> &'static str {
    "ok\n"
}

/// Requests can be served: the database answers, and the server is not stopping. One that cannot be
/// written still serves all that is read; a cluster that is away is waited for.
pub async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.stop.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "server: stopping\n")
    } else if database_answers(&state.db).await {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "database: does not answer\n")
    }
}

async fn database_answers(db: &Db) -> bool {
    matches!(tokio::time::timeout(PATIENCE, db.ping()).await, Ok(Ok(())))
}

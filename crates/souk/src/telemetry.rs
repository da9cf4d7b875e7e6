//! Logs and metrics of the server.
//!
//! Owns where they go and their form. What is logged and counted is said where it happens. Log lines
//! go to standard error, so that what a command prints stays clean.

use std::io::IsTerminal;

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use souk_domain::{OperationState, Phase};
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{LogArgs, LogFormat};
use crate::db::{Db, DbError, Sight};

/// What is logged when RUST_LOG does not say: Souk in full, libraries only when something is wrong.
/// The cluster client repeats what `kube/` says better.
const DEFAULT_FILTER: &str = "warn,souk=info,souk_domain=info,kube_client=off";

/// Bounds in seconds of everything that a person waits for in a browser.
const REQUEST_SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Bounds in seconds of everything that the cluster takes its time for.
const CLUSTER_SECONDS: &[f64] = &[0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0];

/// Starts logging. A panic is logged like everything else.
///
/// # Errors
/// RUST_LOG cannot be read, or logging was started already.
pub fn start_logs(args: &LogArgs) -> anyhow::Result<()> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(text) if !text.is_empty() => {
            EnvFilter::try_new(text).context("RUST_LOG is not a filter, such as souk=debug")?
        }
        _ => EnvFilter::new(DEFAULT_FILTER),
    };
    let logs = fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    match args.log_format {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    }
    .map_err(|error| anyhow::anyhow!("logging cannot start: {error}"))?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!(place, message, %backtrace, "a thread panicked");
    }));
    Ok(())
}

/// Starts counting; the handle renders what was counted as Prometheus text.
///
/// # Errors
/// Another recorder was installed already.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Prefix("souk_http_".into()), REQUEST_SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), CLUSTER_SECONDS)?
        .install_recorder()?;
    metrics::describe_counter!("souk_http_requests_total", "Requests answered, by method, route and status");
    metrics::describe_histogram!(
        "souk_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time to the first byte of an answer, by method and route"
    );
    metrics::describe_gauge!("souk_stores", "Stores that are not deleted, by phase");
    metrics::describe_gauge!("souk_operations", "Operations that are not over, by state");
    metrics::describe_gauge!("souk_orphans", "Things that belong to no store, by kind, at the last look");
    metrics::gauge!("souk_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

/// Counts what the database holds: done when somebody asks, so that it is never old.
///
/// # Errors
/// The database fails.
pub async fn measure_stores(db: &Db) -> Result<(), DbError> {
    let counted = db.count_by_phase(&Sight::Everything).await?;
    for phase in Phase::ALL.into_iter().filter(|phase| *phase != Phase::Deleted) {
        let count = counted.iter().find(|(found, _)| *found == phase).map_or(0, |(_, count)| *count);
        metrics::gauge!("souk_stores", "phase" => phase.as_str()).set(count as f64);
    }
    for state in [OperationState::Queued, OperationState::Running] {
        let count = db.count_operations(&Sight::Everything, state, None).await?;
        metrics::gauge!("souk_operations", "state" => state.as_str()).set(count as f64);
    }
    Ok(())
}

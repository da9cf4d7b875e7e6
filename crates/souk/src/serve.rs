//! Wires the parts of the server together, and ends them in order.
//!
//! Owns the order of starting and stopping, nothing else. Starting fails before anything listens when
//! a setting, a secret or the database is wrong; a cluster that is away is a state, not a failure.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt;
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret, SecretString};
use souk_domain::Role;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::api::hub::EventHub;
use crate::api::layer::limit::Limits;
use crate::api::{AppState, Shared, router, single_sign_on};
use crate::auth::oidc::Provider;
use crate::auth::password::Passwords;
use crate::auth::{ADMIN, Gate};
use crate::config::ServeArgs;
use crate::config::secrets::{self, Secrets};
use crate::db::{Actor, Db, DbError, NewUser};
use crate::kube::{KubeCluster, SleepingDoor, connect};
use crate::reconcile::{self, Ingress, Queue};
use crate::seal::Sealer;
use crate::sleeping::Sleepers;
use crate::sweep::Sweep;
use crate::telemetry::{measure_stores, start_logs, start_metrics};
use crate::usage::Meter;

/// How long the start waits for a database that does not answer. Less than the start-up probe of the chart.
const DATABASE_PATIENCE: Duration = Duration::from_secs(45);

/// Runs the server until SIGTERM or Ctrl-C.
pub async fn run(settings: ServeArgs) -> ExitCode {
    #[cfg(feature = "failpoints")]
    let _failpoints = fail::FailScenario::setup();
    match serve(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("souk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: ServeArgs) -> anyhow::Result<()> {
    start_logs(&settings.log)?;
    let metrics = start_metrics()?;
    let settings = Arc::new(settings);
    let secrets = Secrets::load(&settings.access, &settings.database)?;
    settings.oidc.check()?;
    let url = settings.database.url(&settings.access.data_dir, secrets.database_password.as_ref())?;
    let db =
        Db::connect_in_time(url.expose_secret(), DATABASE_PATIENCE).await.context("the database cannot be opened")?;
    let platform_id = match &settings.cluster.platform_id {
        Some(id) => id.clone(),
        None => db.platform_id().await.context("the database cannot be read")?,
    };
    let listener = listen(settings.http.listen, "SOUK_LISTEN").await?;
    let metrics_listener = listen(settings.http.metrics_listen, "SOUK_METRICS_LISTEN").await?;
    let connection = connect().await?;
    let cluster = Arc::new(KubeCluster::new(connection.client.clone(), platform_id.as_str()));

    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let hub = EventHub::default();
    // Subscribers first: what is committed from now on reaches all of them.
    let births = u64::from(settings.reconcile.births_at_once);
    tasks.spawn(hub.clone().run(db.clone(), settings.address.clone(), births, stop.clone()));
    let sealer = Sealer::new(&secrets.encryption_key);
    let queue = Arc::new(Queue::default());
    let work =
        reconcile::prepare(&settings, db.clone(), sealer.clone(), cluster.clone(), &connection, queue.clone()).await?;
    tasks.spawn(work.run(stop.clone()));
    let sweep = Sweep::new(db.clone(), cluster.clone());
    tasks.spawn(sweep.clone().run(settings.reconcile.sweep_interval, stop.clone()));
    tasks.spawn(Meter::new(db.clone(), cluster.clone()).run(stop.clone()));
    match SleepingDoor::of(&cluster, &settings) {
        Some(door) => {
            tasks.spawn(Sleepers::new(db.clone(), Arc::new(door), settings.address.clone()).run(stop.clone()));
        }
        None => tracing::info!("visitors of suspended shops find no page: SOUK_SLEEPING_SERVICE names no Service"),
    }
    tasks.spawn(db.clone().follow(stop.clone()));
    let gate = Gate::new(&secrets, settings.access.sign_in_lifetime, settings.address.is_https());
    ensure_admin(&db, &gate.passwords, secrets.admin_password.as_ref()).await?;
    let provider = Provider::new(
        &settings.oidc,
        secrets::oidc_client_secret(&settings.oidc)?,
        format!("{}{}", settings.address.platform_url(), single_sign_on::CALLBACK),
    )?;
    let state = AppState::new(Shared {
        gate,
        provider,
        limits: Limits::new(&settings.limits),
        wake: queue,
        cluster,
        door: Arc::new(Ingress::new(&settings.cluster.ingress_address)?),
        settings: settings.clone(),
        db: db.clone(),
        sealer,
        sweep,
        hub,
        stop: stop.clone(),
        started: Instant::now(),
    });
    drop(secrets);
    let address = listener.local_addr().unwrap_or(settings.http.listen);
    tracing::info!(%address, url = settings.address.platform_url(), platform.id = platform_id, "Souk is listening");
    tasks.spawn(answer(listener, router(state), stop.clone()));
    tasks.spawn(answer(metrics_listener, metrics_router(metrics, db), stop.clone()));

    let result = tokio::select! {
        result = wait_for_signal() => result,
        // Better started again as a whole than half alive.
        Some(ended) = tasks.join_next() => Err(match ended {
            Ok(()) => anyhow::anyhow!("a part of the server ended before its time"),
            Err(error) => anyhow::anyhow!("a part of the server failed: {error}"),
        }),
    };
    tracing::info!("stopping: finishing what is under way");
    stop.cancel();
    let finished = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(settings.http.shutdown_timeout, finished).await.is_err() {
        tracing::warn!(tasks = tasks.len(), "not everything was finished in time; it goes on after the next start");
    }
    result
}

/// Makes the first account, `admin`, with a password that an operator put into a file. One that is there
/// keeps the password that it has.
async fn ensure_admin(db: &Db, passwords: &Passwords, password: Option<&SecretString>) -> anyhow::Result<()> {
    let Some(password) = password else {
        if !db.has_users().await? {
            tracing::info!("nobody has an account yet; the admin token works, and `souk user add` makes accounts");
        }
        return Ok(());
    };
    if db.user_with_password(ADMIN).await?.is_some() {
        return Ok(());
    }
    let hash = passwords.hash(password).await?;
    let new = NewUser { name: ADMIN.to_owned(), role: Role::Admin, password_hash: Some(hash) };
    let actor = Actor { name: ADMIN.to_owned(), source: Some("server".to_owned()) };
    match db.create_user(new, &actor).await {
        Ok(_) => tracing::info!("made the account admin with the password of SOUK_ADMIN_PASSWORD_FILE"),
        // Another replica was first.
        Err(DbError::NameTaken) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

async fn listen(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}; name another address with {setting}"))
}

async fn answer(listener: TcpListener, router: Router, stop: CancellationToken) {
    // Events are small and late ones are of no use: nothing is held back to fill a packet.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection stays with delayed packets");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await {
        tracing::error!(%error, "a listener ended");
    }
}

fn metrics_router(metrics: PrometheusHandle, db: Db) -> Router {
    let render = move || {
        let (metrics, db) = (metrics.clone(), db.clone());
        async move {
            if let Err(error) = measure_stores(&db).await {
                tracing::warn!(%error, "the stores could not be counted; their last numbers are told");
            }
            metrics.run_upkeep();
            ([("content-type", "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
        }
    };
    Router::new().route("/metrics", get(render))
}

async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

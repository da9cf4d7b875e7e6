//! Brings every store to where its owner asked: observe, decide, act, and look again.
//!
//! Owns the work queue, the looks at stores (`pass.rs`), one file per action, and the times of
//! operations. What is to be done is decided in `souk_domain::decide`; what a look means for the
//! store's row is in `progress.rs`. Level-triggered: nothing depends on what an earlier process
//! did or remembered, so it can be killed anywhere and goes on.

mod actions;
mod advance;
mod births;
mod claims;
mod conditions;
mod failpoints;
mod front_door;
mod knock;
mod memory;
mod observe;
mod outage;
mod pass;
mod progress;
mod queue;
mod removal;
mod replicas;
mod retry;
#[cfg(test)]
mod scenarios;
mod values;

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use souk_domain::{Plan, Store, StoreId};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

use self::{
    claims::Claims, front_door::FrontDoor, memory::Memory, outage::Outages, retry::Pauses, values::Surroundings,
};
pub use self::{front_door::Ingress, queue::Queue};
use crate::{
    config::ServeArgs,
    db::Db,
    helm::{self, Chart, Folder, Helm, HelmCli, HelmSettings},
    kube::{Cluster, ClusterConnection, KubeCluster},
    seal::Sealer,
};

/// A lease that is not renewed ends after this. With the pause of `replicas.rs` it is how long a store
/// stays alone when its worker dies: below 15 s.
const LEASE: Duration = Duration::from_secs(10);
/// How long Helm may take over one operation on the cluster.
const HELM_TIMEOUT: Duration = Duration::from_secs(60);
/// Pause between two checks of shops that are well, all shops together.
const CHECK_PAUSE: Duration = Duration::from_millis(250);
/// How long looks under way may take to come to an end when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);

/// Times and limits.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Stores looked at at once.
    pub workers: usize,
    /// Stores born at once, by all replicas together.
    pub births: usize,
    /// Helm processes at once; each takes most of a core for a second.
    pub helms: usize,
    pub full_pass: Duration,
    pub helm_timeout: Duration,
    /// After failed actions.
    pub pauses: Pauses,
    /// Between tries of the front door.
    pub door_pauses: Pauses,
    /// Between questions about what a removal waits for.
    pub removal_pauses: Pauses,
    /// Before a missed check of a ready shop is repeated.
    pub second_look: Duration,
    /// A wait that lasts longer than this gets a line in the timeline.
    pub patience: Duration,
}

/// Works on all stores.
pub struct Reconciler {
    db: Db,
    sealer: Sealer,
    cluster: Arc<dyn Cluster>,
    helm: Arc<dyn Helm>,
    door: Arc<dyn FrontDoor>,
    surroundings: Surroundings,
    /// Names the chart's content.
    chart: String,
    platform_id: String,
    settings: Settings,
    queue: Arc<Queue>,
    claims: Claims,
    helm_places: Semaphore,
    memories: Mutex<HashMap<StoreId, Memory>>,
    outages: Outages,
    /// Stores that were not deleted when the last full pass began.
    living: AtomicUsize,
}

/// A reconciler together with the cluster that it watches.
pub struct Work {
    reconciler: Arc<Reconciler>,
    cluster: Arc<KubeCluster>,
    queue: Arc<Queue>,
    /// Holds the chart and Helm's caches; removed with this.
    _folder: Folder,
}

/// Puts the reconciler together. Nothing is called on the cluster yet.
///
/// # Errors
/// The chart cannot be unpacked, or the HTTP client cannot be made.
pub async fn prepare(
    args: &ServeArgs,
    db: Db,
    sealer: Sealer,
    cluster: Arc<KubeCluster>,
    connection: &ClusterConnection,
    queue: Arc<Queue>,
) -> anyhow::Result<Work> {
    describe_metrics();
    let folder = Folder::make()?;
    let chart = Arc::new(Chart::unpack(folder.path())?);
    let helm = HelmCli::new(helm_settings(args, connection, folder.path()), chart.clone());
    match helm.version().await {
        Ok(version) => tracing::info!(version, chart = chart.hash(), "helm is there"),
        Err(error) => tracing::error!(%error, "helm does not answer; stores wait for it"),
    }
    let settings = Settings::from_args(args);
    let worker = format!("worker-{:016x}", rand::random::<u64>());
    tracing::info!(worker, "this is who its leases name");
    let reconciler = Reconciler {
        db,
        sealer,
        cluster: cluster.clone(),
        helm: Arc::new(helm),
        door: Arc::new(Ingress::new(&args.cluster.ingress_address)?),
        surroundings: Surroundings {
            address: args.address.clone(),
            cluster: args.cluster.clone(),
            images: args.images.clone(),
        },
        chart: chart.hash().to_owned(),
        platform_id: cluster.platform_id().to_owned(),
        queue: queue.clone(),
        claims: Claims::new(worker, LEASE),
        helm_places: Semaphore::new(settings.helms),
        memories: Mutex::default(),
        outages: Outages::default(),
        living: AtomicUsize::new(0),
        settings,
    };
    Ok(Work { reconciler: Arc::new(reconciler), cluster, queue, _folder: folder })
}

impl Work {
    /// Watches the cluster and works on every store until `stop`, then finishes the looks in hand.
    pub async fn run(self, stop: CancellationToken) {
        let db = &self.reconciler.db;
        // One process owns SQLite's file: leases that are there are of one that was killed.
        if !db.is_postgres()
            && let Err(error) = db.release_all_leases().await
        {
            tracing::warn!(%error, "old leases could not be ended; they end by themselves");
        }
        // The watches outlive the work: what is being finished waits for what they see.
        let finished = CancellationToken::new();
        let watching = self.cluster.run(self.queue.clone(), finished.clone());
        let working = async {
            self.reconciler.clone().work(stop).await;
            finished.cancel();
        };
        tokio::join!(watching, working);
    }
}

fn describe_metrics() {
    use metrics::{Unit, describe_counter, describe_histogram};
    describe_histogram!("souk_reconcile_duration_seconds", Unit::Seconds, "Time of one turn of a store");
    describe_histogram!("souk_action_duration_seconds", Unit::Seconds, "Time of one action on the cluster, by action");
    describe_counter!("souk_actions_total", "Actions on the cluster, by action and result");
    describe_histogram!("souk_time_to_ready_seconds", Unit::Seconds, "Time from the request to the first ready");
}

fn helm_settings(args: &ServeArgs, connection: &ClusterConnection, work: &Path) -> HelmSettings {
    HelmSettings {
        binary: args.cluster.helm.clone(),
        kubeconfig: connection.kubeconfig.clone(),
        work: work.to_owned(),
        timeout: HELM_TIMEOUT,
    }
}

fn helms_at_once() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 8))
}

impl Settings {
    fn from_args(args: &ServeArgs) -> Self {
        Self {
            workers: args.reconcile.workers as usize,
            births: args.reconcile.births_at_once as usize,
            helms: helms_at_once(),
            full_pass: args.reconcile.full_pass_interval,
            helm_timeout: HELM_TIMEOUT,
            pauses: Pauses::AFTER_FAILURE,
            door_pauses: Pauses::FRONT_DOOR,
            removal_pauses: Pauses::REMOVAL,
            second_look: Duration::from_secs(1),
            patience: Duration::from_secs(5),
        }
    }
}

impl Reconciler {
    /// What the release of the store is to be made from, with its fingerprint; `None` when the plan
    /// is unknown.
    fn wanted_release(&self, store: &Store) -> Option<(Value, String)> {
        let values = self.surroundings.values(store, Plan::find(&store.plan)?);
        let digest = helm::digest(&self.chart, &values);
        Some((values, digest))
    }

    /// Takes turns until `stop`.
    pub async fn work(self: Arc<Self>, stop: CancellationToken) {
        let mut turns = JoinSet::new();
        let places = Arc::new(Semaphore::new(self.settings.workers.max(1)));
        // Goes on until the last turn is over. It may hold a connection whenever it waits: from here on it is either
        // polled or dropped, or others would wait for that connection.
        let mut keep = Box::pin(self.claims.keep(&self.db));
        let passes = self.full_passes();
        let others = self.replicas();
        let line = self.wake_the_due();
        let take = async {
            loop {
                let Ok(place) = places.clone().acquire_owned().await else { return };
                let turn = self.queue.next().await;
                let (reconciler, stop) = (self.clone(), stop.clone());
                turns.spawn(async move {
                    let began = Instant::now();
                    reconciler.turn(turn, &stop).await;
                    metrics::histogram!("souk_reconcile_duration_seconds").record(began.elapsed());
                    drop(place);
                });
                while turns.try_join_next().is_some() {}
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = take => {}
            () = &mut keep => {}
            () = passes => {}
            () = others => {}
            _ = line => {}
        }
        // What only waits goes to other replicas at once, what is at work with the end of its turn.
        let leave = async {
            self.claims.hand_over(&self.db, |store| !self.queue.is_at_work(store)).await;
            tokio::time::timeout(FAREWELL, async { while turns.join_next().await.is_some() {} }).await.is_ok()
        };
        let finished = tokio::select! {
            finished = leave => finished,
            () = &mut keep => false,
        };
        drop(keep);
        if !finished {
            tracing::info!(stores = turns.len(), "work is cut short; it goes on elsewhere or after the next start");
            turns.shutdown().await;
        }
        self.claims.hand_over(&self.db, |_| true).await;
    }

    /// Makes every store due, at once at the start and spread over time later.
    async fn full_passes(&self) {
        let mut first = true;
        loop {
            match self.db.live_store_ids().await {
                Ok(stores) => self.spread(&stores, first),
                Err(error) => {
                    tracing::error!(%error, "the database does not list the stores; trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    continue;
                }
            }
            first = false;
            tokio::time::sleep(self.settings.full_pass).await;
        }
    }

    fn spread(&self, stores: &[StoreId], first: bool) {
        self.living.store(stores.len(), Ordering::Relaxed);
        let soon = tokio::time::Instant::now() + self.rest();
        for store in stores {
            if first {
                self.queue.push(store);
            } else if !self.queue.rests_until(store, soon) {
                let pause = retry::share(self.settings.full_pass, 0.0..0.9);
                self.queue.push_at(store, tokio::time::Instant::now() + pause);
            }
        }
    }

    /// How long a shop that is well is left alone: as long as a full pass, and longer where there are so many
    /// shops that checking them would be work for them and for the cluster.
    fn rest(&self) -> Duration {
        let stores = u32::try_from(self.living.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        self.settings.full_pass.max(CHECK_PAUSE.saturating_mul(stores))
    }
}

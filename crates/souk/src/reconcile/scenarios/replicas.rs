//! Several replicas on one database: one of them works on a store, and another goes on when it cannot.

use std::{
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use souk_domain::{Phase, Problem};
use tokio::sync::Notify;

use super::{Stage, is_ready};
use crate::{db::test_database::TestDatabase, kube::ReleaseStatus};

/// A lease that nobody waits for.
const LONG: Duration = Duration::from_secs(600);
/// A lease that ends soon.
const SHORT: Duration = Duration::from_secs(3);

impl Stage {
    async fn asked_on(database: &TestDatabase, lease: Duration) -> Self {
        let db = database.replica().await;
        Self { lease, ..Self::asked_in(db, None, LONG).await }
    }

    /// Another replica of the same platform.
    async fn replica(&self, database: &TestDatabase) -> Self {
        Self {
            db: database.replica().await,
            world: self.world.clone(),
            sealer: self.sealer.clone(),
            store: self.store.clone(),
            full_pass: self.full_pass,
            pauses: self.pauses,
            lease: self.lease,
            running: None,
            _folder: None,
        }
    }

    async fn worker(&self) -> Option<String> {
        self.db.get_store_and_worker(&self.store).await.unwrap().1
    }
}

fn times(calls: &[&str], call: &str) -> usize {
    calls.iter().filter(|made| **made == call).count()
}

#[tokio::test]
async fn three_replicas_do_nothing_twice() {
    let database = TestDatabase::postgres().await;
    let mut first = Stage::asked_on(&database, LONG).await;
    let mut second = first.replica(&database).await;
    let mut third = first.replica(&database).await;
    for stage in [&mut first, &mut second, &mut third] {
        stage.start().await;
        // As watches do: all of them hear of everything.
        stage.wake();
    }
    first.until("ready", is_ready).await;
    let calls = first.world.state().calls.clone();
    assert_eq!(calls, ["create-namespace", "create-secrets", "helm-install", "helm-finish"]);
    // A request goes to one of them, and any of them works on it.
    second.db.delete_store(&second.store, &super::actor()).await.unwrap();
    third.until("deleted", |store| store.phase == Phase::Deleted).await;
    let calls = first.world.state().calls.clone();
    for call in ["helm-uninstall", "delete-namespace"] {
        assert_eq!(times(&calls, call), 1, "{calls:?}");
    }
    let timeline = first.timeline().await;
    let once = timeline.iter().collect::<std::collections::HashSet<_>>();
    assert_eq!(once.len(), timeline.len(), "{timeline:?}");
}

#[tokio::test]
async fn a_killed_replica_is_taken_over_from() {
    let database = TestDatabase::postgres().await;
    let mut killed = Stage::asked_on(&database, SHORT).await;
    killed.world.state().helm_bell = Some(Arc::new(Notify::new()));
    killed.start().await;
    killed.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
    let mut other = killed.replica(&database).await;
    other.start().await;
    other.wake();
    // The lease is renewed for as long as its worker lives.
    tokio::time::sleep(SHORT * 2).await;
    let worker = killed.worker().await;
    assert_eq!(times(&other.world.state().calls, "helm-install"), 1);
    killed.kill().await;
    other.world.state().helm_bell = None;
    let began = Instant::now();
    other.until("ready", is_ready).await;
    assert!(began.elapsed() < SHORT + Duration::from_secs(5), "{:?}", began.elapsed());
    assert_ne!(other.worker().await, worker);
    let state = other.world.state();
    let deployed = state.facts.releases.values().filter(|release| release.status == ReleaseStatus::Deployed);
    assert_eq!((deployed.count(), state.namespaces_made), (1, 1));
}

#[tokio::test]
async fn a_replica_that_stops_hands_over_at_once() {
    let database = TestDatabase::postgres().await;
    // It waits for pods: nothing of it runs at the moment, and the lease is held.
    let mut leaving = Stage::asked_on(&database, LONG).await;
    leaving.world.state().stuck = Some(Problem::waiting("Pulling", "The image is on its way."));
    leaving.start().await;
    leaving.until_world("installed", |state| state.calls.contains(&"helm-finish")).await;
    leaving
        .until("waiting", |store| {
            store.operation.as_ref().is_some_and(|operation| operation.reason.as_deref() == Some("Pulling"))
        })
        .await;
    let before = leaving.worker().await;
    assert!(before.is_some());
    let mut other = leaving.replica(&database).await;
    other.start().await;
    let (task, stop, _) = leaving.running.take().unwrap();
    stop.cancel();
    task.await.unwrap();
    // Nobody else wakes the other one.
    other.until_world("well", |state| !state.calls.is_empty()).await;
    {
        let mut state = other.world.state();
        state.stuck = None;
        state.raise();
    }
    other.wake();
    other.until("ready", is_ready).await;
    assert_eq!(times(&other.world.state().calls, "helm-install"), 1, "no step is done again");
    assert!(other.timeline().await.contains(&"ReleaseInstalled".to_owned()), "no line is lost");
}

#[tokio::test]
async fn work_in_hand_is_finished_before_it_is_handed_over() {
    let database = TestDatabase::postgres().await;
    let bell = Arc::new(Notify::new());
    let mut leaving = Stage::asked_on(&database, LONG).await;
    leaving.world.state().helm_bell = Some(bell.clone());
    leaving.start().await;
    leaving.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
    let mut other = leaving.replica(&database).await;
    other.start().await;
    let (task, stop, _) = leaving.running.take().unwrap();
    stop.cancel();
    bell.notify_one();
    task.await.unwrap();
    other.until("ready", is_ready).await;
    assert_eq!(other.world.state().calls, ["create-namespace", "create-secrets", "helm-install", "helm-finish"]);
    assert_eq!(times(&other.timeline().await.iter().map(String::as_str).collect::<Vec<_>>(), "ReleaseInstalled"), 1);
}

/// As SIGSTOP does: every task of the replica stands still, and goes on long after its lease.
#[tokio::test]
async fn a_replica_that_was_stopped_past_its_lease_does_not_go_on() {
    let database = TestDatabase::postgres().await;
    let bell = Arc::new(Notify::new());
    let mut other = Stage::asked_on(&database, SHORT).await;
    other.world.state().helm_bell = Some(bell.clone());
    let (go_on, stopped) = mpsc::channel::<()>();
    let (freeze, frozen) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let replica = {
        let (url, world, sealer, store) =
            (database.url.clone(), other.world.clone(), other.sealer.clone(), other.store.clone());
        let (full_pass, lease) = (other.full_pass, other.lease);
        let (freeze, frozen) = (freeze.clone(), frozen.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let db = crate::db::Db::connect(&url).await.unwrap();
                let mut stage = Stage {
                    db,
                    world,
                    sealer,
                    store,
                    full_pass,
                    pauses: super::QUICK,
                    lease,
                    running: None,
                    _folder: None,
                };
                stage.start().await;
                freeze.notified().await;
                frozen.notify_one();
                // The one thread of this runtime.
                stopped.recv().unwrap();
                let (task, stop, queue) = stage.running.take().unwrap();
                // A turn that ended with what it was at has no store any more.
                while queue.is_at_work(&stage.store) {
                    tokio::task::yield_now().await;
                }
                stop.cancel();
                task.await.unwrap();
            });
        })
    };
    other.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
    freeze.notify_one();
    frozen.notified().await;
    other.world.state().helm_bell = None;
    other.start().await;
    let ready = other.until("ready", is_ready).await;
    let calls = other.world.state().calls.clone();
    assert_eq!(times(&calls, "helm-install"), 2, "{calls:?}");
    let timeline = other.timeline().await;

    // What the stopped one waited for comes to pass at the moment at which it goes on.
    bell.notify_one();
    go_on.send(()).unwrap();
    tokio::task::spawn_blocking(move || replica.join().unwrap()).await.unwrap();
    assert_eq!(other.world.state().calls, calls, "it did nothing more");
    assert_eq!(other.timeline().await, timeline);
    assert_eq!(other.get().await.revision, ready.revision);
}

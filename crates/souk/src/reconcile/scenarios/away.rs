//! PostgreSQL goes away in the middle of things, and comes back.

use std::{sync::Arc, time::Duration};

use souk_domain::timeline::NewEvent;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Stage, is_ready};
use crate::db::{Change, Db, test_database::TestServer};

impl Stage {
    /// A store that helm is being asked to install, until the bell rings.
    async fn installing(server: &TestServer, lease: Duration) -> (Self, Arc<Notify>) {
        let bell = Arc::new(Notify::new());
        let db = Db::connect(&server.url).await.unwrap();
        let mut stage = Self { lease, ..Self::asked_in(db, None, Duration::from_secs(600)).await };
        stage.world.state().helm_bell = Some(bell.clone());
        stage.start().await;
        stage.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
        (stage, bell)
    }

    /// As `until`, while the database may be away.
    async fn until_ready_again(&self) {
        let ready = async {
            while !self.db.get_store(&self.store).await.is_ok_and(|store| is_ready(&store)) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let state = || format!("{:?}", self.world.state());
        assert!(tokio::time::timeout(Duration::from_secs(30), ready).await.is_ok(), "never ready: {}", state());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_cuts_no_action_short() {
    let server = TestServer::start();
    let (stage, bell) = Stage::installing(&server, Duration::from_secs(20)).await;
    server.stop();
    bell.notify_one();
    stage.until_world("finished", |state| state.calls.contains(&"helm-finish")).await;
    server.start_again();
    stage.until_ready_again().await;
    assert_eq!(stage.world.state().calls, ["create-namespace", "create-secrets", "helm-install", "helm-finish"]);
    let installed = stage.timeline().await.into_iter().filter(|reason| reason == "ReleaseInstalled").count();
    assert_eq!(installed, 1, "what was done meanwhile is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_for_longer_than_a_lease_the_action_ends_and_is_done_again() {
    let server = TestServer::start();
    let lease = Duration::from_millis(1500);
    let (stage, _bell) = Stage::installing(&server, lease).await;
    server.stop();
    // Nobody could know any more whose store it is.
    let (_, _, queue) = stage.running.as_ref().unwrap();
    let ends = async {
        while queue.is_at_work(&stage.store) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(lease * 4, ends).await.is_ok(), "the action goes on without a lease");
    stage.world.state().helm_bell = None;
    server.start_again();
    stage.until_ready_again().await;
    let calls = stage.world.state().calls.clone();
    assert_eq!(calls.iter().filter(|call| **call == "helm-finish").count(), 1, "{calls:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handles_and_news_recover_by_themselves() {
    let server = TestServer::start();
    let stage = Stage::asked_in(Db::connect(&server.url).await.unwrap(), None, Duration::from_secs(600)).await;
    let (listener, stop) = (Db::connect(&server.url).await.unwrap(), CancellationToken::new());
    let mut changes = listener.subscribe();
    let following = tokio::spawn(listener.clone().follow(stop.clone()));
    while !matches!(changes.recv().await.unwrap(), Change::Missed) {}
    let lease = Duration::from_secs(60);
    let (claim, _) = stage.db.claim(&stage.store, "a", lease).await.unwrap().unwrap();
    server.stop();
    assert!(stage.db.get_store(&stage.store).await.is_err());
    assert!(stage.db.ping().await.is_err());
    server.start_again();
    // The lease holds: its end is in the database, and came no closer than time did.
    let renewed = stage.db.renew(std::slice::from_ref(&claim), lease).await.unwrap();
    assert!(renewed.contains(&claim));
    let say = |_: &mut souk_domain::Store, events: &mut Vec<NewEvent>| {
        events.push(NewEvent::normal("Said", "It was said before anybody listened again."));
        Ok(())
    };
    stage.db.record(&claim, say).await.unwrap();
    let heard =
        async { while !matches!(changes.recv().await.unwrap(), Change::Event(event) if event.reason == "Said") {} };
    tokio::time::timeout(Duration::from_secs(30), heard).await.expect("news come again, and nothing is missed");
    stop.cancel();
    following.await.unwrap();
}

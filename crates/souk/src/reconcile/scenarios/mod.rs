//! The reconciler at work on a small world in memory, with the real database: named scenarios.

mod away;
mod births;
mod changes;
mod drift;
mod failures;
mod kills;
mod model;
mod queue;
mod removals;
mod replicas;
mod requests;
mod suspension;
mod world;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use clap::Parser;
use secrecy::{SecretBox, SecretString};
use souk_domain::{DisplayName, OperationState, Phase, Slug, Store, StoreId};
use time::OffsetDateTime;
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use self::world::{PLATFORM, State, World};
use super::{Queue, Reconciler, Settings, claims::Claims, retry::Pauses, values::Surroundings};
use crate::{
    cluster::Wake,
    config::ServeArgs,
    db::{Actor, Created, Db, Limits, NewStore, SlugChoice},
    seal::Sealer,
};

/// How long a scenario may take to get somewhere.
const PATIENCE: Duration = Duration::from_secs(20);

/// Pauses that no scenario notices.
const QUICK: Pauses = Pauses { base: Duration::from_millis(5), most: Duration::from_millis(20) };

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    serve: ServeArgs,
}

/// A database, a world, one store, and a reconciler that can be killed.
struct Stage {
    db: Db,
    world: Arc<World>,
    sealer: Sealer,
    store: StoreId,
    full_pass: Duration,
    /// After failed actions.
    pauses: Pauses,
    lease: Duration,
    running: Option<(JoinHandle<()>, CancellationToken, Arc<Queue>)>,
    /// Where the database lies, if it is the stage's own.
    _folder: Option<tempfile::TempDir>,
}

impl Stage {
    /// A store has been asked for; nobody works yet.
    async fn asked() -> Self {
        Self::asked_with(None, Duration::from_secs(600)).await
    }

    async fn asked_with(password: Option<&str>, deadline: Duration) -> Self {
        // A file: a database in memory would go with a connection that dies in the middle of a question.
        let folder = tempfile::tempdir().unwrap();
        let db = Db::connect(&format!("sqlite://{}", folder.path().join("souk.db").display())).await.unwrap();
        Self { _folder: Some(folder), ..Self::asked_in(db, password, deadline).await }
    }

    async fn asked_in(db: Db, password: Option<&str>, deadline: Duration) -> Self {
        let sealer = Sealer::new(&SecretBox::new(Box::new([7; 32])));
        let store = StoreId::from_random(rand::random());
        let new = NewStore {
            id: store.clone(),
            name: DisplayName::new("Blue Mug Shop").unwrap(),
            slug: SlugChoice::Chosen(Slug::new("blue-mug-shop").unwrap()),
            blueprint: "woocommerce".into(),
            plan: "standard".into(),
            admin_username: "admin".into(),
            admin_email: "admin@example.com".into(),
            sealed_password: password.map(|text| sealer.seal(&store, &SecretString::from(text)).unwrap()),
            deadline_at: OffsetDateTime::now_utc() + deadline,
            owner: None,
        };
        let created = db.create_store(new, None, Limits::default(), &actor()).await.unwrap();
        assert!(matches!(created, Created::New(_)));
        Self {
            db,
            world: Arc::default(),
            sealer,
            store,
            full_pass: Duration::from_secs(60),
            pauses: QUICK,
            lease: Duration::from_secs(15),
            running: None,
            _folder: None,
        }
    }

    /// A store that is ready, with a reconciler that runs on.
    async fn ready() -> Self {
        let mut stage = Self::asked().await;
        stage.start().await;
        stage.until("ready", |store| store.phase == Phase::Ready).await;
        stage
    }

    async fn start(&mut self) {
        if !self.db.is_postgres() {
            self.db.release_all_leases().await.unwrap();
        }
        self.start_beside_others().await;
    }

    /// Leaves the leases of others alone.
    async fn start_beside_others(&mut self) {
        let args = Arguments::parse_from(["souk"]).serve;
        let settings = Settings {
            workers: 4,
            births: 2,
            helms: 2,
            full_pass: self.full_pass,
            helm_timeout: Duration::from_secs(1),
            pauses: self.pauses,
            door_pauses: QUICK,
            removal_pauses: QUICK,
            second_look: Duration::from_millis(5),
            patience: Duration::from_millis(10),
        };
        let queue = Arc::new(Queue::default());
        let reconciler = Arc::new(Reconciler {
            db: self.db.clone(),
            sealer: self.sealer.clone(),
            cluster: self.world.clone(),
            helm: self.world.clone(),
            door: self.world.clone(),
            surroundings: Surroundings {
                address: args.address.clone(),
                cluster: args.cluster.clone(),
                images: args.images.clone(),
            },
            chart: "chart".into(),
            platform_id: PLATFORM.into(),
            queue: queue.clone(),
            claims: Claims::new(format!("worker-{:08x}", rand::random::<u32>()), self.lease),
            helm_places: Semaphore::new(settings.helms),
            memories: Mutex::new(HashMap::new()),
            outages: Default::default(),
            living: Default::default(),
            settings,
        });
        let stop = CancellationToken::new();
        let task = tokio::spawn(reconciler.work(stop.clone()));
        self.running = Some((task, stop, queue));
    }

    /// As `kill -9`: nothing is tidied up.
    async fn kill(&mut self) {
        if let Some((task, _, _)) = self.running.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// Changes the world; its watches tell the reconciler.
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.world.state());
        self.wake();
    }

    fn wake(&self) {
        if let Some((_, _, queue)) = &self.running {
            queue.wake(&self.store);
        }
    }

    async fn get(&self) -> Store {
        self.db.get_store(&self.store).await.unwrap()
    }

    /// Waits for the store to look like this.
    async fn until(&self, what: &str, seen: impl Fn(&Store) -> bool) -> Store {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let store = self.get().await;
            if seen(&store) {
                return store;
            }
            assert!(tokio::time::Instant::now() < deadline, "never {what}: {store:#?} {:?}", self.world.state());
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Waits for the world to look like this.
    async fn until_world(&self, what: &str, seen: impl Fn(&State) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !seen(&self.world.state()) {
            assert!(tokio::time::Instant::now() < deadline, "never {what}: {:?}", self.world.state());
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Waits until the process hangs in the middle of a call.
    async fn hangs(&self) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !self.world.is_dead() {
            assert!(tokio::time::Instant::now() < deadline, "it goes on: {:?}", self.world.state());
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }

    /// Waits until the process died in the middle of a call, and buries it.
    async fn dies(&mut self) {
        self.hangs().await;
        self.kill().await;
        self.world.state().dies_after = None;
    }

    /// As if an earlier version had made the store.
    async fn forget_copy(&self) {
        self.db.release_all_leases().await.unwrap();
        let (claim, _) = self.db.claim(&self.store, "earlier", Duration::from_secs(5)).await.unwrap().unwrap();
        self.db.forget_secrets(&claim).await.unwrap();
        self.db.release(&claim).await.unwrap();
    }

    async fn delete(&self) {
        self.db.delete_store(&self.store, &actor()).await.unwrap();
        self.wake();
    }

    async fn cancel(&self) {
        let operation = self.get().await.operation.unwrap().id;
        self.db.cancel_operation(&operation, &actor()).await.unwrap();
        self.wake();
    }

    async fn cancel_and_remove(&self) {
        let operation = self.get().await.operation.unwrap().id;
        self.db.cancel_and_remove(&operation, &actor()).await.unwrap();
        self.wake();
    }

    async fn retry(&self) {
        let operation = self.get().await.operation.unwrap().id;
        let deadline = OffsetDateTime::now_utc() + Duration::from_secs(600);
        self.db.retry_operation(&operation, Some(deadline), &actor()).await.unwrap();
        self.wake();
    }

    /// The reasons of the timeline, oldest first.
    async fn timeline(&self) -> Vec<String> {
        let page = self.db.list_events(&self.store, None, 100).await.unwrap();
        page.items.into_iter().rev().map(|event| event.reason).collect()
    }
}

fn actor() -> Actor {
    Actor { name: "tester".into(), source: None }
}

fn is_ready(store: &Store) -> bool {
    store.phase == Phase::Ready
        && store.operation.as_ref().is_none_or(|operation| operation.state == OperationState::Succeeded)
}

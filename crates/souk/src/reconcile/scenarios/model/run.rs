//! One run: a store, its world, and servers to which a story happens.
//!
//! Time stands still unless the run moves it, and the run moves it only when nobody has anything left to
//! do. So a pause of minutes costs nothing, and a story happens the same way each time that it is played.

use std::{pin::pin, sync::Arc, time::Duration};

use rand::{SeedableRng, rngs::StdRng};
use secrecy::{SecretBox, SecretString};
use souk_domain::{DisplayName, Slug, Store, StoreId};
use tokio::{
    sync::broadcast::{self, error::TryRecvError},
    task::yield_now,
    time::Instant,
};

use super::{
    super::{actor, world::World},
    event::{Event, Story, Thing},
    expect::Expected,
    weather::Weather,
    worker::Worker,
};
use crate::{
    clock,
    db::{AuditFilter, Change, Db, DbError, Edit, Limits, NewStore, SlugChoice, Suspension},
    kube::ReleaseStatus,
    seal::Sealer,
};

pub type Result<T = ()> = std::result::Result<T, String>;

/// The password that was chosen in some runs.
pub const PASSWORD: &str = "a chosen password 42";
/// Time for a create and for a change.
const DEADLINE: Duration = Duration::from_secs(600);
/// Polls without any news after which everybody waits for time to go by.
const QUIET: u32 = 3;
/// First leap of time after something was done; the next ones are longer.
const FIRST_LEAP: Duration = Duration::from_millis(5);
/// Longest leap while a lease is held: a third of it, so that it is renewed in time.
const LEAP: Duration = Duration::from_secs(5);
/// Longest leap while none is.
const LONG_LEAP: Duration = Duration::from_secs(100);

pub struct Run {
    pub db: Db,
    pub world: Arc<World>,
    pub weather: Arc<Weather>,
    pub store: StoreId,
    pub expected: Expected,
    sealer: Sealer,
    changes: broadcast::Receiver<Change>,
    workers: Vec<Option<Worker>>,
    /// Workers that were started so far; each has a name of its own.
    started: usize,
    edits: usize,
    at_rest: bool,
    /// Beginnings and ends of what the database did.
    statements: u64,
}

/// Waits without letting time go by.
pub async fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            context.waker().wake_by_ref();
        }
        polled
    })
    .await
}

impl Run {
    /// A store has been asked for in an empty database, and the first server runs.
    pub async fn begin(db: &Db, story: &Story) -> Self {
        clock::played::begin(story.seed);
        at_once(db.forget_everything()).await;
        let world: Arc<World> = Arc::default();
        let sealer = Sealer::new(&SecretBox::new(Box::new([7; 32])));
        let store = StoreId::from_random([story.seed as u8; 10]);
        let new = NewStore {
            id: store.clone(),
            name: DisplayName::new("Blue Mug Shop").unwrap(),
            slug: SlugChoice::Chosen(Slug::new("blue-mug-shop").unwrap()),
            blueprint: "woocommerce".into(),
            plan: "standard".into(),
            admin_username: "admin".into(),
            admin_email: "admin@example.com".into(),
            sealed_password: story.chosen_password.then(|| sealer.seal(&store, &SecretString::from(PASSWORD)).unwrap()),
            deadline_at: clock::now() + DEADLINE,
            owner: None,
        };
        at_once(db.create_store(new, None, Limits::default(), &actor())).await.unwrap();
        if story.foreign {
            let mut state = world.state();
            state.adopt(&store, "somebody-else");
        }
        let mut run = Self {
            db: db.clone(),
            weather: Arc::new(Weather::new(world.clone(), StdRng::seed_from_u64(story.seed))),
            world,
            store,
            expected: Expected { accepted: 1, foreign: story.foreign, ..Expected::default() },
            sealer,
            changes: db.subscribe(),
            workers: (0..story.workers).map(|_| None).collect(),
            started: 0,
            edits: 0,
            at_rest: true,
            statements: 0,
        };
        run.start(0).await;
        run
    }

    pub async fn get(&self) -> Store {
        at_once(self.db.get_store(&self.store)).await.unwrap()
    }

    /// What has been done so far, by servers and by the database.
    fn progress(&mut self) -> u64 {
        let at_rest = self.db.is_at_rest();
        if at_rest != self.at_rest {
            self.at_rest = at_rest;
            self.statements += 1;
        }
        self.weather.steps() + self.statements
    }

    /// Lets everybody do what they can do now, up to `limit` steps. Says whether the limit was reached.
    async fn settle(&mut self, limit: u64) -> bool {
        let (mut quiet, mut last) = (0, self.progress());
        while quiet < QUIET {
            yield_now().await;
            let now = self.progress();
            if now >= limit {
                return true;
            }
            quiet = if self.at_rest && now == last { quiet + 1 } else { 0 };
            if !self.at_rest {
                // The database has a thread of its own.
                std::thread::yield_now();
            }
            last = now;
        }
        false
    }

    /// Lets time go by until `seen`; says whether that came in time.
    pub async fn until(&mut self, time: Duration, mut seen: impl AsyncFnMut(&mut Self) -> bool) -> bool {
        let end = Instant::now() + time;
        let mut leap = FIRST_LEAP;
        loop {
            let before = self.weather.steps();
            self.settle(u64::MAX).await;
            // Who only asks the database again and again does not hold the time up.
            if self.weather.steps() != before || self.heard() {
                leap = FIRST_LEAP;
                if seen(self).await {
                    return true;
                }
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return seen(self).await;
            }
            tokio::time::advance(leap.min(left)).await;
            leap = (leap * 4).min(if self.holds_leases() { LEAP } else { LONG_LEAP });
        }
    }

    /// Lets servers come `count` steps further, or until they rest.
    async fn steps(&mut self, count: u64) {
        let limit = self.progress() + count;
        let mut leap = FIRST_LEAP;
        while leap < LEAP && !self.settle(limit).await {
            tokio::time::advance(leap).await;
            leap *= 4;
        }
    }

    /// Whether something was written since the last time.
    fn heard(&mut self) -> bool {
        let mut heard = false;
        while !matches!(self.changes.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {
            heard = true;
        }
        heard
    }

    fn holds_leases(&self) -> bool {
        self.workers.iter().flatten().any(|worker| worker.reconciler.claims.held(&self.store).is_some())
    }

    /// Makes one thing happen.
    pub async fn happen(&mut self, event: &Event) -> Result {
        match *event {
            Event::Steps(count) => self.steps(count).await,
            Event::Passes(time) => _ = self.until(time, async |_| false).await,
            Event::Rename => {
                let name = DisplayName::new(&format!("Shop {}", self.next_edit())).unwrap();
                self.edit(Edit { name: Some(name), ..Edit::default() }).await?;
            }
            Event::Move => {
                let slug = Slug::new(&format!("shop-{}", self.next_edit())).unwrap();
                self.edit(Edit { slug: Some(slug), ..Edit::default() }).await?;
            }
            Event::Delete => self.delete().await?,
            Event::Cancel => {
                let Some(operation) = self.get().await.operation else { return Ok(()) };
                let asked = at_once(self.db.cancel_operation(&operation.id, &actor())).await;
                self.expected.cancelled |= self.accepted(asked)?;
            }
            Event::CancelAndRemove => {
                let Some(operation) = self.get().await.operation else { return Ok(()) };
                let asked = at_once(self.db.cancel_and_remove(&operation.id, &actor())).await;
                if self.accepted(asked)? {
                    // It is a cancelling and a deletion.
                    self.expected.accepted += 1;
                    self.expected.deleted = true;
                }
            }
            Event::Retry => self.retry().await?,
            Event::Suspend => self.suspend(true).await?,
            Event::Resume => self.suspend(false).await?,
            Event::Kill(at) => self.kill(at).await,
            Event::Stop(at) => self.stop(at).await,
            Event::Start(at) => self.start(at).await,
            Event::Freeze(at) => {
                if self.workers[at].is_some() {
                    self.freeze(&[at]).await;
                    self.weather.allow_overlaps();
                }
            }
            Event::Thaw(at) => self.thaw(at).await?,
            Event::Away(away) => {
                self.world.state().away = away;
                self.news();
            }
            Event::Stuck(stuck) => self.stuck(stuck),
            Event::Closed(closed) => self.world.state().closed = closed,
            Event::Helm(fault) => {
                self.world.state().faults.push(fault);
                self.expected.refused |= fault == super::super::world::Fault::Refuses;
            }
            Event::Api(kind) => {
                self.weather.fail(kind);
                self.expected.refused |= kind == crate::kube::KubeErrorKind::Invalid;
            }
            Event::Lose(thing) => self.lose(thing),
            Event::Leave(status) => self.leave(status),
            Event::Labels(there) => self.label(there).await,
        }
        self.expected.check(&self.weather)
    }

    fn next_edit(&mut self) -> usize {
        self.edits += 1;
        self.edits
    }

    /// Whether a request was accepted; an error that no person can be blamed for ends the run.
    fn accepted(&mut self, asked: std::result::Result<Store, DbError>) -> Result<bool> {
        match asked {
            Ok(_) => {
                self.expected.accepted += 1;
                self.wake();
                Ok(true)
            }
            Err(DbError::OperationConflict(_) | DbError::AlreadyDeleting | DbError::AlreadyDeleted) => Ok(false),
            Err(error) => Err(format!("a request failed: {error}")),
        }
    }

    async fn edit(&mut self, edit: Edit) -> Result {
        let edit = Edit { deadline_at: Some(clock::now() + DEADLINE), ..edit };
        let asked = at_once(self.db.edit_store(&self.store, edit, &actor())).await;
        self.accepted(asked).map(drop)
    }

    pub async fn delete(&mut self) -> Result {
        let asked = at_once(self.db.delete_store(&self.store, &actor())).await;
        self.expected.deleted |= self.accepted(asked)?;
        Ok(())
    }

    pub async fn retry(&mut self) -> Result {
        let Some(operation) = self.get().await.operation else { return Ok(()) };
        let deadline = Some(clock::now() + DEADLINE);
        let asked = at_once(self.db.retry_operation(&operation.id, deadline, &actor())).await;
        self.accepted(asked).map(drop)
    }

    /// What is so already is no request that counts.
    async fn suspend(&mut self, suspended: bool) -> Result {
        let before = self.audited().await;
        let asked = Suspension { suspended, if_revision: None, deadline_at: clock::now() + DEADLINE };
        let asked = at_once(self.db.suspend_store(&self.store, asked, &actor())).await;
        if asked.is_ok() && self.audited().await == before {
            return Ok(());
        }
        self.accepted(asked).map(drop)
    }

    async fn audited(&self) -> u64 {
        at_once(self.db.list_audit(&AuditFilter::default(), None, 1)).await.unwrap().total
    }

    /// A wake reaches one server, as that of a request does.
    fn wake(&self) {
        if let Some(worker) = self.workers.iter().flatten().next() {
            crate::cluster::Wake::wake(&*worker.queue, &self.store);
        }
    }

    /// What watches tell every server.
    fn news(&self) {
        for worker in self.workers.iter().flatten() {
            crate::kube::Listener::store_changed(&*worker.queue, &self.store);
            crate::kube::Listener::cluster_changed(&*worker.queue);
        }
    }

    async fn start(&mut self, at: usize) {
        if self.workers[at].is_some() {
            return;
        }
        if self.workers.len() == 1 {
            at_once(self.db.release_all_leases()).await.unwrap();
        }
        self.started += 1;
        let name = format!("worker-{}", self.started);
        self.workers[at] = Some(Worker::start(name, &self.db, &self.sealer, &self.weather));
    }

    async fn kill(&mut self, at: usize) {
        if let Some(worker) = self.workers[at].take() {
            worker.task.abort();
            let _ = at_once(worker.task).await;
        }
    }

    async fn stop(&mut self, at: usize) {
        let Some(worker) = &self.workers[at] else { return };
        if worker.is_frozen() {
            return;
        }
        worker.stop.cancel();
        self.until(Duration::from_secs(20), async |run| {
            run.workers[at].as_ref().is_none_or(|worker| worker.task.is_finished())
        })
        .await;
        self.kill(at).await;
    }

    async fn freeze(&mut self, all: &[usize]) {
        for worker in all.iter().filter_map(|at| self.workers[*at].as_ref()) {
            worker.halt();
        }
        self.settle(u64::MAX).await;
        for worker in all.iter().filter_map(|at| self.workers[*at].as_ref()) {
            worker.freeze();
        }
    }

    /// Lets a frozen server go on, alone at first: what it knew is out of date, and it must not write it.
    async fn thaw(&mut self, at: usize) -> Result {
        let is_frozen = |worker: &Option<Worker>| worker.as_ref().map(Worker::is_frozen);
        if is_frozen(&self.workers[at]) != Some(true) {
            return Ok(());
        }
        let others: Vec<_> =
            (0..self.workers.len()).filter(|at| is_frozen(&self.workers[*at]) == Some(false)).collect();
        self.freeze(&others).await;
        let before = at_once(self.db.lease_and_revision(&self.store)).await;
        if let Some(worker) = &self.workers[at] {
            worker.thaw();
        }
        self.settle(u64::MAX).await;
        let after = at_once(self.db.lease_and_revision(&self.store)).await;
        for at in others {
            if let Some(worker) = &self.workers[at] {
                worker.thaw();
            }
        }
        let lost = before.0.as_ref() != self.workers[at].as_ref().map(|worker| &worker.name);
        if lost && after.2 != before.2 && after.1 == before.1 {
            return Err(format!("a write with an old fence: {before:?} -> {after:?}"));
        }
        Ok(())
    }

    fn stuck(&self, stuck: bool) {
        let mut state = self.world.state();
        state.stuck = stuck.then(|| souk_domain::Problem::waiting("Unschedulable", "No node has room."));
        let problem = state.stuck.clone();
        let facts = &mut state.facts;
        for workload in facts.deployments.values_mut().chain(facts.stateful_sets.values_mut()) {
            workload.available = problem.is_none() && !workload.stopped;
            workload.problem = problem.clone();
        }
        drop(state);
        self.news();
    }

    fn lose(&mut self, thing: Thing) {
        {
            let mut state = self.world.state();
            let ours = state.facts.namespace().is_some_and(|fact| fact.platform.as_deref() == Some("p"));
            if !ours {
                return;
            }
            match thing {
                Thing::Shop => _ = state.facts.deployments.remove("shop"),
                Thing::Database => _ = state.facts.stateful_sets.remove("database"),
                Thing::Release => state.facts.releases.clear(),
                Thing::Secret => _ = state.facts.secrets.pop_first(),
                Thing::Namespace => {
                    state.facts = Default::default();
                    self.expected.namespaces_lost += 1;
                }
                Thing::Quota => state.facts.quotas.clear(),
            }
        }
        self.news();
    }

    fn leave(&self, status: ReleaseStatus) {
        {
            let mut state = self.world.state();
            if state.facts.releases.is_empty() {
                return;
            }
            state.release(status, None);
        }
        self.news();
    }

    /// Labels are lost once the store's row knows its namespace: before that nobody could tell it from a stranger's.
    async fn label(&mut self, there: bool) {
        if !there && self.get().await.namespace_uid.is_none() {
            return;
        }
        {
            let mut state = self.world.state();
            if self.expected.foreign {
                return;
            }
            if there {
                let Some(mut fact) = state.hidden.take() else { return };
                fact.platform = Some(super::super::world::PLATFORM.to_owned());
                state.facts.namespace.insert(self.store.namespace(), fact);
            } else {
                let Some((_, mut fact)) = state.facts.namespace.pop_first() else { return };
                fact.platform = None;
                state.hidden = Some(fact);
                self.expected.unlabelled = true;
            }
        }
        self.news();
    }

    /// Everything that is broken is mended, and somebody works.
    pub async fn heal(&mut self) -> Result {
        {
            let mut state = self.world.state();
            (state.away, state.closed) = (false, false);
            state.faults.clear();
            if std::mem::take(&mut self.expected.foreign) {
                state.facts = Default::default();
                self.expected.was_foreign = true;
            }
        }
        self.weather.clear();
        self.stuck(false);
        self.label(true).await;
        for at in 0..self.workers.len() {
            self.thaw(at).await?;
        }
        if self.workers.iter().all(Option::is_none) {
            self.start(0).await;
        }
        self.news();
        Ok(())
    }

    /// What the release has to be made from now.
    pub fn wanted_digest(&self, store: &Store) -> Option<String> {
        let worker = self.workers.iter().flatten().next()?;
        worker.reconciler.wanted_release(store).map(|(_, digest)| digest)
    }

    /// Ends every server.
    pub async fn end(&mut self) {
        for at in 0..self.workers.len() {
            self.kill(at).await;
        }
        self.settle(u64::MAX).await;
    }

    /// A server that ended by itself did not survive something.
    pub fn all_alive(&self) -> bool {
        self.workers.iter().flatten().all(|worker| !worker.task.is_finished())
    }
}

//! Between the reconciler and its world: calls take time, fail, and hang; a frozen worker's wait.
//!
//! Owns what goes wrong with a call and what must never be asked of a world. The world itself is
//! `scenarios/world.rs`.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use rand::{RngExt, rngs::StdRng};
use secrecy::SecretString;
use souk_domain::{Problem, StoreId};
use tokio::sync::{Notify, watch};

use super::super::{
    super::front_door::{FrontDoor, ShopReport},
    world::{PLATFORM, World},
};
use crate::{
    helm::{Helm, HelmError, HelmErrorKind, Install},
    kube::{
        Cluster, ClusterState, Difference, Facts, KubeError, KubeErrorKind, PlatformFacts, ReleaseStatus, Remains,
        StoreSecrets,
    },
};

/// How long Helm may take, as its command line is limited.
const HELM: Duration = Duration::from_secs(75);

/// What all workers of a run share.
#[derive(Debug)]
pub struct Weather {
    pub world: Arc<World>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    chance: StdRng,
    /// Beginnings and ends of calls so far.
    steps: u64,
    errors: VecDeque<KubeErrorKind>,
    helms: usize,
    /// A worker was frozen in this run: its Helm may overlap with that of its successor.
    overlaps: bool,
    complaints: Vec<String>,
}

impl Weather {
    pub fn new(world: Arc<World>, chance: StdRng) -> Self {
        let state =
            State { chance, steps: 0, errors: VecDeque::new(), helms: 0, overlaps: false, complaints: Vec::new() };
        Self { world, state: Mutex::new(state) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn steps(&self) -> u64 {
        self.lock().steps
    }

    /// The next call of the cluster fails like this.
    pub fn fail(&self, kind: KubeErrorKind) {
        self.lock().errors.push_back(kind);
    }

    pub fn clear(&self) {
        self.lock().errors.clear();
    }

    pub fn allow_overlaps(&self) {
        self.lock().overlaps = true;
    }

    /// What was done that must never be.
    pub fn complaints(&self) -> Vec<String> {
        self.lock().complaints.clone()
    }

    fn complain(&self, text: String) {
        self.lock().complaints.push(text);
    }
}

/// The weather as one worker has it.
#[derive(Debug)]
pub struct Outside {
    pub weather: Arc<Weather>,
    /// True while the worker's calls stand still.
    pub halted: watch::Receiver<bool>,
}

/// Counts a Helm that runs.
struct Running<'a>(&'a Weather);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.lock().helms -= 1;
    }
}

impl Outside {
    /// A moment in which the world goes on, and the process may end.
    async fn moment(&self) {
        let mut halted = self.halted.clone();
        let _ = halted.wait_for(|halted| !halted).await;
        let pause = {
            let mut state = self.weather.lock();
            state.steps += 1;
            let slow = state.chance.random_ratio(1, 40);
            Duration::from_millis(state.chance.random_range(if slow { 1000..9000 } else { 1..60 }))
        };
        tokio::time::sleep(pause).await;
        let _ = halted.wait_for(|halted| !halted).await;
        self.weather.lock().steps += 1;
    }

    /// A call of the API server.
    async fn call<T>(&self, call: impl Future<Output = Result<T, KubeError>> + Send) -> Result<T, KubeError> {
        self.moment().await;
        if self.weather.world.state().away {
            return Err(KubeError::new(KubeErrorKind::Unreachable, "connection refused"));
        }
        let error = self.weather.lock().errors.pop_front();
        if let Some(kind) = error {
            return Err(KubeError::new(kind, "it was told to fail"));
        }
        let result = call.await;
        self.check();
        self.moment().await;
        result
    }

    /// A call of Helm.
    async fn helm(&self, call: impl Future<Output = Result<(), HelmError>> + Send) -> Result<(), HelmError> {
        self.moment().await;
        if self.weather.world.state().away {
            return Err(HelmError { kind: HelmErrorKind::Unreachable, message: "cluster unreachable".into() });
        }
        let many = {
            let mut state = self.weather.lock();
            state.helms += 1;
            state.helms > 1 && !state.overlaps
        };
        let running = Running(&self.weather);
        if many {
            self.weather.complain("two Helms worked on one release".into());
        }
        let result = tokio::time::timeout(HELM, call).await.unwrap_or_else(|_| {
            Err(HelmError { kind: HelmErrorKind::Transient, message: "helm took too long and was ended".into() })
        });
        drop(running);
        self.check();
        self.moment().await;
        result
    }

    /// A removal, which looks first whose the namespace is.
    async fn unless_foreign(
        &self,
        store: &StoreId,
        removal: impl Future<Output = Result<(), KubeError>> + Send,
    ) -> Result<(), KubeError> {
        let stranger = self.weather.world.state().facts.namespace().and_then(|fact| fact.stranger(store, PLATFORM));
        match stranger {
            Some(owner) => Err(KubeError::new(KubeErrorKind::Foreign, owner)),
            None => removal.await,
        }
    }

    /// What must be true of the world at all times.
    fn check(&self) {
        let state = self.weather.world.state();
        let deployed = state.facts.releases.values().filter(|release| release.status == ReleaseStatus::Deployed);
        let (deployed, namespaces) = (deployed.count(), state.facts.namespace.len());
        drop(state);
        if deployed > 1 || namespaces > 1 {
            self.weather.complain(format!("{deployed} deployed releases, {namespaces} namespaces"));
        }
    }
}

#[async_trait]
impl Cluster for Outside {
    fn state(&self) -> ClusterState {
        Cluster::state(&*self.weather.world)
    }

    fn facts(&self, store: &StoreId) -> Facts {
        self.weather.world.facts(store)
    }

    fn platform(&self) -> PlatformFacts {
        self.weather.world.platform()
    }

    async fn create_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        self.call(self.weather.world.create_namespace(store)).await
    }

    async fn relabel_namespace(&self, store: &StoreId, uid: &str) -> Result<Option<Vec<&'static str>>, KubeError> {
        self.call(self.weather.world.relabel_namespace(store, uid)).await
    }

    async fn secrets(&self, store: &StoreId) -> Result<StoreSecrets, KubeError> {
        self.call(self.weather.world.secrets(store)).await
    }

    async fn apply_secrets(&self, store: &StoreId, secrets: &StoreSecrets) -> Result<Vec<String>, KubeError> {
        let make = async {
            let (before, gone) = {
                let state = self.weather.world.state();
                (state.password(), state.facts.namespace.is_empty())
            };
            if gone {
                return Err(KubeError::new(KubeErrorKind::NotFound, "there is no such namespace"));
            }
            let made = self.weather.world.apply_secrets(store, secrets).await;
            if before.is_some() && before != self.weather.world.state().password() {
                self.weather.complain("the shop's password was made anew".into());
            }
            made
        };
        self.call(make).await
    }

    async fn note_release(&self, store: &StoreId) -> Result<(), KubeError> {
        self.call(self.weather.world.note_release(store)).await
    }

    async fn differences(&self, store: &StoreId) -> Result<Vec<Difference>, KubeError> {
        self.call(self.weather.world.differences(store)).await
    }

    async fn remove_additions(&self, store: &StoreId) -> Result<(), KubeError> {
        self.call(self.weather.world.remove_additions(store)).await
    }

    async fn orphan_database(&self, store: &StoreId) -> Result<(), KubeError> {
        self.call(self.weather.world.orphan_database(store)).await
    }

    async fn obstacle(&self, store: &StoreId) -> Result<Option<Problem>, KubeError> {
        self.call(self.weather.world.obstacle(store)).await
    }

    async fn release_changed(&self, store: &StoreId, digest: Option<&str>) -> Result<(), KubeError> {
        self.call(self.weather.world.release_changed(store, digest)).await
    }

    async fn workloads_gone(&self, store: &StoreId) {
        self.weather.world.workloads_gone(store).await;
    }

    async fn delete_claims(&self, store: &StoreId) -> Result<(), KubeError> {
        self.call(self.unless_foreign(store, self.weather.world.delete_claims(store))).await
    }

    async fn delete_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        self.call(self.unless_foreign(store, self.weather.world.delete_namespace(store))).await
    }

    async fn remains(&self, store: &StoreId) -> Result<Remains, KubeError> {
        self.call(self.weather.world.remains(store)).await
    }

    async fn check_token(&self, store: &StoreId) -> Result<SecretString, KubeError> {
        self.call(self.weather.world.check_token(store)).await
    }

    async fn warning(&self, store: &StoreId) -> Result<Option<Problem>, KubeError> {
        self.call(self.weather.world.warning(store)).await
    }
}

#[async_trait]
impl Helm for Outside {
    async fn install_or_upgrade(&self, install: &Install) -> Result<(), HelmError> {
        let bell = Arc::new(Notify::new());
        let work = async {
            if self.weather.world.state().facts.namespace.is_empty() {
                let message = "namespaces not found".to_owned();
                return Err(HelmError { kind: HelmErrorKind::Transient, message });
            }
            // Between the pending revision and the deployed one there is time to be killed.
            self.weather.world.state().helm_bell = Some(bell.clone());
            let ring = async {
                self.moment().await;
                bell.notify_one();
            };
            tokio::join!(self.weather.world.install_or_upgrade(install), ring).0
        };
        self.helm(work).await
    }

    async fn rollback(&self, namespace: &str, revision: u32) -> Result<(), HelmError> {
        self.helm(self.weather.world.rollback(namespace, revision)).await
    }

    async fn uninstall(&self, namespace: &str) -> Result<(), HelmError> {
        self.helm(self.weather.world.uninstall(namespace)).await
    }

    async fn version(&self) -> Result<String, HelmError> {
        self.weather.world.version().await
    }
}

#[async_trait]
impl FrontDoor for Outside {
    async fn front_page(&self, store: &StoreId, url: &str) -> Result<(), Problem> {
        self.moment().await;
        self.weather.world.front_page(store, url).await
    }

    async fn check(&self, store: &StoreId, url: &str, token: &SecretString) -> Result<ShopReport, Problem> {
        self.moment().await;
        FrontDoor::check(&*self.weather.world, store, url, token).await
    }
}

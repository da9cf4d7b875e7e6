//! A small cluster in memory, with its Helm and its front door, that does what it is told and can be
//! made to fail.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use souk_domain::{Problem, StoreId};
use tokio::sync::Notify;

use super::super::front_door::{FrontDoor, ShopReport};
use crate::{
    helm::{Helm, HelmError, HelmErrorKind, Install},
    kube::{
        Cluster, ClusterState, Difference, Facts, KubeError, KubeErrorKind, PlatformFacts, ReleaseStatus, Remains,
        SECRETS, StoreSecrets, WorkloadFact,
        facts::{Baseline, ClaimFact, IngressFact, NamespaceFact, OwnedFact, ReleaseFact, SecretFact, VolumeFact},
    },
};

/// The id of the platform under test.
pub const PLATFORM: &str = "p";

/// What Helm does wrong next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Helm dies in the middle and leaves the release pending.
    Killed,
    Fails,
    Refuses,
    /// Helm never comes back.
    Hangs,
    /// A fixed field of the database's StatefulSet stands in the way.
    Immutable,
}

#[derive(Debug, Default)]
pub struct State {
    pub facts: Facts,
    pub away: bool,
    /// Pods do not come up, for this reason.
    pub stuck: Option<Problem>,
    /// The front door does not serve the store.
    pub closed: bool,
    /// The front door answers only after this was notified; `knocked` says that somebody waits.
    pub bell: Option<Arc<Notify>>,
    pub knocked: bool,
    /// Helm finishes an install only after this was notified.
    pub helm_bell: Option<Arc<Notify>>,
    /// Faults of the next calls of Helm.
    pub faults: Vec<Fault>,
    /// Every change that was asked for, in order.
    pub calls: Vec<&'static str>,
    /// The process dies after this many calls that change something.
    pub dies_after: Option<usize>,
    /// What is in the secrets.
    pub secrets: StoreSecrets,
    /// The cluster takes no secrets.
    pub refuses_secrets: bool,
    /// Somebody sets `spec.replicas` again whenever it is set back.
    pub fought_over: bool,
    /// The namespace, when it lost the label by which the watch finds it.
    pub hidden: Option<NamespaceFact>,
    /// A volume that only a question to the cluster itself shows.
    pub stubborn: Option<String>,
    /// Claims and volumes stay when they are deleted.
    pub keeps_volumes: bool,
    /// The namespace stays when it is deleted, for this reason.
    pub keeps_namespace: Option<Problem>,
    /// What the cluster says is in the way of a removal, when it is asked; and how often it was.
    pub obstacle: Option<Problem>,
    pub asked: usize,
    pub namespaces_made: usize,
    /// What the deployed release says of pods: it wants none.
    pub asleep: bool,
}

/// The world; one store lives in it.
#[derive(Debug, Default)]
pub struct World(Mutex<State>);

impl World {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Notes a call that changed something; never returns if the process dies with it.
    async fn changed(&self, call: &'static str) {
        let dead = {
            let mut state = self.state();
            state.calls.push(call);
            match &mut state.dies_after {
                Some(0) => true,
                Some(left) => {
                    *left -= 1;
                    *left == 0
                }
                None => false,
            }
        };
        if dead {
            std::future::pending::<()>().await;
        }
    }

    pub fn is_dead(&self) -> bool {
        self.state().dies_after == Some(0)
    }
}

impl State {
    pub fn adopt(&mut self, store: &StoreId, platform: &str) {
        let fact = NamespaceFact {
            store: Some(store.to_string()),
            platform: Some(platform.to_owned()),
            uid: format!("uid-{}", self.namespaces_made),
            relabelled: Vec::new(),
            terminating: false,
            blocker: None,
        };
        self.facts.namespace.insert(store.namespace(), fact);
    }

    pub fn release(&mut self, status: ReleaseStatus, digest: Option<&str>) {
        let revision = self.facts.releases.len() as u32 + 1;
        let fact = ReleaseFact { revision, status, digest: digest.map(str::to_owned), objects: None };
        self.facts.releases.insert(format!("sh.helm.release.v1.store.v{revision}"), fact);
    }

    fn settle_release(&mut self, status: ReleaseStatus) {
        let newest = self.facts.releases.len();
        for (at, release) in self.facts.releases.values_mut().enumerate() {
            if at + 1 == newest {
                release.status = status;
            } else if release.status == ReleaseStatus::Deployed {
                release.status = ReleaseStatus::Superseded;
            }
        }
    }

    pub fn raise(&mut self) {
        let fact = |state: &Self| WorkloadFact {
            generation: 1,
            available: state.stuck.is_none() && !state.asleep,
            stopped: state.asleep,
            problem: state.stuck.clone(),
            owned: made(),
        };
        let (shop, database) = (fact(self), fact(self));
        self.facts.deployments.insert("shop", shop);
        self.facts.stateful_sets.insert("database", database);
        self.facts.ingresses.insert("shop", IngressFact { owned: made(), ..IngressFact::default() });
        for name in ["shop", "database"] {
            self.facts.services.insert(name, made());
            self.facts.policies.insert(name, made());
        }
        self.facts.quotas.insert("store", made());
        for name in ["content", "data-database-0"] {
            let claim = ClaimFact { bound: true, leaving: false, class: Some("local".into()) };
            if !self.facts.claims.contains_key(name) {
                self.facts.claims.insert(name, claim);
            }
            let volume = VolumeFact { phase: "Bound".into(), message: None, retained: false, held_by: Vec::new() };
            self.facts.volumes.insert(format!("pvc-{name}"), volume);
        }
    }
}

/// An object as Helm makes it.
pub fn made() -> OwnedFact {
    OwnedFact { own: 7, foreign: None }
}

impl State {
    /// The chosen or generated password of the shop.
    pub fn password(&self) -> Option<String> {
        self.secrets.get("store-admin", "password").map(|password| password.expose_secret().to_owned())
    }

    fn baseline(&self) -> Option<Baseline> {
        self.facts.baseline()
    }

    /// Somebody scales the shop by hand.
    pub fn scale(&mut self) {
        let foreign = crate::kube::facts::Foreign { fields: vec!["spec.replicas".into()], by: vec!["kubectl".into()] };
        if let Some(shop) = self.facts.deployments.get_mut("shop") {
            shop.owned = OwnedFact { own: 8, foreign: Some(Box::new(foreign)) };
        }
    }
}

impl World {
    /// Writes the pending revision, or fails as it was told to; says whether it is the first.
    fn begin_helm(&self, install: &Install) -> Result<(bool, Option<Fault>), HelmError> {
        let failure = |kind, message: &str| Err(HelmError { kind, message: message.to_owned() });
        let mut state = World::state(self);
        let newest = state.facts.newest_release().map(|release| release.status);
        let first = newest.is_none();
        if matches!(newest, Some(ReleaseStatus::PendingInstall | ReleaseStatus::PendingUpgrade)) {
            return failure(HelmErrorKind::InProgress, "another operation is in progress");
        }
        let pending = if first { ReleaseStatus::PendingInstall } else { ReleaseStatus::PendingUpgrade };
        let fault = if state.faults.is_empty() { None } else { Some(state.faults.remove(0)) };
        match fault {
            Some(Fault::Refuses) => return failure(HelmErrorKind::Permanent, "values don't meet the schema"),
            Some(Fault::Immutable) if state.facts.stateful_sets.contains_key("database") => {
                state.release(ReleaseStatus::Failed, Some(&install.digest));
                return failure(HelmErrorKind::Immutable, "updates to statefulset spec are forbidden");
            }
            Some(Fault::Fails) => {
                state.release(ReleaseStatus::Failed, Some(&install.digest));
                return failure(HelmErrorKind::Transient, "it broke");
            }
            Some(Fault::Killed) => {
                state.release(pending, Some(&install.digest));
                return failure(HelmErrorKind::Transient, "it was killed");
            }
            Some(Fault::Hangs | Fault::Immutable) | None => state.release(pending, Some(&install.digest)),
        }
        Ok((first, fault))
    }
}

fn away() -> KubeError {
    KubeError::new(KubeErrorKind::Unreachable, "connection refused")
}

#[async_trait]
impl Cluster for World {
    fn state(&self) -> ClusterState {
        if World::state(self).away { ClusterState::Away { reason: "gone".into() } } else { ClusterState::Ready }
    }

    fn facts(&self, _: &StoreId) -> Facts {
        World::state(self).facts.clone()
    }

    fn platform(&self) -> PlatformFacts {
        PlatformFacts {
            storage_classes: BTreeMap::from([("local".to_owned(), true)]),
            ingress_classes: BTreeMap::from([("traefik".to_owned(), true)]),
        }
    }

    async fn create_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        {
            let mut state = World::state(self);
            if state.away {
                return Err(away());
            }
            if let Some(fact) = state.facts.namespace().or(state.hidden.as_ref()).cloned() {
                return match fact.stranger(store, PLATFORM) {
                    Some(owner) => Err(KubeError::new(KubeErrorKind::Foreign, owner)),
                    None => Ok(()),
                };
            }
            state.namespaces_made += 1;
            state.adopt(store, PLATFORM);
            state.hidden = None;
        }
        self.changed("create-namespace").await;
        Ok(())
    }

    async fn relabel_namespace(&self, store: &StoreId, uid: &str) -> Result<Option<Vec<&'static str>>, KubeError> {
        let wrong = {
            let mut state = World::state(self);
            if let Some(hidden) = state.hidden.take() {
                state.facts.namespace.insert(store.namespace(), hidden);
            }
            let Some(fact) = state.facts.namespace.get_mut(&store.namespace()).filter(|fact| fact.uid == uid) else {
                return Ok(None);
            };
            let wrong = fact.wrong_labels(store, PLATFORM);
            fact.store = Some(store.to_string());
            fact.platform = Some(PLATFORM.into());
            fact.relabelled.clear();
            wrong
        };
        self.changed("relabel-namespace").await;
        Ok(Some(wrong))
    }

    async fn secrets(&self, _: &StoreId) -> Result<StoreSecrets, KubeError> {
        Ok(World::state(self).secrets.clone())
    }

    async fn apply_secrets(&self, _: &StoreId, secrets: &StoreSecrets) -> Result<Vec<String>, KubeError> {
        let back = {
            let mut state = World::state(self);
            if state.refuses_secrets {
                return Err(KubeError::new(KubeErrorKind::Transient, "no secrets today"));
            }
            let fine = |fact: Option<&SecretFact>| fact.is_some_and(|fact| fact.edited.is_none());
            let wrong: Vec<_> = SECRETS.into_iter().filter(|name| !fine(state.facts.secrets.get(name))).collect();
            for name in &wrong {
                state.facts.secrets.insert(*name, SecretFact::default());
            }
            state.secrets = secrets.clone();
            wrong.iter().map(|name| format!("Secret {name} was changed")).collect()
        };
        self.changed("create-secrets").await;
        Ok(back)
    }

    async fn note_release(&self, _: &StoreId) -> Result<(), KubeError> {
        let mut state = World::state(self);
        let text = state
            .facts
            .owned()
            .map(|(kind, name, fact)| ((kind, name.to_owned()), fact.own))
            .collect::<Baseline>()
            .to_string();
        let newest = state.facts.releases.values_mut().max_by_key(|release| release.revision);
        if let Some(release) = newest.filter(|release| release.status == ReleaseStatus::Deployed) {
            release.objects = Some(text.into());
        }
        Ok(())
    }

    async fn differences(&self, _: &StoreId) -> Result<Vec<Difference>, KubeError> {
        let state = World::state(self);
        Ok(state.baseline().map(|baseline| baseline.differences(state.facts.owned())).unwrap_or_default())
    }

    async fn remove_additions(&self, _: &StoreId) -> Result<(), KubeError> {
        {
            let mut state = World::state(self);
            for fact in state.facts.policies.values_mut() {
                fact.foreign = None;
            }
            if state.fought_over {
                state.scale();
            }
        }
        self.changed("remove-additions").await;
        Ok(())
    }

    async fn orphan_database(&self, _: &StoreId) -> Result<(), KubeError> {
        World::state(self).facts.stateful_sets.clear();
        self.changed("orphan-database").await;
        Ok(())
    }

    async fn release_changed(&self, _: &StoreId, _: Option<&str>) -> Result<(), KubeError> {
        Ok(())
    }

    async fn workloads_gone(&self, _: &StoreId) {}

    async fn delete_claims(&self, _: &StoreId) -> Result<(), KubeError> {
        {
            let mut state = World::state(self);
            if state.keeps_volumes {
                state.facts.claims.values_mut().for_each(|claim| claim.leaving = true);
            } else {
                state.facts.claims.clear();
                state.facts.volumes.clear();
            }
        }
        self.changed("delete-claims").await;
        Ok(())
    }

    async fn delete_namespace(&self, _: &StoreId) -> Result<(), KubeError> {
        {
            let mut state = World::state(self);
            let stays = state.keeps_namespace.clone();
            match (stays, state.facts.namespace.first_mut()) {
                (Some(problem), Some(fact)) => {
                    fact.terminating = true;
                    fact.blocker = Some(problem);
                }
                _ => state.facts = Facts::default(),
            }
        }
        self.changed("delete-namespace").await;
        Ok(())
    }

    async fn remains(&self, store: &StoreId) -> Result<Remains, KubeError> {
        let state = World::state(self);
        let namespace = state.facts.namespace().or(state.hidden.as_ref());
        let stranger = namespace.and_then(|fact| fact.stranger(store, PLATFORM));
        if stranger.is_some() {
            return Ok(Remains { stranger, ..Remains::default() });
        }
        Ok(Remains {
            namespace: state.facts.namespace().is_some(),
            stranger: None,
            volumes: state.facts.volumes.keys().map(str::to_owned).chain(state.stubborn.clone()).collect(),
        })
    }

    async fn obstacle(&self, _: &StoreId) -> Result<Option<Problem>, KubeError> {
        let mut state = World::state(self);
        state.asked += 1;
        Ok(state.obstacle.clone())
    }

    async fn check_token(&self, _: &StoreId) -> Result<SecretString, KubeError> {
        Ok("token".into())
    }

    async fn warning(&self, _: &StoreId) -> Result<Option<Problem>, KubeError> {
        Ok(None)
    }
}

#[async_trait]
impl Helm for World {
    async fn install_or_upgrade(&self, install: &Install) -> Result<(), HelmError> {
        let (first, fault) = self.begin_helm(install)?;
        if fault == Some(Fault::Hangs) {
            std::future::pending::<()>().await;
        }
        // Dying here leaves the release pending.
        self.changed(if first { "helm-install" } else { "helm-upgrade" }).await;
        let bell = World::state(self).helm_bell.clone();
        if let Some(bell) = bell {
            bell.notified().await;
        }
        {
            let mut state = World::state(self);
            if state.facts.namespace.is_empty() && state.hidden.is_none() {
                let message = "namespaces not found".to_owned();
                return Err(HelmError { kind: HelmErrorKind::Transient, message });
            }
            state.settle_release(ReleaseStatus::Deployed);
            state.asleep = install.values["suspended"] == true;
            state.raise();
        }
        self.changed("helm-finish").await;
        Ok(())
    }

    async fn rollback(&self, _: &str, revision: u32) -> Result<(), HelmError> {
        {
            let mut state = World::state(self);
            let digest = state.facts.releases.values().find(|release| release.revision == revision);
            let digest = digest.and_then(|release| release.digest.clone());
            let whole = state.facts.newest_release().is_some_and(|release| release.status == ReleaseStatus::Deployed);
            state.settle_release(if whole { ReleaseStatus::Superseded } else { ReleaseStatus::Failed });
            state.release(ReleaseStatus::Deployed, digest.as_deref());
            if whole {
                state.raise();
            }
        }
        self.changed("helm-rollback").await;
        Ok(())
    }

    async fn uninstall(&self, _: &str) -> Result<(), HelmError> {
        {
            let mut state = World::state(self);
            state.facts.releases.clear();
            state.facts.deployments.clear();
            state.facts.stateful_sets.clear();
        }
        self.changed("helm-uninstall").await;
        Ok(())
    }

    async fn version(&self) -> Result<String, HelmError> {
        Ok("v4".into())
    }
}

#[async_trait]
impl FrontDoor for World {
    async fn front_page(&self, _: &StoreId, _: &str) -> Result<(), Problem> {
        let bell = {
            let mut state = World::state(self);
            state.knocked = true;
            state.bell.clone()
        };
        if let Some(bell) = bell {
            bell.notified().await;
        }
        if World::state(self).closed { Err(Problem::waiting("RouteMissing", "Nobody serves it yet.")) } else { Ok(()) }
    }

    async fn check(&self, _: &StoreId, _: &str, _: &SecretString) -> Result<ShopReport, Problem> {
        if World::state(self).closed {
            return Err(Problem::waiting("RouteMissing", "Nobody serves it yet."));
        }
        Ok(ShopReport { orders: true })
    }
}

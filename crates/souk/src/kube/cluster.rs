//! The cluster as the reconciler sees it: facts to read and a few things to do.
//!
//! Owns the trait, so that the reconciler's scenarios run without a cluster, and the
//! implementation's parts that all actions share. Every action may be repeated, and returns when
//! the cache has seen what it did: the next look does not ask for the same again.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use kube::{Api, Client};
use secrecy::SecretString;
use souk_domain::{Problem, StoreId};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{
    Difference, Facts, KubeError, Listener, PlatformFacts, Reachability, ReleaseStatus, Remains, StoreSecrets,
    cache::Cache,
    health::Health,
    listing::Listing,
    watch::{KINDS, Watches},
};

/// How long one call may take.
pub(super) const CALL: Duration = Duration::from_secs(10);
/// How long the cache may need to see what was just done. Past that, the next look may ask for
/// something again, which does no harm.
const CATCH_UP: Duration = Duration::from_secs(3);

/// How long pods that were asked to go may need: the grace that Kubernetes gives them, and a little.
const LEAVE: Duration = Duration::from_secs(35);

/// Whether the cluster can be worked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterState {
    /// It has not been asked yet, or not everything has been listed since the watches began or began anew.
    Starting,
    Ready,
    /// It does not answer.
    Away {
        reason: String,
    },
}

/// What the reconciler needs of a cluster.
#[async_trait]
pub trait Cluster: Send + Sync {
    /// Whether the cluster answers, and its facts are whole.
    fn state(&self) -> ClusterState;

    /// What is known of the store, without a call.
    fn facts(&self, store: &StoreId) -> Facts;

    /// What all stores share, without a call.
    fn platform(&self) -> PlatformFacts;

    /// Makes the store's namespace. One of that name that this platform did not make for this
    /// store is an error of kind `Foreign` and is left alone.
    async fn create_namespace(&self, store: &StoreId) -> Result<(), KubeError>;

    /// Puts our labels back on the namespace with this uid, and returns those that were wrong. `None`
    /// when there is no such namespace, or another one of its name, which is left alone.
    async fn relabel_namespace(&self, store: &StoreId, uid: &str) -> Result<Option<Vec<&'static str>>, KubeError>;

    /// What is in those of the store's secrets that are there.
    async fn secrets(&self, store: &StoreId) -> Result<StoreSecrets, KubeError>;

    /// Makes the store's secrets exactly these; returns what others had changed or deleted, in words.
    async fn apply_secrets(&self, store: &StoreId, secrets: &StoreSecrets) -> Result<Vec<String>, KubeError>;

    /// Returns when the cache has seen the release with this digest, or, without one, that there
    /// is no release.
    async fn release_changed(&self, store: &StoreId, digest: Option<&str>) -> Result<(), KubeError>;

    /// Returns when the cache shows nothing of what a release ran, or after some time: a pod whose
    /// node does not answer may stay for long, and stands in nobody's way.
    async fn workloads_gone(&self, store: &StoreId);

    /// Notes what the deployed release made, so that changes by others can be told from it.
    async fn note_release(&self, store: &StoreId) -> Result<(), KubeError>;

    /// What others changed since then, asked of the cluster itself and not of the cache.
    async fn differences(&self, store: &StoreId) -> Result<Vec<Difference>, KubeError>;

    /// Takes away what others added to what the release made.
    async fn remove_additions(&self, store: &StoreId) -> Result<(), KubeError>;

    /// Deletes the database's StatefulSet, so that it can be made with other fixed fields. Its pod and
    /// its volume stay.
    async fn orphan_database(&self, store: &StoreId) -> Result<(), KubeError>;

    /// Asks for the removal of the store's claims, and thereby of its volumes.
    async fn delete_claims(&self, store: &StoreId) -> Result<(), KubeError>;

    /// Asks for the removal of the store's namespace.
    async fn delete_namespace(&self, store: &StoreId) -> Result<(), KubeError>;

    /// What is left of the store, asked of the cluster itself and not of the cache.
    async fn remains(&self, store: &StoreId) -> Result<Remains, KubeError>;

    /// What is in the way of the store's removal, by name, asked of the cluster itself.
    async fn obstacle(&self, store: &StoreId) -> Result<Option<Problem>, KubeError>;

    /// The token of the shop's own check.
    async fn check_token(&self, store: &StoreId) -> Result<SecretString, KubeError>;

    /// The newest warning of the cluster about the store that explains a wait.
    async fn warning(&self, store: &StoreId) -> Result<Option<Problem>, KubeError>;
}

/// A Kubernetes cluster.
pub struct KubeCluster {
    pub(super) client: Client,
    pub(super) platform_id: String,
    pub(super) cache: Arc<Cache>,
    pub(super) health: Arc<Health>,
    listing: Arc<Listing>,
}

impl KubeCluster {
    /// Uses `client`; `platform_id` marks what this platform makes. Calls nothing yet.
    pub fn new(client: Client, platform_id: impl Into<String>) -> Self {
        Self {
            client,
            platform_id: platform_id.into(),
            cache: Arc::default(),
            health: Arc::new(Health::new()),
            listing: Arc::new(Listing::new(KINDS)),
        }
    }

    /// Probes and watches the cluster until `stop`, and tells `listener` what changes.
    pub async fn run(&self, listener: Arc<dyn Listener>, stop: CancellationToken) {
        let watches = Watches {
            client: self.client.clone(),
            platform: self.platform_id.clone(),
            cache: self.cache.clone(),
            health: self.health.clone(),
            listener,
            listing: self.listing.clone(),
        };
        let watching = async {
            tokio::select! {
                () = watches.run(stop.clone()) => {}
                () = self.listing.keep() => {}
            }
        };
        tokio::join!(self.health.run(self.client.clone(), stop.clone()), watching);
    }

    /// The id of the platform that this belongs to.
    pub fn platform_id(&self) -> &str {
        &self.platform_id
    }

    /// Waits for an answer, but not for ever; has a failure looked into.
    pub(super) async fn call<T>(
        &self,
        what: &'static str,
        call: impl Future<Output = kube::Result<T>> + Send,
    ) -> Result<T, KubeError> {
        let result = match timeout(CALL, call).await {
            Ok(result) => result.map_err(KubeError::from),
            Err(_) => Err(KubeError::timed_out(what)),
        };
        if result.as_ref().is_err_and(KubeError::is_unreachable) {
            self.health.doubt();
        }
        result
    }

    /// Waits until the cache shows what was just done.
    pub(super) async fn catch_up(&self, store: &StoreId, seen: impl Fn(&Facts) -> bool + Send) {
        if timeout(CATCH_UP, self.cache.wait_until(store, seen)).await.is_err() {
            tracing::debug!(store.id = %store, "the watches are slow to show what was done");
        }
    }

    pub(super) async fn catch_up_with_release(&self, store: &StoreId, digest: Option<&str>) -> Result<(), KubeError> {
        let Some(digest) = digest else {
            self.catch_up(store, |facts| facts.releases.is_empty()).await;
            return Ok(());
        };
        let namespace = store.namespace();
        let deployments: Api<Deployment> = Api::namespaced(self.client.clone(), &namespace);
        let sets: Api<StatefulSet> = Api::namespaced(self.client.clone(), &namespace);
        let (shop, database) = tokio::try_join!(
            self.call("shop", deployments.get_metadata_opt("shop")),
            self.call("database", sets.get_metadata_opt("database")),
        )?;
        let shop = shop.and_then(|object| object.metadata.generation).unwrap_or(0);
        let database = database.and_then(|object| object.metadata.generation).unwrap_or(0);
        self.catch_up(store, |facts| {
            let newest = facts.newest_release();
            newest.is_some_and(|release| {
                release.status == ReleaseStatus::Deployed && release.digest.as_deref() == Some(digest)
            }) && facts.shop().map_or(0, |fact| fact.generation) >= shop
                && facts.database().map_or(0, |fact| fact.generation) >= database
        })
        .await;
        Ok(())
    }
}

#[async_trait]
impl Cluster for KubeCluster {
    fn state(&self) -> ClusterState {
        match self.health.now() {
            Reachability::Unreachable { reason } => ClusterState::Away { reason },
            Reachability::Reachable { .. } if self.listing.is_whole() => ClusterState::Ready,
            Reachability::Reachable { .. } => match self.health.refused() {
                Some(reason) => ClusterState::Away { reason },
                None => ClusterState::Starting,
            },
            Reachability::Unknown => ClusterState::Starting,
        }
    }

    fn facts(&self, store: &StoreId) -> Facts {
        self.cache.of(store)
    }

    fn platform(&self) -> PlatformFacts {
        self.cache.platform()
    }

    async fn create_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        self.make_namespace(store).await
    }

    async fn relabel_namespace(&self, store: &StoreId, uid: &str) -> Result<Option<Vec<&'static str>>, KubeError> {
        self.put_labels_back(store, uid).await
    }

    async fn secrets(&self, store: &StoreId) -> Result<StoreSecrets, KubeError> {
        self.find_secrets(store).await
    }

    async fn apply_secrets(&self, store: &StoreId, secrets: &StoreSecrets) -> Result<Vec<String>, KubeError> {
        self.put_secrets(store, secrets).await
    }

    async fn release_changed(&self, store: &StoreId, digest: Option<&str>) -> Result<(), KubeError> {
        self.catch_up_with_release(store, digest).await
    }

    async fn workloads_gone(&self, store: &StoreId) {
        let gone = |facts: &Facts| {
            facts.deployments.is_empty()
                && facts.stateful_sets.is_empty()
                && facts.pods.values().all(|pod| !matches!(pod.component.as_deref(), Some("shop" | "database")))
        };
        if timeout(LEAVE, self.cache.wait_until(store, gone)).await.is_err() {
            tracing::warn!(store.id = %store, "pods of an uninstalled release are still there");
        }
    }

    async fn note_release(&self, store: &StoreId) -> Result<(), KubeError> {
        self.note_objects(store).await
    }

    async fn differences(&self, store: &StoreId) -> Result<Vec<Difference>, KubeError> {
        self.find_differences(store).await
    }

    async fn remove_additions(&self, store: &StoreId) -> Result<(), KubeError> {
        self.remove_others_fields(store).await
    }

    async fn orphan_database(&self, store: &StoreId) -> Result<(), KubeError> {
        self.orphan_stateful_set(store).await
    }

    async fn delete_claims(&self, store: &StoreId) -> Result<(), KubeError> {
        self.remove_claims(store).await
    }

    async fn delete_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        self.remove_namespace(store).await
    }

    async fn remains(&self, store: &StoreId) -> Result<Remains, KubeError> {
        self.find_remains(store).await
    }

    async fn obstacle(&self, store: &StoreId) -> Result<Option<Problem>, KubeError> {
        self.find_obstacle(store).await
    }

    async fn check_token(&self, store: &StoreId) -> Result<SecretString, KubeError> {
        self.read_check_token(store).await
    }

    async fn warning(&self, store: &StoreId) -> Result<Option<Problem>, KubeError> {
        self.newest_warning(store).await
    }
}

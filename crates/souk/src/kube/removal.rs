//! Removal of what a release leaves behind on purpose, and the proof that nothing is left.

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams},
};
use souk_domain::StoreId;

use super::{
    KubeCluster, KubeError,
    facts::{NamespaceFact, claimed_from},
};

/// What is left of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remains {
    /// Its namespace is still there and is ours.
    pub namespace: bool,
    /// Volumes that were bound to claims of the namespace.
    pub volumes: Vec<String>,
}

impl Remains {
    /// Nothing is left.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl KubeCluster {
    pub(super) async fn remove_claims(&self, store: &StoreId) -> Result<(), KubeError> {
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(self.client.clone(), &store.namespace());
        let list = self.call("claims", claims.list_metadata(&ListParams::default())).await?;
        for claim in &list.items {
            let name = claim.name_any();
            self.call("claim", async {
                match claims.delete(&name, &DeleteParams::default()).await {
                    Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
                    other => other.map(drop),
                }
            })
            .await?;
        }
        self.catch_up(store, |facts| facts.claims.values().all(|claim| claim.leaving)).await;
        Ok(())
    }

    pub(super) async fn find_remains(&self, store: &StoreId) -> Result<Remains, KubeError> {
        let namespace = self
            .namespace_now(store)
            .await?
            .is_some_and(|found| NamespaceFact::from(&found).stranger(store, &self.platform_id).is_none());
        let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
        let list = self.call("volumes", volumes.list(&ListParams::default())).await?;
        let name = store.namespace();
        let volumes =
            list.items.iter().filter(|volume| claimed_from(volume) == Some(&name)).map(ResourceExt::name_any).collect();
        Ok(Remains { namespace, volumes })
    }
}

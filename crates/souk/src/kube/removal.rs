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
    /// A namespace of its name is there that does not carry our labels, with what it carries.
    pub stranger: Option<String>,
    /// Volumes that were bound to claims of the namespace.
    pub volumes: Vec<String>,
}

impl Remains {
    /// Nothing of ours is left.
    pub fn is_nothing(&self) -> bool {
        !self.namespace && self.volumes.is_empty()
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
        let found = self.namespace_now(store).await?;
        let fact = found.as_ref().map(NamespaceFact::from);
        if let Some(stranger) = fact.as_ref().and_then(|fact| fact.stranger(store, &self.platform_id)) {
            // Its volumes are not ours either.
            return Ok(Remains { stranger: Some(stranger), ..Remains::default() });
        }
        let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
        let list = self.call("volumes", volumes.list(&ListParams::default())).await?;
        let name = store.namespace();
        let volumes =
            list.items.iter().filter(|volume| claimed_from(volume) == Some(&name)).map(ResourceExt::name_any).collect();
        Ok(Remains { namespace: found.is_some(), stranger: None, volumes })
    }
}

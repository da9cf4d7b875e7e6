//! Removal of what a release leaves behind on purpose, and the proof that nothing is left.

use k8s_openapi::api::core::v1::{Namespace, PersistentVolume, PersistentVolumeClaim, Pod};
use kube::{
    Api, ResourceExt,
    api::{ApiResource, DeleteParams, DynamicObject, GroupVersionKind, ListParams},
};
use souk_domain::{Problem, StoreId};

use super::{
    KubeCluster, KubeError,
    facts::{
        NamespaceFact,
        blocker::{self, Kind},
        claimed_from,
    },
    obstacle,
};

/// Kinds of remaining objects that are looked into, and objects of each.
const KINDS: usize = 5;
const OBJECTS: u32 = 100;

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
        let volumes = self.volumes_of(store).await?.iter().map(ResourceExt::name_any).collect();
        Ok(Remains { namespace: found.is_some(), stranger: None, volumes })
    }

    async fn volumes_of(&self, store: &StoreId) -> Result<Vec<PersistentVolume>, KubeError> {
        let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
        let mut list = self.call("volumes", volumes.list(&ListParams::default())).await?.items;
        let name = store.namespace();
        list.retain(|volume| claimed_from(volume) == Some(&name));
        Ok(list)
    }

    /// What is in the way of the store's removal, by name.
    pub(super) async fn find_obstacle(&self, store: &StoreId) -> Result<Option<Problem>, KubeError> {
        let Some(namespace) = self.namespace_now(store).await? else {
            return Ok(obstacle::of_volumes(&self.volumes_of(store).await?));
        };
        let fact = NamespaceFact::from(&namespace);
        if fact.stranger(store, &self.platform_id).is_some() {
            return Ok(None);
        }
        if fact.terminating {
            return self.find_content(&namespace).await;
        }
        let name = store.namespace();
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(self.client.clone(), &name);
        let claims = self.call("claims", claims.list(&ListParams::default())).await?.items;
        let pods = self.pods_in(&name).await?;
        match obstacle::of_claims(&name, &claims, &pods) {
            None if claims.is_empty() => Ok(obstacle::of_volumes(&self.volumes_of(store).await?)),
            found => Ok(found),
        }
    }

    async fn pods_in(&self, namespace: &str) -> Result<Vec<Pod>, KubeError> {
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), namespace);
        Ok(self.call("pods", pods.list(&ListParams::default().limit(OBJECTS))).await?.items)
    }

    /// The object that keeps a namespace: the cluster's conditions name kinds only.
    async fn find_content(&self, namespace: &Namespace) -> Result<Option<Problem>, KubeError> {
        let name = namespace.name_any();
        let mut unexplained = None;
        for kind in blocker::remaining(namespace).into_iter().take(KINDS) {
            if kind.plural == "pods" && kind.group.is_empty() {
                match obstacle::of_pods(&name, &self.pods_in(&name).await?) {
                    Some(problem) if obstacle::is_cause(&problem) => return Ok(Some(problem)),
                    found => unexplained = unexplained.or(found),
                }
                continue;
            }
            // A kind that Souk's account may not list is told by its name alone.
            let Ok(resource) = self.resource(&kind).await else { continue };
            let objects: Api<DynamicObject> = Api::namespaced_with(self.client.clone(), &name, &resource);
            let page = ListParams::default().limit(OBJECTS);
            let Ok(list) = self.call("remaining objects", objects.list_metadata(&page)).await else { continue };
            if let Some(problem) = obstacle::of_objects(&name, &kind, &list.items) {
                return Ok(Some(problem));
            }
            let names = list.items.iter().map(ResourceExt::name_any).collect();
            unexplained = unexplained.or_else(|| obstacle::of_names(&kind, &names));
        }
        Ok(unexplained)
    }

    /// How a kind is asked for, in the version that the cluster prefers.
    async fn resource(&self, kind: &Kind) -> Result<ApiResource, KubeError> {
        let version = if kind.group.is_empty() {
            "v1".to_owned()
        } else {
            let groups = self.call("API groups", self.client.list_api_groups()).await?.groups;
            let group = groups.into_iter().find(|group| group.name == kind.group);
            group
                .and_then(|group| group.preferred_version)
                .map(|found| found.version)
                .unwrap_or_else(|| "v1".to_owned())
        };
        let gvk = GroupVersionKind { group: kind.group.clone(), version, kind: kind.plural.clone() };
        Ok(ApiResource::from_gvk_with_plural(&gvk, &kind.plural))
    }
}

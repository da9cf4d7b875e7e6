//! What this platform has on the cluster, asked of the cluster itself, and the removal of what belongs
//! to no store. What that is, is decided in `souk_domain::sweep`.

use std::collections::BTreeSet;

use async_trait::async_trait;
use k8s_openapi::api::core::v1::{Namespace, PersistentVolume, Secret};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams, Preconditions},
};
use souk_domain::{
    StoreId,
    sweep::{HeldNamespace, HeldVolume, Holdings, Orphan, OrphanKind},
};

use super::{KubeCluster, KubeError, KubeErrorKind, facts::claimed_from, labels};
use crate::{
    cluster::{ClusterError, ClusterSweeper},
    helm::RELEASE,
};

/// Objects per page of a list.
const PAGE: u32 = 500;

#[async_trait]
impl ClusterSweeper for KubeCluster {
    fn platform_id(&self) -> &str {
        &self.platform_id
    }

    async fn holdings(&self) -> Result<Holdings, ClusterError> {
        let (namespaces, volumes, releases) =
            tokio::try_join!(self.held_namespaces(), self.held_volumes(), self.held_releases())?;
        Ok(Holdings { namespaces, volumes, releases })
    }

    async fn remove(&self, orphan: &Orphan) -> Result<(), ClusterError> {
        let uid = orphan.uid.clone().unwrap_or_default();
        match orphan.kind {
            OrphanKind::Namespace => self.sweep_namespace(&orphan.name, uid).await?,
            OrphanKind::Volume => {
                let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
                let exactly = exactly(uid, None);
                self.call("volume", async { gone_is_fine(volumes.delete(&orphan.name, &exactly).await) }).await?;
            }
            OrphanKind::Store => {
                let message = "a store is deleted as a store, not swept";
                return Err(KubeError::new(KubeErrorKind::Invalid, message).into());
            }
        }
        Ok(())
    }
}

impl KubeCluster {
    async fn held_namespaces(&self) -> Result<Vec<HeldNamespace>, KubeError> {
        let namespaces: Api<Namespace> = Api::all(self.client.clone());
        let mut found = Vec::new();
        let mut page = ListParams::default().limit(PAGE);
        loop {
            let list = self.call("namespaces", namespaces.list_metadata(&page)).await?;
            found.extend(list.items.iter().filter_map(|object| {
                let label = |key: &str| object.labels().get(key).cloned();
                let (name, platform) = (object.name_any(), label(labels::PLATFORM));
                let ours = platform.as_deref() == Some(&self.platform_id);
                (ours || StoreId::from_namespace(&name).is_some()).then(|| HeldNamespace {
                    name,
                    uid: object.uid().unwrap_or_default(),
                    platform,
                    store: label(labels::STORE),
                    leaving: object.metadata.deletion_timestamp.is_some(),
                })
            }));
            match next(list.metadata.continue_) {
                Some(token) => page.continue_token = Some(token),
                None => return Ok(found),
            }
        }
    }

    async fn held_volumes(&self) -> Result<Vec<HeldVolume>, KubeError> {
        let volumes: Api<PersistentVolume> = Api::all(self.client.clone());
        let mut found = Vec::new();
        let mut page = ListParams::default().limit(PAGE);
        loop {
            let list = self.call("volumes", volumes.list(&page)).await?;
            found.extend(list.items.iter().filter_map(|volume| {
                let namespace = claimed_from(volume).filter(|name| StoreId::from_namespace(name).is_some())?;
                Some(HeldVolume {
                    name: volume.name_any(),
                    uid: volume.uid().unwrap_or_default(),
                    namespace: namespace.to_owned(),
                    leaving: volume.metadata.deletion_timestamp.is_some(),
                })
            }));
            match next(list.metadata.continue_) {
                Some(token) => page.continue_token = Some(token),
                None => return Ok(found),
            }
        }
    }

    async fn held_releases(&self) -> Result<BTreeSet<String>, KubeError> {
        let secrets: Api<Secret> = Api::all(self.client.clone());
        let mut found = BTreeSet::new();
        let mut page = ListParams::default().labels(&format!("owner=helm,name={RELEASE}")).limit(PAGE);
        loop {
            let list = self.call("releases", secrets.list_metadata(&page)).await?;
            found.extend(list.items.into_iter().filter_map(|secret| secret.metadata.namespace));
            match next(list.metadata.continue_) {
                Some(token) => page.continue_token = Some(token),
                None => return Ok(found),
            }
        }
    }

    /// Asks for the removal of this very namespace, if it still carries our label.
    async fn sweep_namespace(&self, name: &str, uid: String) -> Result<(), KubeError> {
        let namespaces: Api<Namespace> = Api::all(self.client.clone());
        let Some(there) = self.call("namespace", namespaces.get_metadata_opt(name)).await? else {
            return Ok(());
        };
        if there.labels().get(labels::PLATFORM) != Some(&self.platform_id) {
            return Err(KubeError::new(KubeErrorKind::Foreign, "it does not carry this platform's label any more"));
        }
        // As it was read: neither another one of its name nor one that was labelled anew.
        let exactly = exactly(uid, there.metadata.resource_version.clone());
        self.call("namespace", async { gone_is_fine(namespaces.delete(name, &exactly).await) }).await
    }
}

fn exactly(uid: String, resource_version: Option<String>) -> DeleteParams {
    DeleteParams::default().preconditions(Preconditions { uid: Some(uid), resource_version })
}

fn gone_is_fine<T>(result: kube::Result<T>) -> kube::Result<()> {
    match result {
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        other => other.map(drop),
    }
}

pub(super) fn next(token: Option<String>) -> Option<String> {
    token.filter(|token| !token.is_empty())
}

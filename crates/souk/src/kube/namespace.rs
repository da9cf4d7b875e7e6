//! The store's namespace: made once, with our labels, which are put back when somebody changed them;
//! never taken over from somebody else.

use k8s_openapi::{api::core::v1::Namespace, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{
    Api,
    api::{DeleteParams, Patch, PostParams, Preconditions},
};
use serde_json::json;
use souk_domain::StoreId;

use super::{KubeCluster, KubeError, KubeErrorKind, facts::NamespaceFact, labels, owned::as_souk};

impl KubeCluster {
    fn namespaces(&self) -> Api<Namespace> {
        Api::all(self.client.clone())
    }

    pub(super) async fn make_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        let name = store.namespace();
        let namespace = Namespace {
            metadata: ObjectMeta {
                name: Some(name.clone()),
                labels: Some(labels::of_namespace(store, &self.platform_id)),
                ..ObjectMeta::default()
            },
            ..Namespace::default()
        };
        let namespaces = self.namespaces();
        let created = self.call("namespace", async {
            match namespaces.create(&PostParams::default(), &namespace).await {
                Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(None),
                other => other.map(Some),
            }
        });
        if created.await?.is_none() {
            let there = self.call("namespace", namespaces.get_opt(&name)).await?;
            let Some(fact) = there.as_ref().map(NamespaceFact::from) else {
                return Err(KubeError::new(KubeErrorKind::Transient, "the namespace vanished just now"));
            };
            if let Some(owner) = fact.stranger(store, &self.platform_id) {
                return Err(KubeError::new(KubeErrorKind::Foreign, owner));
            }
            if fact.terminating {
                return Err(KubeError::new(KubeErrorKind::Transient, "the old namespace is still being removed"));
            }
        }
        self.catch_up(store, |facts| facts.namespace().is_some()).await;
        Ok(())
    }

    /// Puts our labels back on the namespace with this uid; returns those that were wrong. `None` when
    /// there is no such namespace, or another one of its name.
    pub(super) async fn put_labels_back(
        &self,
        store: &StoreId,
        uid: &str,
    ) -> Result<Option<Vec<&'static str>>, KubeError> {
        let found = self.namespace_now(store).await?;
        let Some(namespace) = found.filter(|namespace| namespace.metadata.uid.as_deref() == Some(uid)) else {
            return Ok(None);
        };
        let wrong = NamespaceFact::from(&namespace).wrong_labels(store, &self.platform_id);
        if !wrong.is_empty() {
            // Only the very namespace that was read: its version is part of the patch.
            let patch = Patch::Merge(json!({"metadata": {
                "resourceVersion": namespace.metadata.resource_version,
                "labels": labels::of_namespace(store, &self.platform_id),
            }}));
            let name = store.namespace();
            self.call("namespace", self.namespaces().patch_metadata(&name, &as_souk(), &patch)).await?;
        }
        self.catch_up(store, |facts| {
            facts.namespace().is_some_and(|fact| fact.wrong_labels(store, &self.platform_id).is_empty())
        })
        .await;
        Ok(Some(wrong))
    }

    /// Reads the namespace from the API server itself.
    pub(super) async fn namespace_now(&self, store: &StoreId) -> Result<Option<Namespace>, KubeError> {
        let name = store.namespace();
        self.call("namespace", self.namespaces().get_opt(&name)).await
    }

    pub(super) async fn remove_namespace(&self, store: &StoreId) -> Result<(), KubeError> {
        let name = store.namespace();
        let Some(namespace) = self.namespace_now(store).await? else {
            return Ok(());
        };
        if let Some(owner) = NamespaceFact::from(&namespace).stranger(store, &self.platform_id) {
            return Err(KubeError::new(KubeErrorKind::Foreign, owner));
        }
        // Only the very namespace whose labels were read, not one that took its name meanwhile.
        let exactly = DeleteParams::default()
            .preconditions(Preconditions { uid: namespace.metadata.uid, resource_version: None });
        self.call("namespace", async {
            match self.namespaces().delete(&name, &exactly).await {
                Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
                other => other.map(drop),
            }
        })
        .await?;
        self.catch_up(store, |facts| facts.namespace().is_none_or(|fact| fact.terminating)).await;
        Ok(())
    }
}

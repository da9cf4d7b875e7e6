//! The store's namespace: made once, with our labels; never taken over from somebody else.

use k8s_openapi::{api::core::v1::Namespace, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{
    Api,
    api::{DeleteParams, PostParams, Preconditions},
};
use souk_domain::StoreId;

use super::{KubeCluster, KubeError, KubeErrorKind, facts::NamespaceFact, labels};

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

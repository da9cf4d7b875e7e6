//! The one Ingress that leads the host names of shops that sleep to Souk's own Service.
//!
//! It lies in the platform's namespace and belongs to that Service: it goes with it. The stores' own Ingresses
//! stay as they are, so certificates and addresses do; this one comes before them by its annotations.

use async_trait::async_trait;
use k8s_openapi::api::{core::v1::Service, networking::v1::Ingress};
use kube::{
    Api, Client,
    api::{DeleteParams, Patch, PatchParams},
};
use serde_json::{Value, json};

use super::{KubeCluster, KubeError, labels};
use crate::{
    cluster::Addresses,
    config::{ServeArgs, Sleeping},
};

/// Who these fields belong to.
const MANAGER: &str = "souk";
/// Annotations that ask somebody for a certificate: the stores' own Ingresses do that.
const CERTIFICATES: &str = "cert-manager.io/";

/// Where the page is, and how it is led to.
pub struct SleepingDoor {
    client: Client,
    platform: String,
    service: Sleeping,
    class: String,
    annotations: Value,
    https: bool,
}

impl SleepingDoor {
    /// None where no Service leads to Souk.
    pub fn of(cluster: &KubeCluster, settings: &ServeArgs) -> Option<Self> {
        let args = &settings.cluster;
        let mut annotations = args.ingress_annotations.0.clone();
        annotations.retain(|key, _| !key.starts_with(CERTIFICATES));
        annotations.extend(args.sleeping_annotations.0.clone());
        Some(Self {
            client: cluster.client.clone(),
            platform: cluster.platform_id().to_owned(),
            service: args.sleeping_service.clone()?,
            class: args.ingress_class.clone(),
            annotations: json!(annotations),
            https: settings.address.store_scheme.name() == "https",
        })
    }

    fn ingresses(&self) -> Api<Ingress> {
        Api::namespaced(self.client.clone(), &self.service.namespace)
    }

    fn name(&self) -> String {
        format!("{}-sleeping", self.service.name)
    }

    fn ingress(&self, uid: &str, hosts: &[String]) -> Value {
        let service = &self.service.name;
        let rule = |host: &String| {
            let backend = json!({"service": {"name": service, "port": {"name": "http"}}});
            json!({"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}})
        };
        let mut spec = json!({"rules": hosts.iter().map(rule).collect::<Vec<_>>()});
        if !self.class.is_empty() {
            spec["ingressClassName"] = json!(self.class);
        }
        if self.https {
            spec["tls"] = json!([{"hosts": hosts}]);
        }
        json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {
                "name": self.name(),
                "labels": {
                    "app.kubernetes.io/managed-by": "souk",
                    "app.kubernetes.io/part-of": "souk",
                    labels::PLATFORM: self.platform,
                },
                "annotations": self.annotations,
                "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": service, "uid": uid}],
            },
            "spec": spec,
        })
    }

    async fn apply(&self, hosts: &[String]) -> kube::Result<()> {
        if hosts.is_empty() {
            return match self.ingresses().delete(&self.name(), &DeleteParams::default()).await {
                Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
                other => other.map(drop),
            };
        }
        let services: Api<Service> = Api::namespaced(self.client.clone(), &self.service.namespace);
        let service = services.get_metadata(&self.service.name).await?;
        let uid = service.metadata.uid.unwrap_or_default();
        let apply = PatchParams::apply(MANAGER).force();
        let ingress = Patch::Apply(self.ingress(&uid, hosts));
        self.ingresses().patch(&self.name(), &apply, &ingress).await.map(drop)
    }
}

#[async_trait]
impl Addresses for SleepingDoor {
    async fn lead_to_souk(&self, hosts: &[String]) -> Result<(), String> {
        let done = tokio::time::timeout(super::cluster::CALL, self.apply(hosts)).await;
        let done = done.map_err(|_| KubeError::timed_out("ingress")).and_then(|done| done.map_err(KubeError::from));
        done.map_err(|error| format!("Ingress {}/{}: {error}", self.service.namespace, self.name()))
    }
}

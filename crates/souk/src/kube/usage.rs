//! What the pods of stores use, from the cluster's metrics API: one list over all namespaces.

use std::collections::BTreeMap;

use async_trait::async_trait;
use http::Request;
use kube::api::ListParams;
use kube::core::Request as ListRequest;
use serde::Deserialize;
use souk_domain::{
    StoreId,
    usage::{Unmeasured, Usage},
};

use super::{KubeCluster, KubeError, KubeErrorKind, labels, sweep::next};
use crate::{
    cluster::{ClusterMeter, NotMeasured},
    quantity,
};

const PODS: &str = "/apis/metrics.k8s.io/v1beta1/pods";
/// Objects per page of a list, where the server has pages; metrics-server has none.
const PAGE: u32 = 500;

/// A page of the list, as far as it is read: the API has no types in `k8s_openapi`.
#[derive(Deserialize)]
struct PodMetricsList {
    metadata: ListMeta,
    items: Vec<PodMetrics>,
}

#[derive(Deserialize)]
struct ListMeta {
    #[serde(rename = "continue")]
    continue_: Option<String>,
}

#[derive(Deserialize)]
struct PodMetrics {
    metadata: PodMeta,
    #[serde(default)]
    containers: Vec<Container>,
}

#[derive(Deserialize)]
struct PodMeta {
    namespace: String,
}

#[derive(Deserialize)]
struct Container {
    usage: Resources,
}

#[derive(Deserialize)]
struct Resources {
    #[serde(default)]
    cpu: String,
    #[serde(default)]
    memory: String,
}

/// Cores and bytes.
type Sums = BTreeMap<StoreId, (f64, f64)>;

#[async_trait]
impl ClusterMeter for KubeCluster {
    async fn usage(&self) -> Result<Vec<Usage>, NotMeasured> {
        let mut sums = Sums::new();
        let mut page = ListParams::default().labels(labels::STORE).limit(PAGE);
        loop {
            let list = self.pod_metrics(&page).await?;
            add(&mut sums, &list.items);
            match next(list.metadata.continue_) {
                Some(token) => page.continue_token = Some(token),
                None => return Ok(sums.into_iter().map(usage).collect()),
            }
        }
    }
}

impl KubeCluster {
    async fn pod_metrics(&self, page: &ListParams) -> Result<PodMetricsList, KubeError> {
        let request = ListRequest::new(PODS).list(page).map_err(|error| {
            KubeError::new(KubeErrorKind::Invalid, format!("the list of pod metrics cannot be asked for: {error}"))
        })?;
        let request: Request<Vec<u8>> = request;
        self.call("pod metrics", self.client.request(request)).await
    }
}

fn add(sums: &mut Sums, pods: &[PodMetrics]) {
    for pod in pods {
        let Some(store) = StoreId::from_namespace(&pod.metadata.namespace) else { continue };
        let (cpu, memory) = sums.entry(store).or_default();
        for container in &pod.containers {
            *cpu += quantity::parse(&container.usage.cpu);
            *memory += quantity::parse(&container.usage.memory);
        }
    }
}

fn usage((store, (cores, bytes)): (StoreId, (f64, f64))) -> Usage {
    // Numbers beyond what fits become the greatest that does.
    Usage { store, cpu: (cores * 1000.0).round() as u32, memory: (bytes / 1024.0 / 1024.0).round() as u32 }
}

impl From<KubeError> for NotMeasured {
    fn from(error: KubeError) -> Self {
        let why = match error.kind {
            KubeErrorKind::NotFound => Unmeasured::NoMetricsServer,
            KubeErrorKind::Forbidden => Unmeasured::NotAllowed,
            KubeErrorKind::Unreachable => Unmeasured::ClusterUnreachable,
            _ => Unmeasured::MetricsServerAway,
        };
        Self { why, cause: error.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pods_of_a_store_count_together_and_strangers_not() {
        let store = StoreId::from_random([1; 10]);
        let list: PodMetricsList = serde_json::from_value(serde_json::json!({
            "kind": "PodMetricsList", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": {},
            "items": [
                {
                    "metadata": {"name": "shop", "namespace": store.namespace(), "labels": {"souk.dev/store": store}},
                    "timestamp": "2026-03-01T12:00:00Z", "window": "15s",
                    "containers": [
                        {"name": "php", "usage": {"cpu": "11900000n", "memory": "90Mi"}},
                        {"name": "nginx", "usage": {"cpu": "1100000n", "memory": "10240Ki"}},
                    ],
                },
                {
                    "metadata": {"name": "database-0", "namespace": store.namespace()},
                    "containers": [{"name": "mariadb", "usage": {"cpu": "3m", "memory": "104857600"}}],
                },
                {"metadata": {"name": "x", "namespace": "kube-system"}, "containers": [{"usage": {"cpu": "1"}}]},
            ],
        }))
        .unwrap();
        let mut sums = Sums::new();
        add(&mut sums, &list.items);
        let found: Vec<_> = sums.into_iter().map(usage).collect();
        assert_eq!(found, [Usage { store, cpu: 16, memory: 200 }]);
        assert_eq!(next(list.metadata.continue_), None);
    }

    #[test]
    fn what_is_missing_is_told_apart() {
        let why = |kind| NotMeasured::from(KubeError::new(kind, "x")).why;
        assert_eq!(why(KubeErrorKind::NotFound), Unmeasured::NoMetricsServer);
        assert_eq!(why(KubeErrorKind::Transient), Unmeasured::MetricsServerAway);
        assert_eq!(why(KubeErrorKind::Forbidden), Unmeasured::NotAllowed);
        assert_eq!(why(KubeErrorKind::Unreachable), Unmeasured::ClusterUnreachable);
    }
}

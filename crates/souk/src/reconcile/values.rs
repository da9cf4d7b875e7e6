//! The values of the store's chart: what is wanted of one store, without any secret.

use serde_json::{Value, json};
use souk_domain::{Plan, Store, Wanted};

use crate::config::{AddressArgs, ClusterArgs, ImageArgs};

/// What all stores of this platform have in common.
#[derive(Debug, Clone)]
pub struct Surroundings {
    pub address: AddressArgs,
    pub cluster: ClusterArgs,
    pub images: ImageArgs,
}

impl Surroundings {
    /// The store's public address, without a slash at the end.
    pub fn url(&self, store: &Store) -> String {
        self.address.store_url(store.slug.as_str())
    }

    /// The values for `helm`. `plan` is the store's plan.
    pub fn values(&self, store: &Store, plan: &Plan) -> Value {
        let (cluster, images) = (&self.cluster, &self.images);
        let mebibytes = |size: u32| format!("{size}Mi");
        let millicores = |share: u32| format!("{share}m");
        let (shop, database) = (&plan.shop, &plan.database);
        json!({
            "store": {"id": store.id.as_str(), "name": store.name.as_str(), "url": self.url(store)},
            "images": {
                "shop": images.image_shop,
                "database": images.image_database,
                "pullPolicy": images.image_pull_policy,
                "pullSecrets": images.image_pull_secrets,
            },
            "ingress": {
                "className": cluster.ingress_class,
                "annotations": *cluster.ingress_annotations,
                "tls": {"enabled": self.address.store_scheme.name() == "https", "secretName": cluster.tls_secret},
                "controller": {
                    "namespace": cluster.ingress_namespace,
                    "podLabels": *cluster.ingress_pod_labels,
                },
            },
            "dns": {"namespace": cluster.dns_namespace, "podLabels": *cluster.dns_pod_labels},
            "suspended": store.wanted() == Wanted::Suspended,
            "storage": {"className": cluster.storage_class},
            "shop": {
                "phpWorkers": shop.php_workers,
                "pageCache": {
                    "enabled": images.page_cache_seconds > 0,
                    "seconds": images.page_cache_seconds.max(1),
                },
                "volumeSize": mebibytes(shop.volume),
                "resources": {"php": {
                    "requests": {"cpu": millicores(shop.cpu_request), "memory": mebibytes(shop.memory_request)},
                    "limits": {"cpu": millicores(shop.cpu_limit), "memory": mebibytes(shop.memory_limit)},
                }},
            },
            "database": {
                "bufferPool": format!("{}M", database.buffer_pool),
                "maxConnections": database.max_connections,
                "volumeSize": mebibytes(database.volume),
                "resources": {
                    "requests": {"cpu": millicores(database.cpu_request), "memory": mebibytes(database.memory_request)},
                    "limits": {"cpu": millicores(database.cpu_limit), "memory": mebibytes(database.memory_limit)},
                },
            },
            "quota": {"hard": {
                // Twice the store: room for a pod that starts while its predecessor ends, and for a test.
                "requests.cpu": millicores(2 * (shop.cpu_request + database.cpu_request) + 200),
                "requests.memory": mebibytes(2 * (shop.memory_request + database.memory_request) + 256),
                "limits.memory": mebibytes(2 * (shop.memory_limit + database.memory_limit) + 512),
                "requests.storage": mebibytes(2 * (shop.volume + database.volume)),
            }},
            "limits": {"max": {"memory": mebibytes(shop.memory_limit.max(database.memory_limit).max(512))}},
        })
    }
}

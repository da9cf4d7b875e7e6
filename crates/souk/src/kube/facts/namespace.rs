//! The store's namespace.

use k8s_openapi::api::core::v1::Namespace;
use kube::ResourceExt;
use souk_domain::{Problem, StoreId};

use super::{blocker, quote};
use crate::kube::labels;

/// A namespace that carries a platform's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceFact {
    /// Label `souk.dev/store`.
    pub store: Option<String>,
    /// Label `souk.dev/platform`.
    pub platform: Option<String>,
    /// It is being removed.
    pub terminating: bool,
    /// What its removal waits for, as the cluster says it.
    pub blocker: Option<Problem>,
}

impl From<&Namespace> for NamespaceFact {
    fn from(namespace: &Namespace) -> Self {
        Self {
            store: namespace.labels().get(labels::STORE).cloned(),
            platform: namespace.labels().get(labels::PLATFORM).cloned(),
            terminating: namespace.metadata.deletion_timestamp.is_some(),
            blocker: blocker::of_namespace(namespace),
        }
    }
}

impl NamespaceFact {
    /// Whose it is, if it is not this platform's namespace for this store.
    pub fn stranger(&self, store: &StoreId, platform: &str) -> Option<String> {
        let ours = self.platform.as_deref() == Some(platform) && self.store.as_deref() == Some(store.as_str());
        if ours {
            return None;
        }
        Some(match (&self.platform, &self.store) {
            (None, _) => format!("it lacks the label {}", labels::PLATFORM),
            (Some(other), _) if other != platform => format!("it belongs to the platform {}", quote(other)),
            (Some(_), Some(other)) => format!("it belongs to the store {}", quote(other)),
            (Some(_), None) => format!("it lacks the label {}", labels::STORE),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_our_own_is_ours() {
        let store = StoreId::from_random([0; 10]);
        let fact = |labels: serde_json::Value| {
            let namespace: Namespace = serde_json::from_value(json!({"metadata": {"labels": labels}})).unwrap();
            NamespaceFact::from(&namespace).stranger(&store, "p")
        };
        let id = store.as_str();
        assert_eq!(fact(json!({"souk.dev/store": id, "souk.dev/platform": "p"})), None);
        assert!(fact(json!({"souk.dev/store": id, "souk.dev/platform": "q"})).unwrap().contains("platform q"));
        assert!(fact(json!({"souk.dev/store": "x", "souk.dev/platform": "p"})).unwrap().contains("store x"));
        assert!(fact(json!({"souk.dev/store": id})).unwrap().contains("lacks"));
        assert!(fact(json!({"souk.dev/platform": "p"})).unwrap().contains("lacks"));
        assert!(fact(json!({})).is_some());
    }

    #[test]
    fn says_what_blocks_its_removal() {
        let namespace: Namespace = serde_json::from_value(json!({
            "metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"},
            "status": {"conditions": [
                {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: pods. has 1 resource instances"},
                {"type": "NamespaceFinalizersRemaining", "status": "True", "message": "Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances"},
                {"type": "NamespaceDeletionContentFailure", "status": "False", "message": "All content successfully deleted"},
            ]},
        }))
        .unwrap();
        let fact = NamespaceFact::from(&namespace);
        assert!(fact.terminating);
        assert!(fact.blocker.unwrap().message.contains("example.com/x"));
    }
}

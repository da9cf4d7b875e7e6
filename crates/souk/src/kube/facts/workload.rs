//! The Deployment of the shop and the StatefulSet of the database.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use souk_domain::Problem;

use super::{OwnedFact, quote};

/// How far a workload is.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkloadFact {
    /// Grows with every change of what is wanted of it.
    pub generation: i64,
    /// The controller has seen this generation, and every wanted pod of it is ready.
    pub available: bool,
    /// The controller has seen this generation, which wants no pod, and has asked the last one to go.
    pub stopped: bool,
    /// Why its pods cannot even be made.
    pub problem: Option<Problem>,
    /// Whose its fields are.
    pub owned: OwnedFact,
}

impl From<&Deployment> for WorkloadFact {
    fn from(deployment: &Deployment) -> Self {
        let wanted = deployment.spec.replicas.unwrap_or(1);
        let generation = deployment.metadata.generation.unwrap_or(0);
        let owned = OwnedFact::from(&deployment.metadata);
        let Some(status) = &deployment.status else {
            return Self { generation, available: false, stopped: false, problem: None, owned };
        };
        let ready = |count: Option<i32>| count.unwrap_or(0) >= wanted;
        let failure = status.conditions.iter().flatten().find(|condition| {
            condition.type_.as_deref() == Some("ReplicaFailure") && condition.status.as_deref() == Some("True")
        });
        let seen = status.observed_generation.unwrap_or(0) >= generation;
        Self {
            generation,
            stopped: seen && wanted == 0 && status.replicas.unwrap_or(0) == 0,
            available: seen
                && wanted > 0
                && ready(status.updated_replicas)
                && ready(status.available_replicas)
                && status.replicas.unwrap_or(0) == wanted,
            problem: failure.map(|condition| refused_pods(condition.message.as_deref().unwrap_or_default())),
            owned,
        }
    }
}

impl From<&StatefulSet> for WorkloadFact {
    fn from(set: &StatefulSet) -> Self {
        let wanted = set.spec.replicas.unwrap_or(1);
        let generation = set.metadata.generation.unwrap_or(0);
        let seen = |observed: Option<i64>| observed.unwrap_or(0) >= generation;
        let stopped = set
            .status
            .as_ref()
            .is_some_and(|status| seen(status.observed_generation) && wanted == 0 && status.replicas == 0);
        let available = set.status.as_ref().is_some_and(|status| {
            let current =
                status.update_revision == status.current_revision || status.updated_replicas.unwrap_or(0) >= wanted;
            seen(status.observed_generation) && wanted > 0 && current && status.ready_replicas.unwrap_or(0) >= wanted
        });
        Self { generation, available, stopped, problem: None, owned: OwnedFact::from(&set.metadata) }
    }
}

/// The cluster refuses to make the pods, in its own words.
pub fn refused_pods(message: &str) -> Problem {
    let text = quote(message);
    if message.contains("exceeded quota") {
        return Problem::waiting(
            "QuotaExceeded",
            format!("The store's quota leaves no room for its pods ({text}); choose a larger plan or raise the quota."),
        );
    }
    if message.contains("violates PodSecurity") {
        return Problem::waiting(
            "PodSecurity",
            format!("The namespace's pod security refuses the store's pods ({text})."),
        );
    }
    Problem::waiting("PodsRefused", format!("The cluster refuses the store's pods ({text})."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment(status: serde_json::Value) -> WorkloadFact {
        let object: Deployment = serde_json::from_value(json!({
            "metadata": {"generation": 2},
            "spec": {"replicas": 1, "selector": {}, "template": {}},
            "status": status,
        }))
        .unwrap();
        WorkloadFact::from(&object)
    }

    #[test]
    fn a_deployment_is_available_when_its_newest_pods_are() {
        let good = json!({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1});
        assert!(deployment(good.clone()).available);
        for (field, value) in
            [("observedGeneration", 1), ("updatedReplicas", 0), ("replicas", 2), ("availableReplicas", 0)]
        {
            let mut status = good.clone();
            status[field] = value.into();
            assert!(!deployment(status).available, "{field}");
        }
        assert!(!deployment(json!({})).available);
    }

    #[test]
    fn what_wants_no_pod_is_stopped_once_the_last_one_goes() {
        let object = |generation: i64, replicas: i32| -> WorkloadFact {
            let value = json!({
                "metadata": {"generation": 2},
                "spec": {"replicas": 0, "serviceName": "database", "selector": {}, "template": {}},
                "status": {"observedGeneration": generation, "replicas": replicas},
            });
            let deployment: Deployment = serde_json::from_value(value.clone()).unwrap();
            let set: StatefulSet = serde_json::from_value(value).unwrap();
            let (deployment, set) = (WorkloadFact::from(&deployment), WorkloadFact::from(&set));
            assert_eq!(deployment.stopped, set.stopped);
            assert!(!deployment.available && !set.available);
            deployment
        };
        assert!(object(2, 0).stopped);
        assert!(!object(1, 0).stopped, "the controller has not seen it");
        assert!(!object(2, 1).stopped);
    }

    #[test]
    fn says_why_pods_are_refused() {
        let status = json!({"conditions": [{"type": "ReplicaFailure", "status": "True", "message":
            "pods \"shop-1\" is forbidden: exceeded quota: store, requested: pods=1, used: pods=0, limited: pods=0"}]});
        assert_eq!(deployment(status).problem.unwrap().reason, "QuotaExceeded");
        assert_eq!(refused_pods("violates PodSecurity \"restricted:latest\": x").reason, "PodSecurity");
        assert_eq!(refused_pods("admission webhook denied").reason, "PodsRefused");
    }

    #[test]
    fn a_stateful_set_counts_ready_pods_of_its_newest_revision() {
        let object = |status: serde_json::Value| -> WorkloadFact {
            let set: StatefulSet = serde_json::from_value(json!({
                "metadata": {"generation": 1},
                "spec": {"serviceName": "database", "selector": {}, "template": {}},
                "status": status,
            }))
            .unwrap();
            WorkloadFact::from(&set)
        };
        assert!(object(json!({"replicas": 1, "observedGeneration": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "a"})).available);
        assert!(!object(json!({"replicas": 1, "observedGeneration": 1, "readyReplicas": 1, "currentRevision": "a", "updateRevision": "b"})).available);
        assert!(!object(json!({"replicas": 1, "observedGeneration": 1})).available);
    }
}

//! What all stores share on the cluster: storage classes and ingress classes.

use std::collections::BTreeMap;

use k8s_openapi::api::{networking::v1::IngressClass, storage::v1::StorageClass};
use kube::ResourceExt;
use souk_domain::Problem;

use super::facts::{ClaimFact, IngressFact};

/// The classes of the cluster by name; `true` marks a default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformFacts {
    pub storage_classes: BTreeMap<String, bool>,
    pub ingress_classes: BTreeMap<String, bool>,
}

/// Whether the class is the cluster's default.
pub fn is_default_storage(class: &StorageClass) -> bool {
    is_true(class.annotations().get("storageclass.kubernetes.io/is-default-class"))
}

/// Whether the class is the cluster's default.
pub fn is_default_ingress(class: &IngressClass) -> bool {
    is_true(class.annotations().get("ingressclass.kubernetes.io/is-default-class"))
}

fn is_true(annotation: Option<&String>) -> bool {
    annotation.is_some_and(|value| value == "true")
}

impl PlatformFacts {
    /// Why a claim that is not bound never will be, as far as classes tell.
    pub fn storage_problem(&self, claim: &ClaimFact) -> Option<Problem> {
        if claim.bound {
            return None;
        }
        match &claim.class {
            Some(class) if self.storage_classes.contains_key(class) => None,
            Some(class) => Some(Problem::waiting(
                "NoStorageClass",
                format!(
                    "The cluster has no storage class {class}; make it, or name another one in SOUK_STORAGE_CLASS."
                ),
            )),
            None if self.storage_classes.values().any(|default| *default) => None,
            None => Some(Problem::waiting(
                "NoStorageClass",
                "The cluster has no default storage class; mark one as default, or name one in SOUK_STORAGE_CLASS.",
            )),
        }
    }

    /// Why an Ingress is served by nobody, as far as classes tell.
    pub fn ingress_problem(&self, ingress: &IngressFact) -> Option<Problem> {
        match &ingress.class {
            Some(class) if self.ingress_classes.contains_key(class) => None,
            Some(class) => Some(Problem::waiting(
                "NoIngressController",
                format!(
                    "The cluster has no ingress class {class}; install an ingress controller, or name another class in SOUK_INGRESS_CLASS."
                ),
            )),
            // Some controllers also serve an Ingress without a class; the route itself tells.
            None if !self.ingress_classes.is_empty() => None,
            None => Some(Problem::waiting(
                "NoIngressController",
                "The cluster has no ingress class; install an ingress controller such as Traefik.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_needs_a_class() {
        let claim = |class: Option<&str>| ClaimFact { bound: false, leaving: false, class: class.map(str::to_owned) };
        let mut facts = PlatformFacts::default();
        assert!(facts.storage_problem(&claim(None)).is_some());
        facts.storage_classes.insert("slow".into(), false);
        assert!(facts.storage_problem(&claim(None)).is_some());
        assert!(facts.storage_problem(&claim(Some("slow"))).is_none());
        assert!(facts.storage_problem(&claim(Some("fast"))).is_some());
        facts.storage_classes.insert("local".into(), true);
        assert!(facts.storage_problem(&claim(None)).is_none());
    }

    #[test]
    fn an_ingress_needs_a_class() {
        let ingress = |class: Option<&str>| IngressFact { class: class.map(str::to_owned), ..IngressFact::default() };
        let mut facts = PlatformFacts::default();
        assert_eq!(facts.ingress_problem(&ingress(None)).unwrap().reason, "NoIngressController");
        facts.ingress_classes.insert("traefik".into(), true);
        assert!(facts.ingress_problem(&ingress(Some("traefik"))).is_none());
        assert!(facts.ingress_problem(&ingress(None)).is_none());
        assert!(facts.ingress_problem(&ingress(Some("nginx"))).is_some());
    }
}

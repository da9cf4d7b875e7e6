//! What is known of one store on the cluster: small facts made from the objects that watches bring.
//!
//! Owns the facts and how each is read from its object; no call of the API. Whole objects are not
//! kept: a thousand stores must fit into some megabytes.

pub mod blocker;
mod by_name;
pub mod fields;
mod ingress;
mod manifest;
mod namespace;
mod owned;
mod pod;
mod quote;
mod release;
mod secret;
mod volume;
mod workload;

pub use by_name::ByName;
pub use ingress::IngressFact;
pub use manifest::Manifest;
pub use namespace::NamespaceFact;
#[cfg(test)]
pub use owned::Foreign;
pub use owned::{Baseline, Difference, OBJECTS_ANNOTATION, OwnedFact, OwnedKind};
pub use pod::PodFact;
pub use quote::quote;
pub use release::{ReleaseFact, ReleaseStatus};
pub use secret::SecretFact;
pub use volume::{ClaimFact, VolumeFact, claimed_from};
pub use workload::{WorkloadFact, refused_pods};

/// Everything that is known of one store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    pub namespace: ByName<NamespaceFact>,
    pub secrets: ByName<SecretFact>,
    pub releases: ByName<ReleaseFact>,
    pub deployments: ByName<WorkloadFact>,
    pub stateful_sets: ByName<WorkloadFact>,
    pub pods: ByName<PodFact>,
    pub claims: ByName<ClaimFact>,
    pub volumes: ByName<VolumeFact>,
    pub ingresses: ByName<IngressFact>,
    pub services: ByName<OwnedFact>,
    pub policies: ByName<OwnedFact>,
    pub quotas: ByName<OwnedFact>,
    pub limits: ByName<OwnedFact>,
    pub accounts: ByName<OwnedFact>,
}

impl Facts {
    /// The store's namespace, if it carries our platform's label.
    pub fn namespace(&self) -> Option<&NamespaceFact> {
        self.namespace.values().next()
    }

    /// The Deployment `shop`.
    pub fn shop(&self) -> Option<&WorkloadFact> {
        self.deployments.get("shop")
    }

    /// The StatefulSet `database`.
    pub fn database(&self) -> Option<&WorkloadFact> {
        self.stateful_sets.get("database")
    }

    /// The newest revision of the release.
    pub fn newest_release(&self) -> Option<&ReleaseFact> {
        self.releases.values().max_by_key(|release| release.revision)
    }

    /// Nothing is known, so the cache need not keep it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

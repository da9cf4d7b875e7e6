//! The store's Ingress: under which host, and whether a controller has taken it up.

use k8s_openapi::api::networking::v1::Ingress;

use super::OwnedFact;

/// One Ingress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IngressFact {
    /// The host of its first rule.
    pub host: Option<String>,
    /// Its class; absent when it was made while the cluster had no default.
    pub class: Option<String>,
    /// Whose its fields are.
    pub owned: OwnedFact,
}

impl From<&Ingress> for IngressFact {
    fn from(ingress: &Ingress) -> Self {
        let spec = ingress.spec.as_ref();
        let rule = spec.and_then(|spec| spec.rules.as_ref()?.first());
        Self {
            host: rule.and_then(|rule| rule.host.clone()),
            class: spec.and_then(|spec| spec.ingress_class_name.clone()),
            owned: OwnedFact::from(&ingress.metadata),
        }
    }
}

//! Secrets that Souk made for the store. Only metadata is watched, never what is in them.

use k8s_openapi::api::core::v1::Secret;
use kube::core::PartialObjectMeta;

/// A Secret that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretFact {
    /// It is being removed.
    pub leaving: bool,
}

impl From<&PartialObjectMeta<Secret>> for SecretFact {
    fn from(secret: &PartialObjectMeta<Secret>) -> Self {
        Self { leaving: secret.metadata.deletion_timestamp.is_some() }
    }
}

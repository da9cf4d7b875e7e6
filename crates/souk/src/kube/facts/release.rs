//! Revisions of the store's Helm release, from the labels of Helm's own Secrets.

use internment::ArcIntern;
use k8s_openapi::api::core::v1::Secret;
use kube::{ResourceExt, core::PartialObjectMeta};

use super::OBJECTS_ANNOTATION;
use crate::helm::DIGEST_LABEL;

/// Helm's status of one revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseStatus {
    Deployed,
    Superseded,
    Failed,
    PendingInstall,
    PendingUpgrade,
    PendingRollback,
    Uninstalling,
    Uninstalled,
    /// A word that this version of Souk does not know.
    Unknown,
}

/// One revision of the release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFact {
    pub revision: u32,
    pub status: ReleaseStatus,
    /// What it was made from; absent when Souk did not make it.
    pub digest: Option<String>,
    /// What it made, while it is the deployed one and that was noted (`Baseline`). The same for most stores.
    pub objects: Option<ArcIntern<String>>,
}

impl From<&PartialObjectMeta<Secret>> for ReleaseFact {
    fn from(secret: &PartialObjectMeta<Secret>) -> Self {
        let label = |key: &str| secret.labels().get(key).map(String::as_str);
        let status = match label("status") {
            Some("deployed") => ReleaseStatus::Deployed,
            Some("superseded") => ReleaseStatus::Superseded,
            Some("failed") => ReleaseStatus::Failed,
            Some("pending-install") => ReleaseStatus::PendingInstall,
            Some("pending-upgrade") => ReleaseStatus::PendingUpgrade,
            Some("pending-rollback") => ReleaseStatus::PendingRollback,
            Some("uninstalling") => ReleaseStatus::Uninstalling,
            Some("uninstalled") => ReleaseStatus::Uninstalled,
            _ => ReleaseStatus::Unknown,
        };
        Self {
            revision: label("version").and_then(|text| text.parse().ok()).unwrap_or(0),
            status,
            digest: label(DIGEST_LABEL).map(str::to_owned),
            objects: secret
                .annotations()
                .get(OBJECTS_ANNOTATION)
                .filter(|_| status == ReleaseStatus::Deployed)
                .map(|text| ArcIntern::from_ref(text.as_str())),
        }
    }
}

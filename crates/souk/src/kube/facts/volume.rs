//! The store's claims, and the volumes bound to them.

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};

/// One PersistentVolumeClaim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimFact {
    pub bound: bool,
    /// It is being removed.
    pub leaving: bool,
    /// The storage class that it asks for; absent while the cluster has no default.
    pub class: Option<String>,
}

impl From<&PersistentVolumeClaim> for ClaimFact {
    fn from(claim: &PersistentVolumeClaim) -> Self {
        let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
        let class = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.clone());
        Self {
            bound: phase == Some("Bound"),
            leaving: claim.metadata.deletion_timestamp.is_some(),
            class: class.filter(|class| !class.is_empty()),
        }
    }
}

/// One PersistentVolume that was bound to a claim of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeFact {
    /// `Bound`, `Released`, `Failed` ...
    pub phase: String,
    /// Why it is in that phase, as its provisioner says it.
    pub message: Option<String>,
    /// It stays after its claim is gone, because its storage class says so.
    pub retained: bool,
}

impl From<&PersistentVolume> for VolumeFact {
    fn from(volume: &PersistentVolume) -> Self {
        let status = volume.status.as_ref();
        let policy = volume.spec.as_ref().and_then(|spec| spec.persistent_volume_reclaim_policy.as_deref());
        Self {
            phase: status.and_then(|status| status.phase.clone()).unwrap_or_default(),
            message: status.and_then(|status| status.message.clone()),
            retained: policy == Some("Retain"),
        }
    }
}

/// The namespace whose claim the volume was bound to.
pub fn claimed_from(volume: &PersistentVolume) -> Option<&str> {
    volume.spec.as_ref()?.claim_ref.as_ref()?.namespace.as_deref()
}

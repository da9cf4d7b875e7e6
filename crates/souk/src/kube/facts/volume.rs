//! The store's claims, and the volumes bound to them.

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim};
use kube::ResourceExt;

use super::blocker;

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
    /// Finalizers of others that its removal waits for; empty while it is not being removed.
    pub held_by: Vec<String>,
}

impl From<&PersistentVolume> for VolumeFact {
    fn from(volume: &PersistentVolume) -> Self {
        let status = volume.status.as_ref();
        let policy = volume.spec.as_ref().and_then(|spec| spec.persistent_volume_reclaim_policy.as_deref());
        Self {
            phase: status.and_then(|status| status.phase.clone()).unwrap_or_default(),
            message: status.and_then(|status| status.message.clone()),
            retained: policy == Some("Retain"),
            held_by: if volume.metadata.deletion_timestamp.is_some() {
                let finalizers = volume.finalizers().iter().map(String::as_str);
                blocker::foreign(finalizers).into_iter().map(str::to_owned).collect()
            } else {
                Vec::new()
            },
        }
    }
}

/// The namespace whose claim the volume was bound to.
pub fn claimed_from(volume: &PersistentVolume) -> Option<&str> {
    volume.spec.as_ref()?.claim_ref.as_ref()?.namespace.as_deref()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_finalizers_of_others_hold_a_volume_that_is_to_go() {
        let held_by = |leaving: bool, finalizers: &[&str]| {
            let mut volume: PersistentVolume =
                serde_json::from_value(json!({"metadata": {"name": "v", "finalizers": finalizers}})).unwrap();
            if leaving {
                let gone = json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}});
                let gone: PersistentVolume = serde_json::from_value(gone).unwrap();
                volume.metadata.deletion_timestamp = gone.metadata.deletion_timestamp;
            }
            VolumeFact::from(&volume).held_by
        };
        let both = ["kubernetes.io/pv-protection", "example.com/x"];
        assert_eq!(held_by(true, &both), ["example.com/x"]);
        assert!(held_by(false, &both).is_empty());
        assert!(held_by(true, &both[..1]).is_empty());
    }
}

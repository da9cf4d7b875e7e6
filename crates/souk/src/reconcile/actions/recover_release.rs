//! Puts a release in order that a killed Helm left behind.

use souk_domain::{Store, timeline::NewEvent};

use super::{Done, Reconciler, failed, note_release, refused};
use crate::kube::ReleaseStatus;

/// Uninstalls a first install that never finished. Claims are no part of what is removed: the
/// chart keeps them.
pub async fn reset(reconciler: &Reconciler, store: &Store) -> Done {
    let permit = reconciler.helm_places.acquire().await;
    reconciler.helm.uninstall(&store.id.namespace()).await.map_err(|error| failed(&error))?;
    drop(permit);
    reconciler.cluster.release_changed(&store.id, None).await.map_err(|error| refused(&error))?;
    // Helm's own wait takes an object that is still there for a failure after one second.
    reconciler.cluster.workloads_gone(&store.id).await;
    Ok(NewEvent::normal("ReleaseReset", "An install that was cut off was removed; it is made again, volumes are kept."))
}

/// Returns to the newest good revision after an upgrade that was cut off; without any, applies what the
/// cut-off one was to be.
pub async fn roll_back(reconciler: &Reconciler, store: &Store) -> Done {
    let facts = reconciler.cluster.facts(&store.id);
    let good = facts
        .releases
        .values()
        .filter(|release| matches!(release.status, ReleaseStatus::Deployed | ReleaseStatus::Superseded))
        .max_by_key(|release| release.revision)
        .or_else(|| facts.newest_release());
    let Some(good) = good else {
        return reset(reconciler, store).await;
    };
    let permit = reconciler.helm_places.acquire().await;
    reconciler.helm.rollback(&store.id.namespace(), good.revision).await.map_err(|error| failed(&error))?;
    drop(permit);
    if let Some(digest) = &good.digest {
        reconciler.cluster.release_changed(&store.id, Some(digest)).await.map_err(|error| refused(&error))?;
    }
    note_release::at_once(reconciler, store).await;
    Ok(NewEvent::normal("ReleaseRolledBack", "An upgrade that was cut off was rolled back; it is tried again."))
}

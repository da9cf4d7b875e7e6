//! Sets back what others changed of what the release made.
//!
//! Fields that Helm owns, and objects that are gone, are Helm's to set back: it applies the deployed
//! revision once more, whatever chart this version of Souk carries. What others added beside them is
//! taken away afterwards.

use souk_domain::{Store, WhatChanged, timeline::NewEvent};

use super::{Reconciler, Told, note_release, refused, remake};
use crate::kube::{Difference, ReleaseStatus};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Told {
    let found = reconciler.cluster.differences(&store.id).await.map_err(|error| refused(&error))?;
    let facts = reconciler.cluster.facts(&store.id);
    // Of a release whose objects were never noted, a workload that is not there is all that is known.
    let unnoted = found.is_empty() && (facts.shop().is_none() || facts.database().is_none());
    let mut events: Vec<_> = found.iter().map(event).collect();
    // Another Helm may have left its mark since this was decided; that comes first.
    let deployed = facts.newest_release().filter(|release| release.status == ReleaseStatus::Deployed);
    if let Some(deployed) = deployed.filter(|_| unnoted || found.iter().any(|one| one.taken)) {
        let permit = reconciler.helm_places.acquire().await;
        if remake::around_fixed_fields(reconciler, store, remake::Call::Restore(deployed.revision)).await? {
            events.push(remake::event());
        }
        drop(permit);
        let digest = deployed.digest.as_deref();
        if digest.is_some() {
            reconciler.cluster.release_changed(&store.id, digest).await.map_err(|error| refused(&error))?;
        }
        note_release::at_once(reconciler, store).await;
        if unnoted {
            events.push(NewEvent::warning("DriftRepaired", "A part of the store was deleted; made again."));
        }
    }
    if !found.is_empty() {
        reconciler.cluster.remove_additions(&store.id).await.map_err(|error| refused(&error))?;
    }
    Ok(events)
}

fn event(difference: &Difference) -> NewEvent {
    let change = &difference.change;
    let done = if change.what == WhatChanged::Missing { "made again" } else { "set back" };
    NewEvent::warning("DriftRepaired", change.and(done))
}

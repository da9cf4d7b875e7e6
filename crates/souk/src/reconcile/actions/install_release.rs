//! Installs the store's release, or upgrades it to what is wanted now. Does not wait for pods.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Done, Reconciler, note_release, refused, remake};
use crate::helm::Install;

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    let (values, digest) = reconciler.wanted_release(store).ok_or_else(|| {
        Problem::permanent("UnknownPlan", format!("This version of Souk does not know the plan {}.", store.plan))
    })?;
    let first = reconciler.cluster.facts(&store.id).newest_release().is_none();
    let install =
        Install { namespace: store.id.namespace(), values, digest, timeout: reconciler.settings.helm_timeout };
    let permit = reconciler.helm_places.acquire().await;
    let remade = remake::around_fixed_fields(reconciler, store, remake::Call::Install(&install)).await?;
    drop(permit);
    reconciler.cluster.release_changed(&store.id, Some(&install.digest)).await.map_err(|error| refused(&error))?;
    note_release::at_once(reconciler, store).await;
    Ok(if remade {
        remake::event()
    } else if first {
        NewEvent::normal("ReleaseInstalled", "The release was installed.")
    } else {
        NewEvent::normal("ReleaseUpgraded", "The release was upgraded to what is wanted.")
    })
}

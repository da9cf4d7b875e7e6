//! Installs the store's release, or upgrades it to what is wanted now. Does not wait for pods.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Done, Reconciler, failed, refused};
use crate::helm::Install;

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    let (values, digest) = reconciler.wanted_release(store).ok_or_else(|| {
        Problem::permanent("UnknownPlan", format!("This version of Souk does not know the plan {}.", store.plan))
    })?;
    let first = reconciler.cluster.facts(&store.id).newest_release().is_none();
    let install =
        Install { namespace: store.id.namespace(), values, digest, timeout: reconciler.settings.helm_timeout };
    let permit = reconciler.helm_places.acquire().await;
    reconciler.helm.install_or_upgrade(&install).await.map_err(|error| failed(&error))?;
    drop(permit);
    reconciler.cluster.release_changed(&store.id, Some(&install.digest)).await.map_err(|error| refused(&error))?;
    Ok(if first {
        NewEvent::normal("ReleaseInstalled", "The release was installed.")
    } else {
        NewEvent::normal("ReleaseUpgraded", "The release was upgraded to what is wanted.")
    })
}

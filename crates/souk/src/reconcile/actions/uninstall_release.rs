//! Uninstalls the release of a store that is to go.

use souk_domain::{Store, timeline::NewEvent};

use super::{Done, Reconciler, failed, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    let permit = reconciler.helm_places.acquire().await;
    reconciler.helm.uninstall(&store.id.namespace()).await.map_err(|error| failed(&error))?;
    drop(permit);
    reconciler.cluster.release_changed(&store.id, None).await.map_err(|error| refused(&error))?;
    Ok(NewEvent::normal("ReleaseUninstalled", "The release was uninstalled."))
}

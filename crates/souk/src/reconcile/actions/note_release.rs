//! Notes what the deployed release made, so that changes by others can be told from it.

use souk_domain::Store;

use super::{Reconciler, Told, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Told {
    reconciler.cluster.note_release(&store.id).await.map_err(|error| refused(&error))?;
    Ok(Vec::new())
}

/// The same right after Helm; what fails here is done by a later look.
pub async fn at_once(reconciler: &Reconciler, store: &Store) {
    if let Err(error) = reconciler.cluster.note_release(&store.id).await {
        tracing::debug!(store.id = %store.id, %error, "what the release made is noted later");
    }
}

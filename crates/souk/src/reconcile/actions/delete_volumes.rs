//! Asks for the removal of the store's claims; their volumes go with them.

use souk_domain::{Store, timeline::NewEvent};

use super::{Done, Reconciler, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    reconciler.cluster.delete_claims(&store.id).await.map_err(|error| refused(&error))?;
    Ok(NewEvent::normal("VolumesLeaving", "The removal of the volumes began."))
}

//! Makes the store's namespace; refuses one that is somebody else's.

use souk_domain::{Store, timeline::NewEvent};

use super::{Done, Reconciler, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    reconciler.cluster.create_namespace(&store.id).await.map_err(|error| refused(&error))?;
    Ok(NewEvent::normal("NamespaceCreated", format!("Namespace {} was made.", store.id.namespace())))
}

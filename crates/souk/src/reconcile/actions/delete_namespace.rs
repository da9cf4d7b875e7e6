//! Asks for the removal of the store's namespace, and of whatever is still in it.

use souk_domain::{Store, timeline::NewEvent};

use super::{Done, Reconciler, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    reconciler.cluster.delete_namespace(&store.id).await.map_err(|error| refused(&error))?;
    Ok(NewEvent::normal("NamespaceLeaving", "The removal of the namespace began."))
}

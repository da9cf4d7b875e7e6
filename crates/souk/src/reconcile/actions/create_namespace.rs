//! Makes the store's namespace; refuses one that is somebody else's.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Done, Reconciler, claim, refused, unwritten};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    if let Some(known) = &store.namespace_uid {
        // The watch looks for our label: the namespace may be there and have lost it.
        let back = reconciler.cluster.relabel_namespace(&store.id, known).await.map_err(|error| refused(&error))?;
        if let Some(labels) = back {
            return Ok(super::relabel_namespace::event(&labels));
        }
        let remains = reconciler.cluster.remains(&store.id).await.map_err(|error| refused(&error))?;
        if remains.namespace || remains.stranger.is_some() {
            return Err(another(store));
        }
        // It is gone: the next one is ours again, even if Souk ends before it has noted its name.
        let claim = claim(reconciler, store).await?;
        reconciler.db.forget_namespace(&claim).await.map_err(|error| unwritten(&error))?;
    }
    reconciler.cluster.create_namespace(&store.id).await.map_err(|error| refused(&error))?;
    Ok(NewEvent::normal("NamespaceCreated", format!("Namespace {} was made.", store.id.namespace())))
}

fn another(store: &Store) -> Problem {
    let name = store.id.namespace();
    Problem::permanent(
        "ForeignNamespace",
        format!(
            "The namespace {name} that Souk made is gone, and somebody else made another one of its name; it is left alone."
        ),
    )
}

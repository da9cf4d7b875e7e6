//! Puts Souk's labels back on the namespace that it made for the store.

use souk_domain::{Problem, Store, Wanted, timeline::NewEvent};

use super::{Reconciler, Told, create_namespace, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Told {
    let known = store.namespace_uid.as_deref().unwrap_or_default();
    let back = reconciler.cluster.relabel_namespace(&store.id, known).await.map_err(|error| refused(&error))?;
    match back {
        Some(labels) if labels.is_empty() => Ok(Vec::new()),
        Some(labels) => Ok(vec![event(&labels)]),
        None if store.wanted() == Wanted::Gone => {
            Err(Problem::waiting("NamespaceChanged", "The namespace is gone, or was made anew just now."))
        }
        // It did not lose its labels: it is gone, or somebody else's now.
        None => create_namespace::run(reconciler, store).await.map(|event| vec![event]),
    }
}

/// Says which labels were put back.
pub fn event(labels: &[&str]) -> NewEvent {
    let (noun, was) = if labels.len() == 1 { ("Label", "was") } else { ("Labels", "were") };
    let labels = labels.join(", ");
    NewEvent::warning("DriftRepaired", format!("{noun} {labels} of the namespace {was} changed; put back."))
}

//! Puts Souk's labels back on the namespace that it made for the store.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Reconciler, Told, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Told {
    let known = store.namespace_uid.as_deref().unwrap_or_default();
    let back = reconciler.cluster.relabel_namespace(&store.id, known).await.map_err(|error| refused(&error))?;
    match back {
        Some(labels) if labels.is_empty() => Ok(Vec::new()),
        Some(labels) => Ok(vec![event(&labels)]),
        None => Err(Problem::waiting("NamespaceChanged", "The namespace was made anew just now.")),
    }
}

/// Says which labels were put back.
pub fn event(labels: &[&str]) -> NewEvent {
    let (noun, was) = if labels.len() == 1 { ("Label", "was") } else { ("Labels", "were") };
    let labels = labels.join(", ");
    NewEvent::warning("DriftRepaired", format!("{noun} {labels} of the namespace {was} changed; put back."))
}

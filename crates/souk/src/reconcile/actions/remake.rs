//! A StatefulSet has fields that are fixed for its life. When a release wants others, the StatefulSet
//! is made anew around its pod and its volume.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Reconciler, failed, refused};
use crate::helm::{HelmError, HelmErrorKind, Install};

/// What Helm is to do.
#[derive(Debug, Clone, Copy)]
pub enum Call<'a> {
    /// Install, or upgrade.
    Install(&'a Install),
    /// Apply this revision once more.
    Restore(u32),
}

impl Call<'_> {
    async fn run(self, reconciler: &Reconciler, store: &Store) -> Result<(), HelmError> {
        match self {
            Self::Install(install) => reconciler.helm.install_or_upgrade(install).await,
            Self::Restore(revision) => reconciler.helm.rollback(&store.id.namespace(), revision).await,
        }
    }
}

/// Runs Helm, and once more after the StatefulSet that stood in its way is gone. Says whether it was.
pub async fn around_fixed_fields(reconciler: &Reconciler, store: &Store, call: Call<'_>) -> Result<bool, Problem> {
    match call.run(reconciler, store).await {
        Ok(()) => return Ok(false),
        Err(error) if error.kind == HelmErrorKind::Immutable => {}
        Err(error) => return Err(failed(&error)),
    }
    tracing::info!(store.id = %store.id, "the database's StatefulSet is made anew; its pod and volume stay");
    reconciler.cluster.orphan_database(&store.id).await.map_err(|error| refused(&error))?;
    call.run(reconciler, store).await.map_err(|error| failed(&error))?;
    Ok(true)
}

/// The line of the timeline about it.
pub fn event() -> NewEvent {
    NewEvent::normal(
        "DatabaseRemade",
        "Fixed fields of StatefulSet database had to change: it was made anew, its volume was kept.",
    )
}

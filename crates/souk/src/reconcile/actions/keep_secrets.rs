//! Takes a sealed copy of secrets that are in the cluster: of a store that an earlier version made.

use souk_domain::{Problem, Store};

use super::{Reconciler, Told, create_secrets::keep, refused};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Told {
    let secrets = reconciler.cluster.secrets(&store.id).await.map_err(|error| refused(&error))?;
    if !secrets.is_complete() {
        return Err(Problem::waiting(
            "SecretsIncomplete",
            "A secret of the store lacks one of its keys, and no copy of it was kept; put the key back.",
        ));
    }
    keep(reconciler, store, &secrets).await?;
    Ok(Vec::new())
}

//! Makes the store's secrets; a chosen password leaves the database once the cluster holds it.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Done, Reconciler, refused};
use crate::kube::AdminAccount;

pub async fn run(reconciler: &Reconciler, store: &Store) -> Done {
    let sealed = reconciler.db.sealed_password(&store.id).await.map_err(|error| unreadable(&error))?;
    let password = match &sealed {
        None => None,
        Some(sealed) => Some(reconciler.sealer.open(&store.id, sealed).map_err(|error| {
            Problem::permanent(
                "PasswordUnreadable",
                format!("The chosen password cannot be opened ({error}); the encryption key has changed. Delete the store and create it again."),
            )
        })?),
    };
    let admin = AdminAccount { username: store.admin_username.clone(), email: store.admin_email.clone(), password };
    reconciler.cluster.create_secrets(&store.id, &admin).await.map_err(|error| refused(&error))?;
    if sealed.is_some()
        && let Some(claim) = reconciler.claims.held(&store.id)
    {
        reconciler.db.forget_sealed_password(&claim).await.map_err(|error| unreadable(&error))?;
    }
    Ok(NewEvent::normal("SecretsCreated", "Passwords and keys were made."))
}

fn unreadable(error: &crate::db::DbError) -> Problem {
    Problem::waiting("DatabaseFailed", format!("Souk's own database failed ({error})."))
}

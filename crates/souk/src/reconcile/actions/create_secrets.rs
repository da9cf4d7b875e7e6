//! Makes the store's secrets, and puts them back exactly as they were when somebody changed them.
//!
//! What is in them is sealed into the store's row before the cluster gets it, so that a process that
//! ends in between makes the same ones again.

use souk_domain::{Problem, Store, timeline::NewEvent};

use super::{Reconciler, Told, claim, refused, unwritten};
use crate::{
    kube::{AdminAccount, StoreSecrets},
    seal::SealError,
};

pub async fn run(reconciler: &Reconciler, store: &Store) -> Told {
    let secrets = match reconciler.db.sealed_secrets(&store.id).await.map_err(|error| unwritten(&error))? {
        Some(sealed) => open(reconciler, store, &sealed)?,
        None => make(reconciler, store).await?,
    };
    let first = reconciler.cluster.facts(&store.id).newest_release().is_none();
    let back = reconciler.cluster.apply_secrets(&store.id, &secrets).await.map_err(|error| refused(&error))?;
    if first {
        return Ok(vec![NewEvent::normal("SecretsCreated", "Passwords and keys were made.")]);
    }
    Ok(back
        .into_iter()
        .map(|what| NewEvent::warning("DriftRepaired", format!("{what}; put back as it was.")))
        .collect())
}

fn open(reconciler: &Reconciler, store: &Store, sealed: &str) -> Result<StoreSecrets, Problem> {
    let text = reconciler.sealer.open(&store.id, sealed).map_err(|error| {
        Problem::permanent(
            "SecretsUnreadable",
            format!("The kept copy of the store's secrets cannot be opened ({error}); the encryption key has changed. Bring the old key back."),
        )
    })?;
    StoreSecrets::from_text(&text)
        .filter(StoreSecrets::is_complete)
        .ok_or_else(|| Problem::permanent("SecretsUnreadable", "The kept copy of the store's secrets is damaged."))
}

/// Makes up what is not in the cluster yet, and seals all of it into the row.
async fn make(reconciler: &Reconciler, store: &Store) -> Result<StoreSecrets, Problem> {
    let sealed = reconciler.db.sealed_password(&store.id).await.map_err(|error| unwritten(&error))?;
    let password = sealed.map(|sealed| {
        reconciler.sealer.open(&store.id, &sealed).map_err(|error| {
            Problem::permanent(
                "PasswordUnreadable",
                format!("The chosen password cannot be opened ({error}); the encryption key has changed. Delete the store and create it again."),
            )
        })
    });
    let admin = AdminAccount {
        username: store.admin_username.clone(),
        email: store.admin_email.clone(),
        password: password.transpose()?,
    };
    let there = reconciler.cluster.secrets(&store.id).await.map_err(|error| refused(&error))?;
    let secrets = there.completed(&admin);
    keep(reconciler, store, &secrets).await?;
    Ok(secrets)
}

/// Seals the secrets into the store's row; a chosen password that waited there goes.
pub async fn keep(reconciler: &Reconciler, store: &Store, secrets: &StoreSecrets) -> Result<(), Problem> {
    let sealed = reconciler.sealer.seal(&store.id, &secrets.to_text()).map_err(|error: SealError| {
        Problem::permanent("SecretsNotSealed", format!("The store's secrets cannot be sealed ({error})."))
    })?;
    let claim = claim(reconciler, store).await?;
    reconciler.db.keep_secrets(&claim, sealed).await.map_err(|error| unwritten(&error))
}

//! The leases that this process holds: taken when a store needs a write, renewed while something is
//! under way, given back when it rests.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use souk_domain::StoreId;

use crate::db::{Claim, Db, DbError};

/// Leases of this process by store.
#[derive(Debug)]
pub struct Claims {
    worker: String,
    duration: Duration,
    held: Mutex<HashMap<StoreId, Claim>>,
}

impl Claims {
    /// `worker` is unique among all processes; a lease that is not renewed ends after `duration`.
    pub fn new(worker: String, duration: Duration) -> Self {
        Self { worker, duration, held: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StoreId, Claim>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lease, if this process holds it.
    pub fn held(&self, store: &StoreId) -> Option<Claim> {
        self.lock().get(store).cloned()
    }

    /// Takes the lease; `None` while another process holds it.
    pub async fn take(&self, db: &Db, store: &StoreId) -> Result<Option<Claim>, DbError> {
        if let Some(claim) = self.held(store) {
            return Ok(Some(claim));
        }
        let Some((claim, _)) = db.claim(store, &self.worker, self.duration).await? else {
            return Ok(None);
        };
        self.lock().insert(store.clone(), claim.clone());
        Ok(Some(claim))
    }

    /// Forgets a lease that was lost.
    pub fn lost(&self, store: &StoreId) {
        self.lock().remove(store);
    }

    /// Forgets this very lease; says whether it was still held.
    fn drop_exactly(&self, claim: &Claim) -> bool {
        let mut held = self.lock();
        let same = held.get(&claim.store) == Some(claim);
        if same {
            held.remove(&claim.store);
        }
        same
    }

    /// Gives the lease back.
    pub async fn give_back(&self, db: &Db, store: &StoreId) -> Result<(), DbError> {
        let Some(claim) = self.lock().remove(store) else {
            return Ok(());
        };
        match db.release(&claim).await {
            Err(DbError::LeaseLost) => Ok(()),
            other => other,
        }
    }

    /// Gives every lease back.
    pub async fn give_all_back(&self, db: &Db) {
        let stores: Vec<_> = self.lock().keys().cloned().collect();
        for store in stores {
            if let Err(error) = self.give_back(db, &store).await {
                tracing::warn!(store.id = %store, %error, "a lease could not be given back; it ends by itself");
            }
        }
    }

    /// Renews every lease, again and again.
    pub async fn keep(&self, db: &Db) {
        loop {
            tokio::time::sleep(self.duration / 3).await;
            let held: Vec<_> = self.lock().values().cloned().collect();
            for claim in held {
                if self.held(&claim.store).as_ref() != Some(&claim) {
                    continue;
                }
                match db.renew(&claim, self.duration).await {
                    Ok(()) => {}
                    // Given back meanwhile, or taken over.
                    Err(DbError::LeaseLost) => {
                        if self.drop_exactly(&claim) {
                            tracing::warn!(store.id = %claim.store, "the lease was lost to another worker");
                        }
                    }
                    Err(error) => tracing::warn!(store.id = %claim.store, %error, "a lease could not be renewed"),
                }
            }
        }
    }
}

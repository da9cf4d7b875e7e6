//! The leases that this process holds: taken when a store needs a write or an action, renewed while
//! something is under way, given back when it rests.
//!
//! Owns what this process may still believe. A lease that could not be renewed in time is not held any
//! more, whatever the database says later: by then another process may have taken the store over.
//! Time is this machine's monotonic clock here; no clock that is set plays a part.

use std::{
    collections::HashMap,
    future::poll_fn,
    sync::{Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};

use souk_domain::StoreId;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::db::{Claim, Db, DbError};

/// Leases are renewed this many times before they end.
const RENEWALS: u32 = 4;
/// Stores that are taken over at once.
const TAKEN_AT_ONCE: u64 = 32;

/// Leases of this process by store.
#[derive(Debug)]
pub struct Claims {
    worker: String,
    duration: Duration,
    held: Mutex<HashMap<StoreId, Held>>,
    /// Told when a lease is forgotten.
    forgotten: Notify,
}

#[derive(Debug)]
struct Held {
    claim: Claim,
    /// Nobody else has taken it before this.
    until: Instant,
}

impl Claims {
    /// `worker` is unique among all processes; a lease that is not renewed ends after `duration`.
    pub fn new(worker: String, duration: Duration) -> Self {
        Self { worker, duration, held: Mutex::default(), forgotten: Notify::new() }
    }

    /// The name of this process in leases.
    pub fn worker(&self) -> &str {
        &self.worker
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StoreId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a lease that is asked for now is no longer believed: a little before it ends.
    fn until(&self) -> Instant {
        Instant::now() + self.duration.mul_f64(0.9)
    }

    fn insert(&self, claim: Claim, until: Instant) {
        self.lock().insert(claim.store.clone(), Held { claim, until });
    }

    /// The lease, if this process holds it.
    pub fn held(&self, store: &StoreId) -> Option<Claim> {
        self.lock().get(store).filter(|held| held.until > Instant::now()).map(|held| held.claim.clone())
    }

    /// Takes the lease; `None` while another process holds it.
    pub async fn take(&self, db: &Db, store: &StoreId) -> Result<Option<Claim>, DbError> {
        if let Some(claim) = self.held(store) {
            return Ok(Some(claim));
        }
        let until = self.until();
        let Some((claim, _)) = db.claim(store, &self.worker, self.duration).await? else {
            self.lost(store);
            return Ok(None);
        };
        self.insert(claim.clone(), until);
        Ok(Some(claim))
    }

    /// Takes over stores whose workers are gone; returns them.
    pub async fn take_over(&self, db: &Db) -> Result<Vec<StoreId>, DbError> {
        let until = self.until();
        let taken = db.take_over(&self.worker, self.duration, TAKEN_AT_ONCE).await?;
        let stores = taken.iter().map(|claim| claim.store.clone()).collect();
        for claim in taken {
            tracing::info!(store.id = %claim.store, "a store was taken over: its worker is gone");
            self.insert(claim, until);
        }
        Ok(stores)
    }

    /// When this very lease is no longer believed; `None` if it is not by now.
    fn believed_until(&self, claim: &Claim) -> Option<Instant> {
        let held = self.lock();
        let until = held.get(&claim.store).filter(|held| held.claim == *claim)?.until;
        Some(until).filter(|until| *until > Instant::now())
    }

    /// Returns when this very lease is not held any more: lost, given back, or not renewed in time.
    pub async fn over(&self, claim: &Claim) {
        let change = async {
            loop {
                let forgotten = self.forgotten.notified();
                tokio::pin!(forgotten);
                forgotten.as_mut().enable();
                let Some(until) = self.believed_until(claim) else { return };
                tokio::select! {
                    () = forgotten => {}
                    () = sleep_until(until) => {}
                }
            }
        };
        tokio::pin!(change);
        // After a stop, what was waited for may wake a task before the timers have found out: the clock
        // itself is asked each time.
        poll_fn(|context| match self.believed_until(claim) {
            None => Poll::Ready(()),
            Some(_) => change.as_mut().poll(context),
        })
        .await
    }

    /// Forgets a lease that was lost.
    pub fn lost(&self, store: &StoreId) {
        self.lock().remove(store);
        self.forgotten.notify_waiters();
    }

    /// Gives the lease back.
    pub async fn give_back(&self, db: &Db, store: &StoreId) -> Result<(), DbError> {
        let Some(Held { claim, .. }) = self.lock().remove(store) else {
            return Ok(());
        };
        self.forgotten.notify_waiters();
        match db.release(&claim).await {
            Err(DbError::LeaseLost) => Ok(()),
            other => other,
        }
    }

    /// Gives the leases of these stores to whoever wants to go on.
    pub async fn hand_over(&self, db: &Db, which: impl Fn(&StoreId) -> bool) {
        let leaving: Vec<_> = self.lock().extract_if(|store, _| which(store)).map(|(_, held)| held.claim).collect();
        self.forgotten.notify_waiters();
        if let Err(error) = db.hand_over(&leaving).await {
            tracing::warn!(stores = leaving.len(), %error, "leases could not be given back; they end by themselves");
        }
    }

    /// Renews every lease, again and again.
    pub async fn keep(&self, db: &Db) {
        let pause = self.duration / RENEWALS;
        loop {
            sleep(pause).await;
            let claims: Vec<_> = self.lock().values().map(|held| held.claim.clone()).collect();
            let until = self.until();
            let holding = match timeout(pause, db.renew(&claims, self.duration)).await {
                Ok(Ok(holding)) => holding,
                Ok(Err(error)) => {
                    tracing::warn!(stores = claims.len(), %error, "leases could not be renewed");
                    continue;
                }
                Err(_) => {
                    tracing::warn!(stores = claims.len(), "leases could not be renewed: the database does not answer");
                    continue;
                }
            };
            let mut held = self.lock();
            for claim in claims {
                // Given back or taken anew meanwhile: not what was asked about.
                let Some(same) = held.get_mut(&claim.store).filter(|held| held.claim == claim) else { continue };
                if holding.contains(&claim) {
                    same.until = until;
                } else {
                    held.remove(&claim.store);
                    tracing::warn!(store.id = %claim.store, "the lease was lost to another worker");
                }
            }
            drop(held);
            self.forgotten.notify_waiters();
        }
    }
}

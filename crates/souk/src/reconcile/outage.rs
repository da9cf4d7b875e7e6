//! How the reconciler bears a database that cannot be read or written: it stops, says so once, and
//! goes on when it can.
//!
//! Every action is written down before it begins, so none begins while nothing can be written.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use souk_domain::StoreId;

use crate::{db::DbError, reconcile::retry::Pauses};

/// Between looks of one store while the database is out. Not longer: it has to go on soon after.
const PAUSES: Pauses = Pauses { base: Duration::from_secs(1), most: Duration::from_secs(5) };
/// The log repeats that it lasts this often.
const REMIND: Duration = Duration::from_secs(60);

/// What is known about the database's last failures.
#[derive(Debug, Default)]
pub struct Outages(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    since: Option<Instant>,
    told: Option<Instant>,
    failures: u32,
}

impl Outages {
    /// Notes that a look at a store failed; returns the pause before the next.
    pub fn failed(&self, store: &StoreId, error: &DbError) -> Duration {
        let Some(outage) = error.outage() else {
            tracing::error!(store.id = %store, %error, "the look at a store failed; it is repeated");
            return PAUSES.base;
        };
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let began = *state.since.get_or_insert(now);
        if state.told.is_none_or(|told| now - told >= REMIND) {
            state.told = Some(now);
            let seconds = (now - began).as_secs();
            tracing::error!(%error, %outage, seconds, "the database is out: work on stores stops until it is back");
        }
        state.failures = state.failures.saturating_add(1);
        PAUSES.after(state.failures)
    }

    /// Notes that a look at a store came to its end.
    pub fn over(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(since) = std::mem::take(&mut *state).since {
            tracing::info!(seconds = since.elapsed().as_secs(), "the database is back: work on stores goes on");
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbErr, error::ConnAcquireErr};

    use super::*;

    #[test]
    fn pauses_grow_while_it_lasts() {
        let (outages, store) = (Outages::default(), StoreId::from_random([0; 10]));
        let away = DbError::Database(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        let mistake = DbError::Unreadable("x".into());
        assert!(outages.failed(&store, &away) < Duration::from_secs(2));
        for _ in 0..5 {
            outages.failed(&store, &away);
        }
        assert!(outages.failed(&store, &away) >= PAUSES.most.mul_f64(0.8));
        assert_eq!(outages.failed(&store, &mistake), PAUSES.base);
        outages.over();
        assert!(outages.failed(&store, &away) < Duration::from_secs(2));
    }
}

//! How many stores may be born at once.
//!
//! A birth holds a place from its first action until it is ready, fails, or waits for a known
//! problem: a store that waits for a storage class keeps nobody out. The others wait in the order
//! in which they came. A birth that had begun before a restart goes on without asking.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use souk_domain::StoreId;
use time::OffsetDateTime;

/// The places.
#[derive(Debug)]
pub struct Births {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    running: HashSet<StoreId>,
    waiting: BTreeMap<(OffsetDateTime, StoreId), ()>,
}

impl Births {
    /// At most `limit` at once.
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for a place for a store that was asked for at `asked`. Without one, says how many are
    /// before it.
    pub fn begin(&self, store: &StoreId, asked: OffsetDateTime) -> Result<(), usize> {
        let mut state = self.lock();
        if state.running.contains(store) {
            return Ok(());
        }
        let key = (asked, store.clone());
        let free = self.limit.saturating_sub(state.running.len());
        let before = state.waiting.range(..&key).count();
        if before < free {
            state.waiting.remove(&key);
            state.running.insert(store.clone());
            return Ok(());
        }
        state.waiting.insert(key, ());
        Err(before)
    }

    /// Takes a place for a birth that has begun already.
    pub fn go_on(&self, store: &StoreId) {
        self.lock().running.insert(store.clone());
    }

    /// Gives the place back, or the wait up; returns who may ask again.
    pub fn end(&self, store: &StoreId) -> Vec<StoreId> {
        let mut state = self.lock();
        state.waiting.retain(|(_, waiting), ()| waiting != store);
        if !state.running.remove(store) {
            return Vec::new();
        }
        let free = self.limit.saturating_sub(state.running.len());
        state.waiting.keys().take(free).map(|(_, store)| store.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn first_come_first_served() {
        let births = Births::new(1);
        let at = datetime!(2026-01-01 0:00 UTC);
        let store = |byte| StoreId::from_random([byte; 10]);
        let later = |seconds| at + time::Duration::seconds(seconds);
        assert_eq!(births.begin(&store(1), at), Ok(()));
        assert_eq!(births.begin(&store(1), at), Ok(()));
        assert_eq!(births.begin(&store(3), later(3)), Err(0));
        assert_eq!(births.begin(&store(2), later(2)), Err(0));
        assert_eq!(births.begin(&store(3), later(3)), Err(1));
        assert_eq!(births.end(&store(1)), [store(2)]);
        assert_eq!(births.begin(&store(3), later(3)), Err(1));
        assert_eq!(births.begin(&store(2), later(2)), Ok(()));
        assert!(births.end(&store(3)).is_empty());
        assert!(births.end(&store(2)).is_empty());
    }

    #[test]
    fn what_had_begun_goes_on() {
        let births = Births::new(1);
        let at = datetime!(2026-01-01 0:00 UTC);
        for byte in [1, 2] {
            births.go_on(&StoreId::from_random([byte; 10]));
        }
        assert!(births.begin(&StoreId::from_random([3; 10]), at).is_err());
        assert!(births.end(&StoreId::from_random([1; 10])).is_empty());
        assert_eq!(births.end(&StoreId::from_random([2; 10])).len(), 1);
    }
}

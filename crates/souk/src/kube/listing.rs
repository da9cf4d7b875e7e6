//! Whether the cache is whole: which kinds have been listed since the watches began, or began anew.
//!
//! Owns the two reasons to begin anew, a cluster that was away and a process that stood still, and
//! the stores whose facts changed meanwhile: they are told of when all kinds have been listed, once
//! each, and not while half of what is known of them is from before.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use souk_domain::StoreId;
use tokio::{
    sync::{Semaphore, SemaphorePermit, watch},
    time::sleep,
};

/// Kinds that are listed at once: what a list needs for a moment is many times what is kept of it.
const AT_ONCE: usize = 2;
/// Pause between two signs of life.
const BEAT: Duration = Duration::from_secs(1);
/// Without a sign of life for so long the process stood still: others may have taken its stores over,
/// and what the watches brought is from before. Shorter than what a lease needs to end.
const STANDSTILL: Duration = Duration::from_secs(5);

/// One round of lists of all kinds.
#[derive(Debug)]
pub struct Listing {
    kinds: usize,
    state: Mutex<State>,
    rounds: watch::Sender<u64>,
    places: Semaphore,
}

#[derive(Debug)]
struct State {
    /// Kinds that this round has not listed yet; zero means that the cache is whole.
    left: usize,
    /// Stores that changed since the round began.
    changed: HashSet<StoreId>,
    /// The last sign of life.
    beat: Instant,
}

impl Listing {
    /// Nothing is listed yet.
    pub fn new(kinds: usize) -> Self {
        let state = State { left: kinds, changed: HashSet::new(), beat: Instant::now() };
        Self { kinds, state: Mutex::new(state), rounds: watch::Sender::new(0), places: Semaphore::new(AT_ONCE) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all kinds have been listed, and the process has not stood still since.
    pub fn is_whole(&self) -> bool {
        let state = self.lock();
        // After a stop this may be asked before the beat goes on.
        state.left == 0 && state.beat.elapsed() < STANDSTILL
    }

    /// The round that goes on; a change means that every kind is to be listed again.
    pub fn rounds(&self) -> watch::Receiver<u64> {
        self.rounds.subscribe()
    }

    /// Has every kind listed again.
    pub fn begin_anew(&self) {
        let mut state = self.lock();
        state.left = self.kinds;
        self.rounds.send_modify(|round| *round += 1);
    }

    /// The turn of a kind to be listed; dropped when it is, or when that failed.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        // Never closed.
        self.places.acquire().await.ok()
    }

    /// A kind has been listed for the first time in this round. Returns the stores to tell of when it
    /// was the last kind.
    pub fn listed(&self, round: u64) -> Option<HashSet<StoreId>> {
        let mut state = self.lock();
        if *self.rounds.borrow() != round || state.left == 0 {
            return None;
        }
        state.left -= 1;
        (state.left == 0).then(|| std::mem::take(&mut state.changed))
    }

    /// Whether the change of this store is told of later, when the cache is whole.
    pub fn holds_back(&self, store: &StoreId) -> bool {
        let mut state = self.lock();
        let listing = state.left > 0;
        if listing {
            state.changed.insert(store.clone());
        }
        listing
    }

    /// Gives signs of life, and begins anew after a standstill; never returns.
    pub async fn keep(&self) {
        self.lock().beat = Instant::now();
        loop {
            sleep(BEAT).await;
            let still = self.lock().beat.elapsed();
            if still >= STANDSTILL {
                tracing::warn!(seconds = still.as_secs(), "this process stood still; what it knows is listed again");
                self.begin_anew();
            }
            self.lock().beat = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> StoreId {
        StoreId::from_random([byte; 10])
    }

    #[test]
    fn changes_are_told_when_all_is_listed() {
        let listing = Listing::new(2);
        assert!(listing.holds_back(&id(1)) && listing.holds_back(&id(2)) && listing.holds_back(&id(1)));
        assert_eq!(listing.listed(0), None);
        assert!(!listing.is_whole());
        assert_eq!(listing.listed(0), Some(HashSet::from([id(1), id(2)])));
        assert!(listing.is_whole());
        assert!(!listing.holds_back(&id(3)), "told at once from now on");
    }

    #[test]
    fn a_list_of_an_earlier_round_does_not_count() {
        let listing = Listing::new(1);
        let rounds = listing.rounds();
        listing.begin_anew();
        assert!(rounds.has_changed().unwrap());
        assert_eq!(listing.listed(0), None);
        assert!(!listing.is_whole());
        assert!(listing.listed(1).is_some() && listing.is_whole());
    }

    #[test]
    fn a_process_that_stood_still_knows_nothing_for_sure() {
        let listing = Listing::new(1);
        listing.listed(0);
        assert!(listing.is_whole());
        listing.lock().beat = Instant::now().checked_sub(STANDSTILL).unwrap();
        assert!(!listing.is_whole());
    }
}

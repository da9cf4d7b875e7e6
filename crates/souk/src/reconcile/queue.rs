//! Which store is looked at next.
//!
//! Owns the work queue: each store is in it at most once, and is worked on by one task at a time; a
//! wake that comes meanwhile makes it due again afterwards. Wakes come from the API, from watches
//! and from timers. Nothing here is remembered over a restart: a full pass begins with every store.

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use souk_domain::StoreId;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use crate::{cluster::Wake, kube::Listener};

/// The queue; all calls but `next` return at once.
#[derive(Debug, Default)]
pub struct Queue {
    state: Mutex<State>,
    news: Notify,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<StoreId>,
    queued: HashSet<StoreId>,
    at_work: HashMap<StoreId, AtWork>,
    timers: BTreeSet<(Instant, StoreId)>,
    due: HashMap<StoreId, Instant>,
    /// Stores that something is under way for: they want to hear of the cluster as a whole.
    active: HashSet<StoreId>,
}

#[derive(Debug)]
struct AtWork {
    /// Woken meanwhile.
    again: bool,
    interrupt: Arc<Notify>,
}

/// A store to look at now. Give it back with [`Queue::done`].
#[derive(Debug)]
pub struct Turn {
    pub store: StoreId,
    /// Notified when somebody asked something of the store while it is worked on.
    pub interrupt: Arc<Notify>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the store due now.
    pub fn push(&self, store: &StoreId) {
        if self.lock().push(store) {
            self.news.notify_one();
        }
    }

    /// Makes the store due at `at`, unless it is due earlier.
    pub fn push_at(&self, store: &StoreId, at: Instant) {
        let mut state = self.lock();
        match state.due.get(store) {
            Some(earlier) if *earlier <= at => return,
            Some(later) => {
                let later = *later;
                state.timers.remove(&(later, store.clone()));
            }
            None => {}
        }
        state.due.insert(store.clone(), at);
        state.timers.insert((at, store.clone()));
        drop(state);
        self.news.notify_one();
    }

    /// Whether a turn of the store is not over yet.
    pub fn is_at_work(&self, store: &StoreId) -> bool {
        self.lock().at_work.contains_key(store)
    }

    /// Nothing is under way for the store, and it is due by itself before `time`.
    pub fn rests_until(&self, store: &StoreId, time: Instant) -> bool {
        let state = self.lock();
        !state.active.contains(store) && state.due.get(store).is_some_and(|due| *due <= time)
    }

    /// The next store, as soon as one is due.
    pub async fn next(&self) -> Turn {
        loop {
            let timer = {
                let mut state = self.lock();
                state.ring(Instant::now());
                if let Some(turn) = state.take() {
                    return turn;
                }
                state.timers.first().map(|(at, _)| *at)
            };
            let alarm = async {
                match timer {
                    Some(at) => sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.news.notified() => {}
                () = alarm => {}
            }
        }
    }

    /// Ends a turn. `active` says whether something is under way for the store.
    pub fn done(&self, turn: &Turn, active: bool) {
        let mut state = self.lock();
        if active {
            state.active.insert(turn.store.clone());
        } else {
            state.active.remove(&turn.store);
        }
        let again = state.at_work.remove(&turn.store).is_some_and(|work| work.again);
        if again && state.push(&turn.store) {
            drop(state);
            self.news.notify_one();
        }
    }
}

impl State {
    fn push(&mut self, store: &StoreId) -> bool {
        if let Some(work) = self.at_work.get_mut(store) {
            work.again = true;
            return false;
        }
        let new = self.queued.insert(store.clone());
        if new {
            self.ready.push_back(store.clone());
        }
        new
    }

    /// Moves what is due from the timers to the queue.
    fn ring(&mut self, now: Instant) {
        while let Some((at, _)) = self.timers.first() {
            if *at > now {
                return;
            }
            if let Some((_, store)) = self.timers.pop_first() {
                self.due.remove(&store);
                self.push(&store);
            }
        }
    }

    fn take(&mut self) -> Option<Turn> {
        let store = self.ready.pop_front()?;
        self.queued.remove(&store);
        let interrupt = Arc::new(Notify::new());
        self.at_work.insert(store.clone(), AtWork { again: false, interrupt: interrupt.clone() });
        Some(Turn { store, interrupt })
    }
}

impl Wake for Queue {
    fn wake(&self, store: &StoreId) {
        if let Some(work) = self.lock().at_work.get(store) {
            work.interrupt.notify_one();
        }
        self.push(store);
    }
}

impl Listener for Queue {
    fn store_changed(&self, store: &StoreId) {
        self.push(store);
    }

    fn cluster_changed(&self) {
        let mut state = self.lock();
        for store in state.active.clone() {
            state.push(&store);
        }
        drop(state);
        self.news.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Long enough to tell that nothing comes.
    const QUIET: Duration = Duration::from_millis(100);

    fn id(byte: u8) -> StoreId {
        StoreId::from_random([byte; 10])
    }

    #[tokio::test]
    async fn a_store_waits_once_and_is_worked_on_once() {
        let queue = Queue::default();
        queue.push(&id(1));
        queue.push(&id(1));
        queue.push(&id(2));
        let first = queue.next().await;
        assert_eq!(first.store, id(1));
        queue.push(&id(1));
        queue.push(&id(1));
        let second = queue.next().await;
        assert_eq!(second.store, id(2));
        queue.done(&second, false);
        assert!(tokio::time::timeout(QUIET, queue.next()).await.is_err());
        queue.done(&first, false);
        assert_eq!(queue.next().await.store, id(1));
    }

    #[tokio::test]
    async fn the_earliest_timer_counts() {
        let queue = Queue::default();
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        queue.push_at(&id(1), after(60));
        queue.push_at(&id(1), after(20));
        queue.push_at(&id(1), after(40));
        let turn = queue.next().await;
        assert!(Instant::now() >= after(20));
        queue.done(&turn, false);
        assert!(tokio::time::timeout(QUIET, queue.next()).await.is_err());
    }

    #[tokio::test]
    async fn requests_interrupt_and_watches_do_not() {
        let queue = Queue::default();
        queue.push(&id(1));
        let turn = queue.next().await;
        queue.store_changed(&id(1));
        assert!(tokio::time::timeout(QUIET, turn.interrupt.notified()).await.is_err());
        queue.wake(&id(1));
        turn.interrupt.notified().await;
    }

    #[tokio::test]
    async fn news_of_the_cluster_reach_active_stores() {
        let queue = Queue::default();
        for byte in [1, 2] {
            queue.push(&id(byte));
            let turn = queue.next().await;
            queue.done(&turn, byte == 2);
        }
        queue.cluster_changed();
        assert_eq!(queue.next().await.store, id(2));
    }
}

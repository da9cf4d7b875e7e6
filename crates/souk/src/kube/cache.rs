//! What the watches have seen, by store; reading it costs no call.
//!
//! Owns the facts in memory and tells which stores a change touches. A change that alters no fact
//! (a heartbeat, a counter) wakes nobody.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use souk_domain::StoreId;
use tokio::sync::watch;

use super::{
    PlatformFacts,
    facts::{ByName, Facts},
};

/// One kind of fact: where it lies among a store's facts.
pub type Slot<F> = fn(&mut Facts) -> &mut ByName<F>;

/// One object of a store, as a watch brought it.
#[derive(Debug)]
pub struct Seen<F> {
    pub store: StoreId,
    pub name: String,
    pub fact: F,
}

/// The facts of all stores, and of the cluster as far as all stores share it.
#[derive(Debug, Default)]
pub struct Cache {
    /// Out of line: a map has room to spare, of the size of its values.
    stores: Mutex<HashMap<StoreId, Box<Facts>>>,
    platform: Mutex<PlatformFacts>,
    /// Marked as changed with every change of a fact.
    news: watch::Sender<()>,
}

impl Cache {
    /// What is known of the store.
    pub fn of(&self, store: &StoreId) -> Facts {
        lock(&self.stores).get(store).map(|facts| Facts::clone(facts)).unwrap_or_default()
    }

    /// What all stores share.
    pub fn platform(&self) -> PlatformFacts {
        lock(&self.platform).clone()
    }

    /// Changes what all stores share; says whether it is different now.
    pub fn update_platform(&self, change: impl FnOnce(&mut PlatformFacts)) -> bool {
        let mut platform = lock(&self.platform);
        let before = platform.clone();
        change(&mut platform);
        *platform != before
    }

    /// Takes one object up; says whether a fact changed.
    pub fn put<F: PartialEq>(&self, slot: Slot<F>, seen: Seen<F>) -> bool {
        let mut stores = lock(&self.stores);
        let facts = slot(stores.entry(seen.store).or_default());
        if facts.get(&seen.name) == Some(&seen.fact) {
            return false;
        }
        facts.insert(seen.name, seen.fact);
        self.news.send_replace(());
        true
    }

    /// Forgets one object; says whether it was known.
    pub fn remove<F>(&self, slot: Slot<F>, store: &StoreId, name: &str) -> bool {
        let mut stores = lock(&self.stores);
        let Some(facts) = stores.get_mut(store) else {
            return false;
        };
        let known = slot(facts).remove(name).is_some();
        if facts.is_empty() {
            stores.remove(store);
        }
        if known {
            self.news.send_replace(());
        }
        known
    }

    /// Returns when the facts of the store satisfy `seen`.
    pub async fn wait_until(&self, store: &StoreId, seen: impl Fn(&Facts) -> bool) {
        let mut news = self.news.subscribe();
        loop {
            news.mark_unchanged();
            let nothing = Facts::default();
            if seen(lock(&self.stores).get(store).map_or(&nothing, |facts| facts)) || news.changed().await.is_err() {
                return;
            }
        }
    }

    /// Replaces what is known of one kind in every store, after a list of all of them; returns the
    /// stores that look different now.
    pub fn replace_all<F: PartialEq>(&self, slot: Slot<F>, all: Vec<Seen<F>>) -> Vec<StoreId> {
        let mut new: HashMap<StoreId, ByName<F>> = HashMap::new();
        for seen in all {
            new.entry(seen.store).or_default().insert(seen.name, seen.fact);
        }
        let mut stores = lock(&self.stores);
        let mut touched = Vec::new();
        for (store, facts) in stores.iter_mut() {
            let listed = new.remove(store).unwrap_or_default();
            if *slot(facts) != listed {
                *slot(facts) = listed;
                touched.push(store.clone());
            }
        }
        for (store, listed) in new {
            *slot(stores.entry(store.clone()).or_default()) = listed;
            touched.push(store);
        }
        stores.retain(|_, facts| !facts.is_empty());
        self.news.send_replace(());
        touched
    }
}

/// A panic elsewhere does not make facts unusable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::facts::SecretFact;

    fn slot(facts: &mut Facts) -> &mut ByName<SecretFact> {
        &mut facts.secrets
    }

    fn seen(store: u8, name: &str, leaving: bool) -> Seen<SecretFact> {
        Seen { store: StoreId::from_random([store; 10]), name: name.into(), fact: SecretFact { leaving, edited: None } }
    }

    #[test]
    fn only_news_count() {
        let cache = Cache::default();
        let store = StoreId::from_random([1; 10]);
        assert!(cache.put(slot, seen(1, "a", false)));
        assert!(!cache.put(slot, seen(1, "a", false)));
        assert!(cache.put(slot, seen(1, "a", true)));
        assert_eq!(cache.of(&store).secrets.len(), 1);
        assert!(cache.remove(slot, &store, "a"));
        assert!(!cache.remove(slot, &store, "a"));
        assert!(cache.of(&store).is_empty());
    }

    #[test]
    fn a_new_list_removes_what_is_gone() {
        let cache = Cache::default();
        cache.put(slot, seen(1, "a", false));
        cache.put(slot, seen(2, "a", false));
        let mut touched = cache.replace_all(slot, vec![seen(2, "a", false), seen(3, "b", false)]);
        touched.sort();
        assert_eq!(touched, [StoreId::from_random([1; 10]), StoreId::from_random([3; 10])]);
        assert!(cache.of(&StoreId::from_random([1; 10])).is_empty());
    }
}

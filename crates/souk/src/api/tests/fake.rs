//! A cluster that answers what a test wants, and an ear for wakes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use secrecy::SecretString;
use souk_domain::StoreId;
use souk_domain::sweep::{Holdings, Orphan};
use souk_domain::usage::{Unmeasured, Usage};

use crate::cluster::{
    ClusterError, ClusterHealth, ClusterMeter, ClusterReader, ClusterSweeper, Credentials, LogRequest, LogStream,
    NotMeasured, ShopDoor, Wake,
};

/// How the cluster of a test is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Nothing of any store exists.
    #[default]
    Empty,
    /// Every store is there, with all that belongs to it.
    Full,
    Away,
}

#[derive(Default)]
pub struct FakeCluster {
    mood: Mutex<Mood>,
    logs: Mutex<Vec<LogRequest>>,
    wakes: Mutex<Vec<StoreId>>,
    holdings: Mutex<Holdings>,
    removed: Mutex<Vec<String>>,
    old_shops: AtomicBool,
    usage: Mutex<Option<Result<Vec<Usage>, Unmeasured>>>,
}

/// The seed of every shop's keys.
pub const SEED: &str = "the seed of the keys of every shop of a test";
/// The id of the platform of every test.
pub const PLATFORM: &str = "p";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FakeCluster {
    pub fn set(&self, mood: Mood) {
        *lock(&self.mood) = mood;
    }

    /// From now on no shop knows links.
    pub fn age_shops(&self) {
        self.old_shops.store(true, Ordering::Relaxed);
    }

    /// The last log that was asked for.
    pub fn log_request(&self) -> Option<LogRequest> {
        lock(&self.logs).last().cloned()
    }

    /// Stores that the reconciler was woken for, in order, and forgets them.
    pub fn take_wakes(&self) -> Vec<StoreId> {
        std::mem::take(&mut *lock(&self.wakes))
    }

    /// What sweeps find on the cluster.
    pub fn hold(&self, change: impl FnOnce(&mut Holdings)) {
        change(&mut lock(&self.holdings));
    }

    /// Names of what was swept, in order.
    pub fn removed(&self) -> Vec<String> {
        lock(&self.removed).clone()
    }

    /// What measurements bring from now on.
    pub fn uses(&self, usage: Result<Vec<Usage>, Unmeasured>) {
        *lock(&self.usage) = Some(usage);
    }

    fn find(&self, what: &str) -> Result<(), ClusterError> {
        match *lock(&self.mood) {
            Mood::Empty => Err(ClusterError::NotFound { what: what.to_owned() }),
            Mood::Full => Ok(()),
            Mood::Away => Err(ClusterError::Unreachable("connection refused (10.96.0.1:443)".to_owned())),
        }
    }
}

impl Wake for FakeCluster {
    fn wake(&self, store: &StoreId) {
        lock(&self.wakes).push(store.clone());
    }
}

#[async_trait]
impl ClusterSweeper for FakeCluster {
    fn platform_id(&self) -> &str {
        PLATFORM
    }

    async fn holdings(&self) -> Result<Holdings, ClusterError> {
        match *lock(&self.mood) {
            Mood::Away => Err(ClusterError::Unreachable("connection refused (10.96.0.1:443)".to_owned())),
            Mood::Empty | Mood::Full => Ok(lock(&self.holdings).clone()),
        }
    }

    async fn remove(&self, orphan: &Orphan) -> Result<(), ClusterError> {
        if lock(&self.holdings).volumes.iter().any(|volume| volume.name == orphan.name && volume.uid == "locked") {
            return Err(ClusterError::Refused("persistentvolumes is forbidden".to_owned()));
        }
        lock(&self.removed).push(orphan.name.clone());
        lock(&self.holdings).namespaces.retain(|namespace| namespace.name != orphan.name);
        Ok(())
    }
}

#[async_trait]
impl ShopDoor for FakeCluster {
    async fn takes_links(&self, _: &StoreId, _: &str) -> Result<(), String> {
        match self.old_shops.load(Ordering::Relaxed) {
            true => Err("The shop is too old.".to_owned()),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl ClusterMeter for FakeCluster {
    async fn usage(&self) -> Result<Vec<Usage>, NotMeasured> {
        let usage = lock(&self.usage).clone().unwrap_or(Ok(Vec::new()));
        usage.map_err(|why| NotMeasured { why, cause: "as the test wants it".to_owned() })
    }
}

#[async_trait]
impl ClusterReader for FakeCluster {
    async fn credentials(&self, _: &StoreId) -> Result<Credentials, ClusterError> {
        self.find("Secret store-admin")?;
        Ok(Credentials {
            username: "ada".into(),
            password: "the shop's password".into(),
            email: "ada@example.com".into(),
        })
    }

    async fn keys_seed(&self, _: &StoreId) -> Result<SecretString, ClusterError> {
        self.find("Secret store-keys").map(|()| SEED.into())
    }

    async fn logs(&self, _: &StoreId, request: LogRequest) -> Result<LogStream, ClusterError> {
        self.find("The pod of the shop")?;
        let follow = request.follow;
        lock(&self.logs).push(request);
        let lines = stream::iter(["first line\n", "second line\n"]).map(|line| Ok(Bytes::from(line)));
        Ok(if follow { lines.chain(stream::pending()).boxed() } else { lines.boxed() })
    }

    async fn health(&self) -> ClusterHealth {
        match *lock(&self.mood) {
            Mood::Away => {
                ClusterHealth { reachable: false, version: None, message: Some("The cluster does not answer.".into()) }
            }
            _ => ClusterHealth { reachable: true, version: Some("v1.34.4".into()), message: None },
        }
    }
}

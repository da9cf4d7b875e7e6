//! What may happen in a run, and how often.

use std::time::Duration;

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

use super::super::world::Fault;
use crate::kube::{KubeErrorKind, ReleaseStatus};

/// One thing that happens. What makes no sense when its turn comes is passed over, so that any part of a
/// list of events is a list of events.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The reconciler comes this many steps further, wherever that is.
    Steps(u64),
    /// Time goes by.
    Passes(Duration),
    Rename,
    Move,
    Delete,
    Cancel,
    /// What the creation made goes with it.
    CancelAndRemove,
    Retry,
    Suspend,
    Resume,
    /// As `kill -9`.
    Kill(usize),
    /// As SIGTERM.
    Stop(usize),
    Start(usize),
    /// As SIGSTOP and SIGCONT.
    Freeze(usize),
    Thaw(usize),
    Away(bool),
    /// Pods do not come up.
    Stuck(bool),
    /// The front door does not serve the store.
    Closed(bool),
    Helm(Fault),
    Api(KubeErrorKind),
    /// Somebody deletes this.
    Lose(Thing),
    /// Somebody else's Helm leaves a revision behind.
    Leave(ReleaseStatus),
    /// Somebody takes the namespace's labels off, or puts them back.
    Labels(bool),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Thing {
    Shop,
    Database,
    Release,
    Secret,
    Namespace,
    Quota,
}

/// Everything that happens in one run.
#[derive(Debug, Clone)]
pub struct Story {
    pub seed: u64,
    /// Servers that share the database.
    pub workers: usize,
    pub chosen_password: bool,
    /// Somebody else's namespace has the store's name.
    pub foreign: bool,
    pub events: Vec<Event>,
}

impl Story {
    pub fn random(seed: u64, chance: &mut StdRng) -> Self {
        let workers = if chance.random_ratio(1, 3) { 2 } else { 1 };
        let count = chance.random_range(2..14);
        let mut events = Vec::new();
        for _ in 0..count {
            events.push(Event::random(workers, chance));
            events.push(Event::pause(chance));
        }
        Self { seed, workers, chosen_password: chance.random_ratio(1, 3), foreign: chance.random_ratio(1, 25), events }
    }
}

impl Event {
    /// What lies between two events: mostly so little that the second comes into the middle of something.
    fn pause(chance: &mut StdRng) -> Self {
        match chance.random_range(0..10) {
            0..6 => Self::Steps(chance.random_range(0..40)),
            6 | 7 => Self::Passes(Duration::from_millis(chance.random_range(1..3000))),
            8 => Self::Passes(Duration::from_secs(chance.random_range(3..60))),
            _ => Self::Passes(Duration::from_secs(chance.random_range(60..1200))),
        }
    }

    fn random(workers: usize, chance: &mut StdRng) -> Self {
        let worker = chance.random_range(0..workers);
        let on = chance.random_ratio(1, 2);
        match chance.random_range(0..100) {
            0..3 => Self::Rename,
            3..6 => Self::Suspend,
            6..10 => Self::Resume,
            10..16 => Self::Move,
            16..24 => Self::Delete,
            24..30 => Self::Cancel,
            30..32 => Self::CancelAndRemove,
            32..38 => Self::Retry,
            38..52 => Self::Kill(worker),
            52..55 => Self::Stop(worker),
            55..60 => Self::Start(worker),
            60..65 => Self::Freeze(worker),
            65..68 => Self::Thaw(worker),
            68..73 => Self::Away(on),
            73..76 => Self::Stuck(on),
            76..79 => Self::Closed(on),
            79..87 => {
                let faults =
                    [Fault::Killed, Fault::Killed, Fault::Fails, Fault::Hangs, Fault::Refuses, Fault::Immutable];
                Self::Helm(*faults.choose(chance).unwrap())
            }
            87..91 => {
                use KubeErrorKind::{Forbidden, Invalid, Quota, Transient};
                Self::Api(*[Transient, Transient, Forbidden, Quota, Invalid].choose(chance).unwrap())
            }
            91..96 => {
                use Thing::{Database, Namespace, Quota, Release, Secret, Shop};
                Self::Lose(*[Shop, Database, Release, Secret, Namespace, Quota].choose(chance).unwrap())
            }
            96..98 => {
                use ReleaseStatus::{Failed, PendingInstall, PendingRollback, PendingUpgrade, Uninstalling};
                let left = [PendingInstall, PendingUpgrade, PendingRollback, Uninstalling, Failed];
                Self::Leave(*left.choose(chance).unwrap())
            }
            _ => Self::Labels(on),
        }
    }
}

//! What is there of a store on the cluster, reduced to what a decision needs.

use crate::{Drift, decide::Problem};

/// The store's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceState {
    Absent,
    /// Ours, by its labels.
    Ours,
    /// Ours, since this store made it, but some of our labels were changed or taken away. The sentence
    /// names them.
    Relabelled(String),
    /// It has our name but not our labels; it is never touched. The sentence says what it carries.
    Foreign(String),
    /// Being removed, with what it still waits for, if that is known.
    Terminating(Option<Problem>),
}

/// The store's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretsState {
    /// At least one is not there; `kept` says whether there is a sealed copy to make it from.
    Missing {
        kept: bool,
    },
    /// Somebody changed one, and there is a sealed copy to put it back from.
    Edited,
    /// All are there, and there is no sealed copy of them yet.
    Unkept,
    Present,
}

/// The Helm release `store` in the store's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseState {
    Absent,
    /// Deployed; `current` says whether with the values and the chart that are wanted.
    Deployed {
        current: bool,
    },
    /// The newest revision failed; `first` says that none was ever deployed.
    Failed {
        first: bool,
    },
    /// Helm was killed in the middle of a first install.
    PendingInstall,
    /// Helm was killed in the middle of an upgrade or a rollback.
    PendingUpgrade,
    /// Helm was killed in the middle of an uninstall.
    Uninstalling,
    /// Somebody else made a release of this name; it is never taken over.
    Foreign,
}

/// The database or the storefront.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkloadState {
    Absent,
    /// On its way, with what it waits for when that is known.
    Progressing(Option<Problem>),
    /// No pod of it is wanted, and none is left.
    Stopped,
    Available,
}

/// A check that Souk makes itself, through the front door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// Not made, since what it needs is not there yet.
    NotMade,
    Passed,
    Failed(Problem),
}

/// Volumes and claims that belong to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolumesState {
    /// Claims that are not being deleted yet.
    pub claims: usize,
    /// Claims being deleted, and volumes that still name the store's namespace.
    pub leaving: usize,
}

/// Everything that a decision needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    pub namespace: NamespaceState,
    pub secrets: SecretsState,
    pub release: ReleaseState,
    /// What others changed of what the release made.
    pub drift: Drift,
    pub database: WorkloadState,
    pub storefront: WorkloadState,
    pub route: Check,
    pub shop: Check,
    pub volumes: VolumesState,
    /// What is not as it was made may be put right. Off while the store's owner has switched repairs off
    /// and nothing was asked of the store.
    pub repair: bool,
}

impl Observed {
    /// Nothing is there.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            namespace: NamespaceState::Absent,
            secrets: SecretsState::Missing { kept: false },
            release: ReleaseState::Absent,
            drift: Drift::None,
            database: WorkloadState::Absent,
            storefront: WorkloadState::Absent,
            route: Check::NotMade,
            shop: Check::NotMade,
            volumes: VolumesState { claims: 0, leaving: 0 },
            repair: true,
        }
    }
}

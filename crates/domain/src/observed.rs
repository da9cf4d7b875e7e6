//! What is there of a store on the cluster, reduced to what a decision needs.

use crate::decide::Problem;

/// The store's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamespaceState {
    Absent,
    /// Ours, by its labels.
    Ours,
    /// It has our name but not our labels; it is never touched. The sentence says what it carries.
    Foreign(String),
    /// Being removed, with what it still waits for, if that is known.
    Terminating(Option<Problem>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretsState {
    Missing,
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
}

/// The database or the storefront.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkloadState {
    Absent,
    /// On its way, with what it waits for when that is known.
    Progressing(Option<Problem>),
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
    pub database: WorkloadState,
    pub storefront: WorkloadState,
    pub route: Check,
    pub shop: Check,
    pub volumes: VolumesState,
}

impl Observed {
    /// Nothing is there.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            namespace: NamespaceState::Absent,
            secrets: SecretsState::Missing,
            release: ReleaseState::Absent,
            database: WorkloadState::Absent,
            storefront: WorkloadState::Absent,
            route: Check::NotMade,
            shop: Check::NotMade,
            volumes: VolumesState { claims: 0, leaving: 0 },
        }
    }
}

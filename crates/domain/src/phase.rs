//! Where a store is in its life.
//!
//! ```text
//!            Start              BecameReady
//! Pending ----------> Provisioning --------> Ready <-----------+
//!    |                  |     ^  ^             | BecameUnhealthy | BecameReady
//!    |           Failed |     |  | Start       v                |
//!    +---- Failed ----> Failed-+  +--------- Degraded ----------+
//!
//! Provisioning, Ready, Degraded --ChangeCancelled--> Degraded   (what runs is looked at again)
//! Provisioning, Degraded --Suspended--> Suspended --Start--> Provisioning   (stopped on purpose; resumed or changed)
//! every phase but Deleted --DeleteRequested--> Deleting --Removed--> Deleted
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The phase of a store. Detail (why, since when) lives in its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Phase {
    /// Asked for, not begun.
    Pending,
    /// An operation is making or changing it.
    Provisioning,
    /// The storefront answered through the front door and the shop's own check passed.
    Ready,
    /// It was ready, and something is broken now; it is being repaired.
    Degraded,
    /// Stopped on purpose; volumes and address are kept.
    Suspended,
    /// Being removed.
    Deleting,
    /// Proven gone.
    Deleted,
    /// An operation ended badly; nothing was removed; it can be retried or deleted.
    Failed,
}

/// What happened to a store, as far as its phase is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhaseEvent {
    /// An operation that makes or changes the store began.
    Start,
    /// Every check passed.
    BecameReady,
    /// A check that had passed fails.
    BecameUnhealthy,
    /// The operation ended badly.
    OperationFailed,
    /// A change of a store that runs was stopped on request. The store runs on as it is, and the next look
    /// says how that is.
    ChangeCancelled,
    /// Nothing of the store runs any more, as was asked.
    Suspended,
    DeleteRequested,
    /// The release, the volumes and the namespace were seen to be gone.
    Removed,
}

/// The event cannot happen in the phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen to a store that is {phase}")]
pub struct IllegalTransition {
    pub phase: Phase,
    pub event: PhaseEvent,
}

impl Phase {
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Provisioning,
        Self::Ready,
        Self::Degraded,
        Self::Suspended,
        Self::Deleting,
        Self::Deleted,
        Self::Failed,
    ];

    /// The phase after `event`. An event that changes nothing returns the same phase.
    ///
    /// # Errors
    /// The event cannot happen in this phase.
    pub fn apply(self, event: PhaseEvent) -> Result<Self, IllegalTransition> {
        use Phase::{Degraded, Deleted, Deleting, Failed, Pending, Provisioning, Ready, Suspended};
        match (self, event) {
            (Deleted, PhaseEvent::Removed) => Ok(Deleted),
            (Deleted, _) => Err(IllegalTransition { phase: self, event }),
            (_, PhaseEvent::DeleteRequested) => Ok(Deleting),
            (Deleting, PhaseEvent::Removed) => Ok(Deleted),
            (Deleting, _) | (_, PhaseEvent::Removed) => Err(IllegalTransition { phase: self, event }),
            (_, PhaseEvent::Start) => Ok(Provisioning),
            (Provisioning | Ready | Degraded, PhaseEvent::BecameReady) => Ok(Ready),
            (Ready | Degraded, PhaseEvent::BecameUnhealthy) => Ok(Degraded),
            (Provisioning | Ready | Degraded, PhaseEvent::ChangeCancelled) => Ok(Degraded),
            (Pending | Provisioning | Failed, PhaseEvent::OperationFailed) => Ok(Failed),
            (Provisioning | Ready | Degraded | Suspended, PhaseEvent::Suspended) => Ok(Suspended),
            _ => Err(IllegalTransition { phase: self, event }),
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Provisioning => "Provisioning",
            Self::Ready => "Ready",
            Self::Degraded => "Degraded",
            Self::Suspended => "Suspended",
            Self::Deleting => "Deleting",
            Self::Deleted => "Deleted",
            Self::Failed => "Failed",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no phase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of Pending, Provisioning, Ready, Degraded, Suspended, Deleting, Deleted, Failed")]
pub struct UnknownPhase;

impl FromStr for Phase {
    type Err = UnknownPhase;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|phase| phase.as_str().eq_ignore_ascii_case(text)).ok_or(UnknownPhase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVENTS: [PhaseEvent; 8] = [
        PhaseEvent::Start,
        PhaseEvent::BecameReady,
        PhaseEvent::BecameUnhealthy,
        PhaseEvent::OperationFailed,
        PhaseEvent::ChangeCancelled,
        PhaseEvent::Suspended,
        PhaseEvent::DeleteRequested,
        PhaseEvent::Removed,
    ];

    /// What the diagram shows, whole: for each phase, what each event of `EVENTS` makes of it.
    #[test]
    fn the_diagram_is_the_whole_truth() {
        use Phase::{Degraded, Deleted, Deleting, Failed, Pending, Provisioning, Ready, Suspended};
        let (start, leave) = (Some(Provisioning), Some(Deleting));
        let table = [
            (Pending, [start, None, None, Some(Failed), None, None, leave, None]),
            (Provisioning, [start, Some(Ready), None, Some(Failed), Some(Degraded), Some(Suspended), leave, None]),
            (Ready, [start, Some(Ready), Some(Degraded), None, Some(Degraded), Some(Suspended), leave, None]),
            (Degraded, [start, Some(Ready), Some(Degraded), None, Some(Degraded), Some(Suspended), leave, None]),
            (Suspended, [start, None, None, None, None, Some(Suspended), leave, None]),
            (Deleting, [None, None, None, None, None, None, leave, Some(Deleted)]),
            (Deleted, [None, None, None, None, None, None, None, Some(Deleted)]),
            (Failed, [start, None, None, Some(Failed), None, None, leave, None]),
        ];
        for (phase, row) in table {
            for (event, expected) in EVENTS.into_iter().zip(row) {
                assert_eq!(phase.apply(event).ok(), expected, "{phase} {event:?}");
            }
        }
    }

    #[test]
    fn names_round_trip() {
        for phase in Phase::ALL {
            assert_eq!(phase.as_str().parse(), Ok(phase));
        }
        assert_eq!("ready".parse(), Ok(Phase::Ready));
        assert_eq!("gone".parse::<Phase>(), Err(UnknownPhase));
    }

    #[test]
    fn a_life() {
        let life = [
            (PhaseEvent::Start, Phase::Provisioning),
            (PhaseEvent::BecameReady, Phase::Ready),
            (PhaseEvent::BecameUnhealthy, Phase::Degraded),
            (PhaseEvent::BecameReady, Phase::Ready),
            (PhaseEvent::Start, Phase::Provisioning),
            (PhaseEvent::OperationFailed, Phase::Failed),
            (PhaseEvent::Start, Phase::Provisioning),
            (PhaseEvent::DeleteRequested, Phase::Deleting),
            (PhaseEvent::Removed, Phase::Deleted),
        ];
        let mut phase = Phase::Pending;
        for (event, expected) in life {
            phase = phase.apply(event).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(phase, expected);
        }
    }

    proptest! {
        #[test]
        fn deleting_only_ends_and_deleted_is_the_end(events in prop::collection::vec(prop::sample::select(EVENTS.to_vec()), 0..40)) {
            let (mut phase, mut asked) = (Phase::Pending, false);
            for event in events {
                let Ok(next) = phase.apply(event) else { continue };
                asked |= event == PhaseEvent::DeleteRequested;
                if asked {
                    prop_assert!(matches!(next, Phase::Deleting | Phase::Deleted));
                }
                if phase == Phase::Deleted {
                    prop_assert_eq!(next, Phase::Deleted);
                }
                if next == Phase::Ready && phase != Phase::Ready {
                    prop_assert_eq!(event, PhaseEvent::BecameReady);
                }
                if next == Phase::Failed && phase != Phase::Failed {
                    prop_assert_eq!(event, PhaseEvent::OperationFailed);
                }
                phase = next;
            }
        }
    }
}

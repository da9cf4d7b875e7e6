//! The rules of Souk, and nothing else: names, phases, operations, conditions, plans, and the one
//! decision what to do next. No input, no output, no clock, no randomness: callers pass the time and
//! the random bytes in.

pub mod access;
pub mod admin;
pub mod blueprint;
pub mod condition;
pub mod decide;
pub mod drift;
pub mod name;
pub mod observed;
pub mod operation;
pub mod phase;
pub mod plan;
pub mod queue;
pub mod step;
pub mod store;
pub mod store_id;
pub mod sweep;
pub mod timeline;
pub mod usage;

pub use access::{Access, Need, Role, Scope, StoreRole, allows};
pub use blueprint::Blueprint;
pub use condition::{Condition, ConditionStatus, ConditionType, Conditions};
pub use decide::{Action, Decision, Problem, decide};
pub use drift::{Change, Drift, WhatChanged};
pub use name::{DisplayName, NameError, Slug, SlugError};
pub use observed::{Check, NamespaceState, Observed, ReleaseState, SecretsState, VolumesState, WorkloadState};
pub use operation::{Operation, OperationId, OperationKind, OperationState};
pub use phase::{IllegalTransition, Phase, PhaseEvent};
pub use plan::Plan;
pub use queue::{NextOperation, QueuePlace, fair_order};
pub use step::{Step, StepName, StepState};
pub use store::{Store, Wanted};
pub use store_id::{InvalidStoreId, StoreId};
pub use timeline::{EventType, TimelineEvent};

//! One thing asked of a store, from the asking to its end.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::{QueuePlace, Step, StepName, StepState, StoreId};

/// `op-` and sixteen base32 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "op-abcdefghijklmnop"))]
pub struct OperationId(pub String);

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OperationKind {
    Create,
    Update,
    /// Stops the shop and its database; volumes, secrets and address are kept.
    Suspend,
    /// Starts a suspended store again.
    Resume,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OperationState {
    /// Asked for, not begun.
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

impl OperationState {
    /// Nothing more will happen to the operation.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled)
    }
}

/// The text names nothing of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;

macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
        impl FromStr for $type {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }
    };
}

words!(OperationKind {
    Create = "create",
    Update = "update",
    Suspend = "suspend",
    Resume = "resume",
    Delete = "delete",
});
words!(OperationState {
    Queued = "queued",
    Running = "running",
    Succeeded = "succeeded",
    Failed = "failed",
    Cancelled = "cancelled",
});

impl OperationKind {
    /// The operation as a thing: "the creation".
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Create => "creation",
            Self::Update => "change",
            Self::Suspend => "suspension",
            Self::Resume => "resumption",
            Self::Delete => "deletion",
        }
    }

    /// What it makes of the wish that the store be suspended; nothing if it leaves that alone.
    #[must_use]
    pub fn suspends(self) -> Option<bool> {
        match self {
            Self::Suspend => Some(true),
            Self::Resume => Some(false),
            Self::Create | Self::Update | Self::Delete => None,
        }
    }

    /// Cancelling it leaves a store that may well go on as it was before.
    #[must_use]
    pub fn is_change(self) -> bool {
        matches!(self, Self::Update | Self::Suspend | Self::Resume)
    }

    /// The steps of such an operation, in order, all pending.
    #[must_use]
    pub fn steps(self) -> Vec<Step> {
        use StepName::{Database, Namespace, Release, Route, Secrets, Shop, Storefront, Volumes};
        let titles: &[(StepName, &str)] = match self {
            Self::Create => &[
                (Namespace, "Make the namespace"),
                (Secrets, "Make the secrets"),
                (Release, "Install the release"),
                (Database, "Start the database"),
                (Storefront, "Set up and start the shop"),
                (Route, "Open the address"),
                (Shop, "Check that the shop can sell"),
            ],
            Self::Update => &[
                (Release, "Upgrade the release"),
                (Storefront, "Restart the shop"),
                (Route, "Open the address"),
                (Shop, "Check that the shop can sell"),
            ],
            Self::Suspend => &[
                (Release, "Take the pods out of the release"),
                (Storefront, "Stop the shop"),
                (Database, "Stop the database"),
            ],
            Self::Resume => &[
                (Release, "Put the pods back into the release"),
                (Database, "Start the database"),
                (Storefront, "Start the shop"),
                (Route, "Open the address"),
                (Shop, "Check that the shop can sell"),
            ],
            Self::Delete => &[
                (Release, "Uninstall the release"),
                (Volumes, "Remove the volumes"),
                (Namespace, "Remove the namespace"),
            ],
        };
        titles.iter().map(|(name, title)| Step::pending(*name, title)).collect()
    }
}

/// One thing asked of a store. It has steps, a deadline, attempts and an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Operation {
    pub id: OperationId,
    pub store_id: StoreId,
    pub kind: OperationKind,
    pub state: OperationState,
    pub steps: Vec<Step>,
    /// How often its actions failed and were tried again.
    pub attempts: u32,
    pub cancel_requested: bool,
    /// Machine-readable cause of a failure or a wait, such as `NoStorageClass`.
    pub reason: Option<String>,
    /// The same for people.
    pub message: Option<String>,
    /// When it fails if it has not ended by then; a delete has none. The time that it waits in the queue is
    /// added when it begins.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deadline_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_attempt_at: Option<OffsetDateTime>,
    /// Where it waits while it is queued. Told to people when they read it, and kept nowhere.
    #[serde(default)]
    pub queue: Option<QueuePlace>,
    /// It is one of the creates that count as being made now.
    #[serde(skip)]
    pub holds_place: bool,
    /// When it came into the queue, for the first time or again.
    #[serde(skip, default = "never")]
    pub queued_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
}

fn never() -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH
}

impl Operation {
    /// Starts its clock, if it has not begun yet: what it waited is no part of its time. Says whether it had not.
    pub fn begin(&mut self, now: OffsetDateTime) -> bool {
        if self.state != OperationState::Queued {
            return false;
        }
        self.state = OperationState::Running;
        self.started_at.get_or_insert(now);
        let waited = (now - self.queued_at).max(Duration::ZERO);
        self.deadline_at = self.deadline_at.map(|deadline| deadline + waited);
        true
    }

    /// Leaves steps out that have nothing to do in a store that is suspended while it is changed.
    pub fn fit(&mut self, suspended: bool) {
        if suspended && self.kind == OperationKind::Update {
            self.steps.retain(|step| step.name == StepName::Release);
        }
    }

    /// Marks `name` as running and every earlier step as done. Says whether anything changed.
    pub fn reach(&mut self, name: StepName, now: OffsetDateTime) -> bool {
        let Some(at) = self.steps.iter().position(|step| step.name == name) else {
            return false;
        };
        let mut changed = false;
        for step in &mut self.steps[..at] {
            changed |= finish(step, now);
        }
        let step = &mut self.steps[at];
        if step.state != StepState::Running {
            step.state = StepState::Running;
            step.started_at.get_or_insert(now);
            step.finished_at = None;
            changed = true;
        }
        changed
    }

    /// The step at work, if one is.
    #[must_use]
    pub fn current_step(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.state == StepState::Running)
    }

    /// Says what the step at work waits for. Says whether that is new.
    pub fn explain(&mut self, message: Option<&str>) -> bool {
        let running = self.steps.iter_mut().find(|step| step.state == StepState::Running);
        match running {
            Some(step) if step.message.as_deref() != message => {
                step.message = message.map(str::to_owned);
                true
            }
            _ => false,
        }
    }

    pub fn succeed(&mut self, now: OffsetDateTime) {
        for step in &mut self.steps {
            finish(step, now);
        }
        self.end(OperationState::Succeeded, now);
        self.reason = None;
        self.message = None;
    }

    /// Ends as failed or cancelled, with the cause on the step that was at work.
    pub fn stop(&mut self, state: OperationState, reason: &str, message: &str, now: OffsetDateTime) {
        for step in &mut self.steps {
            if step.state == StepState::Running {
                step.state = StepState::Failed;
                step.finished_at = Some(now);
                step.message = Some(message.to_owned());
            }
        }
        self.end(state, now);
        self.reason = Some(reason.to_owned());
        self.message = Some(message.to_owned());
    }

    fn end(&mut self, state: OperationState, now: OffsetDateTime) {
        self.state = state;
        self.finished_at = Some(now);
        self.next_attempt_at = None;
        self.holds_place = false;
    }

    /// Puts a failed or cancelled operation back at the end of the queue with all its steps to do.
    pub fn requeue(&mut self, deadline_at: Option<OffsetDateTime>, now: OffsetDateTime) {
        self.state = OperationState::Queued;
        self.steps = self.steps.iter().map(|step| Step::pending(step.name, &step.title)).collect();
        self.attempts = 0;
        self.cancel_requested = false;
        self.reason = None;
        self.message = None;
        self.deadline_at = deadline_at;
        self.next_attempt_at = None;
        self.queued_at = now;
        self.started_at = None;
        self.finished_at = None;
    }
}

fn finish(step: &mut Step, now: OffsetDateTime) -> bool {
    if step.state == StepState::Done {
        return false;
    }
    step.state = StepState::Done;
    step.started_at.get_or_insert(now);
    step.finished_at = Some(now);
    step.message = None;
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn operation() -> Operation {
        Operation {
            id: OperationId("op-a".into()),
            store_id: StoreId::from_random([0; 10]),
            kind: OperationKind::Create,
            state: OperationState::Running,
            steps: OperationKind::Create.steps(),
            attempts: 0,
            cancel_requested: false,
            reason: None,
            message: None,
            deadline_at: None,
            next_attempt_at: None,
            queue: None,
            holds_place: true,
            queued_at: datetime!(2026-01-01 0:00 UTC),
            created_at: datetime!(2026-01-01 0:00 UTC),
            started_at: None,
            finished_at: None,
        }
    }

    #[test]
    fn reaching_a_step_finishes_those_before() {
        let mut operation = operation();
        assert!(operation.reach(StepName::Release, datetime!(2026-01-01 0:01 UTC)));
        assert!(!operation.reach(StepName::Release, datetime!(2026-01-01 0:02 UTC)));
        let states: Vec<_> = operation.steps.iter().map(|step| step.state).collect();
        assert_eq!(states[..3], [StepState::Done, StepState::Done, StepState::Running]);
        assert!(states[3..].iter().all(|state| *state == StepState::Pending));
        assert_eq!(operation.current_step().map(|step| step.name), Some(StepName::Release));
    }

    #[test]
    fn a_stopped_operation_names_the_step_and_can_be_queued_again() {
        let mut operation = operation();
        operation.reach(StepName::Database, datetime!(2026-01-01 0:01 UTC));
        operation.stop(OperationState::Failed, "Deadline", "It took too long.", datetime!(2026-01-01 0:02 UTC));
        assert_eq!(operation.steps[3].state, StepState::Failed);
        assert!(operation.state.is_over());
        assert!(!operation.holds_place, "what is over keeps nobody out");
        operation.requeue(None, datetime!(2026-01-01 0:03 UTC));
        assert_eq!(operation.steps, OperationKind::Create.steps());
        assert_eq!(operation.state, OperationState::Queued);
        assert_eq!(operation.queued_at, datetime!(2026-01-01 0:03 UTC));
    }

    #[test]
    fn a_change_of_a_suspended_store_has_no_shop_to_restart() {
        let mut update = Operation { kind: OperationKind::Update, steps: OperationKind::Update.steps(), ..operation() };
        update.fit(false);
        assert_eq!(update.steps, OperationKind::Update.steps());
        update.fit(true);
        update.stop(OperationState::Failed, "Deadline", "It took too long.", datetime!(2026-01-01 0:02 UTC));
        update.requeue(None, datetime!(2026-01-01 0:03 UTC));
        let names: Vec<_> = update.steps.iter().map(|step| (step.name, step.state)).collect();
        assert_eq!(names, [(StepName::Release, StepState::Pending)], "a retry keeps its steps");
    }

    #[test]
    fn the_time_in_the_queue_is_no_part_of_the_deadline() {
        let mut operation = Operation {
            state: OperationState::Queued,
            deadline_at: Some(datetime!(2026-01-01 0:15 UTC)),
            ..operation()
        };
        assert!(operation.begin(datetime!(2026-01-01 1:00 UTC)));
        assert_eq!(operation.deadline_at, Some(datetime!(2026-01-01 1:15 UTC)));
        assert!(!operation.begin(datetime!(2026-01-01 2:00 UTC)), "it begins once");
        assert_eq!(operation.started_at, Some(datetime!(2026-01-01 1:00 UTC)));
        let mut late = Operation { state: OperationState::Queued, ..operation };
        late.begin(datetime!(2025-12-31 0:00 UTC));
        assert_eq!(late.deadline_at, Some(datetime!(2026-01-01 1:15 UTC)), "a clock set back shortens nothing");
    }
}

//! What the reconciler remembers of a store between two looks. All of it may be lost: a restarted
//! server finds out again, or reads it back from the operation's row.

use std::time::Duration;

use secrecy::SecretString;
use souk_domain::{Check, Operation, OperationId, Problem, StepName, timeline::NewEvent};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::retry::Pauses;

/// What is remembered of one store.
#[derive(Debug, Default)]
pub struct Memory {
    /// The operation that the attempts belong to.
    operation: Option<OperationId>,
    pub attempts: Attempts,
    pub door: Door,
    pub wait: Option<Wait>,
    /// Lines for the timeline that are written with the next record.
    pub news: Vec<NewEvent>,
    /// Uninstalls of the release that failed.
    pub uninstall_failures: u32,
    /// It no longer holds a place among the births, though its operation runs on.
    pub left_births: bool,
}

/// Failed actions in a row.
#[derive(Debug, Default)]
pub struct Attempts {
    pub failures: u32,
    /// No action before this, and why the last one failed.
    pub pause: Option<(Instant, Problem)>,
}

impl Attempts {
    /// As they stand in the operation's row. A clock that was set back does not make the pause longer than
    /// pauses are.
    fn of(operation: &Operation, now: OffsetDateTime, pauses: Pauses) -> Self {
        let left = operation.next_attempt_at.and_then(|at| Duration::try_from(at - now).ok());
        let pause = left.filter(|left| !left.is_zero()).map(|left| {
            let reason = operation.reason.as_deref().unwrap_or("Retrying");
            let problem = Problem::waiting(reason, operation.message.clone().unwrap_or_default());
            (Instant::now() + left.min(pauses.most.mul_f64(1.2)), problem)
        });
        Self { failures: operation.attempts, pause }
    }

    /// Notes a failure; returns the pause.
    pub fn fail(&mut self, problem: Problem, pauses: Pauses) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let pause = pauses.after(self.failures);
        self.pause = Some((Instant::now() + pause, problem));
        pause
    }

    /// The pause that still lasts.
    pub fn blocked(&self) -> Option<(Instant, &Problem)> {
        self.pause.as_ref().filter(|(until, _)| *until > Instant::now()).map(|(until, problem)| (*until, problem))
    }
}

/// What is waited for, and since when.
#[derive(Debug)]
pub struct Wait {
    pub step: StepName,
    pub reason: Option<String>,
    pub since: Instant,
    /// What the cluster itself said about the wait, and when it was asked.
    pub warning: Option<(Instant, Option<Problem>)>,
    /// The problem is in the timeline.
    pub told: bool,
}

/// What the last try of the front door found, and of which state of the store.
#[derive(Debug)]
pub struct Door {
    pub subject: Option<Subject>,
    pub route: Check,
    pub shop: Check,
    /// The shop's own check said that orders are possible.
    pub orders: bool,
    /// When it is to be tried again.
    pub again: Option<Instant>,
    pub failures: u32,
    pub token: Option<SecretString>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            subject: None,
            route: Check::NotMade,
            shop: Check::NotMade,
            orders: false,
            again: None,
            failures: 0,
            token: None,
        }
    }
}

/// A result of the front door holds for this state of the store and no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub url: String,
    pub digest: Option<String>,
    pub pods: Vec<String>,
}

impl Memory {
    /// Reads the attempts of an operation back that this process did not work on before.
    pub fn recall(&mut self, operation: Option<&Operation>, now: OffsetDateTime, pauses: Pauses) {
        let id = operation.map(|operation| &operation.id);
        if self.operation.as_ref() == id {
            return;
        }
        self.attempts = operation.map(|operation| Attempts::of(operation, now, pauses)).unwrap_or_default();
        self.operation = id.cloned();
    }

    /// Notes what is waited for; the clock starts anew when the step or the reason changes.
    pub fn waits_for(&mut self, step: StepName, problem: Option<&Problem>) -> &mut Wait {
        let reason = problem.map(|problem| problem.reason.clone());
        let same_step = self.wait.as_ref().is_some_and(|wait| wait.step == step);
        let same = same_step && self.wait.as_ref().is_some_and(|wait| wait.reason == reason);
        if !same {
            let warning = self.wait.take().filter(|_| same_step).and_then(|wait| wait.warning);
            self.wait = Some(Wait { step, reason: reason.clone(), since: Instant::now(), warning, told: false });
        }
        self.wait.get_or_insert_with(|| Wait { step, reason, since: Instant::now(), warning: None, told: false })
    }

    /// What the cluster itself said about the wait.
    pub fn warning(&self) -> Option<&Problem> {
        self.wait.as_ref()?.warning.as_ref()?.1.as_ref()
    }

    /// Forgets what was under way; what the front door said stays.
    pub fn rest(&mut self) {
        let door = std::mem::take(&mut self.door);
        *self = Self { door, ..Self::default() };
    }
}

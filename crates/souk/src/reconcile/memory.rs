//! What the reconciler remembers of a store between two looks. All of it may be lost: a restarted
//! server finds out again, or reads it back from the operation's row.

use std::time::Duration;

use secrecy::SecretString;
use souk_domain::{Change, Check, Operation, OperationId, Problem, StepName, drift, timeline::NewEvent};
use time::OffsetDateTime;
use tokio::time::Instant;

use super::{removal::Removal, retry::Pauses};

/// Repairs one after the other that are taken for separate accidents.
const PATIENT_REPAIRS: u32 = 3;
/// After so long without a new change, a store counts as calm again.
const CALM: Duration = Duration::from_secs(120);

/// What is remembered of one store.
#[derive(Debug, Default)]
pub struct Memory {
    /// The operation that the attempts belong to.
    operation: Option<OperationId>,
    pub attempts: Attempts,
    pub repairs: Repairs,
    pub door: Door,
    pub wait: Option<Wait>,
    pub removal: Removal,
    /// Lines for the timeline that are written with the next record.
    pub news: Vec<NewEvent>,
    /// Those that the record in hand is about to write.
    pub in_writing: Vec<NewEvent>,
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

/// Repairs of what others changed. Somebody who changes it again at once is not fought at full speed.
#[derive(Debug, Default)]
pub struct Repairs {
    /// One after the other.
    pub made: u32,
    last: Option<Instant>,
    /// No repair before this, and why.
    pause: Option<(Instant, Problem)>,
}

impl Repairs {
    /// Notes a repair of these changes, made now. Returns the problem when it is one too many.
    pub fn note(&mut self, changes: &[Change], pauses: Pauses, now: Instant) -> Option<Problem> {
        let quiet_from = self.pause.as_ref().map(|(until, _)| *until).max(self.last);
        let calm = quiet_from.is_none_or(|at| now.saturating_duration_since(at) > CALM);
        self.made = if calm { 1 } else { self.made + 1 };
        self.last = Some(now);
        let too_many = self.made.checked_sub(PATIENT_REPAIRS).filter(|more| *more > 0)?;
        let what = drift::sentence(changes);
        let problem = Problem::waiting(
            "Contested",
            format!(
                "{what} This was set back {} times and comes again; the next try is made after a pause.",
                self.made
            ),
        );
        self.pause = Some((now + pauses.after(too_many + 1), problem.clone()));
        (too_many == 1).then_some(problem)
    }

    /// Notes a repair that failed.
    pub fn fail(&mut self, problem: Problem, pauses: Pauses) {
        self.made = self.made.saturating_add(1);
        self.last = Some(Instant::now());
        self.pause = Some((Instant::now() + pauses.after(self.made), problem));
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

    /// Takes back what the last record could not write.
    pub fn not_written(&mut self) {
        self.news.splice(0..0, std::mem::take(&mut self.in_writing));
    }

    /// Forgets what was under way; what the front door said, and what was repaired lately, stays.
    pub fn rest(&mut self) {
        let (door, repairs) = (std::mem::take(&mut self.door), std::mem::take(&mut self.repairs));
        *self = Self { door, repairs, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk_domain::WhatChanged;

    #[test]
    fn a_change_that_comes_again_and_again_is_set_back_more_rarely() {
        let changes = [Change { object: "Service shop".into(), what: WhatChanged::Missing }];
        let mut repairs = Repairs::default();
        let mut now = Instant::now();
        for _ in 0..PATIENT_REPAIRS {
            assert_eq!(repairs.note(&changes, Pauses::AFTER_FAILURE, now), None);
            assert!(repairs.pause.is_none());
        }
        let told = repairs.note(&changes, Pauses::AFTER_FAILURE, now).unwrap();
        assert_eq!(told.reason, "Contested");
        assert!(told.message.starts_with("Service shop was deleted. This was set back 4 times"), "{}", told.message);
        let mut last = Duration::ZERO;
        for _ in 0..4 {
            let (until, _) = repairs.blocked().unwrap();
            let pause = until - now;
            assert!(pause > last, "{pause:?} after {last:?}");
            last = pause;
            now = until;
            assert_eq!(repairs.note(&changes, Pauses::AFTER_FAILURE, now), None, "told once");
        }
        let (until, _) = repairs.blocked().unwrap();
        now = until + CALM + Duration::from_secs(1);
        assert_eq!(repairs.note(&changes, Pauses::AFTER_FAILURE, now), None);
        assert_eq!(repairs.made, 1, "calm again");
    }
}

//! What the reconciler remembers of a store between two looks. All of it may be lost: a restarted
//! server finds out again.

use std::time::Duration;

use secrecy::SecretString;
use souk_domain::{Check, Problem, StepName, timeline::NewEvent};
use tokio::time::Instant;

use super::{removal::Removal, retry::Pauses};

/// What is remembered of one store.
#[derive(Debug, Default)]
pub struct Memory {
    pub attempts: Attempts,
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

    /// Forgets what was under way; what the front door said stays.
    pub fn rest(&mut self) {
        let door = std::mem::take(&mut self.door);
        *self = Self { door, ..Self::default() };
    }
}

//! What the reconciler remembers of a store between two looks. All of it may be lost: a restarted
//! server finds out again, or reads it back from the operation's row.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

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
    pub wait: Option<Box<Wait>>,
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

/// Repairs of what others changed. Whoever changes the same object again at once is not fought at full
/// speed.
#[derive(Debug, Default)]
pub struct Repairs {
    objects: BTreeMap<String, Contest>,
    /// The last repair failed: none before this, and why.
    failure: Option<(Instant, Problem)>,
    failures: u32,
}

/// Repairs of one object.
#[derive(Debug)]
struct Contest {
    /// One after the other.
    made: u32,
    last: Instant,
    /// It is left alone until then.
    pause: Option<Instant>,
}

impl Repairs {
    /// Notes a repair of these changes, made now. Returns the problem when it is one too many for some.
    pub fn note(&mut self, changes: &[Change], pauses: Pauses, now: Instant) -> Option<Problem> {
        self.failure = None;
        self.failures = 0;
        self.objects.retain(|_, contest| {
            now.saturating_duration_since(contest.pause.max(Some(contest.last)).unwrap_or(now)) <= CALM
        });
        let mut contested = Vec::new();
        for change in changes {
            let contest =
                self.objects.entry(change.object.clone()).or_insert(Contest { made: 0, last: now, pause: None });
            contest.made += 1;
            contest.last = now;
            let too_many = contest.made.saturating_sub(PATIENT_REPAIRS);
            contest.pause = (too_many > 0).then(|| now + pauses.after(too_many + 1));
            if too_many == 1 {
                contested.push(change.clone());
            }
        }
        (!contested.is_empty()).then(|| contest_of(&contested))
    }

    /// Notes a repair that failed.
    pub fn fail(&mut self, problem: Problem, pauses: Pauses) {
        self.failures = self.failures.saturating_add(1);
        self.failure = Some((Instant::now() + pauses.after(self.failures), problem));
    }

    /// Why these changes are left alone now, if they are: a new one among them is reason enough to repair.
    pub fn blocked(&self, changes: &[Change], now: Instant) -> Option<Problem> {
        if let Some((_, problem)) = self.failure.as_ref().filter(|(until, _)| *until > now) {
            return Some(problem.clone());
        }
        let paused = |change: &Change| {
            let contest = self.objects.get(&change.object);
            contest.and_then(|contest| contest.pause).is_some_and(|until| until > now)
        };
        (!changes.is_empty() && changes.iter().all(paused)).then(|| contest_of(changes))
    }

    /// When the first pause ends that still lasts.
    pub fn next(&self) -> Option<Instant> {
        let failure = self.failure.as_ref().map(|(until, _)| *until);
        let pauses = self.objects.values().filter_map(|contest| contest.pause);
        pauses.chain(failure).filter(|until| *until > Instant::now()).min()
    }
}

fn contest_of(changes: &[Change]) -> Problem {
    let what = drift::sentence(changes);
    Problem::waiting(
        "Contested",
        format!(
            "{what} It was set back {PATIENT_REPAIRS} times in a row and comes again; it is tried more rarely now."
        ),
    )
}

/// What is waited for, and since when. Few stores wait, and all are remembered: kept out of line.
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

/// A result of the front door holds for one state of the store and no other: its address, its release, its pods.
/// A fingerprint is enough to tell another state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject(u64);

impl Subject {
    pub fn of<'a>(url: &str, digest: Option<&str>, pods: impl Iterator<Item = &'a str>) -> Self {
        let mut hasher = DefaultHasher::new();
        (url, digest).hash(&mut hasher);
        pods.for_each(|pod| pod.hash(&mut hasher));
        Self(hasher.finish())
    }
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
            let wait = Wait { step, reason: reason.clone(), since: Instant::now(), warning, told: false };
            self.wait = Some(Box::new(wait));
        }
        self.wait
            .get_or_insert_with(|| Box::new(Wait { step, reason, since: Instant::now(), warning: None, told: false }))
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

    fn missing(object: &str) -> Change {
        Change { object: object.into(), what: WhatChanged::Missing }
    }

    #[test]
    fn a_change_that_comes_again_and_again_is_set_back_more_rarely() {
        let (changes, pauses) = ([missing("Service shop")], Pauses::AFTER_FAILURE);
        let (mut repairs, mut now) = (Repairs::default(), Instant::now());
        for _ in 0..PATIENT_REPAIRS {
            assert_eq!(repairs.note(&changes, pauses, now), None);
            assert_eq!(repairs.blocked(&changes, now), None);
        }
        let told = repairs.note(&changes, pauses, now).unwrap();
        assert_eq!(told.reason, "Contested");
        assert!(told.message.starts_with("Service shop was deleted. It was set back"), "{}", told.message);
        let mut last = Duration::ZERO;
        for _ in 0..4 {
            assert!(repairs.blocked(&changes, now).is_some());
            let pause = repairs.objects["Service shop"].pause.unwrap() - now;
            assert!(pause > last, "{pause:?} after {last:?}");
            last = pause;
            now += pause;
            assert_eq!(repairs.blocked(&changes, now), None);
            assert_eq!(repairs.note(&changes, pauses, now), None, "told once");
        }
        let end = repairs.objects["Service shop"].pause.unwrap();
        now = end + CALM + Duration::from_secs(1);
        assert_eq!(repairs.note(&changes, pauses, now), None);
        assert_eq!(repairs.objects["Service shop"].made, 1, "calm again");
    }

    #[test]
    fn other_changes_are_no_contest() {
        let (pauses, now) = (Pauses::AFTER_FAILURE, Instant::now());
        let mut repairs = Repairs::default();
        for number in 0..10 {
            let changes = [missing(&format!("Service {number}"))];
            assert_eq!(repairs.note(&changes, pauses, now), None);
            assert_eq!(repairs.blocked(&changes, now), None);
        }
        for _ in 0..=PATIENT_REPAIRS {
            repairs.note(&[missing("Service shop")], pauses, now);
        }
        assert!(repairs.blocked(&[missing("Service shop")], now).is_some());
        assert_eq!(repairs.blocked(&[missing("Service shop"), missing("Deployment shop")], now), None);
        repairs.fail(Problem::waiting("HelmFailed", "It broke."), pauses);
        assert_eq!(repairs.blocked(&[missing("Deployment shop")], now).unwrap().reason, "HelmFailed");
    }
}

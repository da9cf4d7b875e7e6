//! The wall clock, and what becomes of deadlines when somebody sets it forward.
//!
//! Pauses, leases in hand, limits and the queue are measured by the monotonic clock and do not care.
//! Deadlines of operations are times of day, written down so that they outlive the process; a clock
//! that is set forward by an hour would end every operation at once. So this module notices a step,
//! by comparing both clocks, and takes it out again for whatever was asked for before it.
//!
//! A step backwards is left alone: operations get more time than they need, and none ends early.

#[cfg(test)]
pub mod played;

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use time::OffsetDateTime;

/// The clocks may drift apart by less than this between two looks; more is a step.
const TOLERANCE: Duration = Duration::from_secs(2);
/// Steps that are remembered; a clock that steps more often has worse troubles.
const MOST: usize = 32;

/// Now, by the wall clock.
pub fn now() -> OffsetDateTime {
    #[cfg(test)]
    if let Some(now) = played::now() {
        return now;
    }
    OffsetDateTime::now_utc()
}

/// Now, on the wall clock as it was when something was asked for at `asked`: steps forward that this
/// process has seen since then do not count.
pub fn now_for(asked: OffsetDateTime) -> OffsetDateTime {
    #[cfg(test)]
    if let Some(now) = played::now() {
        return now;
    }
    static CLOCK: OnceLock<Mutex<Steps>> = OnceLock::new();
    let clock = CLOCK.get_or_init(|| Mutex::new(Steps::new(OffsetDateTime::now_utc(), Instant::now())));
    let mut steps = clock.lock().unwrap_or_else(PoisonError::into_inner);
    // Both are read under the lock: else two readers could pass each other and see a step.
    let now = OffsetDateTime::now_utc();
    if let Some(size) = steps.look(now, Instant::now()) {
        tracing::warn!(seconds = size.as_secs(), "the clock was set forward; deadlines move with it");
    }
    now - steps.since(asked)
}

/// The steps forward that were seen.
#[derive(Debug)]
struct Steps {
    wall: OffsetDateTime,
    steady: Instant,
    /// What the clock would have shown without the step when it was noticed, and how large it was.
    seen: Vec<(OffsetDateTime, Duration)>,
}

impl Steps {
    fn new(wall: OffsetDateTime, steady: Instant) -> Self {
        Self { wall, steady, seen: Vec::new() }
    }

    /// Compares both clocks with the last look; returns the step forward between, if there is one.
    fn look(&mut self, wall: OffsetDateTime, steady: Instant) -> Option<Duration> {
        let expected = self.wall + steady.saturating_duration_since(self.steady);
        (self.wall, self.steady) = (wall, steady);
        let step = Duration::try_from(wall - expected).ok().filter(|step| *step > TOLERANCE)?;
        if self.seen.len() == MOST {
            self.seen.remove(0);
        }
        self.seen.push((expected, step));
        Some(step)
    }

    /// All steps since `asked`. What is asked for after a step carries a later time than the clock
    /// would have shown without it.
    fn since(&self, asked: OffsetDateTime) -> Duration {
        self.seen.iter().filter(|(expected, _)| asked <= *expected).map(|(_, step)| *step).sum()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_step_forward_is_taken_out_for_what_was_asked_before_it() {
        let (noon, start) = (datetime!(2026-01-01 12:00 UTC), Instant::now());
        let hour = Duration::from_secs(3600);
        let after = |seconds| Duration::from_secs(seconds);
        let mut steps = Steps::new(noon, start);
        assert_eq!(steps.look(noon + after(60), start + after(60)), None);
        assert_eq!(steps.look(noon + after(121), start + after(120)), None, "a clock that is a little fast");
        // Set forward by an hour, and noticed five minutes later.
        let step = steps.look(noon + hour + after(421), start + after(420)).unwrap();
        assert_eq!(step, hour);
        assert_eq!(steps.since(noon), hour);
        assert_eq!(steps.since(noon + hour + after(200)), Duration::ZERO, "asked for after the step");
        // Once more, and back: only forward counts.
        assert!(steps.look(noon + hour * 2 + after(481), start + after(480)).is_some());
        assert_eq!(steps.look(noon + after(540), start + after(540)), None);
        assert_eq!(steps.since(noon), hour * 2);
        assert_eq!(steps.since(noon + hour + after(200)), hour);
    }

    #[test]
    fn a_clock_that_runs_gives_the_time() {
        let before = OffsetDateTime::now_utc();
        let now = now_for(before);
        assert!(now >= before && now <= OffsetDateTime::now_utc());
    }

    #[test]
    fn only_the_newest_steps_are_kept() {
        let (noon, start) = (datetime!(2026-01-01 12:00 UTC), Instant::now());
        let mut steps = Steps::new(noon, start);
        for n in 1..=50 {
            assert!(steps.look(noon + Duration::from_secs(60) * n, start).is_some());
        }
        assert_eq!(steps.seen.len(), MOST);
    }
}

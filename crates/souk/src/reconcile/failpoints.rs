//! Points at which a test ends the server as `kill -9` would. Empty unless built for such tests.
//!
//! A point is named `<kind>-<step>-before` or `-after`, such as `create-release-after`. Before: the
//! step is recorded and nothing of it is done. After: it is done and not recorded.

use souk_domain::{OperationKind, StepName, StepState, Store};

/// A moment of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}

/// The steps between two states of a store's operation: those that end, and those that begin.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Passed {
    kind: Option<OperationKind>,
    ended: Vec<StepName>,
    begun: Vec<StepName>,
}

/// Which steps the write from `before` to `after` passes.
pub fn passed(before: &Store, after: &Store) -> Passed {
    let (Some(old), Some(new)) = (&before.operation, &after.operation) else {
        return Passed::default();
    };
    if !cfg!(any(test, feature = "failpoints")) || old.id != new.id {
        return Passed::default();
    }
    let mut passed = Passed { kind: Some(new.kind), ..Passed::default() };
    for (old, new) in old.steps.iter().zip(&new.steps) {
        if old.state != StepState::Done && new.state == StepState::Done {
            passed.ended.push(new.name);
        }
        if old.state == StepState::Pending && new.state != StepState::Pending {
            passed.begun.push(new.name);
        }
    }
    passed
}

/// Dies here when the environment variable `FAILPOINTS` says so.
#[cfg(feature = "failpoints")]
pub fn reach(passed: &Passed, moment: Moment) {
    let Some(kind) = passed.kind else { return };
    let (steps, word) = match moment {
        Moment::Before => (&passed.begun, "before"),
        Moment::After => (&passed.ended, "after"),
    };
    for step in steps {
        let name = format!("{}-{}-{word}", kind.as_str(), step.as_str());
        fail::fail_point!(&name, |_| die(&name));
    }
}

/// Nothing: this build has no such points.
#[cfg(not(feature = "failpoints"))]
pub fn reach(_: &Passed, _: Moment) {}

#[cfg(feature = "failpoints")]
fn die(name: &str) {
    use rustix::process::{Signal, getpid, kill_process};
    tracing::warn!(failpoint = name, "ended by a failpoint");
    let _ = kill_process(getpid(), Signal::KILL);
}

//! The small model: what has to be true in a run, at all times and at its end.

use std::time::Duration;

use souk_domain::{OperationKind, OperationState, Phase, Store};

use super::{
    run::{Result, Run, at_once},
    weather::Weather,
};
use crate::db::AuditFilter;
use crate::kube::ReleaseStatus;

/// How long a store may need, once all is well, to come to rest: a deadline and the longest pause.
const REST: Duration = Duration::from_secs(3600);

/// What is known of a run without looking at it.
#[derive(Debug, Default)]
pub struct Expected {
    /// Requests that were accepted; the audit log has one entry for each.
    pub accepted: usize,
    pub deleted: bool,
    pub cancelled: bool,
    /// Something was refused for good once.
    pub refused: bool,
    /// Somebody else's namespace has the store's name, or had it.
    pub foreign: bool,
    pub was_foreign: bool,
    pub unlabelled: bool,
    pub namespaces_lost: usize,
}

impl Expected {
    /// At all times.
    pub fn check(&self, weather: &Weather) -> Result {
        match weather.complaints().first() {
            Some(complaint) => Err(complaint.clone()),
            None => Ok(()),
        }
    }

    /// Whether the store's failure has a cause that the run knows of.
    fn explains(&self, store: &Store) -> bool {
        let Some(operation) = &store.operation else { return false };
        let late = operation.deadline_at.zip(operation.finished_at).is_some_and(|(deadline, end)| end >= deadline);
        late || match operation.reason.as_deref() {
            Some("Cancelled") => self.cancelled,
            Some("ReleaseRefused" | "Refused") => self.refused,
            Some("ForeignNamespace") => self.foreign || self.was_foreign || self.unlabelled,
            _ => false,
        }
    }
}

/// Nothing more happens to the store by itself.
fn rests(store: &Store) -> bool {
    let over = store.operation.as_ref().is_some_and(|operation| operation.state.is_over());
    over && matches!(store.phase, Phase::Ready | Phase::Suspended | Phase::Deleted | Phase::Failed)
}

/// Everything is mended; the store has to get where its owner asked, and at last to go.
pub async fn ends_well(run: &mut Run) -> Result {
    run.heal().await?;
    let mut store = rest(run, "after all was mended").await?;
    if store.phase == Phase::Failed {
        if !run.expected.explains(&store) {
            return Err(format!("it failed for no known cause: {store:#?}"));
        }
        run.retry().await?;
        store = rest(run, "after a retry").await?;
    }
    let wanted = match run.expected.deleted {
        true => Phase::Deleted,
        false if store.suspended => Phase::Suspended,
        false => Phase::Ready,
    };
    if store.phase != wanted {
        return Err(format!("it is not {wanted}: {store:#?}"));
    }
    if matches!(store.phase, Phase::Ready | Phase::Suspended) {
        is_whole(run, &store)?;
        run.delete().await?;
        rest(run, "after its deletion").await?;
    }
    left_nothing(run).await
}

async fn rest(run: &mut Run, when: &str) -> Result<Store> {
    let at_rest = run.until(REST, async |run| rests(&run.get().await)).await;
    // What is in hand may undo it.
    run.until(Duration::from_secs(30), async |_| false).await;
    run.expected.check(&run.weather)?;
    if !run.all_alive() {
        return Err("a server ended by itself".into());
    }
    let store = run.get().await;
    if at_rest && rests(&store) { Ok(store) } else { Err(format!("it does not come to rest {when}: {store:#?}")) }
}

/// One namespace, one release that is what was asked for last, the chosen password.
fn is_whole(run: &Run, store: &Store) -> Result {
    let state = run.world.state();
    let newest = state.facts.newest_release();
    // A change that was cancelled may be asked for again: until then the shop runs as it was (docs/decisions/0008).
    let cancelled = store
        .operation
        .as_ref()
        .is_some_and(|last| last.kind == OperationKind::Update && last.state == OperationState::Cancelled);
    let good = newest.is_some_and(|release| {
        release.status == ReleaseStatus::Deployed && (cancelled || release.digest == run.wanted_digest(store))
    });
    let asleep = store.phase == Phase::Suspended;
    if !good || store.orders_possible == asleep || state.asleep != asleep {
        return Err(format!("it is ready with the release {newest:?}: {store:#?}"));
    }
    if state.namespaces_made > 1 + run.expected.namespaces_lost + usize::from(run.expected.was_foreign) {
        return Err(format!("{} namespaces were made", state.namespaces_made));
    }
    Ok(())
}

async fn left_nothing(run: &mut Run) -> Result {
    let store = run.get().await;
    if store.phase != Phase::Deleted {
        return Err(format!("it is not deleted: {store:#?}"));
    }
    {
        let state = run.world.state();
        if !state.facts.is_empty() || state.hidden.is_some() {
            return Err(format!("something is left: {:?} {:?}", state.facts, state.hidden));
        }
    }
    for operation in at_once(run.db.list_operations(&run.store)).await.map_err(|error| error.to_string())? {
        if !operation.state.is_over() {
            return Err(format!("an operation stays open: {operation:#?}"));
        }
        if operation.state == OperationState::Succeeded && operation.reason.is_some() {
            return Err(format!("a success has a reason: {operation:#?}"));
        }
    }
    let audit =
        at_once(run.db.list_audit(&AuditFilter::default(), None, 1)).await.map_err(|error| error.to_string())?;
    if audit.total != run.expected.accepted as u64 {
        return Err(format!("{} requests, {} audit entries", run.expected.accepted, audit.total));
    }
    for (before, after) in at_once(run.db.logged_phases(&run.store)).await {
        if !on_the_diagram(before, after) {
            return Err(format!("the phase went from {before} to {after}"));
        }
    }
    Ok(())
}

/// An arrow of the diagram in `souk_domain::phase`, or an operation that began and ended in one write.
fn on_the_diagram(before: Phase, after: Phase) -> bool {
    use Phase::{Degraded, Deleted, Deleting, Failed, Pending, Provisioning, Ready, Suspended};
    match (before, after) {
        (Pending | Ready | Degraded | Suspended | Failed, Provisioning)
        | (Provisioning | Degraded | Pending, Ready)
        | (Provisioning | Degraded, Suspended)
        | (Provisioning | Ready, Degraded)
        | (Pending | Provisioning | Ready | Degraded, Failed)
        | (Deleting, Deleted) => true,
        (from, Deleting) => from != Deleted,
        _ => false,
    }
}

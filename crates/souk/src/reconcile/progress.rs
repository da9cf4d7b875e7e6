//! What a look at a store means for its row: phase, conditions, operation and timeline, changed
//! together and here only. Pure; the caller writes it in one transaction.

use souk_domain::{
    IllegalTransition, Observed, OperationState, Phase, PhaseEvent, Problem, StepName, Store, Wanted,
    timeline::NewEvent,
};
use time::OffsetDateTime;

use super::conditions::{self, away};

/// What was seen, and what comes of it.
#[derive(Debug, Clone)]
pub struct Look {
    /// The store's revision that the look was made at.
    pub revision: i64,
    pub wanted: Wanted,
    /// What is there; absent while the cluster does not answer.
    pub observed: Option<Observed>,
    /// Tells the namespace that is ours from any other one of its name.
    pub namespace_uid: Option<String>,
    /// Why the cluster does not answer.
    pub away: Option<String>,
    /// The shop's own check said that orders are possible.
    pub orders: bool,
    pub verdict: Verdict,
    /// When a failed action is tried again, while that is still to come.
    pub next_attempt_at: Option<OffsetDateTime>,
    /// Failed attempts in a row.
    pub attempts: u32,
    /// It waits for a known problem for so long that others are made meanwhile.
    pub left_births: bool,
    /// Lines for the timeline about what was done since the last look.
    pub events: Vec<NewEvent>,
}

impl Look {
    /// A look at this store of which nothing is known yet but what comes of it.
    pub fn at(store: &Store, verdict: Verdict) -> Self {
        Self {
            revision: store.revision,
            wanted: store.wanted(),
            observed: None,
            namespace_uid: None,
            away: None,
            orders: false,
            verdict,
            next_attempt_at: None,
            attempts: 0,
            left_births: false,
            events: Vec::new(),
        }
    }
}

/// What comes of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A step is at work or waits, with the problem if one is known.
    Underway(StepName, Option<Problem>),
    /// Nothing can be said now.
    Unclear,
    /// What is wanted is there.
    Done,
    /// The operation ends without success.
    Stopped(OperationState, Problem),
}

/// Changes the store as the look says, and adds what is new to the timeline.
pub fn apply(
    store: &mut Store,
    events: &mut Vec<NewEvent>,
    look: &Look,
    now: OffsetDateTime,
) -> Result<(), IllegalTransition> {
    events.extend(look.events.iter().cloned());
    if store.revision != look.revision || store.phase == Phase::Deleted {
        // Somebody asked for something else meanwhile: this look is out of date, and another one comes.
        return Ok(());
    }
    conditions::update(store, events, look, now);
    if store.namespace_uid.is_none() {
        store.namespace_uid.clone_from(&look.namespace_uid);
    }
    match &look.verdict {
        Verdict::Unclear => {
            if let (Some(reason), Some(operation)) = (&look.away, store.operation.as_mut()) {
                operation.reason = Some("ClusterUnreachable".to_owned());
                operation.message = Some(away(reason));
                // What failed meanwhile failed for this reason.
                operation.next_attempt_at = None;
            }
            Ok(())
        }
        Verdict::Underway(step, problem) => underway(store, events, look, (*step, problem.as_ref()), now),
        Verdict::Done => done(store, events, look, now),
        Verdict::Stopped(state, problem) => stopped(store, events, (*state, problem), now),
    }
}

fn underway(
    store: &mut Store,
    events: &mut Vec<NewEvent>,
    look: &Look,
    (step, problem): (StepName, Option<&Problem>),
    now: OffsetDateTime,
) -> Result<(), IllegalTransition> {
    let phase = store.phase;
    let Some(operation) = store.operation.as_mut().filter(|operation| !operation.state.is_over()) else {
        if matches!(phase, Phase::Ready | Phase::Degraded) {
            store.apply(PhaseEvent::BecameUnhealthy)?;
            store.orders_possible = false;
            if phase == Phase::Ready {
                let why = problem.map_or_else(|| store.sentence(), |problem| problem.message.clone());
                events.push(NewEvent::warning("StoreDegraded", why).at_step(step));
            }
        }
        return Ok(());
    };
    let begins = operation.begin(now);
    operation.holds_place &= !look.left_births;
    operation.reach(step, now);
    operation.explain(problem.map(|problem| problem.message.as_str()));
    operation.reason = problem.map(|problem| problem.reason.clone());
    operation.message = problem.map(|problem| problem.message.clone());
    operation.next_attempt_at = look.next_attempt_at;
    operation.attempts = operation.attempts.max(look.attempts);
    if begins && look.wanted != Wanted::Gone {
        store.apply(PhaseEvent::Start)?;
        store.orders_possible = false;
    }
    Ok(())
}

fn done(
    store: &mut Store,
    events: &mut Vec<NewEvent>,
    look: &Look,
    now: OffsetDateTime,
) -> Result<(), IllegalTransition> {
    let before = store.phase;
    if let Some(operation) = store.operation.as_mut().filter(|operation| !operation.state.is_over()) {
        operation.started_at.get_or_insert(now);
        operation.succeed(now);
    }
    if look.wanted == Wanted::Gone {
        store.apply(PhaseEvent::Removed)?;
        events.push(NewEvent::normal("StoreDeleted", "The release, the volumes and the namespace are gone."));
        return Ok(());
    }
    if before == Phase::Pending {
        store.apply(PhaseEvent::Start)?;
    }
    if look.wanted == Wanted::Suspended {
        store.apply(PhaseEvent::Suspended)?;
        store.orders_possible = false;
        if before != Phase::Suspended {
            events
                .push(NewEvent::normal("StoreSuspended", "The shop and its database are stopped; everything is kept."));
        }
        return Ok(());
    }
    store.apply(PhaseEvent::BecameReady)?;
    store.orders_possible = look.orders;
    let text = match (before, look.orders) {
        (Phase::Ready, _) => return Ok(()),
        (Phase::Degraded, _) => "The shop works again.",
        (_, true) => "The shop is ready and takes orders.",
        (_, false) => "The shop is ready as a plain WordPress site; its image has no WooCommerce.",
    };
    events.push(NewEvent::normal("StoreReady", text));
    Ok(())
}

fn stopped(
    store: &mut Store,
    events: &mut Vec<NewEvent>,
    (state, problem): (OperationState, &Problem),
    now: OffsetDateTime,
) -> Result<(), IllegalTransition> {
    let Some(operation) = store.operation.as_mut().filter(|operation| !operation.state.is_over()) else {
        return Ok(());
    };
    let step = operation.current_step().map(|step| step.name);
    operation.started_at.get_or_insert(now);
    operation.stop(state, &problem.reason, &problem.message, now);
    let kind = operation.kind;
    let cancelled_change = kind.is_change() && state == OperationState::Cancelled;
    if cancelled_change {
        // The wish is taken back, and what was done towards it.
        store.suspended = kind.suspends().map_or(store.suspended, |suspended| !suspended);
        // The shop may well run as it did before: the next look says how it is.
        store.apply(PhaseEvent::ChangeCancelled)?;
    } else if matches!(store.phase, Phase::Ready | Phase::Degraded) {
        store.apply(PhaseEvent::Start)?;
    }
    if !cancelled_change {
        store.apply(PhaseEvent::OperationFailed)?;
    }
    store.orders_possible = false;
    let event = NewEvent::warning(&problem.reason, problem.message.clone());
    events.push(match step {
        Some(step) => event.at_step(step),
        None => event,
    });
    Ok(())
}

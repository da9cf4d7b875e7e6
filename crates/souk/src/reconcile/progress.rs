//! What a look at a store means for its row: phase, conditions, operation and timeline, changed
//! together and here only. Pure; the caller writes it in one transaction.

use souk_domain::{
    Check, ConditionStatus, ConditionType, IllegalTransition, Observed, OperationState, Phase, PhaseEvent, Problem,
    ReleaseState, StepName, Store, Wanted, WorkloadState, timeline::NewEvent,
};
use time::OffsetDateTime;

/// What was seen, and what comes of it.
#[derive(Debug, Clone)]
pub struct Look {
    pub wanted: Wanted,
    /// What is there; absent while the cluster does not answer.
    pub observed: Option<Observed>,
    /// Why the cluster does not answer.
    pub away: Option<String>,
    /// The shop's own check said that orders are possible.
    pub orders: bool,
    pub verdict: Verdict,
    /// The next attempt of a failed action, and how many there were.
    pub retry: Option<(OffsetDateTime, u32)>,
    /// Lines for the timeline about what was done since the last look.
    pub events: Vec<NewEvent>,
}

impl Look {
    /// A look at this store of which nothing is known yet but what comes of it.
    pub fn at(store: &Store, verdict: Verdict) -> Self {
        Self {
            wanted: store.wanted(),
            observed: None,
            away: None,
            orders: false,
            verdict,
            retry: None,
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
    if store.wanted() != look.wanted || store.phase == Phase::Deleted {
        // Somebody asked for something else meanwhile: this look is out of date.
        return Ok(());
    }
    events.extend(look.events.iter().cloned());
    conditions(store, events, look, now);
    match &look.verdict {
        Verdict::Unclear => {
            if let (Some(reason), Some(operation)) = (&look.away, store.operation.as_mut()) {
                operation.reason = Some("ClusterUnreachable".to_owned());
                operation.message = Some(away(reason));
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
    let begins = operation.state == OperationState::Queued;
    if begins {
        operation.state = OperationState::Running;
        operation.started_at.get_or_insert(now);
    }
    operation.reach(step, now);
    operation.explain(problem.map(|problem| problem.message.as_str()));
    operation.reason = problem.map(|problem| problem.reason.clone());
    operation.message = problem.map(|problem| problem.message.clone());
    operation.next_attempt_at = look.retry.map(|(at, _)| at);
    if let Some((_, attempts)) = look.retry {
        operation.attempts = operation.attempts.max(attempts);
    }
    if begins && look.wanted == Wanted::Running {
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
    if matches!(store.phase, Phase::Ready | Phase::Degraded) {
        store.apply(PhaseEvent::Start)?;
    }
    store.apply(PhaseEvent::OperationFailed)?;
    store.orders_possible = false;
    let event = NewEvent::warning(&problem.reason, problem.message.clone());
    events.push(match step {
        Some(step) => event.at_step(step),
        None => event,
    });
    Ok(())
}

/// A status with its reason and sentence.
type Finding = (ConditionStatus, String, String);

fn is_true(reason: &str, message: &str) -> Finding {
    (ConditionStatus::True, reason.to_owned(), message.to_owned())
}

fn is_false(reason: &str, message: &str) -> Finding {
    (ConditionStatus::False, reason.to_owned(), message.to_owned())
}

fn unknown(message: &str) -> Finding {
    (ConditionStatus::Unknown, "NotChecked".to_owned(), message.to_owned())
}

fn because(problem: &Problem) -> Finding {
    is_false(&problem.reason, &problem.message)
}

fn away(reason: &str) -> String {
    format!("The cluster does not answer ({reason}); the store waits for it.")
}

fn conditions(store: &mut Store, events: &mut Vec<NewEvent>, look: &Look, now: OffsetDateTime) {
    use ConditionType::{
        ClusterReachable, DatabaseReady, OrdersReady, ReleaseReady, RouteReady, ShopReady, StorefrontReady,
    };
    if look.away.is_none() && look.observed.is_none() {
        return;
    }
    let cluster = match &look.away {
        Some(reason) => is_false("ClusterUnreachable", &away(reason)),
        None => is_true("Reachable", "The cluster answers."),
    };
    let mut findings = vec![(ClusterReachable, cluster)];
    match &look.observed {
        Some(observed) if look.wanted == Wanted::Running => findings.extend([
            (ReleaseReady, release(observed, &look.verdict)),
            (DatabaseReady, workload(&observed.database, "The database")),
            (StorefrontReady, workload(&observed.storefront, "The shop")),
            (
                RouteReady,
                check(
                    &observed.route,
                    "Answers",
                    "The shop answers under its address.",
                    "The address is tried once the shop is up.",
                ),
            ),
            (
                ShopReady,
                check(
                    &observed.shop,
                    "Passed",
                    "The shop's own check passed.",
                    "The shop's own check is made once the address answers.",
                ),
            ),
            (OrdersReady, orders(observed, look.orders)),
        ]),
        Some(_) => {
            for kind in [ReleaseReady, DatabaseReady, StorefrontReady, RouteReady, ShopReady, OrdersReady] {
                if store.conditions.get(kind).is_some() {
                    findings.push((kind, is_false("Deleting", "The store is being deleted.")));
                }
            }
        }
        None => {}
    }
    for (kind, (status, reason, message)) in findings {
        let before = store.conditions.get(kind).map(|condition| condition.status);
        store.conditions.set(kind, status, &reason, &message, now);
        events.extend(transition(kind, before, status, &reason, message).map(|event| match step_of(kind) {
            Some(step) => event.at_step(step),
            None => event,
        }));
    }
}

/// The step of a create whose end the condition is.
fn step_of(kind: ConditionType) -> Option<StepName> {
    match kind {
        ConditionType::DatabaseReady => Some(StepName::Database),
        ConditionType::StorefrontReady => Some(StepName::Storefront),
        ConditionType::RouteReady => Some(StepName::Route),
        ConditionType::ShopReady => Some(StepName::Shop),
        _ => None,
    }
}

/// The timeline shows when a part came up, and when one that was up went down.
fn transition(
    kind: ConditionType,
    before: Option<ConditionStatus>,
    now: ConditionStatus,
    reason: &str,
    message: String,
) -> Option<NewEvent> {
    use ConditionStatus::{False, True};
    if before == Some(now) || reason == "Deleting" {
        return None;
    }
    match (kind, before, now) {
        (ConditionType::ClusterReachable, Some(False), True) => Some(NewEvent::normal("ClusterReachable", message)),
        (ConditionType::ClusterReachable, _, False) => Some(NewEvent::warning(reason, message)),
        (_, _, True) => step_of(kind).map(|step| NewEvent::normal(&came_up(step), message)),
        (_, Some(True), False) if step_of(kind).is_some() => Some(NewEvent::warning(reason, message)),
        _ => None,
    }
}

fn came_up(step: StepName) -> String {
    match step {
        StepName::Database => "DatabaseReady",
        StepName::Storefront => "StorefrontReady",
        StepName::Route => "RouteReady",
        _ => "ShopReady",
    }
    .to_owned()
}

fn release(observed: &Observed, verdict: &Verdict) -> Finding {
    let blocked = match verdict {
        Verdict::Underway(StepName::Namespace | StepName::Secrets | StepName::Release, Some(problem))
        | Verdict::Stopped(_, problem) => Some(problem),
        _ => None,
    };
    match (&observed.release, blocked) {
        (ReleaseState::Deployed { current: true }, _) => is_true("Deployed", "The release is installed."),
        (_, Some(problem)) => because(problem),
        (ReleaseState::Absent, None) => is_false("NotInstalled", "The release is not installed yet."),
        (ReleaseState::Deployed { current: false }, None) => {
            is_false("Outdated", "The release is installed with other values than those that are wanted.")
        }
        (ReleaseState::Failed { .. }, None) => is_false("InstallFailed", "The last try to install the release failed."),
        (ReleaseState::PendingInstall | ReleaseState::PendingUpgrade | ReleaseState::Uninstalling, None) => {
            is_false("Interrupted", "Helm was interrupted; the release is being put in order.")
        }
    }
}

fn workload(state: &WorkloadState, what: &str) -> Finding {
    match state {
        WorkloadState::Available => is_true("Available", &format!("{what} is up.")),
        WorkloadState::Absent => is_false("NotThere", &format!("{what} is not there yet.")),
        WorkloadState::Progressing(None) => is_false("Starting", &format!("{what} is starting.")),
        WorkloadState::Progressing(Some(problem)) => because(problem),
    }
}

fn check(check: &Check, reason: &str, passed: &str, not_made: &str) -> Finding {
    match check {
        Check::Passed => is_true(reason, passed),
        Check::Failed(problem) => because(problem),
        Check::NotMade => unknown(not_made),
    }
}

fn orders(observed: &Observed, possible: bool) -> Finding {
    match &observed.shop {
        Check::Passed if possible => is_true("Possible", "An order can be placed."),
        Check::Passed => {
            is_false("WooCommerceMissing", "The image has no WooCommerce: this is a plain WordPress site.")
        }
        Check::Failed(problem) => because(problem),
        Check::NotMade => unknown("Known once the shop's own check was made."),
    }
}

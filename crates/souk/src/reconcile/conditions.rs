//! What a look means for the conditions of a store, and which of their changes the timeline shows.

use souk_domain::{
    Check, ConditionStatus, ConditionType, Drift, EventType, NamespaceState, Observed, Problem, ReleaseState,
    SecretsState, StepName, Store, Wanted, WorkloadState, drift, timeline::NewEvent,
};
use time::OffsetDateTime;

use super::progress::{Look, Verdict};

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

/// Something was changed, and the store's owner wants it left so.
const REPAIR_OFF: &str = "RepairOff";

/// Sets every condition of which the look knows something.
pub fn update(store: &mut Store, events: &mut Vec<NewEvent>, look: &Look, now: OffsetDateTime) {
    use ConditionType::{
        AsWanted, ClusterReachable, DatabaseReady, OrdersReady, ReleaseReady, Removed, RouteReady, ShopReady,
        StorefrontReady,
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
            (DatabaseReady, workload(&observed.database, "The database", &look.verdict)),
            (StorefrontReady, workload(&observed.storefront, "The shop", &look.verdict)),
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
            (AsWanted, as_wanted(observed)),
        ]),
        Some(observed) if look.wanted == Wanted::Suspended => {
            findings.push((ReleaseReady, release(observed, &look.verdict)));
            for (kind, state) in [(DatabaseReady, &observed.database), (StorefrontReady, &observed.storefront)] {
                findings.push((kind, asleep(*state == WorkloadState::Stopped)));
            }
            findings.extend([RouteReady, ShopReady, OrdersReady].map(|kind| (kind, asleep(true))));
            findings.push((AsWanted, as_wanted(observed)));
        }
        Some(_) => {
            for kind in [ReleaseReady, DatabaseReady, StorefrontReady, RouteReady, ShopReady, OrdersReady, AsWanted] {
                if store.conditions.get(kind).is_some() {
                    findings.push((kind, is_false("Deleting", "The store is being deleted.")));
                }
            }
            findings.push((Removed, removed(&look.verdict)));
        }
        None => {}
    }
    for (kind, (status, reason, message)) in findings {
        let before = store.conditions.get(kind).map(|condition| condition.status);
        store.conditions.set(kind, status, &reason, &message, now);
        let expected = store.open_operation().is_some() && kind != ConditionType::ClusterReachable;
        let news = transition(kind, before, status, &reason, message);
        // That a part goes down while it is changed on purpose is no news.
        let news = news.filter(|event| !expected || event.kind == EventType::Normal);
        events.extend(news.map(|event| match step_of(kind) {
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
        // With repairs on, the repair itself is the news.
        (ConditionType::AsWanted, _, False) if reason == REPAIR_OFF => Some(NewEvent::warning("DriftFound", message)),
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

fn removed(verdict: &Verdict) -> Finding {
    match verdict {
        Verdict::Done => is_true("Removed", "The release, the volumes and the namespace are gone."),
        Verdict::Underway(_, Some(problem)) | Verdict::Stopped(_, problem) => because(problem),
        Verdict::Underway(_, None) | Verdict::Unclear => is_false("Deleting", "The store is being deleted."),
    }
}

fn release(observed: &Observed, verdict: &Verdict) -> Finding {
    if let Verdict::Underway(StepName::Namespace | StepName::Secrets, Some(problem)) = verdict {
        return because(problem);
    }
    let blocked = match verdict {
        Verdict::Underway(StepName::Release, Some(problem)) | Verdict::Stopped(_, problem) => Some(problem),
        _ => None,
    };
    match (&observed.release, blocked) {
        (ReleaseState::Deployed { current: true }, _) => is_true("Deployed", "The release is installed."),
        (_, Some(problem)) => because(problem),
        (ReleaseState::Foreign, None) => is_false("ForeignRelease", "Somebody else's release has the store's name."),
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

fn workload(state: &WorkloadState, what: &str, verdict: &Verdict) -> Finding {
    if let (WorkloadState::Absent, Verdict::Underway(StepName::Release, Some(problem))) = (state, verdict) {
        // Why it is not made again.
        return because(problem);
    }
    match state {
        WorkloadState::Available => is_true("Available", &format!("{what} is up.")),
        WorkloadState::Absent => is_false("NotThere", &format!("{what} is not there yet.")),
        WorkloadState::Progressing(None) | WorkloadState::Stopped => {
            is_false("Starting", &format!("{what} is starting."))
        }
        WorkloadState::Progressing(Some(problem)) => because(problem),
    }
}

/// Of a part that is not to run: neither well nor broken.
fn asleep(stopped: bool) -> Finding {
    let (reason, message) = match stopped {
        true => ("Suspended", "The store is suspended."),
        false => ("Suspending", "The store is being suspended."),
    };
    (ConditionStatus::Unknown, reason.to_owned(), message.to_owned())
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

fn as_wanted(observed: &Observed) -> Finding {
    let mut found = Vec::new();
    if let NamespaceState::Relabelled(labels) = &observed.namespace {
        found.push(format!("The namespace's labels were changed: {labels}."));
    }
    match observed.secrets {
        SecretsState::Edited => found.push("A secret of the store was changed.".to_owned()),
        SecretsState::Missing { .. } if observed.release != ReleaseState::Absent => {
            found.push("A secret of the store was deleted.".to_owned());
        }
        _ => {}
    }
    let changes = observed.drift.changes();
    if !changes.is_empty() {
        found.push(drift::sentence(changes));
    }
    let what = found.join(" ");
    match &observed.drift {
        _ if !found.is_empty() && !observed.repair => {
            is_false(REPAIR_OFF, &format!("{what} Repairs are switched off for this store."))
        }
        Drift::Left(_, problem) => because(problem),
        _ if !found.is_empty() => is_false("Changed", &format!("{what} It is being set back.")),
        Drift::Unnoted => unknown("Known once what the release made is noted."),
        _ if !matches!(observed.release, ReleaseState::Deployed { .. }) => {
            unknown("Known once the release is installed.")
        }
        _ => is_true("Unchanged", "Nobody changed what Souk made."),
    }
}

/// The sentence about a cluster that is away.
pub fn away(reason: &str) -> String {
    format!("The cluster does not answer ({reason}); the store waits for it.")
}

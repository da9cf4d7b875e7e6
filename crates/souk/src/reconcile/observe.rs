//! From facts of the cluster to what a decision needs. Pure: no call, no clock.

use souk_domain::{
    Check, NamespaceState, Observed, Problem, ReleaseState, SecretsState, StoreId, VolumesState, WorkloadState,
};

use crate::kube::{Facts, PlatformFacts, ReleaseStatus, SECRETS, WorkloadFact, facts::blocker};

/// What the facts are held against.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    pub store: &'a StoreId,
    pub platform: &'a str,
    /// What the release has to be made from; without one, every deployed release will do.
    pub digest: Option<&'a str>,
    /// What the cluster itself says about a wait that its objects do not explain.
    pub warning: Option<&'a Problem>,
}

/// What is there of the store. The checks through the front door are not made yet, except that a
/// route without an ingress class has failed already.
pub fn observe(facts: &Facts, classes: &PlatformFacts, expected: Expectation<'_>) -> Observed {
    let ingress = facts.ingresses.values().find_map(|ingress| classes.ingress_problem(ingress));
    Observed {
        namespace: namespace(facts, expected),
        secrets: secrets(facts),
        release: release(facts, expected.digest),
        database: workload(facts, classes, facts.database(), "database", expected.warning),
        storefront: workload(facts, classes, facts.shop(), "shop", expected.warning),
        route: ingress.map_or(Check::NotMade, Check::Failed),
        shop: Check::NotMade,
        volumes: volumes(facts),
    }
}

fn namespace(facts: &Facts, expected: Expectation<'_>) -> NamespaceState {
    let Some(fact) = facts.namespace() else {
        return NamespaceState::Absent;
    };
    if let Some(owner) = fact.stranger(expected.store, expected.platform) {
        return NamespaceState::Foreign(owner);
    }
    if fact.terminating {
        return NamespaceState::Terminating(fact.blocker.clone());
    }
    NamespaceState::Ours
}

fn secrets(facts: &Facts) -> SecretsState {
    let there = |name: &&str| facts.secrets.get(*name).is_some_and(|secret| !secret.leaving);
    if SECRETS.iter().all(there) { SecretsState::Present } else { SecretsState::Missing }
}

fn release(facts: &Facts, digest: Option<&str>) -> ReleaseState {
    let Some(newest) = facts.newest_release() else {
        return ReleaseState::Absent;
    };
    let deployed_before = facts.releases.values().any(|release| {
        release.revision < newest.revision
            && matches!(release.status, ReleaseStatus::Deployed | ReleaseStatus::Superseded)
    });
    match newest.status {
        ReleaseStatus::Deployed => {
            ReleaseState::Deployed { current: digest.is_none_or(|wanted| newest.digest.as_deref() == Some(wanted)) }
        }
        ReleaseStatus::Failed | ReleaseStatus::Superseded | ReleaseStatus::Unknown => {
            ReleaseState::Failed { first: !deployed_before }
        }
        ReleaseStatus::PendingInstall => ReleaseState::PendingInstall,
        ReleaseStatus::PendingUpgrade | ReleaseStatus::PendingRollback if deployed_before => {
            ReleaseState::PendingUpgrade
        }
        // Nothing good to return to: as if the first install had been cut off.
        ReleaseStatus::PendingUpgrade | ReleaseStatus::PendingRollback => ReleaseState::PendingInstall,
        ReleaseStatus::Uninstalling => ReleaseState::Uninstalling,
        ReleaseStatus::Uninstalled => ReleaseState::Absent,
    }
}

fn workload(
    facts: &Facts,
    classes: &PlatformFacts,
    fact: Option<&WorkloadFact>,
    component: &str,
    warning: Option<&Problem>,
) -> WorkloadState {
    let Some(fact) = fact else {
        return WorkloadState::Absent;
    };
    if fact.available {
        return WorkloadState::Available;
    }
    let mine = |name: &str| name.contains("database") == (component == "database");
    let storage = || {
        let claims = facts.claims.iter().filter(|(name, _)| mine(name));
        claims.map(|(_, claim)| claim).find_map(|claim| classes.storage_problem(claim))
    };
    let pods = || {
        let pods = facts.pods.values().filter(|pod| !pod.leaving && pod.component.as_deref() == Some(component));
        pods.into_iter().find_map(|pod| pod.problem.clone())
    };
    let problem = storage().or_else(|| fact.problem.clone()).or_else(pods).or_else(|| warning.cloned());
    WorkloadState::Progressing(problem)
}

fn volumes(facts: &Facts) -> VolumesState {
    let leaving = facts.claims.values().filter(|claim| claim.leaving).count();
    let claims = facts.claims.len() - leaving;
    // While claims are there, their volumes are not counted twice.
    let orphans = facts.volumes.len().saturating_sub(facts.claims.len());
    VolumesState { claims, leaving: leaving + orphans }
}

/// Why a volume that lost its claim is still there, if the cluster says.
pub fn volume_problem(facts: &Facts) -> Option<Problem> {
    if !facts.claims.is_empty() {
        return None;
    }
    facts.volumes.iter().find_map(|(name, volume)| {
        if volume.retained {
            let message = format!(
                "The volume {name} stays because its storage class retains volumes: remove it (kubectl delete pv {name}), \
                 or have it removed with its data (kubectl patch pv {name} -p \
                 '{{\"spec\":{{\"persistentVolumeReclaimPolicy\":\"Delete\"}}}}')."
            );
            return Some(Problem::waiting("VolumeRetained", message));
        }
        if !volume.held_by.is_empty() {
            let finalizers: Vec<_> = volume.held_by.iter().map(String::as_str).collect();
            return Some(blocker::held(&format!("The volume {name}"), "pv", "", name, &finalizers));
        }
        (volume.phase == "Failed").then(|| {
            let why = volume.message.as_deref().unwrap_or("it does not say why");
            Problem::waiting(
                "VolumeNotRemoved",
                format!("The cluster cannot remove the volume {name} ({why}); remove the cause, or the volume (kubectl delete pv {name})."),
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::facts::{ClaimFact, NamespaceFact, PodFact, ReleaseFact, VolumeFact};

    fn seen(facts: &Facts, digest: Option<&str>) -> Observed {
        let store = StoreId::from_random([0; 10]);
        let expected = Expectation { store: &store, platform: "p", digest, warning: None };
        observe(facts, &PlatformFacts::default(), expected)
    }

    fn releases(list: &[(u32, ReleaseStatus)]) -> Facts {
        let mut facts = Facts::default();
        for (revision, status) in list {
            let fact = ReleaseFact { revision: *revision, status: *status, digest: Some("d".into()) };
            facts.releases.insert(format!("v{revision}"), fact);
        }
        facts
    }

    #[test]
    fn the_newest_revision_counts() {
        use ReleaseStatus::{Deployed, Failed, PendingInstall, PendingUpgrade, Superseded};
        for (list, expected) in [
            (vec![], ReleaseState::Absent),
            (vec![(1, PendingInstall)], ReleaseState::PendingInstall),
            (vec![(1, Failed)], ReleaseState::Failed { first: true }),
            (vec![(1, Failed), (2, PendingUpgrade)], ReleaseState::PendingInstall),
            (vec![(1, Deployed), (2, PendingUpgrade)], ReleaseState::PendingUpgrade),
            (vec![(9, Deployed), (10, Failed)], ReleaseState::Failed { first: false }),
            (vec![(1, Superseded), (2, Deployed)], ReleaseState::Deployed { current: true }),
        ] {
            assert_eq!(seen(&releases(&list), Some("d")).release, expected, "{list:?}");
        }
        let deployed = releases(&[(1, Deployed)]);
        assert_eq!(seen(&deployed, Some("other")).release, ReleaseState::Deployed { current: false });
        assert_eq!(seen(&deployed, None).release, ReleaseState::Deployed { current: true });
    }

    #[test]
    fn a_foreign_namespace_is_told_apart() {
        let mut facts = Facts::default();
        assert_eq!(seen(&facts, None).namespace, NamespaceState::Absent);
        let mut fact = NamespaceFact {
            store: Some(StoreId::from_random([0; 10]).to_string()),
            platform: Some("p".into()),
            terminating: false,
            blocker: None,
        };
        facts.namespace.insert("n".into(), fact.clone());
        assert_eq!(seen(&facts, None).namespace, NamespaceState::Ours);
        fact.platform = Some("q".into());
        facts.namespace.insert("n".into(), fact);
        assert!(matches!(seen(&facts, None).namespace, NamespaceState::Foreign(_)));
    }

    #[test]
    fn storage_explains_more_than_the_scheduler() {
        let mut facts = Facts::default();
        let fact = WorkloadFact { generation: 1, available: false, problem: None };
        facts.stateful_sets.insert("database".into(), fact);
        let pod = PodFact {
            component: Some("database".into()),
            ready: false,
            leaving: false,
            problem: Some(Problem::waiting("Unschedulable", "unbound claims")),
        };
        facts.pods.insert("database-0".into(), pod);
        let reason = |facts: &Facts| match seen(facts, None).database {
            WorkloadState::Progressing(Some(problem)) => problem.reason,
            other => format!("{other:?}"),
        };
        assert_eq!(reason(&facts), "Unschedulable");
        facts.claims.insert("data-database-0".into(), ClaimFact { bound: false, leaving: false, class: None });
        assert_eq!(reason(&facts), "NoStorageClass");
        assert_eq!(seen(&facts, None).storefront, WorkloadState::Absent);
    }

    #[test]
    fn volumes_without_claims_are_leaving() {
        let mut facts = Facts::default();
        let volume =
            |phase: &str| VolumeFact { phase: phase.into(), message: None, retained: false, held_by: Vec::new() };
        facts.volumes.insert("a".into(), volume("Bound"));
        facts.volumes.insert("b".into(), volume("Released"));
        facts.claims.insert("content".into(), ClaimFact { bound: true, leaving: false, class: None });
        assert_eq!(seen(&facts, None).volumes, VolumesState { claims: 1, leaving: 1 });
        facts.claims.clear();
        assert_eq!(seen(&facts, None).volumes, VolumesState { claims: 0, leaving: 2 });
        assert_eq!(volume_problem(&facts), None);
        facts.volumes.insert("b".into(), volume("Failed"));
        assert_eq!(volume_problem(&facts).map(|problem| problem.reason).as_deref(), Some("VolumeNotRemoved"));
        facts.volumes.insert("a".into(), VolumeFact { held_by: vec!["example.com/x".into()], ..volume("Released") });
        let held = volume_problem(&facts).unwrap();
        assert!(held.reason == "FinalizerRemaining" && held.message.contains("kubectl patch pv a "), "{held:?}");
        facts.volumes.insert("a".into(), VolumeFact { retained: true, ..volume("Released") });
        assert_eq!(volume_problem(&facts).map(|problem| problem.reason).as_deref(), Some("VolumeRetained"));
    }
}

//! From facts of the cluster to what a decision needs. Pure: no call, no clock.

use souk_domain::{
    Check, Drift, NamespaceState, Observed, Problem, ReleaseState, SecretsState, Store, VolumesState, WorkloadState,
};

use crate::kube::{Facts, PLATFORM_LABEL, PlatformFacts, ReleaseStatus, SECRETS, WorkloadFact, facts::blocker};

/// What the facts are held against.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    pub store: &'a Store,
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
        secrets: secrets(facts, expected.store.secrets_kept),
        release: release(facts, expected.digest),
        drift: drift(facts),
        database: workload(facts, classes, facts.database(), "database", expected.warning),
        storefront: workload(facts, classes, facts.shop(), "shop", expected.warning),
        route: ingress.map_or(Check::NotMade, Check::Failed),
        shop: Check::NotMade,
        volumes: volumes(facts),
        // What a person asks for is done in any case, and so is taking it back.
        repair: expected.store.repair || expected.store.open_operation().is_some() || expected.store.goes_back(),
    }
}

fn namespace(facts: &Facts, expected: Expectation<'_>) -> NamespaceState {
    let Some(fact) = facts.namespace() else {
        // The watch looks for our label. A namespace that is gone has no release in it.
        return match expected.store.namespace_uid {
            Some(_) if !facts.releases.is_empty() => NamespaceState::Relabelled(PLATFORM_LABEL.to_owned()),
            _ => NamespaceState::Absent,
        };
    };
    let (store, known) = (&expected.store.id, expected.store.namespace_uid.as_deref());
    let made_here = known == Some(fact.uid.as_str());
    match fact.stranger(store, expected.platform) {
        Some(owner) if !made_here => return NamespaceState::Foreign(owner),
        None if known.is_some() && !made_here => {
            return NamespaceState::Foreign("it is not the one that Souk made, which is gone".to_owned());
        }
        _ => {}
    }
    if fact.terminating {
        return NamespaceState::Terminating(fact.blocker.clone());
    }
    // Without a note of which one is ours, the labels are all there is to know it by.
    match fact.wrong_labels(store, expected.platform) {
        wrong if made_here && !wrong.is_empty() => NamespaceState::Relabelled(wrong.join(", ")),
        _ => NamespaceState::Ours,
    }
}

fn secrets(facts: &Facts, kept: bool) -> SecretsState {
    let there = |name: &&str| facts.secrets.get(name).is_some_and(|secret| !secret.leaving);
    if !SECRETS.iter().all(there) {
        return SecretsState::Missing { kept };
    }
    match kept {
        false => SecretsState::Unkept,
        true if facts.secrets.values().any(|secret| secret.edited.is_some()) => SecretsState::Edited,
        true => SecretsState::Present,
    }
}

fn drift(facts: &Facts) -> Drift {
    if facts.newest_release().is_none_or(|release| release.status != ReleaseStatus::Deployed) {
        return Drift::None;
    }
    let Some(baseline) = facts.baseline() else {
        return Drift::Unnoted;
    };
    let changes: Vec<_> = baseline.differences(facts.owned()).into_iter().map(|difference| difference.change).collect();
    if changes.is_empty() { Drift::None } else { Drift::Changed(changes) }
}

fn release(facts: &Facts, digest: Option<&str>) -> ReleaseState {
    let Some(newest) = facts.newest_release() else {
        return ReleaseState::Absent;
    };
    let deployed_before = facts.releases.values().any(|release| {
        release.revision < newest.revision
            && matches!(release.status, ReleaseStatus::Deployed | ReleaseStatus::Superseded)
    });
    // Without a failure before it, it was deployed once: a first install is pending in another way.
    let failed_before = facts
        .releases
        .values()
        .any(|release| release.revision < newest.revision && release.status == ReleaseStatus::Failed);
    if facts.releases.values().all(|release| release.digest.is_none()) {
        return ReleaseState::Foreign;
    }
    match newest.status {
        ReleaseStatus::Deployed => {
            ReleaseState::Deployed { current: digest.is_none_or(|wanted| newest.digest.as_deref() == Some(wanted)) }
        }
        ReleaseStatus::Failed | ReleaseStatus::Superseded | ReleaseStatus::Unknown => {
            ReleaseState::Failed { first: !deployed_before }
        }
        ReleaseStatus::PendingInstall => ReleaseState::PendingInstall,
        ReleaseStatus::PendingUpgrade | ReleaseStatus::PendingRollback if deployed_before || !failed_before => {
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
    if fact.stopped {
        let ends = facts.pods.values().any(|pod| pod.component.as_deref() == Some(component));
        return if ends { WorkloadState::Progressing(None) } else { WorkloadState::Stopped };
    }
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
    use souk_domain::{Conditions, DisplayName, Phase, Slug, StoreId};

    use super::*;
    use crate::kube::facts::{ClaimFact, NamespaceFact, PodFact, ReleaseFact, VolumeFact};

    fn store() -> Store {
        let moment = time::macros::datetime!(2026-01-01 0:00 UTC);
        Store {
            id: StoreId::from_random([0; 10]),
            owner: "admin".into(),
            name: DisplayName::new("Mug").unwrap(),
            slug: Slug::new("mug").unwrap(),
            phase: Phase::Ready,
            conditions: Conditions::default(),
            orders_possible: true,
            blueprint: "woocommerce".into(),
            plan: "small".into(),
            admin_username: "admin".into(),
            admin_email: "admin@example.com".into(),
            repair: true,
            suspended: false,
            namespace_uid: None,
            secrets_kept: true,
            revision: 1,
            created_at: moment,
            updated_at: moment,
            ready_at: None,
            deleted_at: None,
            operation: None,
            next: None,
        }
    }

    fn seen(facts: &Facts, digest: Option<&str>) -> Observed {
        look(&store(), facts, digest)
    }

    fn look(store: &Store, facts: &Facts, digest: Option<&str>) -> Observed {
        let expected = Expectation { store, platform: "p", digest, warning: None };
        observe(facts, &PlatformFacts::default(), expected)
    }

    fn releases(list: &[(u32, ReleaseStatus)]) -> Facts {
        let mut facts = Facts::default();
        for (revision, status) in list {
            let digest = Some("d".into());
            let fact = ReleaseFact { revision: *revision, status: *status, digest, objects: None };
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
            // Somebody wrote it there, or the history was cut.
            (vec![(7, PendingUpgrade)], ReleaseState::PendingUpgrade),
            (vec![(7, PendingUpgrade), (8, PendingUpgrade)], ReleaseState::PendingUpgrade),
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
        let known_one = Store { namespace_uid: Some("u".into()), ..store() };
        assert_eq!(look(&known_one, &facts, None).namespace, NamespaceState::Absent);
        let unlabelled = NamespaceState::Relabelled("souk.dev/platform".into());
        assert_eq!(look(&known_one, &releases(&[(1, ReleaseStatus::Deployed)]), None).namespace, unlabelled);
        let mut fact = NamespaceFact {
            store: Some(StoreId::from_random([0; 10]).to_string()),
            platform: Some("p".into()),
            uid: "u".into(),
            relabelled: Vec::new(),
            terminating: false,
            blocker: None,
        };
        facts.namespace.insert("n", fact.clone());
        assert_eq!(seen(&facts, None).namespace, NamespaceState::Ours);
        let known = |uid: &str| Store { namespace_uid: Some(uid.into()), ..store() };
        assert_eq!(look(&known("u"), &facts, None).namespace, NamespaceState::Ours);
        assert!(matches!(look(&known("v"), &facts, None).namespace, NamespaceState::Foreign(_)));
        fact.platform = Some("q".into());
        facts.namespace.insert("n", fact);
        assert!(matches!(seen(&facts, None).namespace, NamespaceState::Foreign(_)));
        assert!(matches!(look(&known("v"), &facts, None).namespace, NamespaceState::Foreign(_)));
        let relabelled = NamespaceState::Relabelled("souk.dev/platform".into());
        assert_eq!(look(&known("u"), &facts, None).namespace, relabelled);
    }

    #[test]
    fn a_release_without_our_digest_is_somebody_elses() {
        let mut facts = releases(&[(1, ReleaseStatus::Deployed)]);
        for release in facts.releases.values_mut() {
            release.digest = None;
        }
        assert_eq!(seen(&facts, None).release, ReleaseState::Foreign);
    }

    #[test]
    fn secrets_are_held_against_their_copy() {
        let unkept = Store { secrets_kept: false, ..store() };
        let mut facts = Facts::default();
        assert_eq!(look(&store(), &facts, None).secrets, SecretsState::Missing { kept: true });
        for name in SECRETS {
            facts.secrets.insert(name, Default::default());
        }
        assert_eq!(look(&unkept, &facts, None).secrets, SecretsState::Unkept);
        assert_eq!(look(&store(), &facts, None).secrets, SecretsState::Present);
        facts.secrets.get_mut("store-keys").unwrap().edited = Some("x".into());
        assert_eq!(look(&store(), &facts, None).secrets, SecretsState::Edited);
        facts.secrets.get_mut("store-keys").unwrap().leaving = true;
        assert_eq!(look(&store(), &facts, None).secrets, SecretsState::Missing { kept: true });
    }

    #[test]
    fn storage_explains_more_than_the_scheduler() {
        let mut facts = Facts::default();
        let fact =
            WorkloadFact { generation: 1, available: false, stopped: false, problem: None, owned: Default::default() };
        facts.stateful_sets.insert("database", fact);
        let pod = PodFact {
            component: Some("database".into()),
            ready: false,
            leaving: false,
            problem: Some(Problem::waiting("Unschedulable", "unbound claims")),
        };
        facts.pods.insert("database-0", pod);
        let reason = |facts: &Facts| match seen(facts, None).database {
            WorkloadState::Progressing(Some(problem)) => problem.reason,
            other => format!("{other:?}"),
        };
        assert_eq!(reason(&facts), "Unschedulable");
        facts.claims.insert("data-database-0", ClaimFact { bound: false, leaving: false, class: None });
        assert_eq!(reason(&facts), "NoStorageClass");
        assert_eq!(seen(&facts, None).storefront, WorkloadState::Absent);
    }

    #[test]
    fn a_workload_is_stopped_when_its_last_pod_is_gone() {
        let mut facts = Facts::default();
        let fact =
            WorkloadFact { generation: 2, available: false, stopped: true, problem: None, owned: Default::default() };
        facts.deployments.insert("shop", fact);
        let pod = PodFact { component: Some("shop".into()), ready: false, leaving: true, problem: None };
        facts.pods.insert("shop-1", pod);
        assert_eq!(seen(&facts, None).storefront, WorkloadState::Progressing(None));
        facts.pods.clear();
        assert_eq!(seen(&facts, None).storefront, WorkloadState::Stopped);
    }

    #[test]
    fn volumes_without_claims_are_leaving() {
        let mut facts = Facts::default();
        let volume =
            |phase: &str| VolumeFact { phase: phase.into(), message: None, retained: false, held_by: Vec::new() };
        facts.volumes.insert("a", volume("Bound"));
        facts.volumes.insert("b", volume("Released"));
        facts.claims.insert("content", ClaimFact { bound: true, leaving: false, class: None });
        assert_eq!(seen(&facts, None).volumes, VolumesState { claims: 1, leaving: 1 });
        facts.claims.clear();
        assert_eq!(seen(&facts, None).volumes, VolumesState { claims: 0, leaving: 2 });
        assert_eq!(volume_problem(&facts), None);
        facts.volumes.insert("b", volume("Failed"));
        assert_eq!(volume_problem(&facts).map(|problem| problem.reason).as_deref(), Some("VolumeNotRemoved"));
        facts.volumes.insert("a", VolumeFact { held_by: vec!["example.com/x".into()], ..volume("Released") });
        let held = volume_problem(&facts).unwrap();
        assert!(held.reason == "FinalizerRemaining" && held.message.contains("kubectl patch pv a "), "{held:?}");
        facts.volumes.insert("a", VolumeFact { retained: true, ..volume("Released") });
        assert_eq!(volume_problem(&facts).map(|problem| problem.reason).as_deref(), Some("VolumeRetained"));
    }
}

//! The one decision: from what is there and what is wanted to the one next action.
//!
//! It looks at the present only, never at what was done before, so that a killed server goes on from
//! wherever the cluster is.

use crate::{Check, NamespaceState, Observed, ReleaseState, SecretsState, StepName, Wanted, WorkloadState};

/// Why something waits or cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// One CamelCase word, such as `NoStorageClass`.
    pub reason: String,
    /// A sentence for people, with the remedy when there is one.
    pub message: String,
    /// Waiting does not help; a person has to change something.
    pub permanent: bool,
}

impl Problem {
    #[must_use]
    pub fn waiting(reason: &str, message: impl Into<String>) -> Self {
        Self { reason: reason.to_owned(), message: message.into(), permanent: false }
    }

    #[must_use]
    pub fn permanent(reason: &str, message: impl Into<String>) -> Self {
        Self { permanent: true, ..Self::waiting(reason, message) }
    }
}

/// One thing that the reconciler can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    CreateNamespace,
    ApplySecrets,
    /// `helm upgrade --install`: a first install or an upgrade to the wanted values.
    InstallRelease,
    /// Uninstalls a first install that never finished; volumes are kept.
    ResetRelease,
    /// Rolls a half-done upgrade back.
    RollBackRelease,
    UninstallRelease,
    DeleteVolumes,
    DeleteNamespace,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run the action, which belongs to the step, then look again.
    Act(StepName, Action),
    /// Nothing to do until something changes; the problem says what is waited for, if known.
    Wait(StepName, Option<Problem>),
    /// What is wanted is there: ready, or gone.
    Done,
}

/// The next action, purely from what is there.
#[must_use]
pub fn decide(wanted: Wanted, observed: &Observed) -> Decision {
    match wanted {
        Wanted::Running => towards_running(observed),
        Wanted::Gone => towards_gone(observed),
    }
}

fn towards_running(observed: &Observed) -> Decision {
    match &observed.namespace {
        NamespaceState::Absent => return Decision::Act(StepName::Namespace, Action::CreateNamespace),
        NamespaceState::Foreign(what) => {
            return Decision::Wait(StepName::Namespace, Some(foreign_namespace(what)));
        }
        NamespaceState::Terminating(blocker) => {
            let unknown = || Problem::waiting("NamespaceTerminating", "The old namespace is still being removed.");
            return Decision::Wait(StepName::Namespace, Some(blocker.clone().unwrap_or_else(unknown)));
        }
        NamespaceState::Ours => {}
    }
    if observed.secrets == SecretsState::Missing {
        // New passwords would lock a shop out of its database: they are made before the release only.
        return match observed.release {
            ReleaseState::Absent => Decision::Act(StepName::Secrets, Action::ApplySecrets),
            _ => Decision::Wait(StepName::Secrets, Some(secrets_missing())),
        };
    }
    match observed.release {
        ReleaseState::Deployed { current: true } => {}
        ReleaseState::Absent | ReleaseState::Deployed { current: false } | ReleaseState::Failed { .. } => {
            return Decision::Act(StepName::Release, Action::InstallRelease);
        }
        ReleaseState::PendingInstall | ReleaseState::Uninstalling => {
            return Decision::Act(StepName::Release, Action::ResetRelease);
        }
        ReleaseState::PendingUpgrade => {
            return Decision::Act(StepName::Release, Action::RollBackRelease);
        }
    }
    let parts = [(StepName::Database, &observed.database), (StepName::Storefront, &observed.storefront)];
    for (step, workload) in parts {
        match workload {
            WorkloadState::Available => {}
            // The release is deployed and yet the workload is not there: somebody removed it.
            WorkloadState::Absent => return Decision::Act(StepName::Release, Action::InstallRelease),
            WorkloadState::Progressing(problem) => return Decision::Wait(step, problem.clone()),
        }
    }
    for (step, check) in [(StepName::Route, &observed.route), (StepName::Shop, &observed.shop)] {
        match check {
            Check::Passed => {}
            Check::NotMade => return Decision::Wait(step, None),
            Check::Failed(problem) => return Decision::Wait(step, Some(problem.clone())),
        }
    }
    Decision::Done
}

fn towards_gone(observed: &Observed) -> Decision {
    match &observed.namespace {
        // A foreign namespace is not ours to remove, and nothing of ours can be in it.
        NamespaceState::Foreign(_) => return Decision::Done,
        NamespaceState::Absent if observed.volumes.leaving == 0 => return Decision::Done,
        NamespaceState::Absent => return Decision::Wait(StepName::Volumes, Some(volumes_leaving(observed))),
        NamespaceState::Terminating(blocker) => {
            return Decision::Wait(StepName::Namespace, blocker.clone());
        }
        NamespaceState::Ours => {}
    }
    if observed.release != ReleaseState::Absent {
        return Decision::Act(StepName::Release, Action::UninstallRelease);
    }
    if observed.volumes.claims > 0 {
        return Decision::Act(StepName::Volumes, Action::DeleteVolumes);
    }
    if observed.volumes.leaving > 0 {
        return Decision::Wait(StepName::Volumes, Some(volumes_leaving(observed)));
    }
    Decision::Act(StepName::Namespace, Action::DeleteNamespace)
}

fn foreign_namespace(what: &str) -> Problem {
    Problem::permanent(
        "ForeignNamespace",
        format!("The cluster has a namespace of this name that Souk did not make ({what}); it is left alone."),
    )
}

fn secrets_missing() -> Problem {
    Problem::permanent(
        "SecretsMissing",
        "A secret of the store was deleted from its namespace; restore store-admin, store-database and store-keys.",
    )
}

fn volumes_leaving(observed: &Observed) -> Problem {
    let count = observed.volumes.leaving;
    let things = if count == 1 { "volume or claim is" } else { "volumes and claims are" };
    Problem::waiting("VolumesLeaving", format!("{count} {things} still being removed."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VolumesState;
    use proptest::prelude::*;

    fn ready() -> Observed {
        Observed {
            namespace: NamespaceState::Ours,
            secrets: SecretsState::Present,
            release: ReleaseState::Deployed { current: true },
            database: WorkloadState::Available,
            storefront: WorkloadState::Available,
            route: Check::Passed,
            shop: Check::Passed,
            volumes: VolumesState { claims: 2, leaving: 0 },
        }
    }

    #[test]
    fn towards_running_table() {
        use Action::{ApplySecrets, CreateNamespace, InstallRelease, ResetRelease, RollBackRelease};
        let act = |step, action| Decision::Act(step, action);
        let with = |change: fn(&mut Observed)| {
            let mut observed = ready();
            change(&mut observed);
            decide(Wanted::Running, &observed)
        };
        assert_eq!(decide(Wanted::Running, &Observed::nothing()), act(StepName::Namespace, CreateNamespace));
        let new = Observed { namespace: NamespaceState::Ours, ..Observed::nothing() };
        assert_eq!(decide(Wanted::Running, &new), act(StepName::Secrets, ApplySecrets));
        assert!(matches!(
            with(|o| o.secrets = SecretsState::Missing),
            Decision::Wait(StepName::Secrets, Some(problem)) if problem.permanent
        ));
        for (release, action) in [
            (ReleaseState::Absent, InstallRelease),
            (ReleaseState::Deployed { current: false }, InstallRelease),
            (ReleaseState::Failed { first: true }, InstallRelease),
            (ReleaseState::PendingInstall, ResetRelease),
            (ReleaseState::Uninstalling, ResetRelease),
            (ReleaseState::PendingUpgrade, RollBackRelease),
        ] {
            let observed = Observed { release: release.clone(), ..ready() };
            assert_eq!(decide(Wanted::Running, &observed), act(StepName::Release, action), "{release:?}");
        }
        assert_eq!(with(|o| o.database = WorkloadState::Absent), act(StepName::Release, InstallRelease));
        assert_eq!(
            with(|o| o.storefront = WorkloadState::Progressing(None)),
            Decision::Wait(StepName::Storefront, None)
        );
        assert_eq!(with(|o| o.shop = Check::NotMade), Decision::Wait(StepName::Shop, None));
        assert_eq!(with(|_| {}), Decision::Done);
    }

    #[test]
    fn a_foreign_namespace_is_never_touched() {
        let observed = Observed { namespace: NamespaceState::Foreign("no label".into()), ..ready() };
        assert!(matches!(decide(Wanted::Running, &observed), Decision::Wait(_, Some(problem)) if problem.permanent));
        assert_eq!(decide(Wanted::Gone, &observed), Decision::Done);
    }

    #[test]
    fn towards_gone_table() {
        let mut observed = ready();
        let mut seen = Vec::new();
        loop {
            let decision = decide(Wanted::Gone, &observed);
            seen.push(decision.clone());
            match decision {
                Decision::Act(_, Action::UninstallRelease) => observed.release = ReleaseState::Absent,
                Decision::Act(_, Action::DeleteVolumes) => observed.volumes = VolumesState { claims: 0, leaving: 2 },
                Decision::Wait(StepName::Volumes, _) => observed.volumes.leaving = 0,
                Decision::Act(_, Action::DeleteNamespace) => observed.namespace = NamespaceState::Terminating(None),
                Decision::Wait(StepName::Namespace, _) => observed.namespace = NamespaceState::Absent,
                Decision::Done => break,
                other => panic!("unexpected {other:?}"),
            }
        }
        assert_eq!(seen.len(), 6);
    }

    fn observed() -> impl Strategy<Value = Observed> {
        let problem = || Problem::waiting("Reason", "A sentence.");
        let namespace = prop_oneof![
            Just(NamespaceState::Absent),
            Just(NamespaceState::Ours),
            Just(NamespaceState::Foreign("x".into())),
            Just(NamespaceState::Terminating(None)),
        ];
        let release = prop_oneof![
            Just(ReleaseState::Absent),
            any::<bool>().prop_map(|current| ReleaseState::Deployed { current }),
            any::<bool>().prop_map(|first| ReleaseState::Failed { first }),
            Just(ReleaseState::PendingInstall),
            Just(ReleaseState::PendingUpgrade),
            Just(ReleaseState::Uninstalling),
        ];
        let workload = move || {
            prop_oneof![
                Just(WorkloadState::Absent),
                Just(WorkloadState::Progressing(None)),
                Just(WorkloadState::Progressing(Some(problem()))),
                Just(WorkloadState::Available),
            ]
        };
        let check = move || prop_oneof![Just(Check::NotMade), Just(Check::Passed), Just(Check::Failed(problem()))];
        let secrets = prop_oneof![Just(SecretsState::Missing), Just(SecretsState::Present)];
        (namespace, secrets, release, workload(), workload(), check(), check(), 0..3_usize, 0..3_usize).prop_map(
            |(namespace, secrets, release, database, storefront, route, shop, claims, leaving)| Observed {
                namespace,
                secrets,
                release,
                database,
                storefront,
                route,
                shop,
                volumes: VolumesState { claims, leaving },
            },
        )
    }

    proptest! {
        #[test]
        fn done_means_what_it_says(observed in observed()) {
            if decide(Wanted::Running, &observed) == Decision::Done {
                prop_assert_eq!(observed.namespace.clone(), NamespaceState::Ours);
                prop_assert_eq!(observed.release.clone(), ReleaseState::Deployed { current: true });
                prop_assert_eq!(observed.route.clone(), Check::Passed);
                prop_assert_eq!(observed.shop.clone(), Check::Passed);
            }
            if decide(Wanted::Gone, &observed) == Decision::Done {
                prop_assert!(matches!(observed.namespace, NamespaceState::Absent | NamespaceState::Foreign(_)));
            }
        }

        #[test]
        fn nothing_is_done_in_a_namespace_that_is_not_ours(observed in observed(), gone: bool) {
            let wanted = if gone { Wanted::Gone } else { Wanted::Running };
            if let Decision::Act(_, action) = decide(wanted, &observed) {
                let ours = observed.namespace == NamespaceState::Ours;
                prop_assert!(ours || (observed.namespace == NamespaceState::Absent && action == Action::CreateNamespace));
            }
        }

        #[test]
        fn a_delete_never_installs_and_a_create_never_removes_volumes(observed in observed()) {
            if let Decision::Act(_, action) = decide(Wanted::Gone, &observed) {
                prop_assert!(matches!(action, Action::UninstallRelease | Action::DeleteVolumes | Action::DeleteNamespace));
            }
            if let Decision::Act(_, action) = decide(Wanted::Running, &observed) {
                prop_assert!(!matches!(action, Action::UninstallRelease | Action::DeleteVolumes | Action::DeleteNamespace));
            }
        }
    }
}

//! The one decision: from what is there and what is wanted to the one next action.
//!
//! It looks at the present only, never at what was done before, so that a killed server goes on from
//! wherever the cluster is.

use crate::{Check, Drift, NamespaceState, Observed, ReleaseState, SecretsState, StepName, Wanted, WorkloadState};

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
    /// Puts our labels back on the namespace.
    RelabelNamespace,
    /// Makes the secrets that are not there, and puts those back that somebody changed.
    ApplySecrets,
    /// Takes a sealed copy of secrets that are there.
    KeepSecrets,
    /// `helm upgrade --install`: a first install or an upgrade to the wanted values.
    InstallRelease,
    /// Uninstalls a first install that never finished; volumes are kept.
    ResetRelease,
    /// Rolls a half-done upgrade back.
    RollBackRelease,
    /// Notes what the release made, so that changes by others can be told.
    NoteRelease,
    /// Sets back what others changed of what the release made.
    RepairRelease,
    UninstallRelease,
    DeleteVolumes,
    DeleteNamespace,
}

impl Action {
    /// It changes nothing on the cluster that a person could have wanted otherwise.
    #[must_use]
    pub fn is_bookkeeping(self) -> bool {
        matches!(self, Self::KeepSecrets | Self::NoteRelease)
    }

    /// It puts something right while the shop may well be working: no reason to call it broken.
    #[must_use]
    pub fn is_gentle(self) -> bool {
        self.is_bookkeeping() || matches!(self, Self::RelabelNamespace | Self::ApplySecrets | Self::RepairRelease)
    }
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
        Wanted::Running | Wanted::Suspended => {
            let pods = if wanted == Wanted::Running { running } else { suspended };
            match towards_release(observed).unwrap_or_else(|| pods(observed)) {
                Decision::Act(step, action) if !observed.repair && !action.is_bookkeeping() => {
                    Decision::Wait(step, Some(repair_is_off(action)))
                }
                decision => decision,
            }
        }
        Wanted::Gone => towards_gone(observed),
    }
}

/// What has to be done before the release is there as it is wanted; nothing when it is.
fn towards_release(observed: &Observed) -> Option<Decision> {
    match &observed.namespace {
        NamespaceState::Absent => return Some(Decision::Act(StepName::Namespace, Action::CreateNamespace)),
        NamespaceState::Foreign(what) => {
            return Some(Decision::Wait(StepName::Namespace, Some(foreign_namespace(what))));
        }
        NamespaceState::Terminating(blocker) => {
            let unknown = || Problem::waiting("NamespaceTerminating", "The old namespace is still being removed.");
            return Some(Decision::Wait(StepName::Namespace, Some(blocker.clone().unwrap_or_else(unknown))));
        }
        NamespaceState::Relabelled(_) => return Some(Decision::Act(StepName::Namespace, Action::RelabelNamespace)),
        NamespaceState::Ours => {}
    }
    if observed.release == ReleaseState::Foreign {
        // Before anything is written next to it.
        return Some(Decision::Wait(StepName::Release, Some(foreign_release())));
    }
    match observed.secrets {
        SecretsState::Present => {}
        SecretsState::Unkept => return Some(Decision::Act(StepName::Secrets, Action::KeepSecrets)),
        // New passwords would lock a shop out of its database: they are made before the release only.
        SecretsState::Missing { kept: false } if observed.release != ReleaseState::Absent => {
            return Some(Decision::Wait(StepName::Secrets, Some(secrets_missing())));
        }
        SecretsState::Missing { .. } | SecretsState::Edited => {
            return Some(Decision::Act(StepName::Secrets, Action::ApplySecrets));
        }
    }
    match observed.release {
        // The foreign one was told above.
        ReleaseState::Deployed { current: true } | ReleaseState::Foreign => {}
        ReleaseState::Absent | ReleaseState::Deployed { current: false } | ReleaseState::Failed { .. } => {
            return Some(Decision::Act(StepName::Release, Action::InstallRelease));
        }
        ReleaseState::PendingInstall | ReleaseState::Uninstalling => {
            return Some(Decision::Act(StepName::Release, Action::ResetRelease));
        }
        ReleaseState::PendingUpgrade => return Some(Decision::Act(StepName::Release, Action::RollBackRelease)),
    }
    let lost = [&observed.database, &observed.storefront].contains(&&WorkloadState::Absent);
    match &observed.drift {
        Drift::Left(_, problem) if lost => return Some(Decision::Wait(StepName::Release, Some(problem.clone()))),
        // The release is deployed and yet the workload is not there: somebody removed it.
        _ if lost => return Some(Decision::Act(StepName::Release, Action::RepairRelease)),
        Drift::Changed(_) if observed.repair => return Some(Decision::Act(StepName::Release, Action::RepairRelease)),
        Drift::Unnoted => return Some(Decision::Act(StepName::Release, Action::NoteRelease)),
        Drift::None | Drift::Changed(_) | Drift::Left(..) => {}
    }
    None
}

/// The release is as wanted: its pods have to run, and the shop has to answer.
fn running(observed: &Observed) -> Decision {
    let parts = [(StepName::Database, &observed.database), (StepName::Storefront, &observed.storefront)];
    for (step, workload) in parts {
        match workload {
            WorkloadState::Available | WorkloadState::Absent => {}
            WorkloadState::Progressing(problem) => return Decision::Wait(step, problem.clone()),
            WorkloadState::Stopped => return Decision::Wait(step, None),
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

/// The release is as wanted, without pods: those that are left have to end.
fn suspended(observed: &Observed) -> Decision {
    let parts = [(StepName::Storefront, &observed.storefront), (StepName::Database, &observed.database)];
    for (step, workload) in parts {
        match workload {
            WorkloadState::Stopped | WorkloadState::Absent => {}
            WorkloadState::Available | WorkloadState::Progressing(_) => return Decision::Wait(step, None),
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
        NamespaceState::Relabelled(_) => return Decision::Act(StepName::Namespace, Action::RelabelNamespace),
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

fn foreign_release() -> Problem {
    Problem::permanent(
        "ForeignRelease",
        "The store's namespace holds a Helm release named store that Souk did not make; it is left alone. Uninstall it, then retry.",
    )
}

fn repair_is_off(action: Action) -> Problem {
    let what = match action {
        Action::CreateNamespace => "The store's namespace is not there",
        Action::RelabelNamespace => "The namespace's labels were changed",
        Action::ApplySecrets => "A secret of the store was changed or deleted",
        Action::RepairRelease => "A part of the store was deleted",
        Action::InstallRelease => "The store's release is not what is wanted, or was deleted",
        _ => "The store's release was left half-done",
    };
    Problem::waiting("RepairOff", format!("{what}; repairs are switched off for this store."))
}

fn secrets_missing() -> Problem {
    Problem::permanent(
        "SecretsMissing",
        "A secret of the store was deleted from its namespace before a copy of it was kept; restore store-admin, store-database and store-keys.",
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
    use crate::{Change, VolumesState, WhatChanged};
    use proptest::prelude::*;

    fn ready() -> Observed {
        Observed {
            namespace: NamespaceState::Ours,
            secrets: SecretsState::Present,
            release: ReleaseState::Deployed { current: true },
            drift: Drift::None,
            database: WorkloadState::Available,
            storefront: WorkloadState::Available,
            route: Check::Passed,
            shop: Check::Passed,
            volumes: VolumesState { claims: 2, leaving: 0 },
            repair: true,
        }
    }

    #[test]
    fn towards_running_table() {
        use Action::{
            ApplySecrets, CreateNamespace, InstallRelease, KeepSecrets, NoteRelease, RelabelNamespace, RepairRelease,
            ResetRelease, RollBackRelease,
        };
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
            with(|o| o.secrets = SecretsState::Missing { kept: false }),
            Decision::Wait(StepName::Secrets, Some(problem)) if problem.permanent
        ));
        for (secrets, action) in [
            (SecretsState::Missing { kept: true }, ApplySecrets),
            (SecretsState::Edited, ApplySecrets),
            (SecretsState::Unkept, KeepSecrets),
        ] {
            let observed = Observed { secrets, ..ready() };
            assert_eq!(decide(Wanted::Running, &observed), act(StepName::Secrets, action), "{secrets:?}");
        }
        assert_eq!(
            with(|o| o.namespace = NamespaceState::Relabelled("x".into())),
            act(StepName::Namespace, RelabelNamespace)
        );
        assert!(matches!(
            with(|o| o.release = ReleaseState::Foreign),
            Decision::Wait(StepName::Release, Some(problem)) if problem.permanent && problem.reason == "ForeignRelease"
        ));
        assert_eq!(with(|o| o.drift = Drift::Unnoted), act(StepName::Release, NoteRelease));
        assert_eq!(with(|o| o.drift = Drift::Changed(vec![change()])), act(StepName::Release, RepairRelease));
        assert_eq!(with(|o| o.drift = Drift::Left(vec![change()], Problem::waiting("X", "x."))), Decision::Done);
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
        assert_eq!(with(|o| o.database = WorkloadState::Absent), act(StepName::Release, RepairRelease));
        assert_eq!(
            with(|o| o.storefront = WorkloadState::Progressing(None)),
            Decision::Wait(StepName::Storefront, None)
        );
        assert_eq!(with(|o| o.shop = Check::NotMade), Decision::Wait(StepName::Shop, None));
        assert_eq!(with(|_| {}), Decision::Done);
    }

    #[test]
    fn towards_suspended_table() {
        let asleep = Observed { database: WorkloadState::Stopped, storefront: WorkloadState::Stopped, ..ready() };
        let with = |change: fn(&mut Observed)| {
            let mut observed = asleep.clone();
            change(&mut observed);
            decide(Wanted::Suspended, &observed)
        };
        assert_eq!(with(|_| {}), Decision::Done);
        assert_eq!(with(|o| o.route = Check::NotMade), Decision::Done, "nobody knocks at a shop that sleeps");
        assert_eq!(with(|o| o.storefront = WorkloadState::Available), Decision::Wait(StepName::Storefront, None));
        assert_eq!(with(|o| o.database = WorkloadState::Progressing(None)), Decision::Wait(StepName::Database, None));
        assert_eq!(
            with(|o| o.release = ReleaseState::Deployed { current: false }),
            Decision::Act(StepName::Release, Action::InstallRelease)
        );
        let scaled =
            Observed { drift: Drift::Changed(vec![change()]), storefront: WorkloadState::Available, ..asleep.clone() };
        let repair = Decision::Act(StepName::Release, Action::RepairRelease);
        assert_eq!(decide(Wanted::Suspended, &scaled), repair, "somebody started it by hand");
        assert_eq!(decide(Wanted::Running, &asleep), Decision::Wait(StepName::Database, None));
    }

    fn change() -> Change {
        Change { object: "Service shop".into(), what: WhatChanged::Missing }
    }

    #[test]
    fn with_repairs_off_a_change_is_left_alone_and_a_loss_is_told() {
        let off = Observed { repair: false, ..ready() };
        let changed = Observed { drift: Drift::Changed(vec![change()]), ..off.clone() };
        assert_eq!(decide(Wanted::Running, &changed), Decision::Done);
        let unnoted = Observed { drift: Drift::Unnoted, ..off.clone() };
        assert_eq!(decide(Wanted::Running, &unnoted), Decision::Act(StepName::Release, Action::NoteRelease));
        for lost in [
            Observed { storefront: WorkloadState::Absent, drift: Drift::Changed(vec![change()]), ..off.clone() },
            Observed { namespace: NamespaceState::Absent, ..off.clone() },
            Observed { secrets: SecretsState::Edited, ..off.clone() },
            Observed { release: ReleaseState::Absent, ..off.clone() },
            Observed { release: ReleaseState::PendingUpgrade, ..off.clone() },
        ] {
            let decision = decide(Wanted::Running, &lost);
            assert!(
                matches!(&decision, Decision::Wait(_, Some(problem)) if problem.reason == "RepairOff"),
                "{decision:?}"
            );
        }
        assert_eq!(
            decide(Wanted::Gone, &Observed { namespace: NamespaceState::Relabelled("x".into()), ..off }),
            Decision::Act(StepName::Namespace, Action::RelabelNamespace)
        );
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
            Just(NamespaceState::Relabelled("x".into())),
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
            Just(ReleaseState::Foreign),
        ];
        let drift = prop_oneof![
            Just(Drift::None),
            Just(Drift::Unnoted),
            Just(Drift::Changed(vec![change()])),
            Just(Drift::Left(vec![change()], problem())),
        ];
        let workload = move || {
            prop_oneof![
                Just(WorkloadState::Absent),
                Just(WorkloadState::Progressing(None)),
                Just(WorkloadState::Progressing(Some(problem()))),
                Just(WorkloadState::Stopped),
                Just(WorkloadState::Available),
            ]
        };
        let check = move || prop_oneof![Just(Check::NotMade), Just(Check::Passed), Just(Check::Failed(problem()))];
        let secrets = prop_oneof![
            any::<bool>().prop_map(|kept| SecretsState::Missing { kept }),
            Just(SecretsState::Edited),
            Just(SecretsState::Unkept),
            Just(SecretsState::Present),
        ];
        let volumes = (0..3_usize, 0..3_usize).prop_map(|(claims, leaving)| VolumesState { claims, leaving });
        let parts = (workload(), workload(), check(), check());
        (namespace, secrets, release, drift, parts, volumes, any::<bool>()).prop_map(
            |(namespace, secrets, release, drift, (database, storefront, route, shop), volumes, repair)| Observed {
                namespace,
                secrets,
                release,
                drift,
                database,
                storefront,
                route,
                shop,
                volumes,
                repair,
            },
        )
    }

    proptest! {
        #[test]
        fn with_repairs_off_a_running_store_is_not_touched(observed in observed()) {
            let off = Observed { repair: false, ..observed };
            for wanted in [Wanted::Running, Wanted::Suspended] {
                if let Decision::Act(_, action) = decide(wanted, &off) {
                    prop_assert!(action.is_bookkeeping());
                }
            }
        }

        #[test]
        fn done_means_what_it_says(observed in observed()) {
            if decide(Wanted::Running, &observed) == Decision::Done {
                prop_assert_eq!(observed.namespace.clone(), NamespaceState::Ours);
                prop_assert_eq!(observed.release.clone(), ReleaseState::Deployed { current: true });
                prop_assert_eq!(observed.route.clone(), Check::Passed);
                prop_assert_eq!(observed.shop.clone(), Check::Passed);
                prop_assert_eq!(observed.database.clone(), WorkloadState::Available);
                prop_assert_eq!(observed.storefront.clone(), WorkloadState::Available);
            }
            if decide(Wanted::Suspended, &observed) == Decision::Done {
                prop_assert_eq!(observed.namespace.clone(), NamespaceState::Ours);
                prop_assert_eq!(observed.release.clone(), ReleaseState::Deployed { current: true });
                for workload in [&observed.database, &observed.storefront] {
                    prop_assert!(!matches!(workload, WorkloadState::Available | WorkloadState::Progressing(_)));
                }
            }
            if decide(Wanted::Gone, &observed) == Decision::Done {
                prop_assert!(matches!(observed.namespace, NamespaceState::Absent | NamespaceState::Foreign(_)));
            }
        }

        #[test]
        fn nothing_is_done_in_a_namespace_that_is_not_ours(
            observed in observed(), wanted in prop::sample::select(vec![Wanted::Running, Wanted::Suspended, Wanted::Gone]),
        ) {
            if let Decision::Act(_, action) = decide(wanted, &observed) {
                let allowed = match &observed.namespace {
                    NamespaceState::Ours => true,
                    NamespaceState::Relabelled(_) => action == Action::RelabelNamespace,
                    NamespaceState::Absent => action == Action::CreateNamespace,
                    NamespaceState::Foreign(_) | NamespaceState::Terminating(_) => false,
                };
                prop_assert!(allowed, "{action:?}");
            }
        }

        #[test]
        fn a_delete_never_installs_and_a_create_never_removes_volumes(observed in observed()) {
            if let Decision::Act(_, action) = decide(Wanted::Gone, &observed) {
                let removes = matches!(action, Action::UninstallRelease | Action::DeleteVolumes | Action::DeleteNamespace);
                prop_assert!(removes || action == Action::RelabelNamespace);
            }
            for wanted in [Wanted::Running, Wanted::Suspended] {
                if let Decision::Act(_, action) = decide(wanted, &observed) {
                    prop_assert!(!matches!(action, Action::UninstallRelease | Action::DeleteVolumes | Action::DeleteNamespace));
                }
            }
        }
    }
}

//! Somebody changes or deletes what Souk made.

use souk_domain::{ConditionStatus, ConditionType, Phase, Store};

use super::{
    Stage, actor, is_ready,
    world::{PLATFORM, State},
};
use crate::{
    db::Edit,
    kube::{
        ReleaseStatus,
        facts::{Foreign, SecretFact},
    },
};

async fn switch(stage: &Stage, repair: bool) {
    let edit = Edit { repair: Some(repair), ..Edit::default() };
    stage.db.edit_store(&stage.store, edit, &actor()).await.unwrap();
    stage.wake();
}

fn as_wanted(store: &Store) -> Option<(ConditionStatus, String)> {
    let condition = store.conditions.get(ConditionType::AsWanted)?;
    Some((condition.status, condition.reason.clone()))
}

fn is_whole(store: &Store) -> bool {
    is_ready(store) && store.conditions.is_true(ConditionType::AsWanted)
}

/// The newest lines of the timeline that tell of a repair.
async fn repairs(stage: &Stage) -> Vec<String> {
    let page = stage.db.list_events(&stage.store, None, 100).await.unwrap();
    let told = page.items.into_iter().rev().filter(|event| event.reason == "DriftRepaired");
    told.map(|event| event.message).collect()
}

type Meddling = (&'static str, fn(&mut State), &'static str);

/// What somebody does, and how it is told once it is undone.
const MEDDLING: [Meddling; 5] = [
    ("scaled", |state| state.scale(), "spec.replicas of Deployment shop was changed by kubectl; set back."),
    ("service", |state| _ = state.facts.services.remove("shop"), "Service shop was deleted; made again."),
    ("deployment", |state| _ = state.facts.deployments.remove("shop"), "Deployment shop was deleted; made again."),
    (
        "quota",
        |state| state.facts.quotas.get_mut("store").unwrap().own = 1,
        "Fields of ResourceQuota store were changed or taken away; set back.",
    ),
    (
        "egress",
        |state| {
            let foreign = Foreign { fields: vec!["spec.egress".into()], by: vec!["kubectl-edit".into()] };
            state.facts.policies.get_mut("database").unwrap().foreign = Some(Box::new(foreign));
        },
        "spec.egress of NetworkPolicy database was changed by kubectl-edit; set back.",
    ),
];

#[tokio::test]
async fn what_somebody_changed_is_set_back_and_told() {
    for (what, meddle, told) in MEDDLING {
        let stage = Stage::ready().await;
        stage.until("noted", is_whole).await;
        let digest = stage.world.state().facts.newest_release().unwrap().digest.clone();
        let whole: Vec<_> = owned(&stage);
        stage.change(meddle);
        stage.until_world(what, |state| state.calls.contains(&"remove-additions")).await;
        stage.until(what, is_whole).await;
        assert_eq!(owned(&stage), whole, "{what}");
        assert_eq!(repairs(&stage).await, [told], "{what}");
        let newest = stage.world.state().facts.newest_release().unwrap().clone();
        assert_eq!((newest.status, newest.digest), (ReleaseStatus::Deployed, digest), "{what}");
        // What was only added is taken away without Helm.
        assert_eq!(stage.world.state().calls.contains(&"helm-rollback"), what != "egress", "{what}");
        assert!(!stage.world.state().calls.contains(&"helm-upgrade"), "{what}");
        let degraded = stage.timeline().await.contains(&"StoreDegraded".to_owned());
        assert_eq!(degraded, what == "deployment", "{what}");
    }
}

fn owned(stage: &Stage) -> Vec<String> {
    let state = stage.world.state();
    state.facts.owned().map(|(kind, name, fact)| format!("{kind} {name} {fact:?}")).collect()
}

#[tokio::test]
async fn with_repairs_off_a_change_is_told_and_left_alone() {
    let stage = Stage::ready().await;
    switch(&stage, false).await;
    stage.change(State::scale);
    let off = Some((ConditionStatus::False, "RepairOff".to_owned()));
    let store = stage.until("telling it", |store| as_wanted(store) == off).await;
    assert_eq!(store.phase, Phase::Ready);
    let message = &store.conditions.get(ConditionType::AsWanted).unwrap().message;
    assert!(message.starts_with("spec.replicas of Deployment shop was changed by kubectl."), "{message}");
    assert!(stage.timeline().await.contains(&"DriftFound".to_owned()));
    assert_eq!(stage.world.state().calls.len(), 4, "{:?}", stage.world.state().calls);

    // What is gone makes the store degraded, with the reason.
    stage.change(|state| _ = state.facts.deployments.remove("shop"));
    let store = stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    assert!(store.sentence().contains("switched off"), "{}", store.sentence());

    switch(&stage, true).await;
    stage.until("repaired", is_whole).await;
}

#[tokio::test]
async fn who_changes_it_again_and_again_is_not_fought_at_full_speed() {
    let stage = Stage::ready().await;
    stage.change(|state| {
        state.fought_over = true;
        state.scale();
    });
    let contested = Some((ConditionStatus::False, "Contested".to_owned()));
    let store = stage.until("contested", |store| as_wanted(store) == contested).await;
    assert_eq!(store.phase, Phase::Ready);
    assert_eq!(stage.timeline().await.iter().filter(|reason| *reason == "Contested").count(), 1);
    stage.change(|state| state.fought_over = false);
    stage.until("repaired", is_whole).await;
}

#[tokio::test]
async fn secrets_come_back_exactly_as_they_were() {
    for edited in [false, true] {
        let stage = Stage::ready().await;
        let before = stage.world.state().password().unwrap();
        stage.change(|state| {
            state.secrets = Default::default();
            if edited {
                let fact = SecretFact { leaving: false, edited: Some("x".into()) };
                state.facts.secrets.insert("store-admin", fact);
            } else {
                state.facts.secrets.clear();
            }
        });
        stage.until_world("back", |state| state.password().is_some()).await;
        stage.until("whole", is_whole).await;
        assert_eq!(stage.world.state().password().unwrap(), before);
        assert!(!repairs(&stage).await.is_empty());
        assert!(!stage.timeline().await.contains(&"StoreDegraded".to_owned()));
    }
}

#[tokio::test]
async fn a_kill_between_the_row_and_the_cluster_loses_no_secret() {
    let mut stage = Stage::asked().await;
    stage.world.state().refuses_secrets = true;
    stage.start().await;
    stage.until("kept", |store| store.secrets_kept).await;
    let sealed = stage.db.sealed_secrets(&stage.store).await.unwrap().unwrap();
    stage.kill().await;
    stage.world.state().refuses_secrets = false;
    stage.start().await;
    stage.until("ready", is_ready).await;
    assert_eq!(stage.db.sealed_secrets(&stage.store).await.unwrap().unwrap(), sealed);
    let kept = stage.sealer.open(&stage.store, &sealed).unwrap();
    let kept = crate::kube::StoreSecrets::from_text(&kept).unwrap();
    let text =
        |secrets: &crate::kube::StoreSecrets| secrecy::ExposeSecret::expose_secret(&secrets.to_text()).to_owned();
    assert_eq!(text(&stage.world.state().secrets), text(&kept));
}

#[tokio::test]
async fn a_store_of_an_earlier_version_gets_its_copy() {
    let mut stage = Stage::ready().await;
    stage.kill().await;
    let before = stage.world.state().password().unwrap();
    stage.forget_copy().await;
    assert!(!stage.get().await.secrets_kept);
    stage.start().await;
    stage.until("kept", |store| store.secrets_kept && is_whole(store)).await;
    stage.change(|state| {
        state.secrets = Default::default();
        state.facts.secrets.clear();
    });
    stage.until_world("back", |state| state.password() == Some(before.clone())).await;
}

#[tokio::test]
async fn secrets_without_a_copy_are_not_made_anew_under_a_running_shop() {
    let mut stage = Stage::ready().await;
    stage.kill().await;
    stage.forget_copy().await;
    stage.world.state().facts.secrets.remove("store-database");
    stage.start().await;
    let store = stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    assert!(store.sentence().contains("secret"), "{}", store.sentence());
    assert!(!stage.world.state().facts.secrets.contains_key("store-database"));
}

#[tokio::test]
async fn the_namespace_gets_its_labels_back() {
    let stage = Stage::ready().await;
    let name = stage.store.namespace();
    stage.until("known", |store| store.namespace_uid.is_some()).await;
    stage.change(|state| {
        let fact = state.facts.namespace.get_mut(&name).unwrap();
        fact.store = None;
        fact.relabelled = vec!["pod-security.kubernetes.io/enforce"];
    });
    stage.until_world("relabelled", |state| state.calls.contains(&"relabel-namespace")).await;
    stage.until("whole", is_whole).await;
    let told = "Labels souk.dev/store, pod-security.kubernetes.io/enforce of the namespace were changed; put back.";
    assert_eq!(repairs(&stage).await, [told]);

    // Without the label that the watch looks for, it seems to be gone.
    stage.change(|state| {
        let mut fact = state.facts.namespace.remove(&name).unwrap();
        fact.platform = None;
        state.hidden = Some(fact);
    });
    stage.until_world("found", |state| state.facts.namespace.contains_key(&name)).await;
    stage.until("whole", is_whole).await;
    assert_eq!(stage.world.state().namespaces_made, 1);
}

#[tokio::test]
async fn a_namespace_that_lost_its_labels_is_not_forgotten_when_its_store_goes() {
    let mut stage = Stage::ready().await;
    let name = stage.store.namespace();
    stage.until("known", |store| store.namespace_uid.is_some()).await;
    stage.kill().await;
    {
        let mut state = stage.world.state();
        let mut fact = state.facts.namespace.remove(&name).unwrap();
        fact.platform = None;
        state.hidden = Some(fact);
    }
    stage.delete().await;
    stage.start().await;
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(stage.world.state().facts.is_empty());
}

#[tokio::test]
async fn another_namespace_of_the_same_name_is_left_alone() {
    let stage = Stage::ready().await;
    let name = stage.store.namespace();
    stage.until("known", |store| store.namespace_uid.is_some()).await;
    stage.change(|state| state.facts.namespace.get_mut(&name).unwrap().uid = "another".into());
    let store = stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    assert!(store.sentence().contains("left alone"), "{}", store.sentence());
    assert_eq!(stage.world.state().calls.len(), 4);
    assert_eq!(stage.world.state().facts.namespace.get(&name).unwrap().platform.as_deref(), Some(PLATFORM));
}

#[tokio::test]
async fn a_store_whose_namespace_was_deleted_is_made_again() {
    let stage = Stage::ready().await;
    let before = stage.world.state().password().unwrap();
    stage.until("known", |store| store.namespace_uid.is_some()).await;
    stage.change(|state| {
        state.facts = Default::default();
        state.secrets = Default::default();
    });
    stage.until_world("made again", |state| state.namespaces_made == 2).await;
    let store = stage.until("ready", is_whole).await;
    assert_eq!(store.namespace_uid.as_deref(), Some("uid-2"));
    assert_eq!(stage.world.state().password().unwrap(), before);
}

#[tokio::test]
async fn a_half_done_release_of_a_running_shop_is_completed_without_taking_it_down() {
    for status in [ReleaseStatus::PendingUpgrade, ReleaseStatus::PendingRollback] {
        let stage = Stage::ready().await;
        stage.change(|state| {
            let release = state.facts.releases.values_mut().next().unwrap();
            release.status = status;
            release.objects = None;
        });
        stage.until_world("rolled", |state| state.calls.contains(&"helm-rollback")).await;
        stage.until("whole", is_whole).await;
        assert!(!stage.world.state().calls.contains(&"helm-uninstall"), "{status:?}");
    }
}

#[tokio::test]
async fn a_release_whose_record_was_deleted_is_recorded_again() {
    let stage = Stage::ready().await;
    stage.change(|state| state.facts.releases.clear());
    stage
        .until_world("recorded", |state| state.facts.newest_release().is_some_and(|release| release.objects.is_some()))
        .await;
    stage.until("whole", is_whole).await;
}

//! Things go wrong: Helm, the cluster, the store's parts.

use std::time::Duration;

use souk_domain::{ConditionStatus, ConditionType, OperationState, Phase, Problem};

use super::{
    Stage, is_ready,
    world::{Fault, PLATFORM},
};
use crate::kube::ReleaseStatus;

#[tokio::test]
async fn a_foreign_namespace_is_refused_and_left_alone() {
    for (platform, other_store) in [("q", false), (PLATFORM, true)] {
        let mut stage = Stage::asked().await;
        let owner = if other_store { souk_domain::StoreId::from_random([1; 10]) } else { stage.store.clone() };
        let name = stage.store.namespace();
        stage.change(|state| {
            state.adopt(&owner, platform);
            let fact = state.facts.namespace.pop_first().unwrap().1;
            state.facts.namespace.insert(name, fact);
        });
        let before = stage.world.state().facts.clone();
        stage.start().await;
        let store = stage.until("failed", |store| store.phase == Phase::Failed).await;
        assert_eq!(store.operation.unwrap().reason.as_deref(), Some("ForeignNamespace"));
        stage.delete().await;
        stage.until("deleted", |store| store.phase == Phase::Deleted).await;
        assert_eq!(stage.world.state().facts, before);
        assert!(stage.world.state().calls.is_empty());
    }
}

#[tokio::test]
async fn a_first_install_that_was_cut_off_is_made_again_with_its_volumes() {
    let mut stage = Stage::asked().await;
    stage.world.state().faults = vec![Fault::Killed];
    stage.start().await;
    stage.until("ready", is_ready).await;
    assert_eq!(
        stage.world.state().calls,
        ["create-namespace", "create-secrets", "helm-uninstall", "helm-install", "helm-finish"]
    );
    assert!(stage.timeline().await.contains(&"ReleaseReset".to_owned()));
}

#[tokio::test]
async fn a_failed_install_is_tried_again_with_a_pause() {
    let mut stage = Stage::asked().await;
    stage.world.state().faults = vec![Fault::Fails, Fault::Fails];
    stage.start().await;
    let store = stage.until("ready", is_ready).await;
    assert!(store.operation.unwrap().attempts >= 1);
    let failures = stage.timeline().await.into_iter().filter(|reason| reason == "HelmFailed");
    assert_eq!(failures.count(), 2);
}

#[tokio::test]
async fn what_helm_refuses_waits_for_a_retry() {
    let mut stage = Stage::asked().await;
    stage.world.state().faults = vec![Fault::Refuses];
    stage.start().await;
    let store = stage.until("failed", |store| store.phase == Phase::Failed).await;
    let operation = store.operation.unwrap();
    assert_eq!((operation.state, operation.reason.as_deref()), (OperationState::Failed, Some("ReleaseRefused")));
    stage.retry().await;
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_create_fails_at_its_deadline_and_says_why() {
    let mut stage = Stage::asked_with(None, Duration::from_millis(400)).await;
    stage.world.state().stuck = Some(Problem::waiting("NoStorageClass", "The cluster has no default storage class."));
    stage.start().await;
    let waiting = |store: &souk_domain::Store| {
        let condition = store.conditions.get(ConditionType::DatabaseReady);
        condition.is_some_and(|condition| condition.reason == "NoStorageClass")
    };
    stage.until("saying why it waits", waiting).await;
    let store = stage.until("failed", |store| store.phase == Phase::Failed).await;
    let operation = store.operation.clone().unwrap();
    assert_eq!(operation.reason.as_deref(), Some("NoStorageClass"));
    assert!(store.sentence().contains("no default storage class"), "{}", store.sentence());
    stage.world.state().stuck = None;
    stage.world.state().raise();
    stage.retry().await;
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn the_front_door_is_tried_until_it_opens() {
    let mut stage = Stage::asked().await;
    stage.world.state().closed = true;
    stage.start().await;
    let store = stage
        .until("at the door", |store| {
            let route = store.conditions.get(ConditionType::RouteReady);
            route.is_some_and(|route| route.reason == "RouteMissing")
        })
        .await;
    assert_eq!(store.phase, Phase::Provisioning);
    // No wake: nothing can be watched for this.
    stage.world.state().closed = false;
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_store_waits_for_a_cluster_that_is_away() {
    let mut stage = Stage::asked().await;
    stage.world.state().away = true;
    stage.start().await;
    let away = |store: &souk_domain::Store| {
        let condition = store.conditions.get(ConditionType::ClusterReachable);
        condition.is_some_and(|condition| condition.status == ConditionStatus::False)
    };
    let store = stage.until("waiting", away).await;
    assert_eq!(store.phase, Phase::Pending);
    assert!(store.sentence().contains("cluster"), "{}", store.sentence());
    stage.change(|state| state.away = false);
    stage.until("ready", is_ready).await;

    stage.change(|state| state.away = true);
    stage.delete().await;
    let store = stage.until("waiting", away).await;
    assert_eq!(store.phase, Phase::Deleting);
    stage.change(|state| state.away = false);
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
}

#[tokio::test]
async fn a_ready_store_that_breaks_is_degraded_and_comes_back() {
    let stage = Stage::ready().await;
    stage.change(|state| {
        let shop = state.facts.deployments.get_mut("shop").unwrap();
        shop.available = false;
        shop.problem = Some(Problem::waiting("CrashLoop", "The container php keeps ending."));
    });
    let store = stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    assert!(!store.orders_possible);
    assert_eq!(store.sentence(), "The container php keeps ending.");
    stage.change(|state| state.raise());
    let store = stage.until("ready", is_ready).await;
    assert!(store.orders_possible);
    assert!(stage.timeline().await.contains(&"StoreDegraded".to_owned()));
}

#[tokio::test]
async fn a_workload_that_somebody_deleted_is_made_again() {
    let stage = Stage::ready().await;
    stage.change(|state| _ = state.facts.deployments.remove("shop"));
    stage.until_world("repaired", |state| state.facts.deployments.contains_key("shop")).await;
    stage.until("ready", is_ready).await;
    assert_eq!(stage.world.state().facts.newest_release().unwrap().status, ReleaseStatus::Deployed);
}

#[tokio::test]
async fn lost_secrets_are_not_made_anew_under_a_running_shop() {
    let stage = Stage::ready().await;
    stage.change(|state| _ = state.facts.secrets.remove("store-database"));
    let store = stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    assert!(store.sentence().contains("secret"), "{}", store.sentence());
    assert!(!stage.world.state().facts.secrets.contains_key("store-database"));
}

#[tokio::test]
async fn a_shop_that_stops_answering_is_found_without_a_watch() {
    let mut stage = Stage::asked().await;
    stage.full_pass = Duration::from_millis(50);
    stage.start().await;
    stage.until("ready", is_ready).await;
    stage.world.state().closed = true;
    let store = stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    assert_eq!(store.sentence(), "Nobody serves it yet.");
    stage.world.state().closed = false;
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_namespace_that_lost_its_labels_is_not_forgotten() {
    let stage = Stage::ready().await;
    let name = stage.store.namespace();
    let ours = stage.world.state().facts.namespace[&name].clone();
    stage.change(|state| {
        state.facts.namespace.get_mut(&name).unwrap().platform = None;
    });
    stage.until("degraded", |store| store.phase == Phase::Degraded).await;
    stage.delete().await;
    let says = |store: &souk_domain::Store| {
        let operation = store.operation.as_ref();
        operation.is_some_and(|operation| operation.reason.as_deref() == Some("ForeignNamespace"))
    };
    stage.until("saying so", says).await;
    stage.change(|state| _ = state.facts.namespace.insert(name, ours));
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(stage.world.state().facts.is_empty());
}

#[tokio::test]
async fn nothing_is_done_twice_when_the_database_refuses_writes_meanwhile() {
    let mut stage = Stage::asked().await;
    let bell = std::sync::Arc::new(tokio::sync::Notify::new());
    stage.world.state().helm_bell = Some(bell.clone());
    stage.start().await;
    stage.until_world("installing", |state| state.calls.contains(&"helm-install")).await;
    stage.db.read_only(true).await;
    bell.notify_one();
    stage.until_world("installed", |state| state.calls.contains(&"helm-finish")).await;
    assert_ne!(stage.get().await.phase, Phase::Ready);
    stage.db.read_only(false).await;
    let store = stage.until("ready", is_ready).await;
    assert_eq!(stage.world.state().calls, ["create-namespace", "create-secrets", "helm-install", "helm-finish"]);
    assert!(stage.timeline().await.contains(&"ReleaseInstalled".to_owned()), "what was done meanwhile is told");
    assert!(store.orders_possible);
}

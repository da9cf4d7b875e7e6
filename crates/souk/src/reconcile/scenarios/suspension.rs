//! A store is suspended and resumed.

use souk_domain::{ConditionStatus, ConditionType, OperationKind, OperationState, Phase, Slug, Store};
use time::{Duration, OffsetDateTime};

use super::{Stage, actor, is_ready};
use crate::db::{Edit, Suspension};

async fn ask(stage: &Stage, suspended: bool) {
    let deadline_at = OffsetDateTime::now_utc() + Duration::minutes(10);
    let asked = Suspension { suspended, if_revision: None, deadline_at };
    stage.db.suspend_store(&stage.store, asked, &actor()).await.unwrap();
    stage.wake();
}

fn sleeps(store: &Store) -> bool {
    store.phase == Phase::Suspended && store.open_operation().is_none()
}

async fn suspended() -> Stage {
    let stage = Stage::ready().await;
    ask(&stage, true).await;
    stage.until("suspended", sleeps).await;
    stage
}

#[tokio::test]
async fn a_suspended_store_keeps_all_but_its_pods_and_comes_back_through_the_same_checks() {
    let stage = suspended().await;
    let store = stage.get().await;
    assert!(!store.orders_possible);
    for kind in [ConditionType::DatabaseReady, ConditionType::StorefrontReady, ConditionType::RouteReady] {
        let condition = store.conditions.get(kind).unwrap();
        assert_eq!((condition.status, condition.reason.as_str()), (ConditionStatus::Unknown, "Suspended"), "{kind:?}");
    }
    {
        let state = stage.world.state();
        assert!(state.asleep);
        assert_eq!(state.facts.claims.len(), 2);
        assert!(!state.calls.contains(&"helm-uninstall"), "{:?}", state.calls);
    }
    stage.world.state().closed = true;
    ask(&stage, false).await;
    let at_door = |store: &Store| store.phase == Phase::Provisioning && store.is_at_door();
    stage.until("at the door", at_door).await;
    stage.world.state().closed = false;
    let store = stage.until("ready", is_ready).await;
    assert!(store.orders_possible);
    assert_eq!(store.operation.unwrap().kind, OperationKind::Resume);
    let upgrades = stage.world.state().calls.iter().filter(|call| **call == "helm-upgrade").count();
    assert_eq!(upgrades, 2, "one each way");
    let timeline = stage.timeline().await;
    let known = ["SuspendRequested", "StoreSuspended", "ResumeRequested", "StoreReady"];
    let seen: Vec<_> = timeline.iter().filter(|reason| known.contains(&reason.as_str())).collect();
    assert_eq!(seen, ["StoreReady", "SuspendRequested", "StoreSuspended", "ResumeRequested", "StoreReady"]);
}

#[tokio::test]
async fn both_ways_converge_when_they_are_killed_anywhere() {
    for calls in 1..=2 {
        let mut stage = Stage::ready().await;
        for to in [true, false] {
            stage.world.state().dies_after = Some(calls);
            ask(&stage, to).await;
            stage.dies().await;
            stage.start().await;
            stage.until("at rest", if to { sleeps } else { is_ready }).await;
            assert_eq!(stage.world.state().asleep, to, "killed after {calls}");
        }
        assert_eq!(stage.world.state().namespaces_made, 1);
    }
}

#[tokio::test]
async fn a_cancelled_suspension_is_taken_back() {
    let stage = Stage::ready().await;
    stage.world.state().helm_bell = Some(std::sync::Arc::default());
    ask(&stage, true).await;
    stage.until_world("at work", |state| state.calls.contains(&"helm-upgrade")).await;
    stage.world.state().helm_bell = None;
    stage.cancel().await;
    let store = stage.until("ready", |store| store.phase == Phase::Ready).await;
    assert!(!store.suspended);
    assert_eq!(store.operation.unwrap().state, OperationState::Cancelled);
    assert!(!stage.world.state().asleep);
}

#[tokio::test]
async fn a_change_of_a_suspended_store_leaves_it_suspended() {
    let stage = suspended().await;
    let before = stage.world.state().facts.newest_release().unwrap().digest.clone();
    let deadline_at = Some(OffsetDateTime::now_utc() + Duration::minutes(10));
    let edit = Edit { slug: Slug::new("red-mug").ok(), deadline_at, ..Edit::default() };
    stage.db.edit_store(&stage.store, edit, &actor()).await.unwrap();
    stage.wake();
    let changed = |store: &Store| {
        sleeps(store) && store.operation.as_ref().is_some_and(|operation| operation.kind == OperationKind::Update)
    };
    let store = stage.until("changed", changed).await;
    assert_eq!(store.operation.unwrap().steps.len(), 1, "there is no shop to restart");
    let state = stage.world.state();
    assert!(state.asleep);
    assert_ne!(state.facts.newest_release().unwrap().digest, before);
}

#[tokio::test]
async fn what_others_change_of_a_suspended_store_is_set_back_and_does_not_wake_it() {
    let stage = suspended().await;
    stage.change(super::world::State::scale);
    let repaired = |state: &super::world::State| state.calls.contains(&"remove-additions");
    stage.until_world("repaired", repaired).await;
    let store = stage.until("calm", sleeps).await;
    assert!(store.suspended && stage.world.state().asleep);
}

#[tokio::test]
async fn a_suspension_waits_for_the_creation_and_a_deletion_waits_for_nothing() {
    let mut stage = Stage::asked().await;
    let bell = std::sync::Arc::new(tokio::sync::Notify::new());
    stage.world.state().helm_bell = Some(bell.clone());
    stage.start().await;
    stage.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
    ask(&stage, true).await;
    assert!(!stage.get().await.suspended, "the creation is not disturbed");
    stage.world.state().helm_bell = None;
    bell.notify_one();
    let store = stage.until("suspended", sleeps).await;
    assert!(store.ready_at.is_some(), "it was ready first");
    ask(&stage, false).await;
    stage.delete().await;
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(stage.world.state().facts.is_empty());
}

//! People cancel, retry and delete in the middle of things.

use souk_domain::{DisplayName, OperationKind, OperationState, Phase, Problem, Store};

use super::{Stage, actor, is_ready, world::Fault};
use crate::{db::Edit, kube::ReleaseStatus};

#[tokio::test]
async fn a_create_is_cancelled_in_the_middle_and_retried() {
    let mut stage = Stage::asked().await;
    stage.world.state().faults = vec![Fault::Hangs];
    stage.start().await;
    stage.until_world("hanging", |state| !state.facts.releases.is_empty()).await;
    let operation = stage.get().await.operation.unwrap().id;
    stage.db.cancel_operation(&operation, &actor()).await.unwrap();
    stage.wake();
    let store = stage.until("cancelled", |store| store.phase == Phase::Failed).await;
    assert_eq!(store.operation.unwrap().state, OperationState::Cancelled);
    // What exists is kept.
    assert!(!stage.world.state().facts.namespace.is_empty());
    stage.retry().await;
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_create_is_cancelled_at_every_step_and_retried() {
    for calls in 1..=4 {
        let mut stage = Stage::asked().await;
        stage.world.state().dies_after = Some(calls);
        stage.start().await;
        stage.hangs().await;
        stage.cancel().await;
        let store = stage.until("cancelled", |store| store.phase == Phase::Failed).await;
        assert_eq!(store.operation.unwrap().state, OperationState::Cancelled, "cancelled in call {calls}");
        assert!(!stage.world.state().facts.namespace.is_empty(), "what exists is kept");
        stage.world.state().dies_after = None;
        stage.retry().await;
        stage.until("ready", is_ready).await;
        let state = stage.world.state();
        assert_eq!(state.namespaces_made, 1, "cancelled in call {calls}");
        assert_eq!(state.facts.claims.len(), 2, "cancelled in call {calls}");
    }
}

#[tokio::test]
async fn a_create_is_cancelled_and_removed_at_every_step() {
    for calls in 1..=4 {
        let mut stage = Stage::asked().await;
        stage.world.state().dies_after = Some(calls);
        stage.start().await;
        stage.hangs().await;
        stage.world.state().dies_after = None;
        stage.cancel_and_remove().await;
        stage.until("deleted", |store| store.phase == Phase::Deleted).await;
        assert!(stage.world.state().facts.is_empty(), "cancelled in call {calls}");
        assert!(!stage.world.state().calls[calls..].contains(&"helm-install"), "cancelled in call {calls}");
        let operations = stage.db.list_operations(&stage.store).await.unwrap();
        let states: std::collections::BTreeSet<_> =
            operations.iter().map(|o| (o.kind.as_str(), o.state.as_str())).collect();
        assert_eq!(states, [("create", "cancelled"), ("delete", "succeeded")].into(), "cancelled in call {calls}");
    }
}

#[tokio::test]
async fn a_create_is_cancelled_before_its_turn_and_while_it_waits() {
    let mut stage = Stage::asked().await;
    stage.cancel().await;
    stage.start().await;
    stage.until("cancelled", |store| store.phase == Phase::Failed).await;
    assert!(stage.world.state().calls.is_empty(), "it had not begun");
    // At the front door, which does not answer.
    let bell = std::sync::Arc::new(tokio::sync::Notify::new());
    stage.world.state().bell = Some(bell);
    stage.retry().await;
    stage.until_world("at the door", |state| state.knocked).await;
    stage.cancel().await;
    stage.until("cancelled", |store| store.phase == Phase::Failed).await;
    stage.world.state().bell = None;
    // For pods that do not come up.
    stage.world.state().facts.deployments.clear();
    stage.world.state().stuck = Some(Problem::waiting("Unschedulable", "No node takes the pod."));
    stage.retry().await;
    let waits = |store: &Store| store.operation.as_ref().unwrap().reason.as_deref() == Some("Unschedulable");
    stage.until("waiting", waits).await;
    stage.cancel().await;
    stage.until("cancelled", |store| store.phase == Phase::Failed).await;
    stage.world.state().stuck = None;
    stage.world.state().raise();
    stage.retry().await;
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_cancelled_change_leaves_the_shop_as_it_was_and_says_so() {
    let stage = Stage::ready().await;
    stage.world.state().faults = vec![Fault::Hangs];
    let edit = Edit { name: DisplayName::new("Red Mug Shop").ok(), ..Edit::default() };
    stage.db.edit_store(&stage.store, edit, &actor()).await.unwrap();
    stage.wake();
    let pending = |state: &super::world::State| {
        state.facts.newest_release().is_some_and(|release| release.status == ReleaseStatus::PendingUpgrade)
    };
    stage.until_world("hanging", pending).await;
    stage.cancel().await;
    let cancelled = |store: &Store| {
        store.phase == Phase::Ready && store.operation.as_ref().unwrap().state == OperationState::Cancelled
    };
    let store = stage.until("serving again", cancelled).await;
    assert!(store.sentence().contains("change was cancelled"), "{}", store.sentence());
    assert!(store.orders_possible);
    assert!(stage.timeline().await.contains(&"ReleaseRolledBack".to_owned()), "what helm left was put in order");
    stage.retry().await;
    let store = stage.until("changed", is_ready).await;
    assert_eq!(store.operation.unwrap().kind, OperationKind::Update);
    assert_eq!(store.name.as_str(), "Red Mug Shop");
}

#[tokio::test]
async fn a_delete_overtakes_a_create_at_work() {
    let mut stage = Stage::asked().await;
    stage.world.state().faults = vec![Fault::Hangs];
    stage.start().await;
    stage.until_world("hanging", |state| !state.facts.releases.is_empty()).await;
    stage.delete().await;
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(stage.world.state().facts.is_empty());
}

#[tokio::test]
async fn a_failed_store_is_left_alone_until_somebody_asks() {
    let mut stage = Stage::asked().await;
    stage.world.state().faults = vec![Fault::Refuses];
    stage.start().await;
    stage.until("failed", |store| store.phase == Phase::Failed).await;
    let calls = stage.world.state().calls.len();
    let revision = stage.get().await.revision;
    stage.kill().await;
    stage.start().await;
    stage.wake();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(stage.world.state().calls.len(), calls);
    assert_eq!(stage.get().await.revision, revision);
}

//! People cancel, retry and delete in the middle of things.

use souk_domain::{OperationState, Phase};

use super::{Stage, actor, is_ready, world::Fault};

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

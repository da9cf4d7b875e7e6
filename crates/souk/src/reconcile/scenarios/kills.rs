//! The process is killed after each thing that it does, and another one goes on.

use souk_domain::Phase;

use super::{Stage, is_ready};
use crate::kube::ReleaseStatus;

#[tokio::test]
async fn a_create_that_is_killed_anywhere_converges() {
    for calls in 1..=4 {
        let mut stage = Stage::asked_with(Some("a chosen password 42"), std::time::Duration::from_secs(600)).await;
        stage.world.state().dies_after = Some(calls);
        stage.start().await;
        stage.dies().await;
        stage.start().await;
        stage.until("ready", is_ready).await;
        let state = stage.world.state();
        assert_eq!(state.namespaces_made, 1, "killed after {calls}");
        assert_eq!(state.password().as_deref(), Some("a chosen password 42"), "killed after {calls}");
        let deployed = state.facts.releases.values().filter(|release| release.status == ReleaseStatus::Deployed);
        assert_eq!(deployed.count(), 1, "killed after {calls}");
        assert_eq!(state.facts.claims.len(), 2, "killed after {calls}");
    }
}

#[tokio::test]
async fn a_delete_that_is_killed_anywhere_converges() {
    for calls in 1..=3 {
        let mut stage = Stage::ready().await;
        stage.world.state().dies_after = Some(calls);
        stage.delete().await;
        stage.dies().await;
        stage.start().await;
        stage.until("deleted", |store| store.phase == Phase::Deleted).await;
        assert!(stage.world.state().facts.is_empty(), "killed after {calls}");
    }
}

#[tokio::test]
async fn a_delete_overtakes_a_create_that_was_killed() {
    for calls in 1..=4 {
        let mut stage = Stage::asked().await;
        stage.world.state().dies_after = Some(calls);
        stage.start().await;
        stage.dies().await;
        stage.delete().await;
        stage.start().await;
        stage.until("deleted", |store| store.phase == Phase::Deleted).await;
        assert!(stage.world.state().facts.is_empty(), "killed after {calls}");
        assert!(!stage.world.state().calls[calls..].contains(&"helm-install"), "killed after {calls}");
    }
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_writes_down_what_it_did() {
    let mut stage = Stage::asked().await;
    let bell = std::sync::Arc::new(tokio::sync::Notify::new());
    stage.world.state().helm_bell = Some(bell.clone());
    stage.start().await;
    stage.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
    let (task, stop, _) = stage.running.take().unwrap();
    stop.cancel();
    bell.notify_one();
    task.await.unwrap();
    assert_eq!(stage.timeline().await.last().map(String::as_str), Some("ReleaseInstalled"));
    let store = stage.get().await;
    assert_eq!(store.phase, Phase::Provisioning);
    assert!(stage.db.claim(&stage.store, "another", std::time::Duration::from_secs(1)).await.unwrap().is_some());
}

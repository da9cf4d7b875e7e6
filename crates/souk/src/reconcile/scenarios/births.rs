//! A store is born, and goes.

use souk_domain::{ConditionType, Phase, StepState};

use super::{Stage, is_ready};

#[tokio::test]
async fn a_store_is_born_and_takes_orders() {
    let mut stage = Stage::asked().await;
    stage.start().await;
    let store = stage.until("ready", is_ready).await;
    assert!(store.orders_possible && store.ready_at.is_some());
    assert!(store.operation.unwrap().steps.iter().all(|step| step.state == StepState::Done));
    for kind in [ConditionType::ClusterReachable, ConditionType::ReleaseReady, ConditionType::OrdersReady] {
        assert!(store.conditions.is_true(kind), "{kind:?}");
    }
    assert_eq!(stage.world.state().calls, ["create-namespace", "create-secrets", "helm-install", "helm-finish"]);
    assert_eq!(
        stage.timeline().await,
        [
            "StoreRequested",
            "NamespaceCreated",
            "SecretsCreated",
            "ReleaseInstalled",
            "DatabaseReady",
            "StorefrontReady",
            "RouteReady",
            "ShopReady",
            "StoreReady"
        ]
    );
}

#[tokio::test]
async fn a_chosen_password_reaches_the_cluster_and_leaves_the_database() {
    let chosen = r#"it's, "a" $nasty\ pass word"#;
    let mut stage = Stage::asked_with(Some(chosen), std::time::Duration::from_secs(600)).await;
    assert!(stage.db.sealed_password(&stage.store).await.unwrap().is_some());
    stage.start().await;
    stage.until("ready", is_ready).await;
    assert_eq!(stage.world.state().password().as_deref(), Some(chosen));
    assert_eq!(stage.db.sealed_password(&stage.store).await.unwrap(), None);
}

#[tokio::test]
async fn a_deleted_store_leaves_nothing() {
    let stage = Stage::ready().await;
    stage.delete().await;
    let store = stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(store.deleted_at.is_some() && !store.orders_possible);
    assert!(stage.world.state().facts.is_empty());
    assert_eq!(stage.world.state().calls[4..], ["helm-uninstall", "delete-claims", "delete-namespace"]);
}

#[tokio::test]
async fn a_store_that_never_began_is_deleted_at_once() {
    let mut stage = Stage::asked().await;
    stage.delete().await;
    stage.start().await;
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(stage.world.state().calls.is_empty());
}

#[tokio::test]
async fn the_cache_is_not_believed_when_a_volume_is_still_there() {
    let stage = Stage::ready().await;
    // A volume that only the cluster itself shows, as far as claims go.
    stage.change(|state| {
        state.stubborn = Some("pvc-left-over".into());
    });
    stage.delete().await;
    let waiting = stage
        .until("waiting for the volume", |store| {
            store.operation.as_ref().is_some_and(|operation| operation.reason.as_deref() == Some("VolumesLeaving"))
        })
        .await;
    assert_eq!(waiting.phase, Phase::Deleting);
    assert!(waiting.sentence().contains("pvc-left-over"), "{}", waiting.sentence());
    stage.change(|state| state.stubborn = None);
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
}

//! A store gets another name or address.

use souk_domain::{OperationKind, Phase, Slug, Store};
use time::{Duration, OffsetDateTime};

use super::{Stage, actor, is_ready, world::Fault};
use crate::{db::Edit, kube::ReleaseStatus};

async fn move_to(stage: &Stage, slug: &str) {
    let edit = Edit {
        slug: Some(Slug::new(slug).unwrap()),
        deadline_at: Some(OffsetDateTime::now_utc() + Duration::minutes(10)),
        ..Edit::default()
    };
    stage.db.edit_store(&stage.store, edit, &actor()).await.unwrap();
    stage.wake();
}

fn was_moved(store: &Store) -> bool {
    is_ready(store) && store.operation.as_ref().is_some_and(|operation| operation.kind == OperationKind::Update)
}

#[tokio::test]
async fn a_moved_store_is_upgraded_and_checked_under_its_new_address() {
    let stage = Stage::ready().await;
    let before = stage.world.state().facts.newest_release().unwrap().digest.clone();
    stage.world.state().closed = true;
    move_to(&stage, "red-mug").await;
    let closed = |store: &Store| store.phase == Phase::Provisioning && !store.orders_possible;
    stage.until("under way", closed).await;
    stage.until_world("upgraded", |state| state.facts.newest_release().unwrap().digest != before).await;
    stage.world.state().closed = false;
    stage.until("moved", was_moved).await;
}

#[tokio::test]
async fn an_upgrade_that_was_cut_off_is_rolled_back_and_made_again() {
    let stage = Stage::ready().await;
    stage.world.state().faults = vec![Fault::Killed];
    move_to(&stage, "red-mug").await;
    stage.until("moved", was_moved).await;
    assert!(stage.timeline().await.contains(&"ReleaseRolledBack".to_owned()));
    assert_eq!(stage.world.state().facts.newest_release().unwrap().status, ReleaseStatus::Deployed);
}

#[tokio::test]
async fn a_change_that_comes_during_the_last_check_is_not_lost() {
    let mut stage = Stage::asked().await;
    let bell = std::sync::Arc::new(tokio::sync::Notify::new());
    stage.world.state().bell = Some(bell.clone());
    stage.start().await;
    stage.until_world("at the door", |state| state.knocked).await;
    move_to(&stage, "red-mug").await;
    stage.world.state().bell = None;
    bell.notify_one();
    let store = stage.until("ready", is_ready).await;
    assert_eq!(store.slug.as_str(), "red-mug");
    assert!(stage.world.state().calls.contains(&"helm-upgrade"));
}

#[tokio::test]
async fn fixed_fields_of_the_database_are_changed_around_its_volume() {
    let stage = Stage::ready().await;
    let claims = stage.world.state().facts.claims.clone();
    // Whatever is tried while the old StatefulSet is there.
    stage.world.state().faults = vec![Fault::Immutable];
    move_to(&stage, "red-mug").await;
    stage.until("moved", was_moved).await;
    let calls = stage.world.state().calls.clone();
    assert!(calls.contains(&"orphan-database") && !calls.contains(&"helm-uninstall"), "{calls:?}");
    assert_eq!(stage.world.state().facts.claims, claims);
    assert!(stage.timeline().await.contains(&"DatabaseRemade".to_owned()));
}

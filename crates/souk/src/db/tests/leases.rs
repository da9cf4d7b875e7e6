use std::time::Duration;

use souk_domain::timeline::NewEvent;
use souk_domain::{PhaseEvent, Store};

use super::super::DbError;
use super::*;

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn one_worker_at_a_time() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let (claim, seen) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    assert_eq!(seen, store);
    assert!(db.claim(&store.id, "b", LONG).await.expect("asked").is_none());
    db.release(&claim).await.expect("released");
    assert!(db.claim(&store.id, "b", LONG).await.expect("asked").is_some());
}

#[tokio::test]
async fn a_worker_that_was_overtaken_writes_nothing() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let (old, _) = db.claim(&store.id, "a", Duration::ZERO).await.expect("asked").expect("free");
    let (new, _) = db.claim(&store.id, "b", LONG).await.expect("asked").expect("expired");
    assert!(new.fence > old.fence);
    let late = db.record(&old, |store, _| Ok(store.apply(PhaseEvent::Start)?)).await;
    assert!(matches!(late, Err(DbError::LeaseLost)));
    assert!(matches!(db.renew(&old, LONG).await, Err(DbError::LeaseLost)));
    assert!(matches!(db.keep_secrets(&old, "sealed".into()).await, Err(DbError::LeaseLost)));
    assert_eq!(db.get_store(&store.id).await.expect("there"), store);
}

#[tokio::test]
async fn a_restarted_worker_does_not_write_with_its_old_claim() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let (old, _) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    db.release_all_leases().await.expect("released");
    let (new, _) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    assert!(matches!(db.release(&old).await, Err(DbError::LeaseLost)));
    db.renew(&new, LONG).await.expect("holds");
}

#[tokio::test]
async fn recording_nothing_writes_nothing() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let (claim, _) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    assert_eq!(db.record(&claim, |_, _| Ok(())).await.expect("recorded"), store);
    let illegal = db.record(&claim, |store, events| {
        events.push(NewEvent::normal("Never", "Never written."));
        Ok(store.apply(PhaseEvent::Removed)?)
    });
    assert!(matches!(illegal.await, Err(DbError::IllegalTransition(_))));
    assert_eq!(db.list_events(&store.id, None, 10).await.expect("events").total, 1);
}

#[tokio::test]
async fn a_sealed_password_waits_for_the_secrets_and_both_go_with_the_store() {
    let db = test_db().await;
    let new = NewStore { sealed_password: Some("sealed".into()), ..new_store("Mug") };
    let store = create(&db, new).await.expect("made");
    assert_eq!(db.sealed_password(&store.id).await.expect("there").as_deref(), Some("sealed"));
    let (claim, _) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    db.keep_secrets(&claim, "all".into()).await.expect("kept");
    assert_eq!(db.sealed_password(&store.id).await.expect("there"), None);
    assert_eq!(db.sealed_secrets(&store.id).await.expect("there").as_deref(), Some("all"));
    assert!(db.get_store(&store.id).await.expect("there").secrets_kept);
    for event in [PhaseEvent::DeleteRequested, PhaseEvent::Removed] {
        db.record(&claim, move |store, _| Ok(store.apply(event)?)).await.expect("recorded");
    }
    assert_eq!(db.sealed_secrets(&store.id).await.expect("there"), None);
}

#[tokio::test]
async fn a_store_knows_its_namespace_until_that_is_gone() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let (claim, _) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    let seen = |store: &mut Store, _: &mut Vec<NewEvent>| {
        store.namespace_uid = Some("u".into());
        Ok(())
    };
    db.record(&claim, seen).await.expect("recorded");
    assert_eq!(db.get_store(&store.id).await.expect("there").namespace_uid.as_deref(), Some("u"));
    db.forget_namespace(&claim).await.expect("forgotten");
    assert_eq!(db.get_store(&store.id).await.expect("there").namespace_uid, None);
}

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
    assert!(db.renew(std::slice::from_ref(&old), LONG).await.expect("asked").is_empty());
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
    assert_eq!(db.renew(std::slice::from_ref(&new), LONG).await.expect("asked").len(), 1);
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

#[tokio::test]
async fn one_statement_renews_what_still_holds() {
    let db = test_db().await;
    let mut claims = Vec::new();
    for name in ["One", "Two", "Three", "Four"] {
        let store = a_store(&db, name).await;
        claims.push(db.claim(&store.id, "a", Duration::ZERO).await.expect("asked").expect("free").0);
    }
    db.claim(&claims[1].store, "b", LONG).await.expect("asked").expect("ended");
    db.release(&claims[2]).await.expect("released");
    let holding = db.renew(&claims, LONG).await.expect("asked");
    assert_eq!(holding, [claims[0].clone(), claims[3].clone()].into());
    for (at, free) in [(0, false), (1, false), (2, true), (3, false)] {
        let claimed = db.claim(&claims[at].store, "c", LONG).await.expect("asked");
        assert_eq!(claimed.is_some(), free, "{at}");
    }
    assert!(db.renew(&[], LONG).await.expect("asked").is_empty());
}

#[tokio::test]
async fn ended_leases_are_taken_over_and_no_others() {
    let db = test_db().await;
    let [ended, held, free, own] =
        [a_store(&db, "1").await, a_store(&db, "2").await, a_store(&db, "3").await, a_store(&db, "4").await];
    let (old, _) = db.claim(&ended.id, "a", Duration::ZERO).await.expect("asked").expect("free");
    db.claim(&held.id, "a", LONG).await.expect("asked").expect("free");
    db.claim(&own.id, "b", Duration::ZERO).await.expect("asked").expect("free");
    let taken = db.take_over("b", LONG, 10).await.expect("asked");
    assert_eq!(taken.len(), 1);
    assert_eq!((&taken[0].store, taken[0].worker.as_str(), taken[0].fence), (&ended.id, "b", old.fence + 1));
    assert!(db.take_over("c", LONG, 10).await.expect("asked").iter().all(|claim| claim.store == own.id));
    assert!(matches!(db.record(&old, |_, _| Ok(())).await, Err(DbError::LeaseLost)));
    assert_eq!(db.get_store_and_worker(&ended.id).await.expect("there").1.as_deref(), Some("b"));
    assert_eq!(db.get_store_and_worker(&free.id).await.expect("there").1, None);
}

#[tokio::test]
async fn workers_that_take_over_at_once_share() {
    let db = test_db().await;
    let replicas = [db.db(), db.replica().await, db.replica().await];
    for at in 0..30 {
        let store = a_store(&db, &format!("Shop {at}")).await;
        db.claim(&store.id, "dead", Duration::ZERO).await.expect("asked").expect("free");
    }
    let work = replicas.iter().enumerate().map(|(at, db)| async move {
        let mut mine = Vec::new();
        loop {
            let taken = db.take_over(&format!("w{at}"), LONG, 4).await.expect("asked");
            if taken.is_empty() {
                return mine;
            }
            mine.extend(taken);
        }
    });
    let all: Vec<_> = futures::future::join_all(work).await.into_iter().flatten().collect();
    let stores: std::collections::HashSet<_> = all.iter().map(|claim| claim.store.clone()).collect();
    assert_eq!((all.len(), stores.len()), (30, 30));
}

#[tokio::test]
async fn what_is_handed_over_is_due_and_free() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let (claim, _) = db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    let mut changes = db.subscribe();
    db.hand_over(&[claim]).await.expect("given back");
    let due = async { while !matches!(changes.recv().await, Ok(Change::Due(id)) if id == store.id) {} };
    tokio::time::timeout(LONG, due).await.expect("others are told");
    assert!(db.claim(&store.id, "b", LONG).await.expect("asked").is_some());
}

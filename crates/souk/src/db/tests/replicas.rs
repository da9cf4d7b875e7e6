//! What several replicas may do to each other, and what not.

use std::time::{Duration, Instant};

use souk_domain::PhaseEvent;

use super::super::{DbError, connect};
use super::*;

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn leases_end_by_the_clock_of_the_database() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    db.claim(&store.id, "a", LONG).await.expect("asked").expect("free");
    let left = "DO $$ BEGIN ASSERT (SELECT lease_expires_at - EXTRACT(EPOCH FROM clock_timestamp()) * 1000 \
                BETWEEN 50000 AND 60000 FROM stores); END $$";
    db.execute(left).await;
    // As if the database's clock had gone on by a minute: this process's has not.
    db.execute("UPDATE stores SET lease_expires_at = lease_expires_at - 60000").await;
    let (taken, _) = db.claim(&store.id, "b", LONG).await.expect("asked").expect("ended");
    assert_eq!(taken.fence, 2);
}

/// A replica that is stopped between reading a store and its commit holds locks that all others wait for.
#[tokio::test]
async fn a_replica_that_stops_in_a_transaction_holds_nobody_up_for_long() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let stopped = db.replica().await.begin().await.expect("a transaction");
    stores::lock(&stopped, &store.id).await.expect("a lock on the row");
    locks::take(&stopped, locks::Lock::Timeline).await.expect("the lock of the timeline");
    let began = Instant::now();
    db.delete_store(&store.id, &anna()).await.expect("accepted as soon as the server ends the transaction");
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    assert!(stopped.commit().await.is_err(), "what the stopped one wanted to write is void");
}

/// Taking over passes by rows that a worker is writing at this moment: it is alive.
#[tokio::test]
async fn a_worker_that_is_writing_is_not_overtaken() {
    let db = test_db().await;
    let [writing, dead] = [a_store(&db, "One").await, a_store(&db, "Two").await];
    let (claim, _) = db.claim(&writing.id, "a", Duration::ZERO).await.expect("asked").expect("free");
    db.claim(&dead.id, "a", Duration::ZERO).await.expect("asked").expect("free");
    let tx = db.begin().await.expect("a transaction");
    crate::db::leases::lock_claimed(&tx, &claim).await.expect("holds");
    let other = db.replica().await;
    let taken = tokio::time::timeout(LONG / 20, other.take_over("b", LONG, 10)).await.expect("waits for nobody");
    assert_eq!(taken.expect("asked").iter().map(|claim| &claim.store).collect::<Vec<_>>(), [&dead.id]);
}

#[tokio::test]
async fn a_worker_overtaken_through_another_replica_writes_nothing() {
    let db = test_db().await;
    let other = db.replica().await;
    let store = a_store(&db, "Mug").await;
    let (old, _) = db.claim(&store.id, "a", Duration::ZERO).await.expect("asked").expect("free");
    let taken = other.take_over("b", LONG, 1).await.expect("asked");
    let started = other.record(&taken[0], |store, _| Ok(store.apply(PhaseEvent::Start)?)).await.expect("recorded");
    let late = db.record(&old, |store, _| Ok(store.apply(PhaseEvent::Start)?)).await;
    assert!(matches!(late, Err(DbError::LeaseLost)));
    assert_eq!(db.get_store(&store.id).await.expect("there"), started);
}

#[tokio::test]
async fn both_spellings_of_the_scheme_are_one() {
    let db = test_db().await;
    let url = db.url.replacen("postgres:", "postgresql:", 1);
    assert!(connect::open(&url).await.is_ok());
}

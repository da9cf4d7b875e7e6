//! News between replicas: complete, in order, and after a cut too.

use std::time::Duration;

use sea_orm::ConnectionTrait;
use souk_domain::TimelineEvent;
use souk_domain::timeline::NewEvent;
use tokio::sync::broadcast::Receiver;

use super::super::{Change, events};
use super::*;

const LEASE: Duration = Duration::from_secs(60);
/// How long news may take; a cut costs a pause and a connection.
const PATIENCE: Duration = Duration::from_secs(30);

async fn next(changes: &mut Receiver<Change>) -> Change {
    tokio::time::timeout(PATIENCE, changes.recv()).await.expect("news in time").expect("none is skipped")
}

async fn next_event(changes: &mut Receiver<Change>) -> TimelineEvent {
    loop {
        if let Change::Event(event) = next(changes).await {
            return event;
        }
    }
}

#[tokio::test]
async fn what_one_replica_commits_the_others_hear() {
    let db = test_db().await;
    let other = db.replica().await;
    let mut changes = other.subscribe();
    let store = a_store(&db, "Mug").await;
    assert!(matches!(next(&mut changes).await, Change::Event(event) if event.store_id == store.id));
    assert!(matches!(next(&mut changes).await, Change::Store(id) if id == store.id));
    assert!(matches!(next(&mut changes).await, Change::Due(id) if id == store.id));
    let (claim, _) = db.claim(&store.id, "a", LEASE).await.expect("asked").expect("free");
    let say = |_: &mut Store, events: &mut Vec<NewEvent>| {
        events.push(NewEvent::normal("Said", "It was said."));
        Ok(())
    };
    db.record(&claim, say).await.expect("recorded");
    assert_eq!(next_event(&mut changes).await.reason, "Said");
    assert!(matches!(next(&mut changes).await, Change::Store(id) if id == store.id));
    db.delete_store(&store.id, &anna()).await.expect("accepted");
    assert_eq!(next_event(&mut changes).await.reason, "DeleteRequested");
    assert!(matches!(next(&mut changes).await, Change::Store(_)));
    assert!(
        matches!(next(&mut changes).await, Change::Due(id) if id == store.id),
        "what a worker writes is due to nobody"
    );
    db.end_sessions(None, &anna()).await.expect("ended");
    assert!(matches!(next(&mut changes).await, Change::Access), "an answer of any replica may have to end");
}

/// Ids are given out before the commit: without the lock a reader would see a later one first, read on
/// from it, and never see the one that was committed after it.
#[tokio::test]
async fn no_line_becomes_visible_before_one_with_a_smaller_id() {
    let db = test_db().await;
    let replicas = [db.replica().await, db.replica().await, db.replica().await];
    let mut stores = Vec::new();
    for at in 0..12 {
        stores.push(a_store(&db, &format!("Shop {at}")).await);
    }
    let begin = db.events_after(None, 0, 1000).await.expect("events").last().expect("some").id;
    let write = stores.iter().enumerate().map(|(at, store)| {
        let db = replicas[at % 3].clone();
        async move {
            let (claim, _) = db.claim(&store.id, "a", LEASE).await.expect("asked").expect("free");
            for number in 0..15 {
                let say = move |_: &mut Store, events: &mut Vec<NewEvent>| {
                    events.extend((0..=number % 3).map(|_| NewEvent::normal("Counted", "One more.")));
                    Ok(())
                };
                db.record(&claim, say).await.expect("recorded");
            }
        }
    });
    let wanted = 12 * 15 * 2;
    let read = async {
        let (mut seen, mut last) = (Vec::new(), begin);
        while seen.len() < wanted {
            for event in db.events_after(None, last, 7).await.expect("events") {
                last = event.id;
                seen.push(event.id);
            }
        }
        seen
    };
    let (_, seen) = tokio::join!(futures::future::join_all(write), tokio::time::timeout(PATIENCE, read));
    let seen = seen.expect("a reader that reads on sees every line");
    let all: Vec<i64> =
        db.events_after(None, begin, 1000).await.expect("events").into_iter().map(|event| event.id).collect();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn a_writer_waits_for_the_line_before_its_own() {
    let db = test_db().await;
    let (first, second) = (a_store(&db, "One").await, a_store(&db, "Two").await);
    let slow = db.begin().await.expect("a transaction");
    let early =
        events::insert_all(&slow, &first.id, None, vec![NewEvent::normal("Early", "First.")]).await.expect("written");
    let quick = tokio::spawn({
        let (db, second) = (db.replica().await, second.id.clone());
        async move { db.delete_store(&second, &anna()).await }
    });
    // Until it waits in the server, it could still be on its way.
    let waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = \
                   (SELECT oid FROM pg_database WHERE datname = current_database())";
    let waits = async {
        let ask = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, waiting);
        while db.connection.query_one_raw(ask.clone()).await.expect("asked").is_none() {}
    };
    tokio::time::timeout(PATIENCE, waits).await.expect("the second writer waits");
    slow.commit().await.expect("committed");
    quick.await.expect("it ran").expect("accepted");
    let lines = db.events_after(None, early[0].id - 1, 10).await.expect("events");
    assert_eq!(lines.iter().map(|line| line.reason.as_str()).collect::<Vec<_>>(), ["Early", "DeleteRequested"]);
}

#[tokio::test]
async fn nothing_is_missed_when_the_connection_is_cut() {
    let db = test_db().await;
    let other = db.replica().await;
    let store = a_store(&db, "Mug").await;
    let mut changes = other.subscribe();
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
               AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'";
    let mut heard = Vec::new();
    let (claim, _) = db.claim(&store.id, "a", LEASE).await.expect("asked").expect("free");
    for round in 0..3 {
        db.execute(cut).await;
        for _ in 0..3 {
            let say = move |_: &mut Store, events: &mut Vec<NewEvent>| {
                events.push(NewEvent::normal("Said", round.to_string()));
                Ok(())
            };
            db.record(&claim, say).await.expect("recorded");
        }
        let mut missed = false;
        while heard.len() < 3 * (round + 1) || !missed {
            match next(&mut changes).await {
                Change::Event(event) if event.reason == "Said" => heard.push(event.id),
                Change::Missed => missed = true,
                _ => {}
            }
        }
    }
    let all = db.events_after(Some(&store.id), heard[0] - 1, 100).await.expect("events");
    assert_eq!(heard, all.iter().map(|event| event.id).collect::<Vec<_>>(), "each once, in order");
}

/// As when the connection is dead and nobody says so.
#[tokio::test]
async fn a_line_that_nobody_tells_of_is_found() {
    let db = test_db().await;
    let mut changes = db.subscribe();
    let store = a_store(&db, "Mug").await;
    while !matches!(next(&mut changes).await, Change::Due(_)) {}
    let tx = db.begin().await.expect("a transaction");
    events::insert_all(&tx, &store.id, None, vec![NewEvent::normal("Silent", "Nobody told.")]).await.expect("written");
    tx.commit().await.expect("committed");
    while next_event(&mut changes).await.reason != "Silent" {}
    while !matches!(next(&mut changes).await, Change::Missed) {}
}

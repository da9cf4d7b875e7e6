//! What stores used: gathered in intervals, kept for some time, gone with the store. And the turns in which
//! it is measured.

use std::time::Duration as Pause;

use souk_domain::PhaseEvent;
use souk_domain::usage::{Usage, Window};
use time::macros::datetime;

use super::super::turns::Turn;
use super::*;

fn of(store: &Store, cpu: u32, memory: u32) -> Usage {
    Usage { store: store.id.clone(), cpu, memory }
}

/// Mean and highest of both, by the minute of the hour.
async fn points(db: &Db, store: &Store, window: Window, now: OffsetDateTime) -> Vec<(u8, [u32; 4])> {
    let (intervals, _) = db.usage(&store.id, window, now).await.expect("usage");
    let numbers = |one: Interval| (one.at.minute(), [one.cpu, one.cpu_max, one.memory, one.memory_max]);
    intervals.into_iter().map(numbers).collect()
}

#[tokio::test]
async fn measurements_are_gathered_in_intervals() {
    let db = test_db().await;
    let (mug, cup) = (a_store(&db, "Mug").await, a_store(&db, "Cup").await);
    let at = datetime!(2026-03-01 12:03:10 UTC);
    db.note_usage(&[of(&mug, 10, 200), of(&cup, 1, 100)], at).await.expect("noted");
    db.note_usage(&[of(&mug, 40, 201)], at + Duration::MINUTE).await.expect("noted");
    db.note_usage(&[of(&mug, 7, 190)], at + Duration::minutes(2)).await.expect("noted");
    let now = at + Duration::minutes(3);
    assert_eq!(points(&db, &mug, Window::Hour, now).await, [(0, [25, 40, 201, 201]), (5, [7, 7, 190, 190])]);
    assert_eq!(points(&db, &mug, Window::Day, now).await, [(0, [19, 40, 197, 201])]);
    assert_eq!(points(&db, &cup, Window::SixHours, now).await, [(0, [1, 1, 100, 100])]);
    for window in Window::ALL {
        let (_, last) = db.usage(&mug.id, window, now).await.expect("usage");
        assert_eq!(last, Some(LastUsage { at: at + Duration::minutes(2), cpu: 7, memory: 190 }));
    }
}

#[tokio::test]
async fn many_stores_are_noted_at_once() {
    let db = test_db().await;
    let mut stores = Vec::new();
    for number in 0..75 {
        stores.push(a_store(&db, &format!("Shop {number}")).await);
    }
    let at = datetime!(2026-03-01 12:03 UTC);
    let measured: Vec<_> = stores.iter().map(|store| of(store, 5, 50)).collect();
    for minute in 0..3 {
        db.note_usage(&measured, at + Duration::minutes(minute)).await.expect("noted");
    }
    for store in &stores {
        assert_eq!(points(&db, store, Window::Day, at + Duration::minutes(3)).await, [(0, [5, 5, 50, 50])]);
        assert_eq!(points(&db, store, Window::Hour, at + Duration::minutes(3)).await.len(), 2);
    }
}

#[tokio::test]
async fn what_is_old_is_forgotten_fine_numbers_first() {
    let db = test_db().await;
    let mug = a_store(&db, "Mug").await;
    let begin = datetime!(2026-03-01 12:00 UTC);
    for hours in [0, 1, 6, 40] {
        db.note_usage(&[of(&mug, 10, 200)], begin + Duration::hours(hours)).await.expect("noted");
    }
    let now = begin + Duration::hours(41);
    assert_eq!(points(&db, &mug, Window::TwoDays, now).await.len(), 4);
    assert_eq!(points(&db, &mug, Window::SixHours, now).await.len(), 1);
    assert_eq!(rows(&db).await, 5);
    // Nobody measures the store any more: its rows go all the same.
    db.note_usage(&[], begin + Duration::hours(100)).await.expect("noted");
    assert_eq!(rows(&db).await, 0);
}

#[tokio::test]
async fn deleted_and_unknown_stores_have_no_numbers() {
    let db = test_db().await;
    let mug = a_store(&db, "Mug").await;
    let at = OffsetDateTime::now_utc();
    let stranger = Usage { store: StoreId::from_random([7; 10]), cpu: 1, memory: 1 };
    db.note_usage(&[of(&mug, 10, 200), stranger], at).await.expect("noted");
    assert_eq!(rows(&db).await, 2);
    db.delete_store(&mug.id, &anna()).await.expect("accepted");
    let (claim, _) = db.claim(&mug.id, "a", Pause::from_secs(60)).await.expect("asked").expect("free");
    let removed = |store: &mut Store, _: &mut Vec<_>| Ok(store.apply(PhaseEvent::Removed)?);
    db.record(&claim, removed).await.expect("recorded");
    assert_eq!(rows(&db).await, 0);
    db.note_usage(&[of(&mug, 10, 200)], at).await.expect("noted");
    assert_eq!(rows(&db).await, 0);
}

async fn rows(db: &Db) -> u64 {
    use sea_orm::PaginatorTrait;
    super::super::usage::Entity::find().count(&db.connection).await.expect("counted")
}

#[tokio::test]
async fn of_several_replicas_one_has_the_turn() {
    let db = test_db().await;
    let other = Db::connect(&db.url).await.expect("another handle");
    let pause = Pause::from_secs(60);
    let (one, two) = tokio::join!(db.take_turn("usage", pause), other.take_turn("usage", pause));
    let taken = [one.expect("asked"), two.expect("asked")];
    assert_eq!(taken.iter().flatten().count(), 1, "{taken:?}");
    assert_eq!(db.take_turn("usage", pause).await.expect("asked"), None);
    assert!(db.take_turn("another", pause).await.expect("asked").is_some());
    // Due again.
    db.take_turn("short", Pause::ZERO).await.expect("asked").expect("due");
    db.end_turn("short", Some("NotAllowed")).await.expect("written");
    let again = other.take_turn("short", Pause::ZERO).await.expect("asked");
    assert_eq!(again, Some(Turn { failure: Some("NotAllowed".into()) }));
    assert_eq!(db.failure_of("short").await.expect("read").as_deref(), Some("NotAllowed"));
    assert_eq!(db.failure_of("usage").await.expect("read"), None);
    assert_eq!(db.failure_of("nothing").await.expect("read"), None);
}

#[tokio::test]
async fn a_clock_that_was_set_back_holds_no_turn_up() {
    let db = test_db().await;
    db.take_turn("usage", Pause::from_secs(60)).await.expect("asked").expect("due");
    db.execute("UPDATE turns SET due_at = due_at + 7200000").await;
    assert!(db.take_turn("usage", Pause::from_secs(60)).await.expect("asked").is_some());
}

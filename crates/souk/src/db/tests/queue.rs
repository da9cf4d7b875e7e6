//! Places among the births, and the change that waits behind an operation.

use souk_domain::{OperationKind, OperationState, Phase, PhaseEvent};

use super::super::{DbError, Edit, StoreFilter, StoreSort};
use super::*;

const LEASE: std::time::Duration = std::time::Duration::from_secs(30);

fn named(name: &str) -> Actor {
    Actor { name: name.into(), source: None }
}

async fn asked_by(db: &Db, owner: &str, name: &str) -> Store {
    let created = db.create_store(new_store(name), None, Limits::default(), &named(owner)).await.expect("a store");
    match created {
        Created::New(store) | Created::Before(store) => store,
    }
}

async fn begins(db: &Db, store: &Store, most: u64) -> bool {
    let (claim, _) = db.claim(&store.id, "w", LEASE).await.expect("asked").expect("free");
    db.begin_birth(&claim, most).await.expect("answered")
}

async fn change(db: &Db, store: &StoreId, change: impl FnOnce(&mut Store) + Send) -> Store {
    let (claim, _) = db.claim(store, "w", LEASE).await.expect("asked").expect("free");
    let change = |store: &mut Store, _: &mut Vec<_>| {
        change(store);
        Ok(())
    };
    db.record(&claim, change).await.expect("recorded")
}

fn ends(store: &mut Store, state: OperationState) {
    let now = OffsetDateTime::now_utc();
    let operation = store.operation.as_mut().expect("an operation");
    if state == OperationState::Succeeded {
        operation.succeed(now);
        store.apply(PhaseEvent::BecameReady).expect("it was being made");
    } else {
        operation.stop(state, "Stopped", "It was stopped.", now);
        store.apply(PhaseEvent::OperationFailed).expect("it was being made");
    }
}

async fn begin(db: &Db, store: &StoreId) -> Store {
    change(db, store, |store| {
        store.operation.as_mut().expect("an operation").begin(OffsetDateTime::now_utc());
        store.apply(PhaseEvent::Start).expect("it may begin");
    })
    .await
}

#[tokio::test]
async fn so_many_begin_and_a_place_is_free_again_however_a_birth_ends() {
    let db = test_db().await;
    let mut stores = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        stores.push(asked_by(&db, "anna", name).await);
    }
    assert!(begins(&db, &stores[0], 1).await);
    assert!(begins(&db, &stores[0], 1).await, "who holds a place is not asked again");
    for (at, way) in ["ready", "failed", "deleted", "waits", "cancelled"].into_iter().enumerate() {
        let (store, next) = (&stores[at], &stores[at + 1]);
        begin(&db, &store.id).await;
        assert!(!begins(&db, next, 1).await, "{way}: no place is free");
        match way {
            "ready" => _ = change(&db, &store.id, |store| ends(store, OperationState::Succeeded)).await,
            "failed" => _ = change(&db, &store.id, |store| ends(store, OperationState::Failed)).await,
            "deleted" => _ = db.delete_store(&store.id, &anna()).await.expect("accepted"),
            "waits" => {
                _ = change(&db, &store.id, |store| store.operation.as_mut().expect("one").holds_place = false).await;
            }
            _ => {
                let id = store.operation.as_ref().expect("one").id.clone();
                db.cancel_and_remove(&id, &anna()).await.expect("accepted");
            }
        }
        assert_eq!(db.line().await.expect("a line").due(1), std::slice::from_ref(&next.id), "{way}");
        assert!(begins(&db, next, 1).await, "{way}: the next one begins");
    }
}

#[tokio::test]
async fn an_owner_of_two_is_not_behind_another_ones_twenty() {
    let db = test_db().await;
    let mut annas = Vec::new();
    for n in 0..20 {
        annas.push(asked_by(&db, "anna", &format!("a{n}")).await);
    }
    let berts = [asked_by(&db, "bert", "b0").await, asked_by(&db, "bert", "b1").await];
    let due = |line: &super::super::Line| line.due(2).to_vec();
    assert_eq!(due(&db.line().await.expect("a line")), [annas[0].id.clone(), berts[0].id.clone()]);
    assert!(!begins(&db, &annas[1], 2).await, "it is bert's turn");
    assert!(begins(&db, &annas[0], 2).await && begins(&db, &berts[0], 2).await);
    let line = db.line().await.expect("a line");
    assert_eq!(line.waiting()[..3], [annas[1].id.clone(), berts[1].id.clone(), annas[2].id.clone()]);
}

#[tokio::test]
async fn many_that_ask_at_once_get_no_more_places_than_there_are() {
    let db = test_db().await;
    let mut stores = Vec::new();
    for n in 0..12 {
        stores.push(asked_by(&db, ["anna", "bert", "cleo"][n % 3], &format!("s{n}")).await);
    }
    let asked = futures::future::join_all(stores.iter().map(|store| begins(&db, store, 4))).await;
    let begun = asked.into_iter().filter(|begins| *begins).count();
    assert!((1..=4).contains(&begun), "{begun}");
    for store in &stores {
        begins(&db, store, 4).await;
    }
    let held = futures::future::join_all(stores.iter().map(|store| db.get_store(&store.id))).await;
    let held = held.into_iter().filter(|store| store.as_ref().unwrap().operation.as_ref().unwrap().holds_place);
    assert_eq!(held.count(), 4);
}

#[tokio::test]
async fn a_place_needs_the_lease_and_outlives_the_process() {
    let db = test_db().await;
    let store = asked_by(&db, "anna", "a").await;
    let (old, _) = db.claim(&store.id, "w", LEASE).await.expect("asked").expect("free");
    let (new, _) = db.claim(&store.id, "w", LEASE).await.expect("asked").expect("free");
    assert!(matches!(db.begin_birth(&old, 1).await, Err(DbError::LeaseLost)));
    assert!(db.begin_birth(&new, 1).await.expect("answered"));
    let again = Db::connect(&db.url).await.expect("opens again");
    let other = asked_by(&again, "bert", "b").await;
    assert!(!begins(&again, &other, 1).await);
}

#[tokio::test]
async fn people_are_told_where_they_wait() {
    let db = test_db().await;
    let mut stores = Vec::new();
    for name in ["a", "b", "c"] {
        stores.push(asked_by(&db, "anna", name).await);
    }
    assert!(begins(&db, &stores[0], 1).await);
    begin(&db, &stores[0].id).await;
    let mut shown = futures::future::join_all(stores.iter().map(|store| db.get_store(&store.id))).await;
    let mut shown: Vec<Store> = shown.drain(..).map(|store| store.expect("there")).collect();
    db.show_queue(&mut shown, 1).await.expect("shown");
    let place = |at: usize| shown[at].operation.as_ref().and_then(|operation| operation.queue.clone());
    assert_eq!(place(0), None);
    assert_eq!(place(1).map(|place| (place.position, place.ahead)), Some((1, 0)));
    assert_eq!(place(2).map(|place| (place.position, place.ahead)), Some((2, 1)));
    assert_eq!(
        shown[2].sentence(),
        "Waiting for its turn: 1 store is before it; 1 is being made now, the most at once."
    );
    assert_eq!(db.get_store(&stores[2].id).await.expect("there").operation.expect("one").queue, None, "kept nowhere");
    let cancelled = stores[1].operation.as_ref().expect("one").id.clone();
    db.cancel_operation(&cancelled, &anna()).await.expect("accepted");
    assert_eq!(db.line().await.expect("a line").waiting(), std::slice::from_ref(&stores[2].id), "it gave its wait up");
}

#[tokio::test]
async fn a_retry_waits_at_the_end() {
    let db = test_db().await;
    let (first, second) = (asked_by(&db, "anna", "a").await, asked_by(&db, "anna", "b").await);
    begin(&db, &first.id).await;
    change(&db, &first.id, |store| ends(store, OperationState::Failed)).await;
    let id = first.operation.as_ref().expect("one").id.clone();
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    db.retry_operation(&id, None, &anna()).await.expect("accepted");
    assert_eq!(db.line().await.expect("a line").waiting(), [second.id, first.id]);
}

#[tokio::test]
async fn lists_know_owners_and_blueprints() {
    let db = test_db().await;
    asked_by(&db, "anna", "a").await;
    asked_by(&db, "bert", "b").await;
    let filter = StoreFilter { owner: Some("bert".into()), ..StoreFilter::default() };
    let page = db.list_stores(&filter, StoreSort::Name, None, 10).await.expect("listed").expect("no cursor");
    assert_eq!((page.total, page.items[0].owner.as_str()), (1, "bert"));
    for (blueprint, total) in [("woocommerce", 2), ("another", 0)] {
        let filter = StoreFilter { blueprint: Some(blueprint.into()), ..StoreFilter::default() };
        let page = db.list_stores(&filter, StoreSort::Name, None, 10).await.expect("listed").expect("no cursor");
        assert_eq!(page.total, total, "{blueprint}");
    }
}

async fn rename(db: &Db, store: &StoreId, name: &str) -> Store {
    let edit = Edit { name: DisplayName::new(name).ok(), ..Edit::default() };
    db.edit_store(store, edit, &anna()).await.expect("accepted")
}

async fn kinds(db: &Db, store: &StoreId) -> Vec<(OperationKind, OperationState)> {
    let operations = db.list_operations(store).await.expect("operations");
    let mut kinds: Vec<_> = operations.iter().map(|operation| (operation.kind, operation.state)).collect();
    kinds.sort_by_key(|(kind, _)| kind.as_str());
    kinds
}

#[tokio::test]
async fn changes_behind_a_creation_are_one_that_begins_when_it_has_ended() {
    use OperationKind::{Create, Update};
    use OperationState::{Queued, Running, Succeeded};
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    rename(&db, &store.id, "Cup").await;
    assert_eq!(kinds(&db, &store.id).await, [(Create, Queued)], "what has not begun makes it as it is wanted");
    begin(&db, &store.id).await;
    rename(&db, &store.id, "Pot").await;
    let mut changed = rename(&db, &store.id, "Pan").await;
    assert_eq!(kinds(&db, &store.id).await, [(Create, Running), (Update, Queued)]);
    assert_eq!(changed.operation.as_ref().map(|operation| operation.kind), Some(Create));
    db.show_queue(std::slice::from_mut(&mut changed), 1).await.expect("shown");
    let next = changed.next.expect("a change waits");
    assert_eq!(next.message, "It begins when the creation that is under way has ended.");
    let ready = change(&db, &store.id, |store| ends(store, Succeeded)).await;
    assert_eq!(kinds(&db, &store.id).await, [(Create, Succeeded), (Update, Queued)]);
    assert_eq!((ready.phase, ready.operation.map(|operation| operation.id)), (Phase::Provisioning, Some(next.id)));
    assert!(ready.ready_at.is_some(), "it was ready for a moment");
}

#[tokio::test]
async fn a_change_behind_what_fails_or_goes_is_not_made() {
    for deleted in [false, true] {
        let db = test_db().await;
        let store = a_store(&db, "Mug").await;
        begin(&db, &store.id).await;
        rename(&db, &store.id, "Pot").await;
        if deleted {
            db.delete_store(&store.id, &anna()).await.expect("accepted");
        } else {
            change(&db, &store.id, |store| ends(store, OperationState::Failed)).await;
        }
        let states = kinds(&db, &store.id).await;
        assert_eq!(states.last(), Some(&(OperationKind::Update, OperationState::Cancelled)), "{states:?}");
        let update = db.list_operations(&store.id).await.expect("operations");
        let update = update.iter().find(|operation| operation.kind == OperationKind::Update).expect("kept");
        assert!(update.message.is_some(), "it says why");
    }
}

#[tokio::test]
async fn a_change_that_waits_is_taken_out_at_once() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    begin(&db, &store.id).await;
    rename(&db, &store.id, "Pot").await;
    let update = db.list_operations(&store.id).await.expect("operations");
    let update = update.into_iter().find(|operation| operation.kind == OperationKind::Update).expect("it waits");
    let cancelled = db.cancel_operation(&update.id, &anna()).await.expect("accepted");
    assert_eq!(cancelled.operation.map(|operation| operation.kind), Some(OperationKind::Create), "which goes on");
    assert_eq!(db.get_operation(&update.id).await.expect("kept").state, OperationState::Cancelled);
    assert!(matches!(db.cancel_operation(&update.id, &anna()).await, Err(DbError::OperationConflict(_))));
    assert!(matches!(db.retry_operation(&update.id, None, &anna()).await, Err(DbError::OperationConflict(_))));
}

#[tokio::test]
async fn a_cancelled_creation_is_removed_in_the_same_breath() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let id = store.operation.as_ref().expect("one").id.clone();
    let gone = db.cancel_and_remove(&id, &anna()).await.expect("accepted");
    assert_eq!(
        (gone.phase, gone.operation.map(|operation| operation.kind)),
        (Phase::Deleting, Some(OperationKind::Delete))
    );
    assert_eq!(db.get_operation(&id).await.expect("kept").reason.as_deref(), Some("Cancelled"));
    let audit = db.list_audit(&AuditFilter::default(), None, 10).await.expect("audit");
    let actions: Vec<_> = audit.items.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["store.delete", "operation.cancel", "store.create"]);
    let again = db.cancel_and_remove(&id, &anna()).await;
    assert!(matches!(again, Err(DbError::OperationConflict(_))));
}

#[tokio::test]
async fn only_what_a_creation_made_is_removed_with_it() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    begin(&db, &store.id).await;
    change(&db, &store.id, |store| ends(store, OperationState::Succeeded)).await;
    let update = rename(&db, &store.id, "Pot").await.operation.expect("an update");
    let refused = db.cancel_and_remove(&update.id, &anna()).await;
    assert!(matches!(refused, Err(DbError::OperationConflict(_))));
    assert_eq!(db.get_store(&store.id).await.expect("there").phase, Phase::Provisioning);
}

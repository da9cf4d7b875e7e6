use souk_domain::timeline::NewEvent;
use souk_domain::{OperationKind, OperationState, Phase, PhaseEvent};

use super::super::{Change, DbError, Edit};
use super::*;

const LEASE: std::time::Duration = std::time::Duration::from_secs(30);

async fn drive(db: &Db, store: &Store, events: &[PhaseEvent]) -> Store {
    let (claim, _) = db.claim(&store.id, "w", LEASE).await.expect("a claim").expect("free");
    let store = db
        .record(&claim, |store, _| {
            for event in events {
                store.apply(*event)?;
            }
            if let Some(operation) = &mut store.operation {
                operation.succeed(OffsetDateTime::now_utc());
            }
            Ok(())
        })
        .await
        .expect("recorded");
    db.release(&claim).await.expect("released");
    store
}

#[tokio::test]
async fn a_created_store_reads_back_with_its_operation_event_and_audit_entry() {
    let db = test_db().await;
    let mut changes = db.subscribe();
    let store = a_store(&db, "Blue Mug").await;
    assert_eq!(db.get_store(&store.id).await.expect("there"), store);
    assert_eq!(store.slug.as_str(), "blue-mug");
    assert_eq!(store.phase, Phase::Pending);
    let operation = store.operation.expect("an operation");
    assert_eq!((operation.kind, operation.state), (OperationKind::Create, OperationState::Queued));
    let events = db.list_events(&store.id, None, 10).await.expect("events");
    assert_eq!(events.items[0].reason, "StoreRequested");
    let audit = db.list_audit(&AuditFilter::default(), None, 10).await.expect("audit");
    assert_eq!((audit.items[0].action.as_str(), audit.items[0].actor.as_str()), ("store.create", "anna"));
    assert!(matches!(changes.recv().await, Ok(Change::Event(_))));
    assert!(matches!(changes.recv().await, Ok(Change::Store(id)) if id == store.id));
}

#[tokio::test]
async fn everything_is_still_there_after_opening_again() {
    let db = test_db().await;
    let store = a_store(&db, "Blue Mug").await;
    let id = db.platform_id().await.expect("an id");
    let again = Db::connect(&db.url).await.expect("opens again");
    assert_eq!(again.get_store(&store.id).await.expect("there"), store);
    assert_eq!(again.platform_id().await.expect("an id"), id);
}

#[tokio::test]
async fn suggested_slugs_are_numbered_and_chosen_ones_refused() {
    let db = test_db().await;
    a_store(&db, "Mug").await;
    assert_eq!(a_store(&db, "Mug").await.slug.as_str(), "mug-2");
    let chosen = NewStore { slug: SlugChoice::Chosen(Slug::new("mug").expect("a slug")), ..new_store("Other") };
    assert!(matches!(create(&db, chosen).await, Err(DbError::SlugTaken)));
    assert_eq!(db.list_audit(&AuditFilter::default(), None, 10).await.expect("audit").total, 2);
}

#[tokio::test]
async fn twenty_creates_at_once_all_get_an_address_of_their_own() {
    let db = test_db().await;
    let all = futures::future::join_all((0..20).map(|_| create(&db, new_store("Same")))).await;
    let slugs: std::collections::HashSet<_> = all.into_iter().map(|store| store.expect("made").slug).collect();
    assert_eq!(slugs.len(), 20);
}

#[tokio::test]
async fn an_idempotency_key_makes_one_store() {
    let db = test_db().await;
    let ask =
        async |hash: &str| db.create_store(new_store("Mug"), Some(("key", hash)), Limits::default(), &anna()).await;
    let Ok(Created::New(first)) = ask("a").await else { panic!("the first is new") };
    let Ok(Created::Before(second)) = ask("a").await else { panic!("the second is the first") };
    assert_eq!(first, second);
    assert!(matches!(ask("b").await, Err(DbError::IdempotencyMismatch)));
}

#[tokio::test]
async fn the_platform_holds_so_many_stores_and_no_more() {
    let db = test_db().await;
    let first = a_store(&db, "One").await;
    let full = db.create_store(new_store("Two"), None, at_most(1), &anna()).await;
    assert!(matches!(full, Err(DbError::TooManyStores(1))));
    db.delete_store(&first.id, &anna()).await.expect("accepted");
    drive(&db, &first, &[PhaseEvent::Removed]).await;
    assert!(db.create_store(new_store("Two"), None, at_most(1), &anna()).await.is_ok());
}

#[tokio::test]
async fn so_many_stores_are_asked_for_in_an_hour_and_a_repeated_request_is_none() {
    let db = test_db().await;
    let limits = Limits { creates_per_hour: Some(2), ..Limits::default() };
    let ask = async |key: &str| db.create_store(new_store("Mug"), Some((key, "hash")), limits, &anna()).await;
    let Ok(Created::New(first)) = ask("one").await else { panic!("the first is new") };
    for _ in 0..3 {
        assert!(matches!(ask("one").await, Ok(Created::Before(_))));
    }
    assert!(matches!(ask("two").await, Ok(Created::New(_))));
    assert!(matches!(ask("one").await, Ok(Created::Before(_))), "a repeated request is answered at the limit too");
    let refused = ask("three").await;
    let Err(DbError::TooManyCreates { most: 2, wait }) = refused else { panic!("{refused:?}") };
    assert!(wait > Duration::minutes(59) && wait <= Duration::HOUR, "{wait}");
    db.delete_store(&first.id, &anna()).await.expect("accepted");
    drive(&db, &first, &[PhaseEvent::Removed]).await;
    assert!(matches!(ask("four").await, Err(DbError::TooManyCreates { .. })), "a deleted store was asked for too");
}

#[tokio::test]
async fn a_deleted_store_frees_its_slug_and_is_kept() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    db.delete_store(&store.id, &anna()).await.expect("accepted");
    assert!(matches!(db.delete_store(&store.id, &anna()).await, Err(DbError::AlreadyDeleting)));
    let gone = drive(&db, &store, &[PhaseEvent::Removed]).await;
    assert_eq!(gone.phase, Phase::Deleted);
    assert!(gone.deleted_at.is_some());
    assert!(matches!(db.delete_store(&store.id, &anna()).await, Err(DbError::AlreadyDeleted)));
    assert_eq!(a_store(&db, "Mug").await.slug.as_str(), "mug");
    assert_eq!(db.get_store(&store.id).await.expect("kept").slug.as_str(), "mug");
}

#[tokio::test]
async fn deleting_ends_what_was_under_way() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let deleting = db.delete_store(&store.id, &anna()).await.expect("accepted");
    assert_eq!(deleting.operation.map(|operation| operation.kind), Some(OperationKind::Delete));
    let operations = db.list_operations(&store.id).await.expect("operations");
    let create = operations.iter().find(|operation| operation.kind == OperationKind::Create).expect("kept");
    assert_eq!(create.state, OperationState::Cancelled);
}

#[tokio::test]
async fn an_edit_makes_an_update_and_minds_the_revision() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let ready = drive(&db, &store, &[PhaseEvent::Start, PhaseEvent::BecameReady]).await;
    assert!(ready.ready_at.is_some());
    let edit = Edit { name: Some(DisplayName::new("Cup").expect("a name")), ..Edit::default() };
    let stale = Edit { if_revision: Some(ready.revision - 1), ..edit.clone() };
    assert!(matches!(db.edit_store(&store.id, stale, &anna()).await, Err(DbError::RevisionMismatch(_))));
    let edited = db.edit_store(&store.id, edit.clone(), &anna()).await.expect("accepted");
    assert_eq!(edited.phase, Phase::Provisioning);
    assert_eq!(edited.operation.as_ref().map(|operation| operation.kind), Some(OperationKind::Update));
    let same = db.edit_store(&store.id, edit, &anna()).await.expect("accepted");
    assert_eq!(same.revision, edited.revision);
}

#[tokio::test]
async fn an_edit_cannot_take_a_slug_that_lives() {
    let db = test_db().await;
    a_store(&db, "Mug").await;
    let other = a_store(&db, "Cup").await;
    let edit = Edit { slug: Slug::new("mug").ok(), ..Edit::default() };
    assert!(matches!(db.edit_store(&other.id, edit, &anna()).await, Err(DbError::SlugTaken)));
    assert_eq!(db.get_store(&other.id).await.expect("there"), other);
}

#[tokio::test]
async fn only_what_runs_is_cancelled_and_only_what_failed_is_retried() {
    let db = test_db().await;
    let store = a_store(&db, "Mug").await;
    let id = store.operation.as_ref().map(|operation| operation.id.clone()).expect("an operation");
    assert!(matches!(db.retry_operation(&id, None, &anna()).await, Err(DbError::OperationConflict(_))));
    let cancelled = db.cancel_operation(&id, &anna()).await.expect("accepted");
    assert!(cancelled.operation.is_some_and(|operation| operation.cancel_requested));
    let (claim, _) = db.claim(&store.id, "w", LEASE).await.expect("a claim").expect("free");
    db.record(&claim, |store, events| {
        if let Some(operation) = &mut store.operation {
            operation.stop(OperationState::Cancelled, "Cancelled", "Cancelled.", OffsetDateTime::now_utc());
        }
        events.push(NewEvent::warning("Cancelled", "Cancelled."));
        store.apply(PhaseEvent::OperationFailed)?;
        Ok(())
    })
    .await
    .expect("recorded");
    assert!(matches!(db.cancel_operation(&id, &anna()).await, Err(DbError::OperationConflict(_))));
    let again = db.retry_operation(&id, None, &anna()).await.expect("accepted");
    assert_eq!(again.phase, Phase::Provisioning);
    assert_eq!(again.operation.map(|operation| operation.state), Some(OperationState::Queued));
}

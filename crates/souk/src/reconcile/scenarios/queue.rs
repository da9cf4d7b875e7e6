//! Stores wait for their turn, changes wait for the operation before them, attempts outlive the process.

use std::time::Duration;

use souk_domain::{DisplayName, OperationKind, OperationState, Phase, Problem, Slug, Store, StoreId};
use time::OffsetDateTime;

use super::{Stage, actor, is_ready, world::Fault};
use crate::{
    db::{Claim, Created, Edit, Limits, NewStore, SlugChoice},
    reconcile::retry::Pauses,
};

/// Longer than any scenario.
const LEASE: Duration = Duration::from_secs(60);

/// Two stores of others that are being made elsewhere, as many as may be at once.
async fn all_places_taken(stage: &Stage) -> Vec<Claim> {
    let mut claims = Vec::new();
    for name in ["cup", "pot"] {
        let id = StoreId::from_random(rand::random());
        let new = NewStore {
            id: id.clone(),
            name: DisplayName::new(name).unwrap(),
            slug: SlugChoice::Chosen(Slug::new(name).unwrap()),
            blueprint: "woocommerce".into(),
            plan: "standard".into(),
            admin_username: "admin".into(),
            admin_email: "admin@example.com".into(),
            sealed_password: None,
            deadline_at: OffsetDateTime::now_utc() + LEASE,
            owner: None,
        };
        assert!(matches!(
            stage.db.create_store(new, None, Limits::default(), &actor()).await.unwrap(),
            Created::New(_)
        ));
        let (claim, _) = stage.db.claim(&id, "elsewhere", LEASE).await.unwrap().unwrap();
        assert!(stage.db.begin_birth(&claim, u64::MAX).await.unwrap());
        claims.push(claim);
    }
    claims
}

/// The store of the claim comes to an end, as another replica writes it.
async fn end(stage: &Stage, claim: &Claim) {
    let change = |store: &mut Store, _: &mut Vec<_>| {
        let operation = store.operation.as_mut().unwrap();
        operation.stop(OperationState::Failed, "Broken", "It broke.", OffsetDateTime::now_utc());
        Ok(store.apply(souk_domain::PhaseEvent::OperationFailed)?)
    };
    stage.db.record(claim, change).await.unwrap();
}

#[tokio::test]
async fn a_birth_begins_when_a_place_is_free_and_nobody_has_to_wake_it() {
    let mut stage = Stage::asked_with(None, Duration::from_millis(50)).await;
    let claims = all_places_taken(&stage).await;
    // Nobody has the lease of a store that only waits.
    stage.start_beside_others().await;
    let late = |store: &Store| store.operation.as_ref().unwrap().deadline_at.unwrap() < OffsetDateTime::now_utc();
    let waiting = stage.until("waiting beyond its time", late).await;
    assert_eq!(waiting.phase, Phase::Pending);
    assert!(stage.world.state().calls.is_empty());
    end(&stage, &claims[0]).await;
    let store = stage.until("under way or ready", |store| store.phase != Phase::Pending).await;
    assert_ne!(store.phase, Phase::Failed, "the wait is no part of its time: {store:#?}");
}

#[tokio::test]
async fn a_store_that_waits_for_a_known_problem_keeps_nobody_out() {
    let mut stage = Stage::asked().await;
    stage.world.state().stuck = Some(Problem::waiting("NoStorageClass", "The cluster has no default storage class."));
    stage.start().await;
    let left = |store: &Store| {
        let operation = store.operation.as_ref().unwrap();
        operation.state == OperationState::Running && !operation.holds_place && operation.reason.is_some()
    };
    stage.until("out of the births", left).await;
    stage.kill().await;
    stage.start().await;
    stage.world.state().stuck = None;
    stage.change(|state| state.raise());
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_failing_action_keeps_its_pause_over_a_restart() {
    let mut stage = Stage::asked().await;
    stage.pauses = Pauses { base: Duration::from_millis(400), most: Duration::from_millis(800) };
    stage.world.state().faults = vec![Fault::Fails, Fault::Fails];
    stage.start().await;
    let paused = |store: &Store| store.operation.as_ref().unwrap().next_attempt_at.is_some();
    let store = stage.until("in a pause", paused).await;
    let first = store.operation.unwrap();
    assert_eq!(first.attempts, 1);
    stage.kill().await;
    stage.start().await;
    let again = |store: &Store| store.operation.as_ref().unwrap().attempts == 2;
    stage.until("failed once more", again).await;
    assert!(OffsetDateTime::now_utc() >= first.next_attempt_at.unwrap(), "the pause was cut short");
    assert_eq!(stage.world.state().faults, []);
    stage.until("ready", is_ready).await;
}

#[tokio::test]
async fn a_change_asked_for_during_a_creation_is_an_operation_of_its_own_after_it() {
    let mut stage = Stage::asked().await;
    let bell = std::sync::Arc::new(tokio::sync::Notify::new());
    stage.world.state().helm_bell = Some(bell.clone());
    stage.start().await;
    stage.until_world("at work", |state| state.calls.contains(&"helm-install")).await;
    for slug in ["red-mug", "green-mug"] {
        let deadline_at = Some(OffsetDateTime::now_utc() + Duration::from_secs(60));
        let edit = Edit { slug: Slug::new(slug).ok(), deadline_at, ..Edit::default() };
        stage.db.edit_store(&stage.store, edit, &actor()).await.unwrap();
        stage.wake();
    }
    stage.world.state().helm_bell = None;
    bell.notify_one();
    let changed = |store: &Store| {
        is_ready(store) && store.operation.as_ref().is_some_and(|operation| operation.kind == OperationKind::Update)
    };
    let store = stage.until("ready after the change", changed).await;
    assert_eq!(store.slug.as_str(), "green-mug");
    let operations = stage.db.list_operations(&stage.store).await.unwrap();
    assert_eq!(operations.len(), 2, "two changes became one: {operations:#?}");
    let create = operations.iter().find(|operation| operation.kind == OperationKind::Create).unwrap();
    assert_eq!(create.state, OperationState::Succeeded);
    assert!(store.operation.unwrap().started_at >= create.finished_at, "one after the other");
}

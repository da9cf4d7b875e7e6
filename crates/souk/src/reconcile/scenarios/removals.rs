//! A delete meets something that does not go: it says what, once, waits, and ends by itself.

use souk_domain::{ConditionType, Phase, Problem, Store};

use super::Stage;

fn says(store: &Store, reason: &str) -> bool {
    let told = store.operation.as_ref().and_then(|operation| operation.reason.as_deref());
    let condition = store.conditions.get(ConditionType::Removed).map(|condition| condition.reason.as_str());
    told == Some(reason) && condition == Some(reason)
}

async fn is_told_once(stage: &Stage, reason: &str) {
    let told = || async {
        let events = stage.timeline().await;
        events.iter().filter(|event| *event == reason).count()
    };
    let deadline = tokio::time::Instant::now() + super::PATIENCE;
    while told().await == 0 {
        assert!(tokio::time::Instant::now() < deadline, "{reason} never reaches the timeline");
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    // However often the cluster is asked from now on.
    let asked = stage.world.state().asked;
    stage.until_world("asked again and again", |state| state.asked > asked + 5).await;
    assert_eq!(told().await, 1);
}

#[tokio::test]
async fn a_namespace_that_stays_says_why_and_goes_when_it_can() {
    let stage = Stage::ready().await;
    let name = stage.store.namespace();
    stage.change(|state| {
        state.keeps_namespace = Some(Problem::waiting("FinalizerRemaining", "Something waits for example.com/x."));
        state.obstacle = Some(Problem::waiting("FinalizerRemaining", "The object settings waits for example.com/x."));
    });
    stage.delete().await;
    let store = stage
        .until("naming the object", |store| {
            says(store, "FinalizerRemaining") && store.sentence().contains("The object settings")
        })
        .await;
    assert_eq!(store.phase, Phase::Deleting);
    is_told_once(&stage, "FinalizerRemaining").await;
    stage.change(|state| {
        state.keeps_namespace = None;
        state.obstacle = None;
        state.facts.namespace.remove(&name);
        state.facts = Default::default();
    });
    let store = stage.until("deleted", |store| store.phase == Phase::Deleted).await;
    assert!(store.conditions.is_true(ConditionType::Removed));
}

#[tokio::test]
async fn a_claim_in_use_says_by_whom_and_goes_when_it_can() {
    let stage = Stage::ready().await;
    stage.change(|state| {
        state.keeps_volumes = true;
        state.obstacle = Some(Problem::waiting("ClaimInUse", "The claim content is in use by the pod debug."));
    });
    stage.delete().await;
    stage.until("naming the pod", |store| says(store, "ClaimInUse")).await;
    is_told_once(&stage, "ClaimInUse").await;
    let namespace = stage.store.namespace();
    assert!(stage.world.state().facts.namespace.contains_key(&namespace), "the volumes go first");
    stage.change(|state| {
        state.keeps_volumes = false;
        state.obstacle = None;
        state.facts.claims.clear();
        state.facts.volumes.clear();
    });
    stage.until("deleted", |store| store.phase == Phase::Deleted).await;
}

#[tokio::test]
async fn a_restarted_server_finds_the_cause_again() {
    let mut stage = Stage::ready().await;
    stage.change(|state| {
        state.keeps_volumes = true;
        state.obstacle = Some(Problem::waiting("ClaimInUse", "The claim content is in use by the pod debug."));
    });
    stage.delete().await;
    stage.until("naming the pod", |store| says(store, "ClaimInUse")).await;
    stage.kill().await;
    stage.world.state().obstacle = Some(Problem::waiting("FinalizerRemaining", "The pod debug waits for x."));
    stage.start().await;
    stage.until("naming the finalizer", |store| says(store, "FinalizerRemaining")).await;
}

//! One look at a store whose cluster is there: observe, decide, and do the one next thing.

use std::time::Duration;

use souk_domain::{
    Action, Check, Decision, Drift, NamespaceState, Observed, OperationKind, OperationState, Problem, ReleaseState,
    StepName, Store, Wanted, WorkloadState, decide, timeline::NewEvent,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use super::{
    Reconciler, actions,
    failpoints::{self, Moment},
    memory::Memory,
    observe::{Expectation, observe},
    pass::{Next, Rest, deadline},
    progress::{Look, Verdict, apply},
};
use crate::{
    clock,
    db::DbError,
    kube::{Facts, KubeError, Remains, is_cause},
};

/// How long pods may take before the cluster is asked what it has to say about them.
const ASK_AFTER: Duration = Duration::from_secs(10);
/// Pause before it is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(15);
/// Uninstalls that may fail before the namespace is removed with the release in it.
const UNINSTALL_TRIES: u32 = 3;

impl Reconciler {
    pub(super) async fn advance(
        &self,
        mut store: Store,
        interrupt: &Notify,
        memory: &mut Memory,
    ) -> Result<Next, DbError> {
        let wanted = store.wanted();
        let facts = self.cluster.facts(&store.id);
        let mut observed = self.observe(&store, &facts, memory).await;
        if wanted == Wanted::Running && self.door_is_due(&store, &facts, &observed, memory) {
            if store.open_operation().is_some() && !store.is_at_door() {
                let look = self.see(&store, &observed, memory, Verdict::Underway(StepName::Route, None));
                store = self.record(&store, &look).await?;
            }
            tokio::select! {
                () = self.knock(&store, memory) => {}
                () = self.overtaken(&store, interrupt) => return Ok(Next::Look),
            }
        }
        if wanted == Wanted::Running {
            observed.route = first_failed(observed.route, &memory.door.route);
            observed.shop = memory.door.shop.clone();
        }
        match decide(wanted, &observed) {
            Decision::Act(step, action) => {
                if let Some((until, problem)) = memory.attempts.blocked() {
                    let problem = problem.clone();
                    return self.wait(&store, &observed, step, Some(problem), [until], memory).await;
                }
                let gentle = action.is_gentle() && store.open_operation().is_none() && !is_lost(&observed);
                let verdict = if gentle { Verdict::Unclear } else { Verdict::Underway(step, None) };
                let look = self.see(&store, &observed, memory, verdict);
                let store = self.record(&store, &look).await?;
                self.act(&store, &observed, (step, action), interrupt, memory).await
            }
            Decision::Wait(step, problem) => {
                let problem = match wanted {
                    Wanted::Gone => self.obstacle(&store, &facts, problem, memory).await,
                    Wanted::Running | Wanted::Suspended => problem,
                };
                if let Some(problem) = problem.clone().filter(|problem| problem.permanent)
                    && may_fail(&store)
                {
                    return self.fail(&store, &observed, problem, memory).await;
                }
                self.wait(&store, &observed, step, problem, [], memory).await
            }
            Decision::Done if wanted == Wanted::Gone => self.prove_removal(&store, &observed, memory).await,
            Decision::Done => {
                let look = self.see(&store, &observed, memory, Verdict::Done);
                let ready = self.record(&store, &look).await?;
                if let (None, Some(at)) = (store.ready_at, ready.ready_at) {
                    let seconds = (at - store.created_at).as_seconds_f64();
                    metrics::histogram!("souk_time_to_ready_seconds").record(seconds);
                    tracing::info!(store.id = %store.id, duration_ms = (seconds * 1000.0) as u64, "a store is ready");
                }
                memory.rest();
                if ready.open_operation().is_some() {
                    // A change that was waiting for this.
                    return Ok(Next::Look);
                }
                let again = memory.door.again.filter(|_| wanted == Wanted::Running);
                let again = again.into_iter().chain(memory.repairs.next()).min();
                Ok(Next::Rest(Rest { active: false, again }))
            }
        }
    }

    async fn observe(&self, store: &Store, facts: &Facts, memory: &mut Memory) -> Observed {
        self.ask_for_warning(store, memory).await;
        let moves = store.open_operation().is_some() || store.goes_back();
        let wanted_release = if moves { self.wanted_release(store) } else { None };
        let mut observed = observe(
            facts,
            &self.cluster.platform(),
            Expectation {
                store,
                platform: &self.platform_id,
                digest: wanted_release.as_ref().map(|(_, digest)| digest.as_str()),
                warning: memory.warning(),
            },
        );
        if let Drift::Changed(changes) = &observed.drift
            && let Some(problem) = memory.repairs.blocked(changes, Instant::now())
        {
            observed.drift = Drift::Left(changes.clone(), problem);
        }
        if store.wanted() == Wanted::Gone && memory.uninstall_failures >= UNINSTALL_TRIES {
            // The namespace takes the release along.
            observed.release = ReleaseState::Absent;
        }
        observed
    }

    /// Asks the cluster why pods take long, now and then.
    async fn ask_for_warning(&self, store: &Store, memory: &mut Memory) {
        let Some(wait) = memory.wait.as_mut() else { return };
        let pods = matches!(wait.step, StepName::Database | StepName::Storefront);
        let asked = wait.warning.as_ref().is_some_and(|(at, _)| at.elapsed() < ASK_AGAIN);
        if !pods || asked || wait.since.elapsed() < ASK_AFTER {
            return;
        }
        let warning = self.cluster.warning(&store.id).await.ok().flatten();
        wait.warning = Some((Instant::now(), warning));
    }

    /// Runs an action; what comes of it is recorded with the next look, or now if it failed.
    async fn act(
        &self,
        store: &Store,
        observed: &Observed,
        (step, action): (StepName, Action),
        interrupt: &Notify,
        memory: &mut Memory,
    ) -> Result<Next, DbError> {
        let name = actions::name(action);
        // Nothing is done on the cluster by two replicas at once.
        let Some(claim) = self.claims.take(&self.db, &store.id).await? else {
            return Err(DbError::LeaseLost);
        };
        let began = Instant::now();
        let result = tokio::select! {
            // First: a process that was stopped for a while must not go on with what others do by now.
            biased;
            () = self.claims.over(&claim) => {
                tracing::warn!(store.id = %store.id, action = name, "an action was cut short: the lease is over");
                return Err(DbError::LeaseLost);
            }
            result = actions::run(self, store, action) => result,
            () = self.overtaken(store, interrupt) => {
                tracing::info!(store.id = %store.id, action = name, "an action was cut short: something else is wanted");
                return Ok(Next::Look);
            }
            () = sleep_until(deadline(store).unwrap_or_else(far)), if deadline(store).is_some() => return Ok(Next::Look),
        };
        let duration_ms = began.elapsed().as_millis() as u64;
        let outcome = if result.is_ok() { "done" } else { "failed" };
        metrics::counter!("souk_actions_total", "action" => name, "result" => outcome).increment(1);
        metrics::histogram!("souk_action_duration_seconds", "action" => name).record(began.elapsed());
        let problem = match result {
            Ok(events) => {
                tracing::info!(store.id = %store.id, action = name, duration_ms, "an action is done");
                memory.attempts = Default::default();
                // What the shop answered before holds until it is asked again, and it is asked soon: what was set back
                // may have been used meanwhile, such as a password.
                memory.door.again = None;
                if action == Action::RepairRelease && !events.is_empty() {
                    let contested = memory.repairs.note(observed.drift.changes(), self.settings.pauses, Instant::now());
                    memory.news.extend(contested.map(|problem| NewEvent::warning(&problem.reason, problem.message)));
                }
                memory.news.extend(events.into_iter().map(|event| event.at_step(step)));
                return Ok(Next::Look);
            }
            Err(problem) => problem,
        };
        tracing::warn!(
            store.id = %store.id, action = name, duration_ms, reason = problem.reason, error = problem.message,
            "an action failed"
        );
        if problem.permanent && may_fail(store) {
            return self.fail(store, observed, problem, memory).await;
        }
        if action == Action::UninstallRelease && problem.reason != "ClusterUnreachable" {
            memory.uninstall_failures += 1;
        }
        if action == Action::RepairRelease && !is_lost(observed) {
            // The shop works meanwhile, and its checks go on.
            memory.repairs.fail(problem.clone(), self.settings.pauses);
        } else {
            memory.attempts.fail(problem.clone(), self.settings.pauses);
        }
        memory.news.push(NewEvent::warning(&problem.reason, problem.message.clone()).at_step(step));
        Ok(Next::Look)
    }

    /// Returns when the store is to be something else than what is being done.
    async fn overtaken(&self, store: &Store, interrupt: &Notify) {
        loop {
            interrupt.notified().await;
            let Ok(now) = self.db.get_store(&store.id).await else { continue };
            let cancelled = now.open_operation().is_some_and(|operation| operation.cancel_requested);
            if cancelled || now.wanted() != store.wanted() {
                return;
            }
        }
    }

    /// Records what is waited for, and rests.
    async fn wait<const N: usize>(
        &self,
        store: &Store,
        observed: &Observed,
        step: StepName,
        problem: Option<Problem>,
        times: [Instant; N],
        memory: &mut Memory,
    ) -> Result<Next, DbError> {
        let mut times: Vec<Instant> = times.into_iter().chain(deadline(store)).collect();
        let removing = store.wanted() == Wanted::Gone;
        let cause = problem.as_ref().filter(|problem| removing && is_cause(problem));
        if let Some(cause) = cause {
            match memory.removal.tell(&cause.message, self.settings.patience) {
                Ok(()) => memory.news.push(NewEvent::warning(&cause.reason, cause.message.clone()).at_step(step)),
                Err(again) => times.extend(again),
            }
        }
        // Removals take their time on a healthy cluster too.
        let patience = self.settings.patience * if removing { 6 } else { 1 };
        let wait = memory.waits_for(step, problem.as_ref());
        if matches!(step, StepName::Database | StepName::Storefront) {
            let asked = wait.warning.as_ref().map_or(wait.since + ASK_AFTER, |(at, _)| *at + ASK_AGAIN);
            times.push(asked.max(wait.since + ASK_AFTER));
        }
        if let Some(problem) = &problem
            && cause.is_none()
            && !wait.told
        {
            if wait.since.elapsed() >= patience {
                wait.told = true;
                memory.left_births = true;
                if memory.attempts.blocked().is_none() {
                    memory.news.push(NewEvent::warning(&problem.reason, problem.message.clone()).at_step(step));
                }
            } else {
                times.push(wait.since + patience);
            }
        }
        times.extend(memory.repairs.next());
        if matches!(step, StepName::Route | StepName::Shop) {
            times.extend(memory.door.again);
        }
        if removing {
            times.extend(memory.removal.next());
        }
        let look = self.see(store, observed, memory, Verdict::Underway(step, problem));
        self.record(store, &look).await?;
        Ok(Next::Rest(Rest::until(times)))
    }

    async fn fail(
        &self,
        store: &Store,
        observed: &Observed,
        problem: Problem,
        memory: &mut Memory,
    ) -> Result<Next, DbError> {
        let look = self.see(store, observed, memory, Verdict::Stopped(OperationState::Failed, problem));
        self.record(store, &look).await?;
        Ok(Next::Look)
    }

    /// The cache says that nothing is left; the cluster itself has the last word.
    async fn prove_removal(&self, store: &Store, observed: &Observed, memory: &mut Memory) -> Result<Next, DbError> {
        let remains = self.cluster.remains(&store.id).await;
        let relabelled = match &remains {
            Ok(Remains { stranger: Some(_), .. }) => self.relabel(store).await,
            _ => Ok(false),
        };
        let problem = match remains {
            _ if matches!(relabelled, Ok(true)) => return Ok(Next::Look),
            Ok(Remains { stranger: Some(_), .. }) if let Err(error) = &relabelled => actions::refused(error),
            // It was ours once: what is in it must not be forgotten.
            Ok(Remains { stranger: Some(owner), .. }) if store.ready_at.is_some() => Problem::waiting(
                "ForeignNamespace",
                format!(
                    "The namespace {} no longer carries Souk's labels ({owner}) and is left alone; restore them, or remove it.",
                    store.id.namespace()
                ),
            ),
            Ok(remains) if remains.is_nothing() => {
                let look = self.see(store, observed, memory, Verdict::Done);
                self.record(store, &look).await?;
                tracing::info!(store.id = %store.id, "a store is gone");
                return Ok(Next::Look);
            }
            Ok(remains) if remains.namespace => {
                Problem::waiting("NamespaceLeaving", "The namespace is still being removed.")
            }
            Ok(remains) => Problem::waiting(
                "VolumesLeaving",
                format!("Still being removed: the volumes {}.", remains.volumes.join(", ")),
            ),
            Err(error) => actions::refused(&error),
        };
        let soon = Instant::now() + memory.removal.proof_pause();
        self.wait(store, observed, StepName::Namespace, Some(problem), [soon], memory).await
    }

    /// Whether the namespace is the very one that was made for the store; its labels are put back then.
    async fn relabel(&self, store: &Store) -> Result<bool, KubeError> {
        let Some(uid) = &store.namespace_uid else { return Ok(false) };
        Ok(self.cluster.relabel_namespace(&store.id, uid).await?.is_some())
    }

    /// What was seen, with the lines for the timeline that gathered since the last record.
    fn see(&self, store: &Store, observed: &Observed, memory: &mut Memory, verdict: Verdict) -> Look {
        let next_attempt_at =
            memory.attempts.blocked().map(|(until, _)| clock::now() + until.saturating_duration_since(Instant::now()));
        memory.in_writing = std::mem::take(&mut memory.news);
        let ours = observed.namespace == NamespaceState::Ours;
        let namespace_uid = self.cluster.facts(&store.id).namespace().map(|fact| fact.uid.clone());
        Look {
            observed: Some(observed.clone()),
            namespace_uid: namespace_uid.filter(|uid| ours && !uid.is_empty()),
            orders: memory.door.orders,
            next_attempt_at,
            attempts: memory.attempts.failures,
            left_births: memory.left_births,
            events: memory.in_writing.clone(),
            ..Look::at(store, verdict)
        }
    }

    /// Writes what a look means, if it changes anything. The only writer of stores here.
    pub(super) async fn record(&self, store: &Store, look: &Look) -> Result<Store, DbError> {
        let now = clock::now();
        let (mut dry, mut events) = (store.clone(), Vec::new());
        apply(&mut dry, &mut events, look, now)?;
        if dry == *store && events.is_empty() {
            return Ok(dry);
        }
        let passed = failpoints::passed(store, &dry);
        failpoints::reach(&passed, Moment::After);
        let Some(claim) = self.claims.take(&self.db, &store.id).await? else {
            return Err(DbError::LeaseLost);
        };
        let look = look.clone();
        let recorded = self.db.record(&claim, move |store, events| Ok(apply(store, events, &look, now)?)).await?;
        if recorded.phase != store.phase {
            tracing::info!(store.id = %store.id, from = %store.phase, to = %recorded.phase, "phase changed");
        }
        failpoints::reach(&passed, Moment::Before);
        Ok(recorded)
    }
}

/// Whether the operation may end as failed; a removal goes on until nothing is left.
fn may_fail(store: &Store) -> bool {
    store.open_operation().is_some_and(|operation| operation.kind != OperationKind::Delete)
}

/// A part of the shop is not there at all.
fn is_lost(observed: &Observed) -> bool {
    let absent = [&observed.database, &observed.storefront].contains(&&WorkloadState::Absent);
    absent || observed.namespace == NamespaceState::Absent
}

/// What is known without trying, else what the last try found.
fn first_failed(known: Check, tried: &Check) -> Check {
    match known {
        Check::Failed(problem) => Check::Failed(problem),
        _ => tried.clone(),
    }
}

fn far() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

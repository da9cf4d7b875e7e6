//! One turn of one store: looks, one after the other, until there is nothing to do but wait.
//!
//! Owns what comes before a look at the cluster: whether anything is wanted at all, whether the
//! operation is over by cancelling or by its deadline, whether the cluster is there, and whether
//! it is the store's turn to be born. What is done then is in `advance.rs`.

use std::{collections::hash_map::Entry, sync::PoisonError, time::Duration};

use souk_domain::{Operation, OperationKind, OperationState, Phase, Problem, Store, StoreId};
use time::OffsetDateTime;
use tokio::{sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    Reconciler,
    memory::Memory,
    progress::{Look, Verdict},
    queue::Turn,
};
use crate::{clock, db::DbError, kube::ClusterState};

/// How a turn ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    /// Something is under way: the lease is kept, and news of the cluster as a whole matter.
    pub active: bool,
    /// Look again at this time, if nothing wakes the store before.
    pub again: Option<Instant>,
}

impl Rest {
    /// Nothing is wanted.
    pub const IDLE: Self = Self { active: false, again: None };

    /// Until the earliest of these times, or a wake.
    pub fn until(again: impl IntoIterator<Item = Instant>) -> Self {
        Self { active: true, again: again.into_iter().min() }
    }
}

/// What comes after one look.
pub(super) enum Next {
    Look,
    Rest(Rest),
}

impl Reconciler {
    /// Works on the store of the turn, and gives the turn back.
    pub(super) async fn turn(&self, turn: Turn, stop: &CancellationToken) {
        let store = &turn.store;
        let mut memory = self.memories.lock().unwrap_or_else(PoisonError::into_inner).remove(store).unwrap_or_default();
        let rest = loop {
            if stop.is_cancelled() {
                self.leave(store, &mut memory).await;
                break Rest::until([]);
            }
            memory.in_writing.clear();
            match self.look(store, &turn.interrupt, &mut memory).await {
                Ok(Next::Look) => {}
                Ok(Next::Rest(rest)) => {
                    self.outages.over();
                    break rest;
                }
                Err(DbError::NoSuchStore) => break Rest::IDLE,
                Err(DbError::LeaseLost) => {
                    self.claims.lost(store);
                    break Rest { active: false, again: Some(Instant::now()) };
                }
                Err(error) => {
                    memory.not_written();
                    break Rest::until([Instant::now() + self.outages.failed(store, &error)]);
                }
            }
        };
        if stop.is_cancelled() {
            self.claims.hand_over(&self.db, |held| held == store).await;
        } else if !rest.active
            && let Err(error) = self.claims.give_back(&self.db, store).await
        {
            tracing::warn!(store.id = %store, %error, "a lease could not be given back; it ends by itself");
        }
        if rest != Rest::IDLE {
            let mut memories = self.memories.lock().unwrap_or_else(PoisonError::into_inner);
            if let Entry::Vacant(entry) = memories.entry(store.clone()) {
                entry.insert(memory);
            }
        }
        if let Some(again) = rest.again {
            self.queue.push_at(store, again);
        }
        self.queue.done(&turn, rest.active);
    }

    /// Writes down what was done since the last record, before the process ends.
    async fn leave(&self, id: &StoreId, memory: &mut Memory) {
        if memory.news.is_empty() {
            return;
        }
        let told = async {
            let store = self.db.get_store(id).await?;
            let events = std::mem::take(&mut memory.news);
            self.record(&store, &Look { events, ..Look::at(&store, Verdict::Unclear) }).await
        };
        if let Err(error) = told.await {
            tracing::warn!(store.id = %id, %error, "the last lines of a timeline were lost");
        }
    }

    async fn look(&self, id: &StoreId, interrupt: &Notify, memory: &mut Memory) -> Result<Next, DbError> {
        let (store, worker) = self.db.get_store_and_worker(id).await?;
        if worker.is_some_and(|worker| worker != self.claims.worker()) {
            // Its worker hears of what this process heard. When it gives up, news come; when it dies, `replicas.rs` finds out.
            return Ok(Next::Rest(Rest::IDLE));
        }
        let nothing_wanted = match store.phase {
            Phase::Deleted => true,
            Phase::Failed => store.open_operation().is_none(),
            _ => false,
        };
        if nothing_wanted {
            return Ok(Next::Rest(Rest::IDLE));
        }
        let now = store.open_operation().map_or_else(clock::now, |open| clock::now_for(open.created_at));
        memory.recall(store.open_operation(), now, self.settings.pauses);
        if let Some((state, problem)) = store.open_operation().and_then(|operation| over(operation, now)) {
            self.record(&store, &Look::at(&store, Verdict::Stopped(state, problem))).await?;
            return Ok(Next::Look);
        }
        match self.cluster.state() {
            ClusterState::Ready => {}
            ClusterState::Starting => return Ok(Next::Rest(Rest::until(deadline(&store)))),
            ClusterState::Away { reason } => {
                // What failed meanwhile failed for this reason: go on at once when it is back.
                memory.attempts = Default::default();
                if store.open_operation().is_some() {
                    let look = Look { away: Some(reason), ..Look::at(&store, Verdict::Unclear) };
                    self.record(&store, &look).await?;
                }
                return Ok(Next::Rest(Rest::until(deadline(&store))));
            }
        }
        if !self.may_begin(&store).await? {
            // Woken when its turn has come.
            return Ok(Next::Rest(Rest::IDLE));
        }
        self.advance(store, interrupt, memory).await
    }
}

/// Whether the operation ends now without success, and why.
fn over(operation: &Operation, now: OffsetDateTime) -> Option<(OperationState, Problem)> {
    if operation.kind == OperationKind::Delete {
        return None;
    }
    if operation.cancel_requested {
        return Some((OperationState::Cancelled, Problem::waiting("Cancelled", "It was stopped on request.")));
    }
    // What has not begun is late for reasons that are not its own.
    let began = operation.state == OperationState::Running;
    let late = began && operation.deadline_at.is_some_and(|deadline| deadline <= now);
    late.then(|| {
        let reason = operation.reason.as_deref().unwrap_or("DeadlineExceeded");
        let last = operation.message.as_deref().unwrap_or("It took too long.");
        (OperationState::Failed, Problem::waiting(reason, format!("It did not end in time. {last}")))
    })
}

/// When the open operation has to be over, if it has begun.
pub(super) fn deadline(store: &Store) -> Option<Instant> {
    let operation = store
        .open_operation()
        .filter(|operation| operation.kind != OperationKind::Delete && operation.state == OperationState::Running)?;
    let left = operation.deadline_at? - clock::now_for(operation.created_at);
    Some(Instant::now() + Duration::try_from(left).unwrap_or(Duration::ZERO))
}

//! How many stores may be born at once.
//!
//! A birth holds a place from its first action until it is ready, ends, or waits for a known problem: a
//! store that waits for a storage class keeps nobody out. Who holds a place and who is next is in the
//! database (`db/births.rs`), for all replicas and over restarts; here is who asks, and who is woken when
//! the queue moves.

use std::{convert::Infallible, time::Duration};

use souk_domain::{OperationKind, OperationState, Store};
use tokio::sync::broadcast::error::RecvError;

use super::Reconciler;
use crate::db::DbError;

/// Pause before the queue is read again after the database failed.
const PAUSE: Duration = Duration::from_secs(1);

impl Reconciler {
    /// Whether the store may go on now, as far as births at once are limited. Takes its place if so.
    pub(super) async fn may_begin(&self, store: &Store) -> Result<bool, DbError> {
        let waits = store.open_operation().is_some_and(|operation| {
            operation.kind == OperationKind::Create
                && operation.state == OperationState::Queued
                && !operation.holds_place
        });
        if !waits {
            return Ok(true);
        }
        let most = self.settings.births as u64;
        if !self.db.line().await?.due(most).contains(&store.id) {
            return Ok(false);
        }
        let Some(claim) = self.claims.take(&self.db, &store.id).await? else {
            return Err(DbError::LeaseLost);
        };
        self.db.begin_birth(&claim, most).await
    }

    /// Wakes those whose turn has come, whenever something changed; never returns.
    pub(super) async fn wake_the_due(&self) -> Infallible {
        let mut changes = self.db.subscribe();
        loop {
            match changes.recv().await {
                // Missed changes are changes.
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            }
            // A burst of changes is one question.
            while let Ok(_) | Err(tokio::sync::broadcast::error::TryRecvError::Lagged(_)) = changes.try_recv() {}
            loop {
                match self.db.line().await {
                    Ok(line) => {
                        break line.due(self.settings.births as u64).iter().for_each(|store| self.queue.push(store));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the queue of births cannot be read; trying again");
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        }
    }
}

//! What belongs to no store: looked for now and then and when somebody asks, removed only when
//! somebody who saw it says so.
//!
//! Owns the looking, the memory of the last look, and the order of a removal: seen, audited, done.
//! What belongs to nobody is decided in `souk_domain::sweep`; the cluster is behind `cluster.rs`. The
//! pass in the background reports and removes nothing.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use souk_domain::sweep::{Orphan, OrphanKind, orphans};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::{ClusterError, ClusterSweeper},
    db::{Actor, Db, DbError, NewAuditEntry},
};

/// After the start, before the first look: the start has better things to do.
const FIRST: Duration = Duration::from_secs(60);
/// Before a look that failed is repeated.
const AGAIN: Duration = Duration::from_secs(300);

/// Looks and removes. Cheap to clone.
#[derive(Clone)]
pub struct Sweep {
    db: Db,
    cluster: Arc<dyn ClusterSweeper>,
    last: Arc<Mutex<Option<usize>>>,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
}

/// What a look found.
#[derive(Debug, Clone)]
pub struct Report {
    pub items: Vec<Orphan>,
    pub at: OffsetDateTime,
}

/// What became of one item that was to be removed.
#[derive(Debug)]
pub enum Outcome {
    /// Its removal was asked for.
    Removing,
    /// The cluster refused.
    Refused(ClusterError),
    /// Nothing of this id is in the report any more.
    NotThere,
    /// It is in the report, but nothing that a sweep may remove.
    Kept(String),
}

impl Sweep {
    pub fn new(db: Db, cluster: Arc<dyn ClusterSweeper>) -> Self {
        Self { db, cluster, last: Arc::default() }
    }

    /// How many things the last look found; `None` before the first.
    pub fn last(&self) -> Option<usize> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks now, at the cluster itself.
    ///
    /// # Errors
    /// The database or the cluster does not answer.
    pub async fn look(&self) -> Result<Report, SweepError> {
        let before = self.db.standings().await?;
        let holdings = self.cluster.holdings().await?;
        let after = self.db.standings().await?;
        let items = orphans(self.cluster.platform_id(), &before, &holdings, &after);
        for kind in OrphanKind::ALL {
            let count = items.iter().filter(|orphan| orphan.kind == kind).count();
            metrics::gauge!("souk_orphans", "kind" => kind.as_str()).set(count as f64);
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(items.len());
        Ok(Report { items, at: OffsetDateTime::now_utc() })
    }

    /// Asks for the removal of those items that are in the report of this moment. Each is audited before
    /// anything happens to it.
    ///
    /// # Errors
    /// The database or the cluster does not answer; what came before it is under way.
    pub async fn remove(&self, ids: &[String], actor: &Actor) -> Result<Vec<(String, Outcome)>, SweepError> {
        let report = self.look().await?;
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            let outcome = match report.items.iter().find(|orphan| orphan.id() == *id) {
                None => Outcome::NotThere,
                Some(orphan) if !orphan.removable => Outcome::Kept(orphan.message.clone()),
                Some(orphan) => self.remove_one(orphan, actor).await?,
            };
            outcomes.push((id.clone(), outcome));
        }
        Ok(outcomes)
    }

    async fn remove_one(&self, orphan: &Orphan, actor: &Actor) -> Result<Outcome, SweepError> {
        let (kind, name) = (orphan.kind.as_str(), orphan.name.as_str());
        let detail = Some(format!("{kind} {name}"));
        let entry =
            |result| NewAuditEntry { actor, action: "sweep.remove", store: None, result, detail: detail.clone() };
        self.db.record_audit(entry("accepted")).await?;
        match self.cluster.remove(orphan).await {
            Ok(()) => {
                tracing::info!(kind, name, actor = actor.name, "the removal of what belongs to no store was asked for");
                Ok(Outcome::Removing)
            }
            Err(error) => {
                tracing::warn!(kind, name, %error, "what belongs to no store cannot be removed");
                self.db.record_audit(entry("refused")).await?;
                Ok(Outcome::Refused(error))
            }
        }
    }

    /// Looks every `interval` until `stop`, and reports; never with an interval of zero.
    pub async fn run(self, interval: Duration, stop: CancellationToken) {
        if interval.is_zero() {
            return stop.cancelled().await;
        }
        let mut pause = FIRST.min(interval);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = match self.look().await {
                Ok(report) => {
                    tell(&report);
                    interval
                }
                Err(error) => {
                    tracing::warn!(%error, "nobody knows whether something belongs to no store; looking again later");
                    AGAIN.min(interval)
                }
            };
        }
    }
}

fn tell(report: &Report) {
    if report.items.is_empty() {
        tracing::info!("everything on the cluster belongs to a store");
        return;
    }
    for orphan in &report.items {
        let (kind, name, message) = (orphan.kind.as_str(), &orphan.name, &orphan.message);
        tracing::warn!(kind, name, message, "something belongs to no store; `souk sweep` shows and removes it");
    }
}

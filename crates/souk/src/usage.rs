//! Notes what the stores use, once a minute, by one replica for all of them.
//!
//! Owns whose turn it is and what is said when nothing can be measured: once, when that changes. What is
//! gathered lies in the database alone (`db/usage.rs`); the cluster is behind `cluster.rs`.

use std::{sync::Arc, time::Duration};

use souk_domain::usage::{PAUSE, Unmeasured};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::{
    cluster::ClusterMeter,
    db::{Db, DbError},
};

/// What the turn is called in the database.
const TURN: &str = "usage";
/// After the start, before the first measurement: the start has better things to do.
const FIRST: Duration = Duration::from_secs(10);
/// The turn is due a little before the next look, so that no minute is left out.
const EARLY: Duration = Duration::from_secs(5);

/// Measures. Cheap to clone.
#[derive(Clone)]
pub struct Meter {
    db: Db,
    cluster: Arc<dyn ClusterMeter>,
}

impl Meter {
    pub fn new(db: Db, cluster: Arc<dyn ClusterMeter>) -> Self {
        Self { db, cluster }
    }

    /// Measures and notes, if it is this replica's turn; says whether it was.
    ///
    /// # Errors
    /// The database fails.
    pub async fn measure(&self) -> Result<bool, DbError> {
        let Some(turn) = self.db.take_turn(TURN, PAUSE.unsigned_abs().saturating_sub(EARLY)).await? else {
            return Ok(false);
        };
        let failure = match self.cluster.usage().await {
            Ok(measured) => {
                self.db.note_usage(&measured, OffsetDateTime::now_utc()).await?;
                None
            }
            Err(error) => Some(error),
        };
        let why = failure.as_ref().map(|error| error.why.as_str());
        if turn.failure.as_deref() != why {
            match &failure {
                Some(error) => tracing::warn!(reason = why, cause = error.cause, "what stores use cannot be measured"),
                None => tracing::info!("what stores use is measured again"),
            }
            self.db.end_turn(TURN, why).await?;
        }
        Ok(true)
    }

    /// Measures until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut pause = FIRST;
        let mut failed = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            pause = PAUSE.unsigned_abs();
            match self.measure().await {
                Ok(_) => failed = false,
                Err(error) if failed => tracing::debug!(%error, "what stores use still cannot be noted"),
                Err(error) => {
                    tracing::warn!(%error, "what stores use cannot be noted");
                    failed = true;
                }
            }
        }
    }
}

/// Why nothing is measured at the moment; `None` while it is, or before the first look.
///
/// # Errors
/// The database fails.
pub async fn obstacle(db: &Db) -> Result<Option<Unmeasured>, DbError> {
    // A word of another version is none of ours.
    Ok(db.failure_of(TURN).await?.and_then(|why| why.parse().ok()))
}

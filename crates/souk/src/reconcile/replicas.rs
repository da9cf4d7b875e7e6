//! What this replica does about the others: it hears what they were asked, and takes over the stores of
//! those that are gone.

use std::{convert::Infallible, time::Duration};

use tokio::{sync::broadcast::error::RecvError, time::sleep};

use super::Reconciler;
use crate::{cluster::Wake, db::Change};

/// Pause between looks for leases that ended.
const LOOK: Duration = Duration::from_secs(2);

impl Reconciler {
    /// Hears and takes over; never returns.
    pub(super) async fn replicas(&self) {
        tokio::join!(self.hear_of_requests(), self.take_over_the_abandoned());
    }

    /// A request that another replica accepted is worked on by whichever is first, and interrupts the
    /// one that works on the store.
    async fn hear_of_requests(&self) -> Infallible {
        let mut changes = self.db.subscribe();
        loop {
            match changes.recv().await {
                Ok(Change::Due(store)) => self.queue.wake(&store),
                Ok(Change::Store(_) | Change::Event(_) | Change::Access) => {}
                Ok(Change::Missed) | Err(RecvError::Lagged(_)) => match self.db.live_store_ids().await {
                    Ok(stores) => stores.iter().for_each(|store| self.queue.wake(store)),
                    Err(error) => tracing::warn!(%error, "requests may wait for the next full pass"),
                },
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    async fn take_over_the_abandoned(&self) -> Infallible {
        loop {
            match self.claims.take_over(&self.db).await {
                Ok(stores) if stores.is_empty() => sleep(LOOK).await,
                // At once again: there may be more.
                Ok(stores) => stores.iter().for_each(|store| self.queue.push(store)),
                // Renewing says what is wrong with the database.
                Err(error) => {
                    tracing::debug!(%error, "leases that ended cannot be looked for");
                    sleep(LOOK).await;
                }
            }
        }
    }
}

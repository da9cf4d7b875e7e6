//! Announces what was committed, so that dashboards and the reconciler need not ask again and again.
//!
//! Within one process. A subscriber that falls behind is told so by the channel and reads the tables.

use souk_domain::{StoreId, TimelineEvent};
use tokio::sync::broadcast;

/// How many changes a slow subscriber may fall behind before it misses some.
const CAPACITY: usize = 4096;

/// Something that was committed.
#[derive(Clone, Debug)]
pub enum Change {
    /// The store's row or its newest operation changed.
    Store(StoreId),
    /// A line was added to a timeline.
    Event(TimelineEvent),
}

#[derive(Clone)]
pub struct Changes(broadcast::Sender<Change>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }
}

impl Changes {
    pub(super) fn subscribe(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }

    /// To be called after the commit. Nobody listening is fine.
    pub(super) fn announce(&self, store: &StoreId, events: Vec<TimelineEvent>) {
        for event in events {
            let _ = self.0.send(Change::Event(event));
        }
        let _ = self.0.send(Change::Store(store.clone()));
    }
}

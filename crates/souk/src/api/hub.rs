//! Turns what was committed into messages for those who watch.
//!
//! Each change is read and written as JSON once, whoever listens. Nothing is kept here but the queue as it
//! was told last: who was away or fell behind catches up from the database (`events.rs`).

use std::sync::Arc;

use souk_domain::{StoreId, TimelineEvent};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::view::StoreView;
use crate::config::AddressArgs;
use crate::db::{Change, Db, DbError, Line};

/// Messages that a slow listener may be behind before it is told to catch up.
const CAPACITY: usize = 1024;
/// When the queue moves, so many at its head are told their new places; the others when they are read.
const TOLD: usize = 100;

/// One message, ready to be sent.
#[derive(Clone, Debug)]
pub enum Message {
    /// The store as it is now.
    Store { store: StoreId, json: Arc<str> },
    /// A new line of a timeline.
    Timeline { id: i64, store: StoreId, json: Arc<str> },
    /// Somebody may less than before: look whether it is the listener.
    Access,
    /// Something was missed: catch up.
    Missed,
}

/// Where messages come from; cheap to clone.
#[derive(Clone)]
pub struct EventHub {
    messages: broadcast::Sender<Message>,
}

impl Default for EventHub {
    fn default() -> Self {
        Self { messages: broadcast::Sender::new(CAPACITY) }
    }
}

impl EventHub {
    /// Messages from now on.
    pub fn listen(&self) -> broadcast::Receiver<Message> {
        self.messages.subscribe()
    }

    /// Passes on what is committed after this call, until `stop`. Runs only while it is polled. `births` is how
    /// many stores are made at once, at most.
    pub fn run(
        self,
        db: Db,
        addresses: AddressArgs,
        births: u64,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send {
        let changes = db.subscribe();
        self.pass_on(changes, db, addresses, births, stop)
    }

    async fn pass_on(
        self,
        mut changes: broadcast::Receiver<Change>,
        db: Db,
        addresses: AddressArgs,
        births: u64,
        stop: CancellationToken,
    ) {
        let mut told = Line::default();
        while let Some(change) = stop.run_until_cancelled(changes.recv()).await {
            let mut stores = Vec::new();
            let mut next = change;
            // A burst of changes of one store is one message with its last state.
            loop {
                match next {
                    Ok(Change::Event(event)) => self.send(Message::timeline(&event)),
                    Ok(Change::Store(store)) if !stores.contains(&store) => stores.push(store),
                    Ok(Change::Store(_) | Change::Due(_)) => {}
                    Ok(Change::Access) => self.send(Some(Message::Access)),
                    Ok(Change::Missed) | Err(RecvError::Lagged(_)) => self.send(Some(Message::Missed)),
                    Err(RecvError::Closed) => return,
                }
                match changes.try_recv() {
                    Ok(change) => next = Ok(change),
                    Err(broadcast::error::TryRecvError::Lagged(count)) => next = Err(RecvError::Lagged(count)),
                    Err(_) => break,
                }
            }
            if self.messages.receiver_count() == 0 {
                continue;
            }
            let line = match db.line().await {
                Ok(line) => line,
                Err(error) => {
                    tracing::warn!(%error, "the queue could not be read; listeners catch up");
                    self.send(Some(Message::Missed));
                    continue;
                }
            };
            for store in line.waiting().iter().take(TOLD) {
                if line.place(store, births) != told.place(store, births) && !stores.contains(store) {
                    stores.push(store.clone());
                }
            }
            for store in stores {
                let read = db.get_store(&store).await.map(|mut store| {
                    line.show(&mut store, births);
                    store
                });
                match read {
                    Ok(store) => self.send(Message::store(StoreView::new(store, &addresses))),
                    Err(DbError::NoSuchStore) => {}
                    Err(error) => {
                        tracing::warn!(%error, store.id = %store, "a change could not be read; listeners catch up");
                        self.send(Some(Message::Missed));
                    }
                }
            }
            told = line;
        }
    }

    fn send(&self, message: Option<Message>) {
        // Nobody listening is fine.
        let _ = message.map(|message| self.messages.send(message));
    }
}

impl Message {
    pub fn store(view: StoreView) -> Option<Self> {
        let json = json(&view)?;
        Some(Self::Store { store: view.id, json })
    }

    pub fn timeline(event: &TimelineEvent) -> Option<Self> {
        Some(Self::Timeline { id: event.id, store: event.store_id.clone(), json: json(event)? })
    }
}

fn json(value: &impl serde::Serialize) -> Option<Arc<str>> {
    match serde_json::to_string(value) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "a message cannot be written as JSON");
            None
        }
    }
}

//! Announces what was committed, so that dashboards and the reconciler need not ask again and again.
//!
//! On SQLite one process writes, and announces by itself. On PostgreSQL every transaction leaves a
//! notice with its commit, and every replica hears of all of them, its own too, in the order of the
//! commits (`news.rs`). A subscriber that falls behind is told so by the channel and reads the tables.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};
use souk_domain::{StoreId, TimelineEvent};
use tokio::sync::broadcast;

use super::{Db, Result};

/// How many changes a slow subscriber may fall behind before it misses some.
const CAPACITY: usize = 4096;

/// PostgreSQL's channel of notices.
pub(super) const CHANNEL: &str = "souk_changes";
/// The notice that says `Change::Access`; no store has this id.
const ACCESS: &str = "access";

/// Something that was committed.
#[derive(Clone, Debug)]
pub enum Change {
    /// The store's row or its newest operation changed.
    Store(StoreId),
    /// The store waits for a reconciler: people asked something of it, or its worker gave it back
    /// unfinished. Comes after `Store`.
    Due(StoreId),
    /// A line was added to a timeline. Their ids come in order.
    Event(TimelineEvent),
    /// A sign-in, a token or an account ended or may less: whoever answers for long looks again.
    Access,
    /// The connection to the database was cut: changes may have been missed. Lines of timelines were not.
    Missed,
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
    pub(super) fn announce(&self, change: Change) {
        let _ = self.0.send(change);
    }
}

/// What a transaction tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// About one store.
    Store {
        store: StoreId,
        /// A reconciler has to look at it.
        due: bool,
    },
    /// As `Change::Access`.
    Access,
}

impl Notice {
    /// `<id>`, `<id> due`, or `access`.
    fn write(&self) -> String {
        match self {
            Self::Store { store, due } => format!("{store}{}", if *due { " due" } else { "" }),
            Self::Access => ACCESS.to_owned(),
        }
    }

    /// `None` for what no version of Souk wrote, or a newer one.
    pub fn read(text: &str) -> Option<Self> {
        if text == ACCESS {
            return Some(Self::Access);
        }
        let (store, due) = match text.strip_suffix(" due") {
            Some(store) => (store, true),
            None => (text, false),
        };
        Some(Self::Store { store: store.parse().ok()?, due })
    }
}

impl Db {
    /// Commits, and lets everybody know: subscribers here and, on PostgreSQL, of every replica.
    pub(super) async fn commit(
        &self,
        tx: DatabaseTransaction,
        notice: Notice,
        events: Vec<TimelineEvent>,
    ) -> Result<()> {
        self.commit_all(tx, vec![notice], events).await
    }

    /// Commits a change after which somebody may less, and lets everybody know who answers them.
    pub(super) async fn commit_access(&self, tx: DatabaseTransaction) -> Result<()> {
        self.commit_all(tx, vec![Notice::Access], Vec::new()).await
    }

    pub(super) async fn commit_all(
        &self,
        tx: DatabaseTransaction,
        notices: Vec<Notice>,
        events: Vec<TimelineEvent>,
    ) -> Result<()> {
        if self.is_postgres() {
            for notice in &notices {
                let values = [CHANNEL.into(), notice.write().into()];
                let notify = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values);
                tx.execute_raw(notify).await?;
            }
            return Ok(tx.commit().await?);
        }
        tx.commit().await?;
        for event in events {
            self.changes.announce(Change::Event(event));
        }
        for notice in notices {
            self.announce(notice);
        }
        Ok(())
    }

    pub(super) fn announce(&self, notice: Notice) {
        let Notice::Store { store, due } = notice else {
            return self.changes.announce(Change::Access);
        };
        self.changes.announce(Change::Store(store.clone()));
        if due {
            self.changes.announce(Change::Due(store));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_reads_as_it_was_written() {
        for due in [true, false] {
            let notice = Notice::Store { store: StoreId::from_random([7; 10]), due };
            assert_eq!(Notice::read(&notice.write()), Some(notice));
        }
        assert_eq!(Notice::read(&Notice::Access.write()), Some(Notice::Access));
        for text in ["", "due", " due", "nonsense", "saaaaaaaaaa done"] {
            assert_eq!(Notice::read(text), None, "{text:?}");
        }
    }
}

//! How a replica hears what the others commit: PostgreSQL's LISTEN, and the timeline read on from the
//! last line that was heard.
//!
//! A notice only says that there is something to read. Lines of timelines become visible in the order
//! of their ids (`locks.rs`), so that reading on from the last one misses none, whatever was cut.

use std::time::Duration;

use sea_orm::sqlx::postgres::{PgListener, PgPoolOptions};
use sea_orm::{DbErr, EntityTrait, QueryOrder, QuerySelect, RuntimeErr};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::changes::{CHANNEL, Change, Notice};
use super::{Db, DbError, Result, events};

/// Lines that are read at once.
const PAGE: u64 = 200;
/// Longest silence that is believed: after it the timeline is read, in case the connection is dead and
/// nobody said so.
const SILENCE: Duration = Duration::from_secs(10);
/// Between two tries to connect.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one try to connect may take.
const PATIENCE: Duration = Duration::from_secs(5);

impl Db {
    /// Passes on to the subscribers what any replica commits, until `stop`. Begins with `Missed`, and
    /// tells it again after every cut. On SQLite there is one process and nothing to do.
    pub async fn follow(self, stop: CancellationToken) {
        if !self.is_postgres() {
            return stop.cancelled().await;
        }
        let mut last = None;
        let forever = async {
            loop {
                let heard = self.hear(&mut last).await;
                if let Err(error) = heard {
                    tracing::warn!(%error, "news of other replicas are cut off; connecting again");
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = forever => {}
        }
    }

    /// Listens until the connection is cut. `last` is the last line of a timeline that was passed on.
    async fn hear(&self, last: &mut Option<i64>) -> Result<()> {
        let mut listener = self.listener().await?;
        if last.is_none() {
            *last = Some(self.newest_event().await?);
        }
        self.read_on(last).await?;
        self.changes.announce(Change::Missed);
        let mut silences = 0;
        loop {
            let first = match timeout(SILENCE, listener.try_recv()).await {
                Ok(received) => received.map_err(cut)?,
                Err(_) if !self.read_on(last).await? => continue,
                // Once it may be a notice that is on its way.
                Err(_) if silences == 0 => {
                    silences += 1;
                    self.changes.announce(Change::Missed);
                    continue;
                }
                Err(_) => return Err(cut("changes came without a notice")),
            };
            silences = 0;
            let mut notices: Vec<Notice> = Vec::new();
            let mut next = Some(first);
            // A burst is one read.
            while let Some(received) = next {
                let Some(notification) = received else {
                    return Err(cut("the server ended the connection"));
                };
                match Notice::read(notification.payload()) {
                    Some(notice) => gather(&mut notices, notice),
                    None => tracing::debug!(payload = notification.payload(), "a notice of another version"),
                }
                next = timeout(Duration::ZERO, listener.try_recv()).await.ok().transpose().map_err(cut)?;
            }
            self.read_on(last).await?;
            for notice in notices {
                self.announce(notice);
            }
        }
    }

    async fn listener(&self) -> Result<PgListener> {
        let options = self.connection.get_postgres_connection_pool().connect_options();
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with((*options).clone());
        let connect = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.eager_reconnect(false);
            listener.listen(CHANNEL).await?;
            Ok(listener)
        };
        match timeout(PATIENCE, connect).await {
            Ok(Ok(listener)) => Ok(listener),
            Ok(Err(error)) => Err(cut::<sea_orm::sqlx::Error>(error)),
            Err(_) => Err(cut("the server does not answer")),
        }
    }

    /// Passes on the lines after `last`; says whether there were any.
    async fn read_on(&self, last: &mut Option<i64>) -> Result<bool> {
        let mut any = false;
        loop {
            let page = self.events_after(None, last.unwrap_or_default(), PAGE).await?;
            let whole = page.len() as u64 == PAGE;
            for event in page {
                *last = Some(event.id);
                any = true;
                self.changes.announce(Change::Event(event));
            }
            if !whole {
                return Ok(any);
            }
        }
    }

    async fn newest_event(&self) -> Result<i64> {
        let newest: Option<i64> = events::Entity::find()
            .select_only()
            .column(events::Column::Id)
            .order_by_desc(events::Column::Id)
            .into_tuple()
            .one(&self.connection)
            .await?;
        Ok(newest.unwrap_or_default())
    }
}

/// One notice a store is enough, and one that access changed.
fn gather(notices: &mut Vec<Notice>, notice: Notice) {
    if let Notice::Store { store: new, due: new_due } = &notice {
        for known in notices.iter_mut() {
            if let Notice::Store { store, due } = known
                && store == new
            {
                *due |= new_due;
                return;
            }
        }
    }
    if !notices.contains(&notice) {
        notices.push(notice);
    }
}

fn cut<E: ToString>(why: E) -> DbError {
    DbErr::Conn(RuntimeErr::Internal(why.to_string())).into()
}

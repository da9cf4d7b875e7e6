//! What was asked for, and the phase: the tables of Souk, one file each, on SQLite and PostgreSQL by one
//! code path. No type of the database library leaves this module; callers see `souk_domain`'s.
//!
//! Writes that belong together are one transaction: what people ask is in `requests.rs`, what the
//! reconciler observed and did is in `progress.rs`. After a commit the change is announced to
//! subscribers, of every replica (`changes.rs`, `news.rs`). It decides nothing and talks to no cluster.

mod audit;
mod begun_sign_ins;
mod births;
mod changes;
mod columns;
mod connect;
mod dump;
mod events;
mod idempotency;
mod invites;
mod leases;
mod lists;
mod locks;
mod migrations;
mod news;
mod operations;
mod outage;
mod owners;
mod progress;
mod requests;
mod sessions;
mod settings;
mod sight;
mod sign_in_codes;
mod sign_in_failures;
mod store_members;
mod stores;
mod succession;
mod suspension;
mod team_members;
mod teams;
mod tokens;
mod turns;
mod usage;
mod users;

use std::time::{Duration, Instant};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

pub use audit::{Actor, AuditCursor, AuditEntry, AuditFilter, NewAuditEntry};
pub use births::Line;
pub use changes::{Change, Changes};
pub use dump::{DumpError, Rows};
pub use leases::Claim;
pub use lists::{Page, StoreFilter, StoreSort};
pub use outage::Outage;
pub use owners::{Limits, Owner};
pub use requests::{Created, Edit, NewStore, SlugChoice};
pub use sessions::{Session, Signed};
pub use sight::Sight;
pub use sign_in_codes::NewSignInCode;
pub use store_members::Member;
pub use suspension::Suspension;
pub use teams::Team;
pub use tokens::{Holder, NewToken, Token, Worthless};
pub use usage::{Interval, LastUsage};
pub use users::{Foreign, NewUser, User, UserChange};

/// A handle on the database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    connection: DatabaseConnection,
    changes: Changes,
}

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("there is no such store")]
    NoSuchStore,
    #[error("there is no such operation")]
    NoSuchOperation,
    #[error("there is no such user")]
    NoSuchUser,
    #[error("there is no such team")]
    NoSuchTeam,
    #[error("there is no such token")]
    NoSuchToken,
    #[error("the account signs in at the provider of single sign-on")]
    SignsInElsewhere,
    #[error("the account is disabled")]
    Disabled,
    #[error("it is the last administrator who can sign in")]
    LastAdmin,
    #[error("the name is taken")]
    NameTaken,
    #[error("{0} stores still belong to it")]
    StillOwns(u64),
    #[error("the link was used before, or has ended")]
    InviteOver,
    #[error("the code is worth nothing: {0}")]
    CodeOver(&'static str),
    #[error("too many tries to sign in; the next one may come in {0}")]
    SignInsTooFast(time::Duration),
    #[error("another store already has this slug")]
    SlugTaken,
    #[error("the platform already holds as many stores as it may ({0})")]
    TooManyStores(u32),
    #[error("the owner already has as many stores as one may ({0})")]
    TooManyOwned(u32),
    #[error("{most} stores were asked for within an hour for one owner, and no more may be for {wait}")]
    TooManyOwnCreates { most: u32, wait: time::Duration },
    #[error("{most} stores were asked for within an hour, and no more may be for {wait}")]
    TooManyCreates { most: u32, wait: time::Duration },
    #[error("the idempotency key was used before with another request")]
    IdempotencyMismatch,
    #[error("the store was changed meanwhile; its revision is {0}")]
    RevisionMismatch(i64),
    #[error("the store is already being deleted")]
    AlreadyDeleting,
    #[error("the store is deleted")]
    AlreadyDeleted,
    #[error("{0}")]
    OperationConflict(&'static str),
    /// Another worker has taken the store over; what this one wanted to write is void.
    #[error("the lease of the store was lost")]
    LeaseLost,
    #[error(transparent)]
    IllegalTransition(#[from] souk_domain::IllegalTransition),
    #[error(
        "the database was written by a newer Souk (it holds {0}, which this version does not know): run that version \
         again, or a later one"
    )]
    Newer(String),
    #[error("the database holds a value that this version cannot read: {0}")]
    Unreadable(String),
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
}

pub type Result<T, E = DbError> = std::result::Result<T, E>;

impl Db {
    /// Opens the database and brings its tables up to date. `url` is `sqlite://PATH` or
    /// `postgres://...`. A database newer than this binary is refused.
    ///
    /// # Errors
    /// The database cannot be opened or migrated.
    pub async fn connect(url: &str) -> Result<Self> {
        let db = Self { connection: connect::open(url).await?, changes: Changes::default() };
        migrations::bring_up_to_date(&db).await?;
        Ok(db)
    }

    /// Like `connect`, for a PostgreSQL that starts at the same time: one that does not answer is asked again for
    /// `patience`. Whatever else is wrong is told at once, and so is a no: wrong password, no such database.
    ///
    /// # Errors
    /// The database cannot be opened or migrated.
    pub async fn connect_in_time(url: &str, patience: Duration) -> Result<Self> {
        let began = Instant::now();
        loop {
            match Self::connect(url).await {
                Err(error)
                    if error.outage() == Some(Outage::Away) && !error.is_refusal() && began.elapsed() < patience =>
                {
                    tracing::warn!(%error, "the database does not answer yet; trying again");
                    tokio::time::sleep(connect::PAUSE).await;
                }
                opened => return opened,
            }
        }
    }

    /// Whether several processes may write at once.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.connection.get_database_backend() == DbBackend::Postgres
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn ping(&self) -> Result<()> {
        Ok(self.connection.ping().await?)
    }

    /// Changes that are committed from now on: by any replica while `follow` runs, else by this process.
    #[must_use]
    pub fn subscribe(&self) -> tokio::sync::broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// A transaction that writes. On SQLite it takes the write lock at once, so that what it reads is
    /// still true when it writes.
    async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.connection.begin_with_options(options).await?)
    }
}

#[cfg(test)]
pub mod test_database;
#[cfg(test)]
mod tests;

//! Opens the two databases: pools, patience, and what a connection is told at its start.

use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::outage::{self, Outage};
use super::{DbError, Result};

/// Pause before a database that does not answer is asked again.
pub const PAUSE: Duration = Duration::from_secs(1);
/// How long a writer of SQLite waits for another writer before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// Pause before a file is opened again that another connection is making ready.
const TURN: Duration = Duration::from_millis(20);
/// Connections to SQLite's file: one writes, the others read.
const SQLITE_CONNECTIONS: u32 = 8;
/// Pages that each of them keeps, as SQLite counts: negative is KiB. What is read again is in the system's memory
/// once for all of them; SQLite's own 2 MiB would be there eight times.
const SQLITE_CACHE: &str = "-512";

/// Connections of one replica to PostgreSQL, the one that listens apart. Three replicas stay well
/// below the server's usual 100.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a request waits for a connection, and with it for a PostgreSQL that is away.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(10);
/// What PostgreSQL is told at the start of a connection; times in milliseconds. A replica that is stopped in
/// the middle of a transaction would else keep its locks, and all others waiting, for as long as it is stopped.
const POSTGRES_SETTINGS: [(&str, &str); 4] = [
    ("idle_in_transaction_session_timeout", "5000"),
    ("lock_timeout", "10000"),
    ("statement_timeout", "30000"),
    ("client_min_messages", "warning"),
];

/// Opens the database at `url`.
pub async fn open(url: &str) -> Result<DatabaseConnection> {
    // One of two usual spellings; the driver knows the other.
    let url = match url.strip_prefix("postgresql:") {
        Some(rest) => format!("postgres:{rest}"),
        None => url.to_owned(),
    };
    let mut options = ConnectOptions::new(url.as_str());
    options.sqlx_logging(false);
    if url.starts_with("postgres:") {
        options
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(POSTGRES_PATIENCE)
            .map_sqlx_postgres_opts(introduce);
    } else {
        let most = if url.contains(":memory:") { 1 } else { SQLITE_CONNECTIONS };
        options.max_connections(most).acquire_timeout(BUSY_TIMEOUT).map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // A commit that was answered for survives a power cut.
                .synchronous(SqliteSynchronous::Full)
                .pragma("cache_size", SQLITE_CACHE)
                .busy_timeout(BUSY_TIMEOUT)
        });
        // A file does not hang up: asking it before each use would double the work of a short read.
        options.test_before_acquire(false);
        if most > 1 {
            options.map_sqlx_sqlite_pool_opts(outage::drop_spoilt);
        }
    }
    open_in_turn(options).await
}

/// The first connection to a new file makes its write-ahead log, and SQLite lets no other wait for that, however
/// patient it is.
async fn open_in_turn(options: ConnectOptions) -> Result<DatabaseConnection> {
    let began = Instant::now();
    loop {
        match Database::connect(options.clone()).await.map_err(DbError::from) {
            Err(error) if error.outage() == Some(Outage::Busy) && began.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(TURN).await;
            }
            opened => return opened,
        }
    }
}

fn introduce(postgres: PgConnectOptions) -> PgConnectOptions {
    let postgres = match postgres.get_application_name() {
        Some(_) => postgres,
        None => postgres.application_name("souk"),
    };
    postgres.options(POSTGRES_SETTINGS)
}

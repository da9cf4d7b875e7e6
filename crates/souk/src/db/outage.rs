//! Which failures of the database pass by themselves or with more room, and which are mistakes of
//! this program. The one place that tells them apart.

use std::fmt;

use sea_orm::error::{ConnAcquireErr, RuntimeErr};
use sea_orm::sqlx::{Connection, Error, Sqlite, pool::PoolOptions, postgres::PgDatabaseError, sqlite::SqliteError};
use sea_orm::{DbErr, sqlx::error::DatabaseError};

use super::DbError;

/// Has connections closed that are given back in the middle of a transaction. SQLite ends one by
/// itself when there is no room for it; the driver does not see that, would take the next transaction
/// on this connection for a part of the one before, and lock everybody else out with it.
pub(super) fn drop_spoilt(pool: PoolOptions<Sqlite>) -> PoolOptions<Sqlite> {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // Answered after a rollback that is still to be made.
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    })
}

/// Why the database cannot do now what is right to ask of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// It does not answer, or ended the connection.
    Away,
    /// Others write or wait, for longer than a request can.
    Busy,
    /// The volume of SQLite's file has no room left. Reading goes on.
    VolumeFull,
    /// The disk of the PostgreSQL server has no room left. Reading goes on.
    ServerFull,
    /// It can be read and not written: a read-only file system, a standby.
    ReadOnly,
    /// Its file cannot be read or written.
    DiskFailed,
}

impl Outage {
    /// What people are told, with the remedy.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Away => "Souk's database does not answer. Souk keeps trying; try again soon.",
            Self::Busy => "Souk's database is busy. Try again soon.",
            Self::VolumeFull => {
                "The volume of Souk's database is full (the folder SOUK_DATA_DIR; in a cluster the claim `<release>-data` \
                 of Souk's namespace): nothing can be written down until it has room again. Make it larger, or remove \
                 other files from it. What was written is safe and can be read."
            }
            Self::ServerFull => {
                "The disk of the PostgreSQL server is full: nothing can be written down until it has room again. What was \
                 written is safe and can be read."
            }
            Self::ReadOnly => {
                "Souk's database can be read but not written: its file system or its server is read-only at the moment. \
                 Souk keeps trying."
            }
            Self::DiskFailed => {
                "The volume of Souk's database fails to read or to write (the folder SOUK_DATA_DIR; in a cluster the \
                 claim `<release>-data` of Souk's namespace). Look at its disk. Souk keeps trying."
            }
        }
    }
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl DbError {
    /// Why it passes by itself or with more room; `None` when it does not.
    pub fn outage(&self) -> Option<Outage> {
        match self {
            Self::Database(error) => outage(error),
            _ => None,
        }
    }

    /// The server answered a connection with a no that time does not change: wrong password, no such database.
    pub(super) fn is_refusal(&self) -> bool {
        let Self::Database(DbErr::Conn(RuntimeErr::SqlxError(error))) = self else { return false };
        matches!(&**error, Error::Database(answer) if of_database(answer.as_ref()).is_none())
    }
}

/// Why this passes by itself or with more room; `None` when it does not.
fn outage(error: &DbErr) -> Option<Outage> {
    match error {
        // Every connection is in use, or none can be made.
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout | ConnAcquireErr::ConnectionClosed) => Some(Outage::Away),
        DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(of_driver(error).unwrap_or(Outage::Away)),
        DbErr::Conn(RuntimeErr::Internal(_)) => Some(Outage::Away),
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => of_driver(error),
        _ => None,
    }
}

fn of_driver(error: &Error) -> Option<Outage> {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => {
            Some(Outage::Away)
        }
        // A server that stops in the middle of an answer.
        Error::Protocol(_) => Some(Outage::Away),
        Error::Database(error) => of_database(error.as_ref()),
        _ => None,
    }
}

fn of_database(error: &dyn DatabaseError) -> Option<Outage> {
    let code = error.code()?;
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return of_sqlite(code.parse().ok()?);
    }
    error.try_downcast_ref::<PgDatabaseError>().and_then(|_| of_postgres(&code))
}

/// An extended result code of SQLite: the low byte is the kind (<https://sqlite.org/rescode.html>).
fn of_sqlite(code: i32) -> Option<Outage> {
    const NO_MEMORY: i32 = 7;
    const SHARED_MEMORY_SIZE: i32 = 4874;
    match (code & 0xff, code) {
        // The file that connections share cannot grow: there is no room for it.
        (13, _) | (_, SHARED_MEMORY_SIZE) => Some(Outage::VolumeFull),
        (5 | 6 | 15, _) => Some(Outage::Busy),
        (8, _) => Some(Outage::ReadOnly),
        (10 | 14, _) => Some(Outage::DiskFailed),
        (NO_MEMORY, _) => Some(Outage::Busy),
        _ => None,
    }
}

/// An SQLSTATE of PostgreSQL (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn of_postgres(state: &str) -> Option<Outage> {
    match state {
        "53100" => Some(Outage::ServerFull),
        // Read-only transaction: a standby, or a server that protects itself.
        "25006" => Some(Outage::ReadOnly),
        // Deadlock, serialisation, lock or statement given up, out of memory.
        "40001" | "40P01" | "55P03" | "57014" | "53200" => Some(Outage::Busy),
        // Too many connections; shut down, crashed, starting, idle for too long.
        "53300" | "57P01" | "57P02" | "57P03" | "57P05" => Some(Outage::Away),
        state if state.starts_with("58") => Some(Outage::DiskFailed),
        state if state.starts_with("08") => Some(Outage::Away),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn sqlite_codes() {
        for (code, expected) in [
            (13, Some(Outage::VolumeFull)),
            (5, Some(Outage::Busy)),
            (517, Some(Outage::Busy)),
            (262, Some(Outage::Busy)),
            (8, Some(Outage::ReadOnly)),
            (1288, Some(Outage::ReadOnly)),
            (10, Some(Outage::DiskFailed)),
            (778, Some(Outage::DiskFailed)),
            (4874, Some(Outage::VolumeFull)),
            (14, Some(Outage::DiskFailed)),
            // Wrong SQL, a broken file, a constraint, a type.
            (1, None),
            (11, None),
            (2067, None),
            (20, None),
        ] {
            assert_eq!(of_sqlite(code), expected, "{code}");
        }
    }

    #[test]
    fn postgres_states() {
        for (state, expected) in [
            ("53100", Some(Outage::ServerFull)),
            ("53300", Some(Outage::Away)),
            ("57P01", Some(Outage::Away)),
            ("57P02", Some(Outage::Away)),
            ("57P03", Some(Outage::Away)),
            ("08006", Some(Outage::Away)),
            ("25006", Some(Outage::ReadOnly)),
            ("40001", Some(Outage::Busy)),
            ("40P01", Some(Outage::Busy)),
            ("58030", Some(Outage::DiskFailed)),
            // A constraint, wrong SQL, a wrong password, a missing table.
            ("23505", None),
            ("42601", None),
            ("28P01", None),
            ("42P01", None),
        ] {
            assert_eq!(of_postgres(state), expected, "{state}");
        }
    }

    #[test]
    fn the_pool_and_the_wire() {
        let refused = || Error::Io(std::io::ErrorKind::ConnectionRefused.into());
        let wrapped = |error| RuntimeErr::SqlxError(Arc::new(error));
        for (error, expected) in [
            (DbErr::ConnectionAcquire(ConnAcquireErr::Timeout), Some(Outage::Away)),
            (DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed), Some(Outage::Away)),
            (DbErr::Conn(wrapped(refused())), Some(Outage::Away)),
            (DbErr::Exec(wrapped(refused())), Some(Outage::Away)),
            (DbErr::Query(wrapped(Error::PoolTimedOut)), Some(Outage::Away)),
            (DbErr::Query(wrapped(Error::WorkerCrashed)), Some(Outage::Away)),
            (DbErr::Query(wrapped(Error::RowNotFound)), None),
            (DbErr::Custom("a mistake".into()), None),
            (DbErr::RecordNotFound("x".into()), None),
        ] {
            assert_eq!(outage(&error), expected, "{error}");
        }
        assert_eq!(DbError::NoSuchStore.outage(), None);
    }
}

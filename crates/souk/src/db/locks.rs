//! What transactions that run at once wait for. On SQLite every writer waits for the one before it; on
//! PostgreSQL they run side by side, and those that must not take one of these, for the rest of the
//! transaction.
//!
//! They are taken in the order of the list and after no lock on a row but the ones named, so that
//! no two transactions wait for each other.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};

use super::Result;

/// Sets these locks apart from those of other programs in the database: "souk" in ASCII.
const SPACE: i32 = 0x736f_756b;

#[derive(Clone, Copy, Debug)]
pub enum Lock {
    /// Bringing the tables up to date, and filling them from a file.
    Tables = 1,
    /// Giving out what only one may have: slugs, idempotency keys, the last free place. Before any row.
    Names = 2,
    /// Counting attempts to sign in. Before any row.
    SignIns = 5,
    /// Taking rights from accounts, so that one administrator is left. Before any row.
    Accounts = 6,
    /// Giving out the places of stores that are being made. Before any row.
    Births = 4,
    /// Writing to the timeline, until the commit. Ids then become visible in their order, so that
    /// whoever has read up to an id has missed none below it. After the store's row.
    Timeline = 3,
}

/// Waits for the lock, and keeps it until the transaction ends.
pub async fn take(tx: &DatabaseTransaction, lock: Lock) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let values = [SPACE.into(), (lock as i32).into()];
        let take = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1, $2)", values);
        tx.execute_raw(take).await?;
    }
    Ok(())
}

/// Lets the transaction take its time: for changes of the tables and for whole copies of them.
pub async fn take_time(tx: &DatabaseTransaction) -> Result<()> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let without = "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; \
                       SET LOCAL idle_in_transaction_session_timeout = 0";
        tx.execute_unprepared(without).await?;
    }
    Ok(())
}

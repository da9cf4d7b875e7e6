//! The suite on SQLite.

#![allow(clippy::duplicate_mod, reason = "each database runs the same tests")]

use super::*;

async fn test_db() -> TestDatabase {
    TestDatabase::sqlite().await
}

async fn no_db() -> Empty {
    Empty::sqlite()
}

mod plans;

#[path = "accounts.rs"]
mod accounts;
#[path = "dump.rs"]
mod dump;
#[path = "full.rs"]
mod full;
#[path = "leases.rs"]
mod leases;
#[path = "lists.rs"]
mod lists;
#[path = "queue.rs"]
mod queue;
#[path = "races.rs"]
mod races;
#[path = "requests.rs"]
mod requests;
#[path = "tables.rs"]
mod tables;
#[path = "usage.rs"]
mod usage;

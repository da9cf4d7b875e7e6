//! The suite on PostgreSQL, and what only several replicas can do to each other.

#![allow(clippy::duplicate_mod, reason = "each database runs the same tests")]

use super::*;

async fn test_db() -> TestDatabase {
    TestDatabase::postgres().await
}

async fn no_db() -> Empty {
    Empty::postgres().await
}

mod plans;

#[path = "accounts.rs"]
mod accounts;
#[path = "dump.rs"]
mod dump;
#[path = "leases.rs"]
mod leases;
#[path = "lists.rs"]
mod lists;
#[path = "news.rs"]
mod news;
#[path = "queue.rs"]
mod queue;
#[path = "races.rs"]
mod races;
#[path = "replicas.rs"]
mod replicas;
#[path = "requests.rs"]
mod requests;
#[path = "tables.rs"]
mod tables;

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

#[tokio::test]
async fn a_server_that_says_no_is_not_asked_again() {
    let missing = {
        let gone = no_db().await;
        gone.url.clone()
    } + "_never_made";
    let asked = Db::connect_in_time(&missing, std::time::Duration::from_secs(3_600));
    let answer =
        tokio::time::timeout(std::time::Duration::from_secs(60), asked).await.expect("an answer long before the hour");
    let error = answer.err().expect("no such database").to_string();
    assert!(error.contains("does not exist"), "{error}");
}

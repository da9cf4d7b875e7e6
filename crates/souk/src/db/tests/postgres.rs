//! The suite on PostgreSQL, and what only several replicas can do to each other.

#![allow(clippy::duplicate_mod, reason = "each database runs the same tests")]

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::super::test_database::TestServer;
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
#[path = "usage.rs"]
mod usage;

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

#[tokio::test]
async fn a_server_is_reached_over_tls_and_known_by_its_authority() {
    let server = TestServer::start_with_tls();
    let with = |change: fn(&mut url::Url)| {
        let mut url = url::Url::parse(&server.url).expect("an address");
        change(&mut url);
        String::from(url)
    };
    let db = Db::connect(&server.url).await.expect("a server that its authority vouches for");
    let encrypted =
        Statement::from_string(DbBackend::Postgres, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    let row = db.connection.query_one_raw(encrypted).await.expect("an answer").expect("a row");
    assert!(row.try_get_by_index::<bool>(0).expect("a truth"));

    for (case, url, told) in [
        (
            "an authority that does not vouch for it",
            with(|url| url.set_query(Some("sslmode=verify-full"))),
            "certificate",
        ),
        ("another name than its own", with(|url| url.set_host(Some("127.0.0.1")).expect("a host")), "certificate"),
        ("no TLS", with(|url| url.set_query(Some("sslmode=disable"))), "no encryption"),
    ] {
        let error = Db::connect(&url).await.err().unwrap_or_else(|| panic!("{case} was accepted"));
        assert!(error.to_string().contains(told), "{case}: {error}");
    }
}

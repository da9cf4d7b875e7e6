//! Databases for tests: one of its own for each, on either kind, gone with the test.
//!
//! PostgreSQL is the private server that `tests/prepare/postgres` starts. Without it these tests fail.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio_util::sync::CancellationToken;

use super::{Change, Db};

const MISSING: &str = "SOUK_TEST_POSTGRES_URL is not set, and these tests need PostgreSQL: start a private one with \
    `export SOUK_TEST_POSTGRES_URL=$(tests/prepare/postgres start)`, or run `tests/run rust`";

/// A database that goes away with the test. As a `Db` it is a handle that hears of every change.
pub struct TestDatabase {
    db: Db,
    pub url: String,
    following: CancellationToken,
    place: Place,
}

enum Place {
    Folder { _folder: tempfile::TempDir },
    Server { name: String },
}

impl std::ops::Deref for TestDatabase {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDatabase {
    pub async fn sqlite() -> Self {
        let (url, place) = empty_sqlite();
        Self::at(url, place).await
    }

    pub async fn postgres() -> Self {
        let (url, place) = empty_postgres().await;
        Self::at(url, place).await
    }

    async fn at(url: String, place: Place) -> Self {
        let db = Db::connect(&url).await.expect("a new database");
        let following = CancellationToken::new();
        follow(&db, &following).await;
        Self { db, url, following, place }
    }

    /// The handle by itself.
    pub fn db(&self) -> Db {
        self.db.clone()
    }

    /// Another handle, as another replica has it. It hears of every change too.
    pub async fn replica(&self) -> Db {
        let db = Db::connect(&self.url).await.expect("another handle");
        follow(&db, &self.following).await;
        db
    }

    /// Runs SQL as the server's owner, in this database.
    pub async fn execute(&self, sql: &str) {
        self.db.connection.execute_unprepared(sql).await.expect("SQL that runs");
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.following.cancel();
        if let Place::Server { name } = &self.place {
            drop_database(name.clone());
        }
    }
}

/// An address where no database is yet; keep the second part as long as it is used.
pub struct Empty {
    pub url: String,
    place: Place,
}

impl Empty {
    pub fn sqlite() -> Self {
        let (url, place) = empty_sqlite();
        Self { url, place }
    }

    pub async fn postgres() -> Self {
        let (url, place) = empty_postgres().await;
        Self { url, place }
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        if let Place::Server { name } = &self.place {
            drop_database(name.clone());
        }
    }
}

/// Waits until the handle hears of what is committed from now on.
async fn follow(db: &Db, stop: &CancellationToken) {
    let mut changes = db.subscribe();
    tokio::spawn(db.clone().follow(stop.clone()));
    while db.is_postgres() && !matches!(changes.recv().await, Ok(Change::Missed)) {}
}

fn empty_sqlite() -> (String, Place) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("souk.db").display());
    (url, Place::Folder { _folder: folder })
}

async fn empty_postgres() -> (String, Place) {
    let name = format!("test_{:016x}", rand::random::<u64>());
    server().await.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database");
    (address(&name), Place::Server { name })
}

/// The server's address with another database in it.
fn address(database: &str) -> String {
    let server = std::env::var("SOUK_TEST_POSTGRES_URL").expect(MISSING);
    let mut url = url::Url::parse(&server).expect("SOUK_TEST_POSTGRES_URL is an address");
    url.set_path(database);
    url.into()
}

async fn server() -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(address("postgres"));
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("the PostgreSQL of SOUK_TEST_POSTGRES_URL answers")
}

/// A PostgreSQL of a test's own, that can be stopped.
pub struct TestServer {
    name: String,
    pub url: String,
}

impl TestServer {
    pub fn start() -> Self {
        let name = format!("test-{:08x}", rand::random::<u32>());
        let url = prepare("start", &[&name]);
        Self { name, url }
    }

    /// One that is reached over TLS alone. The address names the authority that vouches for it.
    pub fn start_with_tls() -> Self {
        let name = format!("test-{:08x}", rand::random::<u32>());
        let url = prepare("start", &[&name, "tls"]);
        Self { name, url }
    }

    /// Ends it as a crash does. What was committed stays.
    pub fn stop(&self) {
        prepare("stop", &[&self.name]);
    }

    pub fn start_again(&self) {
        assert_eq!(prepare("start", &[&self.name]), self.url);
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        prepare("remove", &[&self.name]);
    }
}

fn prepare(command: &str, server: &[&str]) -> String {
    let script = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/prepare/postgres");
    let output =
        std::process::Command::new(script).arg(command).args(server).output().expect("tests/prepare/postgres runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// On a thread of its own: the runtime of the test is about to end.
fn drop_database(name: String) {
    let dropping = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            // The server goes away with all of its databases.
            let _ = server().await.execute_unprepared(&sql).await;
        });
    });
    let _ = dropping.join();
}

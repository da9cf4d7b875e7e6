//! A database without room: what is there can be read, nothing is half written, and it goes on when
//! there is room again. A limit on its pages stands for the volume; the volume itself is tried by a
//! test of the whole system.

use super::super::outage::Outage;
use super::*;

/// Asks for stores until there is no room for one; returns how many there are then.
async fn fill(db: &Db) -> usize {
    for made in 1..1000 {
        if let Err(error) = create(db, new_store(&format!("Mug {made}"))).await {
            assert_eq!(error.outage(), Some(Outage::VolumeFull), "{error}");
            let page = db.list_stores(&Default::default(), Default::default(), None, 1000).await.expect("readable");
            return page.expect("no cursor").items.len();
        }
    }
    panic!("it never fills");
}

#[tokio::test]
async fn a_full_database_is_read_and_nothing_is_half_written() {
    let db = test_db().await;
    let first = a_store(&db, "Mug").await;
    db.limit_pages(0).await;
    let stores = fill(&db).await;
    assert_eq!(db.get_store(&first.id).await.expect("readable"), first);
    assert_eq!(db.list_audit(&AuditFilter::default(), None, 1000).await.expect("readable").total, stores as u64);
    assert!(db.is_intact().await);
}

#[tokio::test]
async fn writes_go_on_as_soon_as_there_is_room() {
    let db = test_db().await;
    db.limit_pages(0).await;
    let stores = fill(&db).await;
    db.limit_pages(1_000_000).await;
    // Side by side: a connection that failed must not hold the lock against the others.
    let new = (0..20).map(|n| create(&db, new_store(&format!("Cup {n}"))));
    for made in futures::future::join_all(new).await {
        made.expect("there is room");
    }
    assert_eq!(db.list_audit(&AuditFilter::default(), None, 1000).await.expect("readable").total, stores as u64 + 20);
    assert!(db.is_intact().await);
}

#[tokio::test]
async fn a_database_that_is_read_only_is_an_outage() {
    let db = Db::connect("sqlite::memory:").await.expect("a new database");
    db.read_only(true).await;
    let error = create(&db, new_store("Mug")).await.expect_err("refused");
    assert_eq!(error.outage(), Some(Outage::ReadOnly), "{error}");
    db.read_only(false).await;
    a_store(&db, "Mug").await;
}

impl Db {
    /// Lets the database have this many pages; it keeps those that it has.
    pub(crate) async fn limit_pages(&self, most: u32) {
        self.tell_connections(format!("PRAGMA max_page_count = {}", most.max(1))).await;
    }

    /// Has every write refused, or allowed again.
    pub(crate) async fn read_only(&self, on: bool) {
        self.tell_connections(format!("PRAGMA query_only = {on}")).await;
    }

    /// Runs a pragma on every connection that the pool can have.
    async fn tell_connections(&self, pragma: String) {
        use sea_orm::sqlx::{AssertSqlSafe, query};
        let pool = self.connection.get_sqlite_connection_pool();
        let places = pool.options().get_max_connections();
        let mut connections =
            futures::future::try_join_all((0..places).map(|_| pool.acquire())).await.expect("every connection");
        for connection in &mut connections {
            query(AssertSqlSafe(pragma.clone())).execute(&mut **connection).await.expect("a pragma");
        }
    }

    /// Ends every connection; the database is away from now on.
    pub(crate) async fn close(&self) {
        self.connection.close_by_ref().await.expect("closed");
    }

    /// What SQLite says when it reads every page.
    async fn is_intact(&self) -> bool {
        use sea_orm::{ConnectionTrait, Statement};
        let check = Statement::from_string(self.connection.get_database_backend(), "PRAGMA integrity_check");
        let row = self.connection.query_one_raw(check).await.expect("checked").expect("a row");
        row.try_get_by_index::<String>(0).expect("text") == "ok"
    }
}

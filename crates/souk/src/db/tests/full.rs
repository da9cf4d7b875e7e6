//! A database without room: what is there can be read, nothing is half written, and it goes on when
//! there is room again. A limit on its pages stands for the volume; the volume itself is tried by a
//! test of the whole system.

use super::super::outage::Outage;
use super::*;

#[tokio::test]
async fn a_full_database_is_read_and_written_again_later() {
    let db = Db::connect("sqlite::memory:").await.expect("a new database");
    let first = a_store(&db, "Mug").await;
    db.limit_pages(0).await;
    let mut made = 1;
    let error = loop {
        assert!(made < 1000, "it never fills");
        match create(&db, new_store(&format!("Mug {made}"))).await {
            Ok(_) => made += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.outage(), Some(Outage::VolumeFull), "{error}");

    assert_eq!(db.get_store(&first.id).await.expect("readable"), first);
    let page = db.list_stores(&Default::default(), Default::default(), None, 1000).await.expect("readable");
    assert_eq!(page.expect("no cursor").items.len(), made);
    assert_eq!(db.list_audit(None, 1000).await.expect("readable").total, made as u64, "nothing is half written");
    assert!(db.is_intact().await);

    db.limit_pages(1_000_000).await;
    a_store(&db, "The one after").await;
    db.delete_store(&first.id, &anna()).await.expect("writable again");
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
    /// Lets the database have this many pages; it keeps those that it has. For one connection only.
    pub(crate) async fn limit_pages(&self, most: u32) {
        use sea_orm::ConnectionTrait;
        let limit = format!("PRAGMA max_page_count = {}", most.max(1));
        self.connection.execute_unprepared(&limit).await.expect("a limit");
    }

    /// Has every write refused, or allowed again. For one connection only.
    pub(crate) async fn read_only(&self, on: bool) {
        use sea_orm::ConnectionTrait;
        let pragma = format!("PRAGMA query_only = {on}");
        self.connection.execute_unprepared(&pragma).await.expect("a pragma");
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

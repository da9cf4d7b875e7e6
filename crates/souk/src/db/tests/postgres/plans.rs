//! That PostgreSQL can answer lists of the audit log, and count births, from an index. In an empty database it
//! would read the table; so its other ways are made dear.

use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, TransactionTrait};

use super::super::super::{audit, stores};
use super::*;

async fn plan(db: &Db, query: impl QueryTrait) -> String {
    let mut query = query.build(DbBackend::Postgres);
    query.sql.insert_str(0, "EXPLAIN ");
    let tx = db.connection.begin().await.expect("a transaction");
    for way in ["seqscan", "bitmapscan", "sort", "incremental_sort"] {
        tx.execute_unprepared(&format!("SET LOCAL enable_{way} = off")).await.expect("a setting");
    }
    let rows = tx.query_all_raw(query).await.expect("a plan");
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("a line"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_audit_log_is_read_from_indexes() {
    let db = test_db().await;
    for (filter, index) in audit_lists() {
        for after in [None, AuditCursor::read("1.1")] {
            let page = plan(&db, audit::page(&filter, after, 50)).await;
            assert!(page.contains(index) && !page.contains("Sort"), "{filter:?} {after:?}: {page}");
            assert!(after.is_none() || page.contains("at <= "), "it begins where the page before ended: {page}");
        }
    }
}

#[tokio::test]
async fn births_are_counted_from_an_index() {
    let db = test_db().await;
    let counted = plan(&db, stores::births(20_000)).await;
    assert!(counted.contains("stores_by_age") && counted.contains("Index Cond"), "{counted}");
}

//! How PostgreSQL finds what somebody sees, answers lists of the audit log and counts births: from indexes. In an
//! empty database it would read the table; so its other ways are made dear.

use sea_orm::{ConnectionTrait, DbBackend, QuerySelect, QueryTrait, Statement, TransactionTrait};

use super::super::super::lists::{matching, sorted};
use super::super::super::{audit, stores};
use super::*;

/// The plan where every one of `dear` costs more than any other way.
async fn plan_without(dear: &[&str], db: &Db, mut query: Statement) -> String {
    query.sql.insert_str(0, "EXPLAIN ");
    let tx = db.connection.begin().await.expect("a transaction");
    for way in dear {
        tx.execute_unprepared(&format!("SET LOCAL enable_{way} = off")).await.expect("a setting");
    }
    let rows = tx.query_all_raw(query).await.expect("a plan");
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(0).expect("a line"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The plan that reads in the order of an index.
async fn plan(db: &Db, query: impl QueryTrait) -> String {
    let dear = ["seqscan", "bitmapscan", "sort", "incremental_sort"];
    plan_without(&dear, db, query.build(DbBackend::Postgres)).await
}

/// The plan where reading a whole table costs more than any index, as it does where the table is large.
async fn plan_of_large(db: &Db, query: Statement) -> String {
    plan_without(&["seqscan"], db, query).await
}

#[tokio::test]
async fn what_one_sees_is_found_by_indexes() {
    let db = test_db().await;
    for (what, query) in queries_of_what_one_sees(DbBackend::Postgres) {
        let plan = plan_of_large(&db, query).await;
        assert!(!plan.contains("Seq Scan"), "{what}: {plan}");
        assert!(plan.contains("store_members_by_user"), "{what}: {plan}");
    }
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
async fn lists_read_no_deleted_stores() {
    let db = test_db().await;
    for (sort, index) in [(StoreSort::NewestFirst, "stores_by_living_age"), (StoreSort::Name, "stores_by_living_name")]
    {
        let page = plan(&db, sorted(matching(&StoreFilter::default()), sort).limit(51)).await;
        assert!(page.contains(index) && !page.contains("Sort"), "{sort:?}: {page}");
    }
}

#[tokio::test]
async fn births_are_counted_from_an_index() {
    let db = test_db().await;
    let counted = plan(&db, stores::births(&Sight::Everything, 20_000)).await;
    assert!(counted.contains("stores_by_age") && counted.contains("Index Cond"), "{counted}");
}

//! How SQLite looks for the stores of a list and for entries of the audit log: by an index that holds all that
//! is asked about, never by reading or sorting all rows.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, QuerySelect, QueryTrait, Statement};
use souk_domain::Phase;

use super::super::super::lists::{matching, sorted};
use super::super::super::{audit, stores};
use super::*;

async fn plan(db: &Db, query: impl QueryTrait) -> String {
    explain(db, query.build(DbBackend::Sqlite)).await
}

async fn explain(db: &Db, mut query: Statement) -> String {
    query.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
    steps(db, query).await
}

async fn steps(db: &Db, explain: Statement) -> String {
    let rows = db.connection.query_all_raw(explain).await.expect("a plan");
    let detail = |row: QueryResult| row.try_get::<String>("", "detail").expect("a step");
    rows.into_iter().map(detail).collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn lists_are_read_from_indexes() {
    let db = test_db().await;
    let searched = |search: &str| StoreFilter { search: Some(search.into()), ..StoreFilter::default() };
    let of_phase = StoreFilter { phase: Some(Phase::Ready), ..StoreFilter::default() };
    for filter in [StoreFilter::default(), searched("mug"), of_phase] {
        let counted = plan(&db, matching(&filter).select_only().column(stores::Column::Phase)).await;
        let index = if filter.phase.is_none() { "INDEX stores_by_living_" } else { "INDEX stores_by_phase" };
        assert!(counted.contains(&format!("COVERING {index}")), "{filter:?}: {counted}");
        for sort in [StoreSort::NewestFirst, StoreSort::CreatedAt, StoreSort::Name, StoreSort::NameDescending] {
            let page = plan(&db, sorted(matching(&filter), sort).limit(51)).await;
            assert!(page.contains(index) && !page.contains("TEMP B-TREE"), "{filter:?} {sort:?}: {page}");
        }
    }
}

#[tokio::test]
async fn the_audit_log_is_read_from_indexes() {
    let db = test_db().await;
    for (filter, index) in audit_lists() {
        for after in [None, AuditCursor::read("1.1")] {
            let page = plan(&db, audit::page(&filter, after, 50)).await;
            assert!(page.contains(index) && !page.contains("TEMP B-TREE"), "{filter:?} {after:?}: {page}");
            assert!(after.is_none() || page.contains("at<?"), "it begins where the page before ended: {page}");
        }
        let counted = plan(&db, audit::matching(&filter).select_only().column(audit::Column::Id)).await;
        assert!(counted.contains("COVERING INDEX audit_by_"), "{filter:?}: {counted}");
    }
}

#[tokio::test]
async fn births_are_counted_from_an_index() {
    let db = test_db().await;
    let counted = plan(&db, stores::births(&Sight::Everything, 20_000)).await;
    assert!(counted.contains("COVERING INDEX stores_by_age (created_at>?)"), "{counted}");
}

#[tokio::test]
async fn what_one_sees_is_found_by_indexes() {
    let db = test_db().await;
    for (what, query) in queries_of_what_one_sees(DbBackend::Sqlite) {
        let plan = explain(&db, query).await;
        assert!(!plan.contains("SCAN"), "{what}: {plan}");
        for index in ["stores_by_owner_user", "stores_by_owner_team", "store_members_by_user"] {
            assert!(plan.contains(index), "{what} by {index}: {plan}");
        }
    }
}

//! How SQLite looks for the stores of a list and for entries of the audit log: by an index that holds all that
//! is asked about, never by reading or sorting all rows.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, QuerySelect, QueryTrait, Statement};
use souk_domain::Phase;

use super::super::super::audit;
use super::super::super::lists::{matching, sorted};
use super::*;

async fn plan(db: &Db, query: impl QueryTrait) -> String {
    let mut query = query.build(DbBackend::Sqlite);
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
        let counted =
            plan(&db, matching(&filter).select_only().column(super::super::super::stores::Column::Phase)).await;
        assert!(counted.contains("COVERING INDEX"), "{filter:?}: {counted}");
        for sort in [StoreSort::NewestFirst, StoreSort::CreatedAt, StoreSort::Name, StoreSort::NameDescending] {
            let page = plan(&db, sorted(matching(&filter), sort).limit(51)).await;
            assert!(page.contains("INDEX stores_by_") && !page.contains("TEMP B-TREE"), "{filter:?} {sort:?}: {page}");
        }
    }
}

#[tokio::test]
async fn the_audit_log_is_read_from_indexes() {
    let db = test_db().await;
    let now = Some(OffsetDateTime::now_utc());
    let wanted = || Some("wanted".to_owned());
    let filters = [
        (AuditFilter::default(), "audit_by_time"),
        (AuditFilter { since: now, until: now, ..AuditFilter::default() }, "audit_by_time"),
        (AuditFilter { actor: wanted(), ..AuditFilter::default() }, "audit_by_actor"),
        (AuditFilter { action: wanted(), since: now, ..AuditFilter::default() }, "audit_by_action"),
        (AuditFilter { store: wanted(), ..AuditFilter::default() }, "audit_by_store"),
    ];
    for (filter, index) in filters {
        let page = plan(&db, audit::sorted(audit::matching(&filter)).limit(51)).await;
        assert!(page.contains(index) && !page.contains("TEMP B-TREE"), "{filter:?}: {page}");
    }
}

//! How PostgreSQL finds what somebody sees: by indexes, and by no reading of whole tables.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, TransactionTrait,
};

use super::super::super::lists::{matching, sorted};
use super::super::super::{audit, operations, stores};
use super::*;

/// The plan where reading a whole table costs more than any index, as it does where the table is large.
async fn plan(db: &Db, query: impl QueryTrait) -> String {
    let mut query = query.build(DbBackend::Postgres);
    query.sql.insert_str(0, "EXPLAIN ");
    let tx = db.connection.begin().await.expect("a transaction");
    tx.execute_unprepared("SET LOCAL enable_seqscan = off").await.expect("set");
    let rows = tx.query_all_raw(query).await.expect("a plan");
    let line = |row: QueryResult| row.try_get_by_index::<String>(0).expect("a line");
    rows.into_iter().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn what_one_sees_is_found_by_indexes() {
    let db = test_db().await;
    let sight = Sight::Of("u".into());
    let filter = StoreFilter { sight: sight.clone(), ..StoreFilter::default() };
    let audit = audit::Entity::find().filter(audit::seen(&sight, "ben").expect("a condition"));
    let operations =
        operations::Entity::find().filter(operations::Column::StoreId.in_subquery(sight.store_ids().expect("a query")));
    let queries = [
        ("a page of stores", plan(&db, sorted(matching(&filter), StoreSort::NewestFirst).limit(51)).await),
        ("the number of stores", plan(&db, matching(&filter).select_only().column(stores::Column::Id)).await),
        ("the audit log", plan(&db, audit.order_by_desc(audit::Column::Id).limit(51)).await),
        ("operations", plan(&db, operations).await),
    ];
    for (what, plan) in queries {
        assert!(!plan.contains("Seq Scan"), "{what}: {plan}");
        assert!(plan.contains("store_members_by_user"), "{what}: {plan}");
    }
}

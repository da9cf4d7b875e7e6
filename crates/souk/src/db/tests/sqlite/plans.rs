//! How SQLite looks for the stores of a list: by an index that holds all that is asked about, never by
//! reading or sorting all stores.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, Statement,
};
use souk_domain::Phase;

use super::super::super::lists::{matching, sorted};
use super::super::super::{audit, operations, stores};
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
        assert!(!plan.contains("SCAN"), "{what}: {plan}");
        for index in ["stores_by_owner_user", "stores_by_owner_team", "store_members_by_user"] {
            assert!(plan.contains(index), "{what} by {index}: {plan}");
        }
    }
}

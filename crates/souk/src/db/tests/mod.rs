//! The tables, by what callers see of them. Every test gets a database of its own.
//!
//! `sqlite.rs` and `postgres.rs` each run the whole suite; what is about one of them alone is there.

mod inspect;
mod postgres;
mod sqlite;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Statement};
use souk_domain::{DisplayName, Slug, StoreId};
use time::{Duration, OffsetDateTime};

use super::test_database::{Empty, TestDatabase};
use super::*;
use souk_domain::Store;

fn anna() -> Actor {
    Actor { name: "anna".into(), source: Some("192.0.2.1".into()) }
}

fn new_store(name: &str) -> NewStore {
    let id = StoreId::from_random(rand::random());
    let name = DisplayName::new(name).expect("a name");
    NewStore {
        slug: SlugChoice::Suggested(Slug::suggest(&name).unwrap_or_else(|| Slug::from_id(&id))),
        id,
        name,
        blueprint: "woocommerce".into(),
        plan: "standard".into(),
        admin_username: "admin".into(),
        admin_email: "admin@example.com".into(),
        sealed_password: None,
        deadline_at: OffsetDateTime::now_utc() + Duration::minutes(10),
        owner: None,
    }
}

fn at_most(stores: u32) -> Limits {
    Limits { stores: Some(stores), ..Limits::default() }
}

async fn create(db: &Db, new: NewStore) -> Result<Store> {
    match db.create_store(new, None, Limits::default(), &anna()).await? {
        Created::New(store) | Created::Before(store) => Ok(store),
    }
}

async fn a_store(db: &Db, name: &str) -> Store {
    create(db, new_store(name)).await.expect("a store")
}

/// What is asked for somebody who sees some stores only.
fn queries_of_what_one_sees(backend: DbBackend) -> [(&'static str, Statement); 5] {
    let sight = Sight::Of("u".into());
    let filter = StoreFilter { sight: sight.clone(), ..StoreFilter::default() };
    let of_audit = AuditFilter { sight: sight.clone(), asker: "ben".into(), ..AuditFilter::default() };
    let operations =
        operations::Entity::find().filter(operations::Column::StoreId.in_subquery(sight.store_ids().expect("a query")));
    let page = lists::sorted(lists::matching(&filter), StoreSort::NewestFirst).limit(51);
    [
        ("a page of stores", page.build(backend)),
        ("the number of stores", lists::matching(&filter).select_only().column(stores::Column::Id).build(backend)),
        ("the audit log", audit::page(&of_audit, None, 50).build(backend)),
        ("births", stores::births(&sight, 20_000).build(backend)),
        ("operations", operations.build(backend)),
    ]
}

/// Lists of the audit log, and the index that each is read from.
fn audit_lists() -> Vec<(AuditFilter, &'static str)> {
    let (any, moment) = (AuditFilter::default, Some(OffsetDateTime::now_utc()));
    let wanted = || Some("wanted".to_owned());
    vec![
        (any(), "audit_by_time"),
        (AuditFilter { since: moment, ..any() }, "audit_by_time"),
        (AuditFilter { until: moment, ..any() }, "audit_by_time"),
        (AuditFilter { actor: wanted(), ..any() }, "audit_by_actor"),
        (AuditFilter { action: wanted(), since: moment, ..any() }, "audit_by_action"),
        (AuditFilter { store: wanted(), since: moment, until: moment, ..any() }, "audit_by_store"),
    ]
}

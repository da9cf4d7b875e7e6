//! The tables, by what callers see of them. Every test gets a database of its own.

mod leases;
mod lists;
mod queue;
mod requests;

use souk_domain::{DisplayName, Slug, Store, StoreId};
use time::{Duration, OffsetDateTime};

use super::{Actor, Created, Db, NewStore, Result, SlugChoice};

/// A database that goes away with the test.
struct TestDb {
    db: Db,
    url: String,
    _folder: tempfile::TempDir,
}

impl std::ops::Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

async fn test_db() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("souk.db").display());
    let db = Db::connect(&url).await.expect("a new database");
    TestDb { db, url, _folder: folder }
}

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
    }
}

async fn create(db: &Db, new: NewStore) -> Result<Store> {
    match db.create_store(new, None, 1000, &anna()).await? {
        Created::New(store) | Created::Before(store) => Ok(store),
    }
}

async fn a_store(db: &Db, name: &str) -> Store {
    create(db, new_store(name)).await.expect("a store")
}

//! `souk db`: there and back again.

use std::os::unix::fs::PermissionsExt;

use souk_domain::{DisplayName, Slug, StoreId};
use time::OffsetDateTime;

use super::{Environment, Ran, run};
use crate::cli::exit::Exit;
use crate::db::test_database::{Empty, TestDatabase};
use crate::db::{Actor, Db, Limits, NewStore, SlugChoice};

async fn souk_db(arguments: &[&str]) -> Ran {
    let nobody = Environment { url: None, token: None, file: None };
    run(nobody, &[&["db"], arguments].concat()).await
}

async fn a_store(db: &Db) -> StoreId {
    let id = StoreId::from_random(rand::random());
    let new = NewStore {
        id: id.clone(),
        name: DisplayName::new("Blue Mug").unwrap(),
        slug: SlugChoice::Chosen(Slug::new("blue-mug").unwrap()),
        blueprint: "woocommerce".into(),
        plan: "standard".into(),
        admin_username: "admin".into(),
        admin_email: "admin@example.com".into(),
        sealed_password: None,
        deadline_at: OffsetDateTime::now_utc(),
        owner: None,
    };
    let actor = Actor { name: "anna".into(), source: None };
    db.create_store(new, None, Limits::default(), &actor).await.unwrap();
    id
}

#[tokio::test]
async fn from_sqlite_to_postgres_and_back() {
    let (source, there, back) = (TestDatabase::sqlite().await, Empty::postgres().await, Empty::sqlite());
    let id = a_store(&source).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("platform.jsonl");
    let file = file.to_str().unwrap();
    let out = souk_db(&["export", "--database-url", &source.url, "--output", file]).await;
    out.ended.unwrap();
    assert_eq!(out.out, "");
    assert_eq!(out.err, format!("Exported to {file}: 1 audit entries, 1 events, 1 operations, 1 stores.\n"));
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left there");

    let out = souk_db(&["import", "--database-url", &there.url, file]).await;
    out.ended.unwrap();
    assert_eq!(out.err, "Imported: 1 audit entries, 1 events, 1 operations, 1 stores.\n");
    let again = souk_db(&["import", "--database-url", &there.url, file]).await.ended.unwrap_err();
    assert_eq!(again.exit, Exit::Usage);
    assert!(again.message.contains("not empty"), "{again}");

    let out = souk_db(&["export", "--database-url", &there.url]).await;
    out.ended.unwrap();
    assert_eq!(out.out, std::fs::read_to_string(file).unwrap(), "the other database tells the same");
    std::fs::write(file, out.out).unwrap();
    souk_db(&["import", "--database-url", &back.url, file]).await.ended.unwrap();
    let back = Db::connect(&back.url).await.unwrap();
    assert_eq!(back.get_store(&id).await.unwrap(), source.get_store(&id).await.unwrap());
}

#[tokio::test]
async fn what_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let failure = souk_db(&["export", "--data-dir", data]).await.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::NotFound);
    assert!(failure.message.contains("souk.db"), "{failure}");
    let failure = souk_db(&["import", "--data-dir", data, "nowhere.jsonl"]).await.ended.unwrap_err();
    assert_eq!(failure.exit, Exit::NotFound);
    assert_eq!(std::fs::read_dir(data).unwrap().count(), 0);
}

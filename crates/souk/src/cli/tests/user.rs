//! `souk user`: accounts without a server.

use super::{Environment, Ran, run};
use crate::auth::token;
use crate::cli::exit::Exit;
use crate::db::{AuditFilter, Db};

async fn souk_user(url: &str, arguments: &[&str]) -> Ran {
    let nobody = Environment { url: None, token: None, file: None };
    run(nobody, &[&["user"], arguments, &["--database-url", url]].concat()).await
}

#[tokio::test]
async fn an_account_is_made_changed_and_reached_by_its_link() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("souk.db").display());
    let absent = souk_user(&url, &["list"]).await.ended.unwrap_err();
    assert_eq!(absent.exit, Exit::NotFound);

    let added = souk_user(&url, &["add", "anna", "--role", "operator", "--public-url", "https://souk.example"]).await;
    added.ended.unwrap();
    let secret = added.out.trim().strip_prefix("https://souk.example/invite#").unwrap();
    let db = Db::connect(&url).await.unwrap();
    let invited = db.invited_user(&token::hash(secret)).await.unwrap();
    assert_eq!(invited.map(|user| user.name).as_deref(), Some("anna"));

    let twice = souk_user(&url, &["add", "anna"]).await.ended.unwrap_err();
    assert_eq!(twice.exit, Exit::Failure);
    let odd = souk_user(&url, &["add", "An na"]).await.ended.unwrap_err();
    assert_eq!(odd.exit, Exit::Usage);
    souk_user(&url, &["role", "anna", "viewer"]).await.ended.unwrap();
    souk_user(&url, &["disable", "anna"]).await.ended.unwrap();
    let list = souk_user(&url, &["list"]).await;
    assert!(list.out.contains("anna") && list.out.contains("viewer") && list.out.contains("disabled"), "{}", list.out);
    souk_user(&url, &["enable", "anna"]).await.ended.unwrap();

    let again = souk_user(&url, &["invite", "anna"]).await;
    again.ended.unwrap();
    assert_ne!(again.out, added.out);
    assert_eq!(db.invited_user(&token::hash(secret)).await.unwrap(), None, "the newer one holds");
    souk_user(&url, &["reset-password", "anna"]).await.ended.unwrap();
    let unknown = souk_user(&url, &["invite", "nobody"]).await.ended.unwrap_err();
    assert_eq!(unknown.exit, Exit::NotFound);
    let audit = db.list_audit(&AuditFilter::default(), None, 1).await.unwrap();
    assert_eq!(audit.items[0].source.as_deref(), Some("souk user"));
}

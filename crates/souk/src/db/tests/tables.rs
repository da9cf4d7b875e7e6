//! The tables come to be once, and a newer version's are left alone.

use super::*;

#[tokio::test]
async fn three_replicas_that_start_at_once_agree_on_the_tables() {
    let empty = no_db().await;
    let replicas = futures::future::join_all((0..3).map(|_| Db::connect(&empty.url))).await;
    let replicas: Vec<Db> = replicas.into_iter().map(|db| db.expect("it starts")).collect();
    let store = a_store(&replicas[0], "Mug").await;
    for db in &replicas {
        assert_eq!(db.get_store(&store.id).await.expect("there"), store);
        assert_eq!(db.platform_id().await.expect("an id"), replicas[0].platform_id().await.expect("an id"));
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let db = test_db().await;
    a_store(&db, "Mug").await;
    db.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_from_the_future', 0)").await;
    let Err(refused) = Db::connect(&db.url).await else { panic!("it was opened") };
    let sentence = refused.to_string();
    assert!(sentence.contains("newer Souk") && sentence.contains("m9999_from_the_future"), "{sentence}");
    db.execute("DELETE FROM seaql_migrations WHERE version = 'm9999_from_the_future'").await;
    let again = Db::connect(&db.url).await.expect("it opens again");
    assert_eq!(again.live_store_ids().await.expect("stores").len(), 1);
}

//! Requests that come at once, and want what only one can have.

use std::collections::HashSet;

use futures::future::join_all;

use super::*;

#[tokio::test]
async fn a_hundred_requests_with_one_key_make_one_store() {
    let db = test_db().await;
    let other = db.replica().await;
    let ask = |at: usize| {
        let db = if at.is_multiple_of(2) { db.db() } else { other.clone() };
        async move { db.create_store(new_store("Mug"), Some(("key", "hash")), Limits::default(), &anna()).await }
    };
    let mut first = 0;
    let answers = join_all((0..100).map(ask)).await.into_iter().map(|answer| match answer.expect("accepted") {
        Created::New(store) => {
            first += 1;
            store
        }
        Created::Before(store) => store,
    });
    let answers: Vec<Store> = answers.collect();
    assert_eq!(first, 1);
    assert!(answers.iter().all(|store| *store == answers[0]));
    assert_eq!(db.live_store_ids().await.expect("stores").len(), 1);
    assert_eq!(db.list_audit(&AuditFilter::default(), None, 200).await.expect("audit").total, 1);
}

#[tokio::test]
async fn a_chosen_slug_goes_to_one_of_those_who_want_it() {
    let db = test_db().await;
    let ask = |_| {
        let chosen = SlugChoice::Chosen(Slug::new("mug").expect("a slug"));
        create(&db, NewStore { slug: chosen, ..new_store("Mug") })
    };
    let answers = join_all((0..20).map(ask)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(matches!(refused, DbError::SlugTaken), "{refused}");
    }
}

#[tokio::test]
async fn creates_and_edits_do_not_share_a_slug() {
    let db = test_db().await;
    let mut stores = Vec::new();
    for at in 0..8 {
        stores.push(a_store(&db, &format!("Shop {at}")).await);
    }
    let edits = stores.iter().map(async |store| {
        let edit = Edit { slug: Slug::new("mug").ok(), ..Edit::default() };
        db.edit_store(&store.id, edit, &anna()).await
    });
    let creates = (0..8).map(|_| create(&db, new_store("Mug")));
    let (edits, creates) = tokio::join!(join_all(edits), join_all(creates));
    for refused in edits.into_iter().filter_map(Result::err) {
        assert!(matches!(refused, DbError::SlugTaken), "{refused}");
    }
    for made in creates {
        made.expect("a suggested slug is numbered");
    }
    let mut slugs = HashSet::new();
    for id in db.live_store_ids().await.expect("stores") {
        assert!(slugs.insert(db.get_store(&id).await.expect("there").slug), "two stores share a slug");
    }
    assert_eq!(slugs.len(), 16);
}

#[tokio::test]
async fn the_last_place_goes_to_one() {
    let db = test_db().await;
    let ask = |_| {
        let db = db.db();
        async move { db.create_store(new_store("Mug"), None, at_most(3), &anna()).await }
    };
    let answers = join_all((0..12).map(ask)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    for refused in answers.into_iter().filter_map(Result::err) {
        assert!(matches!(refused, DbError::TooManyStores(3)), "{refused}");
    }
}

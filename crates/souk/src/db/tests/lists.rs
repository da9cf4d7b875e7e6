use souk_domain::timeline::NewEvent;
use souk_domain::{ConditionStatus, ConditionType, Phase, PhaseEvent};

use super::super::columns::now;
use super::super::{Page, StoreFilter, StoreSort};
use super::*;

async fn all(db: &Db, filter: &StoreFilter, sort: StoreSort, limit: u64) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), None);
    loop {
        let page: Page<Store> =
            db.list_stores(filter, sort, cursor.as_deref(), limit).await.expect("listed").expect("a good cursor");
        names.extend(page.items.iter().map(|store| store.name.to_string()));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return names;
        }
    }
}

#[tokio::test]
async fn pages_hold_every_store_once_in_every_order() {
    let db = test_db().await;
    for name in ["c", "a", "b", "a", "e", "d"] {
        a_store(&db, name).await;
    }
    let filter = StoreFilter::default();
    for limit in [1, 2, 4, 100] {
        assert_eq!(all(&db, &filter, StoreSort::Name, limit).await, ["a", "a", "b", "c", "d", "e"]);
        assert_eq!(all(&db, &filter, StoreSort::NameDescending, limit).await, ["e", "d", "c", "b", "a", "a"]);
        let mut created = all(&db, &filter, StoreSort::CreatedAt, limit).await;
        let newest = all(&db, &filter, StoreSort::NewestFirst, limit).await;
        created.reverse();
        assert_eq!(created, newest);
        assert_eq!(newest.len(), 6);
    }
}

#[tokio::test]
async fn search_and_phase_narrow_the_list() {
    let db = test_db().await;
    let first = a_store(&db, "Blue Mug 100%").await;
    a_store(&db, "ÉTOILE").await;
    let find = async |text: &str| {
        let filter = StoreFilter { search: Some(text.into()), ..StoreFilter::default() };
        all(&db, &filter, StoreSort::Name, 10).await
    };
    assert_eq!(find("mug").await, ["Blue Mug 100%"]);
    assert_eq!(find("étoile").await, ["ÉTOILE"]);
    assert_eq!(find("0%").await, ["Blue Mug 100%"]);
    assert_eq!(find("%").await, ["Blue Mug 100%"]);
    assert_eq!(find("_").await, Vec::<String>::new());
    assert_eq!(find(first.id.as_str()).await, ["Blue Mug 100%"]);
    let deleting = StoreFilter { phase: Some(Phase::Deleting), ..StoreFilter::default() };
    assert!(all(&db, &deleting, StoreSort::Name, 10).await.is_empty());
    db.delete_store(&first.id, &anna()).await.expect("accepted");
    assert_eq!(all(&db, &deleting, StoreSort::Name, 10).await, ["Blue Mug 100%"]);
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let db = test_db().await;
    a_store(&db, "a").await;
    a_store(&db, "b").await;
    let filter = StoreFilter::default();
    let page = db.list_stores(&filter, StoreSort::Name, None, 1).await.expect("listed").expect("no cursor");
    let cursor = page.next_cursor.expect("more");
    for (sort, cursor) in [(StoreSort::CreatedAt, cursor.as_str()), (StoreSort::Name, "nonsense")] {
        assert!(db.list_stores(&filter, sort, Some(cursor), 1).await.expect("listed").is_none());
    }
}

#[tokio::test]
async fn timelines_continue_from_an_event() {
    let db = test_db().await;
    let store = a_store(&db, "a").await;
    a_store(&db, "b").await;
    db.delete_store(&store.id, &anna()).await.expect("accepted");
    let page = db.list_events(&store.id, None, 1).await.expect("events");
    assert_eq!((page.items[0].reason.as_str(), page.total), ("DeleteRequested", 2));
    let before = page.next_cursor.and_then(|cursor| cursor.parse().ok());
    let rest = db.list_events(&store.id, before, 1).await.expect("events");
    assert_eq!((rest.items[0].reason.as_str(), rest.next_cursor), ("StoreRequested", None));
    let missed = db.events_after(Some(&store.id), rest.items[0].id, 10).await.expect("events");
    assert_eq!(missed, page.items);
    assert_eq!(db.events_after(None, 0, 10).await.expect("events").len(), 3);
}

#[tokio::test]
async fn the_audit_log_is_narrowed_and_continued() {
    let db = test_db().await;
    let (mug, cup) = (a_store(&db, "Mug").await, a_store(&db, "Cup").await);
    let bert = Actor { name: "bert".into(), source: None };
    db.delete_store(&mug.id, &bert).await.expect("accepted");
    let ask = async |filter: AuditFilter| {
        let (mut found, mut cursor) = (Vec::new(), None);
        loop {
            let page = db.list_audit(&filter, cursor, 1).await.expect("listed");
            found.extend(page.items.iter().map(|entry| (entry.action.clone(), entry.store_name.clone())));
            cursor = page.next_cursor.as_deref().and_then(AuditCursor::read);
            if cursor.is_none() {
                assert_eq!(page.total, found.len() as u64, "{filter:?}");
                return found
                    .into_iter()
                    .map(|(action, name)| format!("{action} {}", name.expect("a name")))
                    .collect::<Vec<_>>();
            }
        }
    };
    let (created, deleted) = (["store.create Cup", "store.create Mug"], ["store.delete Mug"]);
    let all: Vec<String> = ask(AuditFilter::default()).await;
    assert_eq!(all, ["store.delete Mug", "store.create Cup", "store.create Mug"]);
    assert_eq!(ask(AuditFilter { actor: Some("bert".into()), ..AuditFilter::default() }).await, deleted);
    assert_eq!(ask(AuditFilter { action: Some("store.create".into()), ..AuditFilter::default() }).await, created);
    assert_eq!(ask(AuditFilter { store: Some(cup.id.to_string()), ..AuditFilter::default() }).await, created[..1]);
    let both =
        AuditFilter { actor: Some("bert".into()), action: Some("store.create".into()), ..AuditFilter::default() };
    assert!(ask(both).await.is_empty());
    let tomorrow = OffsetDateTime::now_utc() + Duration::DAY;
    assert_eq!(ask(AuditFilter { until: Some(tomorrow), ..AuditFilter::default() }).await.len(), 3);
    assert!(ask(AuditFilter { since: Some(tomorrow), ..AuditFilter::default() }).await.is_empty());
    assert_eq!(AuditCursor::read("nonsense"), None);
}

#[tokio::test]
async fn births_are_counted_by_day() {
    let db = test_db().await;
    let day = |at: OffsetDateTime| at.unix_timestamp() / (24 * 60 * 60);
    let before = day(OffsetDateTime::now_utc());
    a_store(&db, "Mug").await;
    a_store(&db, "Cup").await;
    let born = db.births_by_day(&Sight::Everything, before).await.expect("counted");
    assert_eq!(born.iter().map(|(_, count)| count).sum::<u64>(), 2);
    assert!(born.iter().all(|(day, _)| *day >= before), "{born:?}");
    assert!(db.births_by_day(&Sight::Everything, before + 2).await.expect("counted").is_empty());
}

#[tokio::test]
async fn a_listed_store_is_the_store_that_is_read_by_itself() {
    let db = test_db().await;
    let stores = [a_store(&db, "Quote \" back \\ 🫖").await, a_store(&db, "Mug").await];
    let (claim, _) =
        db.claim(&stores[0].id, "a", std::time::Duration::from_secs(60)).await.expect("asked").expect("free");
    db.keep_secrets(&claim, "all".into()).await.expect("kept");
    let seen = |store: &mut Store, _: &mut Vec<NewEvent>| {
        store.namespace_uid = Some("u".into());
        store.phase = store.phase.apply(PhaseEvent::Start)?;
        store.conditions.set(
            ConditionType::ClusterReachable,
            ConditionStatus::True,
            "Reachable",
            "It's \"up\"\u{1}.",
            now(),
        );
        store.repair = false;
        Ok(())
    };
    db.record(&claim, seen).await.expect("recorded");
    let listed = db.list_stores(&StoreFilter::default(), StoreSort::CreatedAt, None, 10).await.expect("listed");
    for store in listed.expect("a good cursor").items {
        assert_eq!(store, db.get_store(&store.id).await.expect("there"));
    }
}

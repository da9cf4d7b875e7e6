//! A platform is moved whole: from this kind of database to both.

use std::time::Duration;

use souk_domain::timeline::NewEvent;
use souk_domain::usage::Usage;
use souk_domain::{PhaseEvent, Role, Scope, StoreRole};

use super::super::{DumpError, Rows};
use super::*;

const LEASE: Duration = Duration::from_secs(60);

/// Something in every table and in every kind of column.
async fn filled() -> TestDatabase {
    let db = test_db().await;
    db.platform_id().await.expect("an id");
    for at in 0..5 {
        let new =
            NewStore { sealed_password: (at == 1).then(|| "s\"e'aled".into()), ..new_store(&format!("Shop {at}")) };
        let key = format!("key {at}");
        db.create_store(new, Some((&key, "hash")), Limits::default(), &anna()).await.expect("made");
    }
    let odd = a_store(&db, "Ünïcödé 😀 \\ \"quoted\" 'it' $1 %").await;
    let (claim, _) = db.claim(&odd.id, "a", LEASE).await.expect("asked").expect("free");
    let change = |store: &mut Store, events: &mut Vec<NewEvent>| {
        store.apply(PhaseEvent::Start)?;
        store.apply(PhaseEvent::BecameReady)?;
        store.orders_possible = true;
        events.extend((0..450).map(|at| NewEvent::normal("Counted", format!("Line {at}\n\tof many."))));
        Ok(())
    };
    db.record(&claim, change).await.expect("recorded");
    let ids = db.live_store_ids().await.expect("stores");
    db.delete_store(&ids[0], &anna()).await.expect("accepted");
    with_accounts(&db, &odd.id).await;
    let usage = Usage { store: odd.id.clone(), cpu: 10, memory: 200 };
    db.note_usage(&[usage], OffsetDateTime::now_utc()).await.expect("noted");
    db.take_turn("usage", LEASE).await.expect("asked").expect("due");
    db
}

async fn with_accounts(db: &Db, store: &StoreId) {
    let new = NewUser { name: "ben".into(), role: Role::Operator, password_hash: Some("hash".into()) };
    let ben = db.create_user(new, &anna()).await.expect("a user");
    db.create_invite(&ben.id, "invite", time::Duration::HOUR, &anna()).await.expect("a link");
    let signed = Signed::User(ben.clone());
    db.create_session("session", &signed, Some("hash"), time::Duration::HOUR, &anna()).await.expect("signed in");
    let holder = Holder::User(ben.id.clone());
    let token = NewToken { hash: "token".into(), name: "ci".into(), holder, scope: Scope::Read, expires_at: None };
    db.create_token(token, &anna()).await.expect("a token");
    let code = NewSignInCode {
        hash: "code".into(),
        user: ben.id.clone(),
        challenge: "challenge".into(),
        token_name: "souk CLI on laptop".into(),
        token_expires_at: None,
    };
    db.create_sign_in_code(code, time::Duration::HOUR, &anna()).await.expect("a code");
    let team = db.create_team("agency", &anna()).await.expect("a team");
    db.set_team_member(&team.id, "ben", StoreRole::Owner, &anna()).await.expect("a member");
    db.set_store_member(store, "ben", StoreRole::Member, &anna()).await.expect("a member");
    let actor = anna();
    let entry = NewAuditEntry::about(&actor, "session.create");
    db.begin_sign_in("ben", "192.0.2.1", entry).await.expect("let through");
}

async fn export(db: &Db) -> (Vec<u8>, Rows) {
    let mut file = Vec::new();
    let rows = db.export(&mut file).await.expect("exported");
    (file, rows)
}

/// Several may be made in one millisecond: they have no order.
async fn stores_of(db: &Db) -> Vec<StoreId> {
    let mut ids = db.live_store_ids().await.expect("stores");
    ids.sort();
    ids
}

async fn odd_id(db: &Db) -> StoreId {
    let odd = StoreFilter { search: Some("ünï".into()), ..StoreFilter::default() };
    let page = db.list_stores(&odd, StoreSort::Name, None, 1).await.expect("listed");
    page.expect("no cursor").items.remove(0).id
}

async fn targets() -> [Empty; 2] {
    [Empty::sqlite(), Empty::postgres().await]
}

#[tokio::test]
async fn a_platform_moves_whole_and_goes_on() {
    let source = filled().await;
    let (file, rows) = export(&source).await;
    for target in targets().await {
        let db = Db::connect(&target.url).await.expect("a new database");
        let found = db.import(file.as_slice()).await.expect("imported");
        assert_eq!(found, rows);
        let (again, _) = export(&db).await;
        assert_eq!(String::from_utf8_lossy(&file), String::from_utf8_lossy(&again));

        assert_eq!(db.platform_id().await.expect("an id"), source.platform_id().await.expect("an id"));
        let ids = stores_of(&source).await;
        assert_eq!(stores_of(&db).await, ids);
        for id in &ids {
            assert_eq!(db.get_store(id).await.expect("there"), source.get_store(id).await.expect("there"));
            assert_eq!(db.sealed_password(id).await.expect("there"), source.sealed_password(id).await.expect("there"));
            assert_eq!(
                db.list_operations(id).await.expect("operations"),
                source.list_operations(id).await.expect("operations")
            );
        }
        let events = source.events_after(None, 0, 10_000).await.expect("events");
        assert_eq!(db.events_after(None, 0, 10_000).await.expect("events"), events);
        let audit = source.list_audit(&AuditFilter::default(), None, 100).await.expect("audit");
        assert_eq!(db.list_audit(&AuditFilter::default(), None, 100).await.expect("audit"), audit);

        let ben = db.user_by_name("ben").await.expect("there");
        assert_eq!(ben, source.user_by_name("ben").await.expect("there"));
        let signed = db.use_session("session", time::Duration::HOUR).await.expect("answered");
        assert_eq!(signed, Some(Signed::User(ben.clone())));
        assert!(db.use_token("token").await.expect("answered").is_ok());
        assert_eq!(db.store_role(&ben.id, &odd_id(&db).await).await.expect("answered"), Some(StoreRole::Member));

        // Work goes on: nobody holds a store, keys are known, ids go on after the last.
        let odd = odd_id(&source).await;
        let (claim, _) = db.claim(&odd, "b", LEASE).await.expect("asked").expect("free");
        assert_eq!(claim.fence, 2, "a writer of before stays overtaken");
        let known = db.create_store(new_store("Shop 2"), Some(("key 2", "hash")), Limits::default(), &anna()).await;
        assert!(matches!(known, Ok(Created::Before(_))));
        a_store(&db, "The first one here").await;
        let newest = db.events_after(None, events.last().expect("some").id, 10).await.expect("events");
        assert_eq!(newest.len(), 1);
        let page = db.list_audit(&AuditFilter::default(), None, 1).await.expect("audit");
        assert!(page.items[0].id > audit.items[0].id);
    }
}

#[tokio::test]
async fn only_an_empty_database_is_filled() {
    let source = filled().await;
    let (file, _) = export(&source).await;
    let target = test_db().await;
    let own = a_store(&target, "Here before").await;
    let refused = target.import(file.as_slice()).await;
    assert!(matches!(&refused, Err(DumpError::NotEmpty(table)) if table == "audit_entries"), "{refused:?}");
    assert_eq!(target.live_store_ids().await.expect("stores"), [own.id]);
}

#[tokio::test]
async fn a_file_that_is_wrong_changes_nothing() {
    let source = filled().await;
    let (file, _) = export(&source).await;
    let text = String::from_utf8(file).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let without = |at: usize| [&lines[..at], &lines[at + 1..]].concat().join("\n") + "\n";
    let with = |at: usize, line: &str| [&lines[..at], &[line][..], &lines[at..]].concat().join("\n") + "\n";
    type Case<'a> = (&'a str, String, fn(&DumpError) -> bool);
    let cases: Vec<Case> = vec![
        ("no file", String::new(), |error| matches!(error, DumpError::NoExport)),
        ("another file", "{\"kind\": \"Pod\"}\n".into(), |error| matches!(error, DumpError::NoExport)),
        ("no JSON", "SQLite format 3\n".into(), |error| matches!(error, DumpError::NoExport)),
        ("a newer format", text.replacen("\"format\":1", "\"format\":2", 1), |error| {
            matches!(error, DumpError::Newer(_))
        }),
        (
            "a newer version",
            text.replacen("\"m0001_first_tables\"", "\"m0001_first_tables\",\"m9999_later\"", 1),
            |error| matches!(error, DumpError::Newer(why) if why.contains("m9999_later")),
        ),
        ("the end is missing", without(lines.len() - 1), |error| matches!(error, DumpError::CutOff)),
        ("a row is missing", without(3), |error| matches!(error, DumpError::CutOff)),
        ("cut in a line", text[..text.len() / 2].into(), |error| matches!(error, DumpError::CutOff)),
        ("no row", with(4, "nonsense"), |error| matches!(error, DumpError::Line { line: 5, .. })),
        (
            "a strange table",
            with(4, r#"{"table":"plants","row":{"id":1}}"#),
            |error| matches!(error, DumpError::Line { line: 5, problem } if problem.contains("plants")),
        ),
        (
            "a strange column",
            with(4, r#"{"table":"events","row":{"colour":"red"}}"#),
            |error| matches!(error, DumpError::Line { line: 5, problem } if problem.contains("colour")),
        ),
        ("a row twice", with(2, lines[1]), |error| matches!(error, DumpError::Line { .. })),
        ("more after the end", text.clone() + lines[1] + "\n", |error| matches!(error, DumpError::Line { .. })),
    ];
    let target = test_db().await;
    for (what, file, expected) in cases {
        let error = target.import(file.as_bytes()).await.expect_err(what);
        assert!(expected(&error), "{what}: {error}");
        let (_, rows) = export(&target).await;
        assert!(rows.is_empty(), "{what}: {rows:?}");
    }
    target.import(text.as_bytes()).await.expect("the whole file is good");
}

/// What an older version wrote has fewer columns: the others get their defaults.
#[tokio::test]
async fn columns_that_came_later_get_their_defaults() {
    let target = test_db().await;
    target.execute("ALTER TABLE settings ADD COLUMN later BIGINT NOT NULL DEFAULT 7").await;
    let file = concat!(
        r#"{"kind":"souk-platform","format":1,"souk":"0.1.0","migrations":["m0001_first_tables"]}"#,
        "\n",
        r#"{"table":"settings","row":{"name":"platform-id","value":"abc"}}"#,
        "\n",
        r#"{"end":{"settings":1}}"#,
        "\n"
    );
    target.import(file.as_bytes()).await.expect("imported");
    assert_eq!(target.platform_id().await.expect("an id"), "abc");
    let (file, _) = export(&target).await;
    assert!(String::from_utf8_lossy(&file).contains(r#""later":7"#));
}

#[tokio::test]
async fn an_export_is_of_one_moment() {
    /// Has another handle write in the middle.
    struct Busy<'a> {
        file: Vec<u8>,
        write: Option<Box<dyn FnOnce() + Send + 'a>>,
    }
    impl std::io::Write for Busy<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.file.extend_from_slice(bytes);
            if self.file.len() > 2000
                && let Some(write) = self.write.take()
            {
                write();
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let source = filled().await;
    let (before, rows) = export(&source).await;
    let url = source.url.clone();
    let write = move || {
        let writing = std::thread::spawn(move || {
            let own = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            own.block_on(async { a_store(&Db::connect(&url).await.expect("another handle"), "Meanwhile").await });
        });
        writing.join().expect("written");
    };
    let mut busy = Busy { file: Vec::new(), write: Some(Box::new(write)) };
    assert_eq!(source.export(&mut busy).await.expect("exported"), rows);
    assert!(busy.write.is_none(), "it was written meanwhile");
    assert_eq!(String::from_utf8_lossy(&busy.file), String::from_utf8_lossy(&before));
    assert_eq!(source.live_store_ids().await.expect("stores").len(), 7);
}

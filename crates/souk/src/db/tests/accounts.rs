//! Accounts: what they own, and how they sign in.

use souk_domain::{Role, Scope, StoreRole};

use super::super::super::owners::Used;
use super::super::super::sign_in_failures::Attempt;
use super::*;

const HOUR: Duration = Duration::HOUR;

async fn a_user(db: &Db, name: &str) -> User {
    let new = NewUser { name: name.into(), role: Role::None, password_hash: Some("hash".into()) };
    db.create_user(new, &anna()).await.expect("a user")
}

async fn store_of(db: &Db, name: &str, owner: Owner) -> StoreId {
    create(db, NewStore { owner: Some(owner), ..new_store(name) }).await.expect("a store").id
}

fn owner(user: &User) -> Owner {
    Owner::User { id: user.id.clone(), name: user.name.clone() }
}

/// A try to sign in as ben.
async fn attempt(db: &Db, address: &str) -> Result<Attempt> {
    let actor = Actor { name: "ben".into(), source: Some(address.into()) };
    db.begin_sign_in("ben", address, NewAuditEntry::about(&actor, "session.create")).await
}

/// What the audit log says was refused, newest first.
async fn refusals(db: &Db) -> Vec<AuditEntry> {
    let page = db.list_audit(&AuditFilter::default(), None, 200).await.expect("audit");
    page.items.into_iter().filter(|entry| entry.result == "refused").collect()
}

async fn seen(db: &Db, user: &User) -> Vec<String> {
    let filter = StoreFilter { sight: Sight::Of(user.id.clone()), ..StoreFilter::default() };
    let page = db.list_stores(&filter, StoreSort::Name, None, 50).await.expect("a list").expect("a page");
    assert_eq!(page.total, page.items.len() as u64);
    page.items.iter().map(|store| store.name.to_string()).collect()
}

#[tokio::test]
async fn one_sees_ones_own_ones_teams_and_what_is_shared() {
    let db = test_db().await;
    let (ben, cleo) = (a_user(&db, "ben").await, a_user(&db, "cleo").await);
    let team = db.create_team("agency", &anna()).await.expect("a team");
    db.set_team_member(&team.id, "ben", StoreRole::Member, &anna()).await.expect("a member");
    let own = store_of(&db, "Own", owner(&ben)).await;
    let shared = store_of(&db, "Shared", owner(&cleo)).await;
    let teams = store_of(&db, "Team", Owner::Team { id: team.id.clone(), name: team.name.clone() }).await;
    let other = a_store(&db, "Other").await.id;
    db.set_store_member(&shared, "ben", StoreRole::Member, &anna()).await.expect("shared");

    assert_eq!(seen(&db, &ben).await, ["Own", "Shared", "Team"]);
    assert_eq!(seen(&db, &cleo).await, ["Shared"]);
    let role = async |user: &User, store: &StoreId| db.store_role(&user.id, store).await.expect("answered");
    assert_eq!(role(&ben, &own).await, Some(StoreRole::Owner));
    assert_eq!(role(&ben, &shared).await, Some(StoreRole::Member));
    assert_eq!(role(&ben, &teams).await, Some(StoreRole::Member));
    assert_eq!(role(&ben, &other).await, None);
    assert_eq!(role(&cleo, &own).await, None);
    db.set_team_member(&team.id, "ben", StoreRole::Owner, &anna()).await.expect("raised");
    assert_eq!(role(&ben, &teams).await, Some(StoreRole::Owner));

    let sight = Sight::Of(ben.id.clone());
    let counted: u64 = db.count_by_phase(&sight).await.expect("counted").iter().map(|(_, count)| count).sum();
    assert_eq!(counted, 3);
    let born: u64 = db.births_by_day(&sight, 0).await.expect("counted").iter().map(|(_, count)| count).sum();
    assert_eq!(born, 3);
    let of_ben = || AuditFilter { sight: sight.clone(), asker: "ben".into(), ..AuditFilter::default() };
    let audit = db.list_audit(&of_ben(), None, 50).await.expect("audit");
    assert!(audit.items.iter().all(|entry| entry.store_name.as_deref() != Some("Other")));
    assert!(audit.items.iter().any(|entry| entry.store_name.as_deref() == Some("Team")));
    assert_eq!(audit.total, audit.items.len() as u64);
    // What narrows the list shows nothing more.
    let of_other = AuditFilter { store: Some(other.to_string()), ..of_ben() };
    assert_eq!(db.list_audit(&of_other, None, 50).await.expect("audit").total, 0);
    let of_team = AuditFilter { store: Some(teams.to_string()), action: Some("store.create".into()), ..of_ben() };
    assert_eq!(db.list_audit(&of_team, None, 50).await.expect("audit").total, 1);

    db.remove_store_member(&shared, "ben", &anna()).await.expect("taken back");
    db.remove_team_member(&team.id, "ben", &anna()).await.expect("taken out");
    assert_eq!(seen(&db, &ben).await, ["Own"]);
    let given = db.give_store(&own, &owner(&cleo), &anna()).await.expect("given");
    assert_eq!(given.owner, "cleo");
    assert!(seen(&db, &ben).await.is_empty());
    assert_eq!(seen(&db, &cleo).await, ["Own", "Shared"]);
}

#[tokio::test]
async fn what_owns_stores_is_not_deleted() {
    let db = test_db().await;
    let ben = a_user(&db, "ben").await;
    let team = db.create_team("agency", &anna()).await.expect("a team");
    let store = store_of(&db, "Mug", owner(&ben)).await;
    assert!(matches!(db.delete_user(&ben.id, &anna()).await, Err(DbError::StillOwns(1))));
    db.give_store(&store, &Owner::Team { id: team.id.clone(), name: team.name }, &anna()).await.expect("given");
    assert!(matches!(db.delete_team(&team.id, &anna()).await, Err(DbError::StillOwns(1))));
    db.delete_user(&ben.id, &anna()).await.expect("deleted");
    assert!(matches!(db.get_user(&ben.id).await, Err(DbError::NoSuchUser)));
    assert!(matches!(db.create_team("agency", &anna()).await, Err(DbError::NameTaken)));
    a_user(&db, "ben").await;
    let again = NewUser { name: "ben".into(), role: Role::Admin, password_hash: None };
    assert!(matches!(db.create_user(again, &anna()).await, Err(DbError::NameTaken)));
}

#[tokio::test]
async fn sign_ins_end_with_all_that_ends_them() {
    let db = test_db().await;
    let ben = a_user(&db, "ben").await;
    let signed = Signed::User(ben.clone());
    let by = async |hash: &str, proven: &str| db.create_session(hash, &signed, Some(proven), HOUR, &anna()).await;
    let holds = async |hash: &str| db.use_session(hash, HOUR).await.expect("answered").is_some();
    for hash in ["a", "b", "c"] {
        by(hash, "hash").await.expect("signed in");
    }
    db.end_session("a", &anna()).await.expect("ended");
    assert_eq!([holds("a").await, holds("b").await, holds("c").await], [false, true, true]);
    db.set_password(&ben.id, "new", Some("c"), &anna()).await.expect("set");
    assert_eq!([holds("b").await, holds("c").await], [false, true]);
    db.end_sessions(Some(&ben.id), &anna()).await.expect("ended");
    assert!(!holds("c").await);
    let late = by("x", "hash").await;
    assert!(matches!(late, Err(DbError::NoSuchUser)), "the password was changed while it was looked at");
    by("d", "new").await.expect("signed in");
    let disabled = db.change_user(&ben.id, [UserChange::Disable], &anna()).await.expect("disabled");
    assert!(disabled.disabled_at.is_some());
    assert!(!holds("d").await);
    assert!(matches!(by("x", "new").await, Err(DbError::NoSuchUser)), "so was the account");
    db.change_user(&ben.id, [UserChange::Enable], &anna()).await.expect("enabled");
    assert!(!holds("d").await, "it does not come back");
    db.create_session("e", &signed, Some("new"), Duration::ZERO, &anna()).await.expect("signed in");
    assert!(!holds("e").await, "it has ended");
    // The admin token's are told apart.
    db.create_session("f", &Signed::Admin { proof: "p".into() }, None, HOUR, &anna()).await.expect("signed in");
    assert_eq!(db.use_session("f", HOUR).await.expect("answered"), Some(Signed::Admin { proof: "p".into() }));
    db.end_sessions(None, &anna()).await.expect("ended");
    assert!(!holds("f").await);
}

#[tokio::test]
async fn a_link_works_once() {
    let db = test_db().await;
    let ben = a_user(&db, "ben").await;
    db.create_session("a", &Signed::User(ben.clone()), Some("hash"), HOUR, &anna()).await.expect("signed in");
    db.create_invite(&ben.id, "first", HOUR, &anna()).await.expect("made");
    db.create_invite(&ben.id, "second", HOUR, &anna()).await.expect("made");
    assert_eq!(db.invited_user("first").await.expect("answered"), None, "the newer one holds");
    assert_eq!(db.invited_user("second").await.expect("answered").expect("somebody").name, "ben");
    let (one, two) = tokio::join!(db.accept_invite("second", "x", None), db.accept_invite("second", "y", None));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1);
    assert!(matches!(db.accept_invite("second", "z", None).await, Err(DbError::InviteOver)));
    assert_eq!(db.use_session("a", HOUR).await.expect("answered"), None);
    db.create_invite(&ben.id, "late", Duration::ZERO, &anna()).await.expect("made");
    assert!(matches!(db.accept_invite("late", "z", None).await, Err(DbError::InviteOver)));
}

#[tokio::test]
async fn tokens_are_worth_what_their_holder_is() {
    let db = test_db().await;
    let ben = a_user(&db, "ben").await;
    let make = async |hash: &str, holder: Holder, expires_at: Option<OffsetDateTime>| {
        let new = NewToken { hash: hash.into(), name: "t".into(), holder, scope: Scope::Write, expires_at };
        db.create_token(new, &anna()).await.expect("made")
    };
    let used = async |hash: &str| db.use_token(hash).await.expect("answered").map(|bearer| bearer.access.role);
    let own = make("own", Holder::User(ben.id.clone()), None).await;
    make("late", Holder::User(ben.id.clone()), Some(OffsetDateTime::now_utc() - Duration::SECOND)).await;
    make("machine", Holder::Machine(Role::Operator), None).await;
    assert_eq!(used("own").await, Ok(Role::None));
    assert_eq!(used("late").await, Err(Worthless::Expired));
    assert_eq!(used("machine").await, Ok(Role::Operator));
    assert_eq!(used("none").await, Err(Worthless::Unknown));
    assert!(db.get_token(&own.id).await.expect("there").used_at.is_some());
    db.change_user(&ben.id, [UserChange::Role(Role::Viewer)], &anna()).await.expect("raised");
    assert_eq!(used("own").await, Ok(Role::Viewer));
    db.change_user(&ben.id, [UserChange::Disable], &anna()).await.expect("disabled");
    assert_eq!(used("own").await, Err(Worthless::Disabled));
    db.change_user(&ben.id, [UserChange::Enable], &anna()).await.expect("enabled");
    db.revoke_token(&own.id, &anna()).await.expect("revoked");
    assert_eq!(used("own").await, Err(Worthless::Revoked));
    assert_eq!(db.list_tokens(Some(&ben.id)).await.expect("listed").len(), 2);
    assert_eq!(db.list_tokens(None).await.expect("listed").len(), 1);
}

#[tokio::test]
async fn guessing_is_slowed_and_the_owner_elsewhere_is_not_kept_out() {
    let db = test_db().await;
    let mut refused = None;
    for _ in 0..30 {
        if let Err(error) = attempt(&db, "192.0.2.1").await {
            refused = Some(error);
            break;
        }
    }
    assert!(matches!(refused, Some(DbError::SignInsTooFast(wait)) if wait.is_positive()), "{refused:?}");
    let told = refusals(&db).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].actor.as_str(), told[0].action.as_str()), ("ben", "session.create"));
    assert_eq!(told[0].source.as_deref(), Some("192.0.2.1"));
    for _ in 0..5 {
        attempt(&db, "192.0.2.1").await.expect_err("refused");
    }
    assert_eq!(refusals(&db).await.len(), 1, "one entry a pause: nobody fills the log by asking");
    // From another replica too.
    assert!(attempt(&db.replica().await, "192.0.2.1").await.is_err());
    let elsewhere = attempt(&db, "198.51.100.1").await.expect("let through");
    db.end_sign_in(elsewhere).await.expect("signed in");
    // However many addresses try: it is let through, and held back a little.
    for at in 0..60 {
        attempt(&db, &format!("203.0.113.{at}")).await.expect("a first try");
    }
    let owner = attempt(&db, "198.51.100.1").await.expect("let through");
    assert!(!owner.held.is_zero());
}

#[tokio::test]
async fn tries_at_once_count_each() {
    let db = test_db().await;
    let tries = futures::future::join_all((0..20).map(|_| attempt(&db, "192.0.2.1"))).await;
    let let_through = tries.iter().filter(|tried| tried.is_ok()).count();
    assert!((5..=8).contains(&let_through), "{let_through} of 20");
}

#[tokio::test]
async fn limits_of_one_owner_leave_the_others_alone() {
    let db = test_db().await;
    let (ben, cleo) = (a_user(&db, "ben").await, a_user(&db, "cleo").await);
    let limits = Limits { stores_per_owner: Some(1), ..Limits::default() };
    let ask = async |name: &str, user: &User, limits: Limits| {
        let new = NewStore { owner: Some(owner(user)), ..new_store(name) };
        db.create_store(new, None, limits, &anna()).await
    };
    ask("One", &ben, limits).await.expect("the first");
    assert!(matches!(ask("Two", &ben, limits).await, Err(DbError::TooManyOwned(1))));
    ask("Three", &cleo, limits).await.expect("somebody else's");
    let hourly = Limits { creates_per_hour_per_owner: Some(1), ..Limits::default() };
    assert!(matches!(ask("Four", &ben, hourly).await, Err(DbError::TooManyOwnCreates { most: 1, .. })));
    assert_eq!(db.used(&owner(&ben)).await.expect("counted"), Used { own_stores: 1, own_creates: 1 });
}

#[tokio::test]
async fn one_administrator_who_can_sign_in_is_left() {
    let db = test_db().await;
    let admin = async |name: &str, password: Option<&str>| {
        let new = NewUser { name: name.into(), role: Role::Admin, password_hash: password.map(Into::into) };
        db.create_user(new, &anna()).await.expect("a user").id
    };
    let last = |result: Result<User>| matches!(result, Err(DbError::LastAdmin));
    let first = admin("first", Some("hash")).await;
    // Who was only invited cannot sign in yet.
    admin("invited", None).await;
    assert!(last(db.change_user(&first, [UserChange::Disable], &anna()).await));
    let both = [UserChange::Enable, UserChange::Role(Role::Operator)];
    assert!(last(db.change_user(&first, both, &anna()).await));
    assert!(matches!(db.delete_user(&first, &anna()).await, Err(DbError::LastAdmin)));
    let kept = db.get_user(&first).await.expect("there");
    assert_eq!((kept.role, kept.disabled_at), (Role::Admin, None));
    db.change_user(&first, [UserChange::Role(Role::Admin)], &anna()).await.expect("nothing is taken");

    // Two who take it from each other at once: one keeps it.
    let second = admin("second", Some("hash")).await;
    let (actor, other) = (anna(), db.replica().await);
    let (one, two) = tokio::join!(
        db.change_user(&first, [UserChange::Disable], &actor),
        other.change_user(&second, [UserChange::Role(Role::None)], &actor),
    );
    assert_eq!([last(one), last(two)].iter().filter(|last| **last).count(), 1);
}

#[tokio::test]
async fn what_ends_a_sign_in_is_announced() {
    let db = test_db().await;
    let ben = a_user(&db, "ben").await;
    let mut changes = db.subscribe();
    let mut told = async |what: &str| {
        let heard = async { while !matches!(changes.recv().await, Ok(Change::Access)) {} };
        tokio::time::timeout(std::time::Duration::from_secs(30), heard).await.expect(what);
    };
    db.create_session("a", &Signed::User(ben.clone()), Some("hash"), HOUR, &anna()).await.expect("signed in");
    db.set_password(&ben.id, "new", None, &anna()).await.expect("set");
    told("a new password").await;
    db.reset_password(&ben.id, "link", HOUR, &anna()).await.expect("reset");
    told("a reset").await;
    db.accept_invite("link", "newer", None).await.expect("taken up");
    told("a link that was used").await;
    db.end_session("a", &anna()).await.expect("ended");
    told("a sign-out").await;
    db.end_sessions(Some(&ben.id), &anna()).await.expect("ended");
    told("a sign-out everywhere").await;
    db.change_user(&ben.id, [UserChange::Disable], &anna()).await.expect("disabled");
    told("a closed account").await;
    db.delete_user(&ben.id, &anna()).await.expect("deleted");
    told("a deleted account").await;
}

#[tokio::test]
async fn a_reset_password_is_void_at_once() {
    let db = test_db().await;
    let ben = a_user(&db, "ben").await;
    db.create_session("a", &Signed::User(ben.clone()), Some("hash"), HOUR, &anna()).await.expect("signed in");
    db.create_invite(&ben.id, "before", HOUR, &anna()).await.expect("made");
    assert_eq!(db.list_sessions(Some(&ben.id)).await.expect("listed").len(), 1);
    let reset = db.reset_password(&ben.id, "link", HOUR, &anna()).await.expect("reset");
    assert!(!reset.has_password);
    assert!(db.list_sessions(Some(&ben.id)).await.expect("listed").is_empty());
    assert_eq!(db.user_with_password("ben").await.expect("answered").expect("there").1, None);
    assert_eq!(db.invited_user("before").await.expect("answered"), None);
    db.accept_invite("link", "new", None).await.expect("taken up");
}

/// A command line that comes with a code; `token` is the hash of what it gets for it.
async fn taken(db: &Db, code: &str, challenge: &str, token: &str) -> Result<Token> {
    db.use_sign_in_code(code, challenge, token.into(), Some("cli".into())).await
}

#[tokio::test]
async fn a_code_makes_one_token_however_many_come_with_it() {
    let db = test_db().await;
    let other = db.replica().await;
    let ben = a_user(&db, "ben").await;
    let new = |hash: &str| NewSignInCode {
        hash: hash.into(),
        user: ben.id.clone(),
        challenge: "challenge".into(),
        token_name: "souk CLI on laptop".into(),
        token_expires_at: None,
    };
    let over = |result: Result<Token>| matches!(result, Err(DbError::CodeOver(_)));
    db.create_sign_in_code(new("code"), HOUR, &anna()).await.expect("kept");
    let (one, two) = tokio::join!(taken(&db, "code", "challenge", "one"), taken(&other, "code", "challenge", "two"));
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|ok| **ok).count(), 1, "{one:?} {two:?}");
    let token = one.or(two).expect("a token");
    assert_eq!((&token.holder, token.scope), (&Holder::User(ben.id.clone()), Scope::Write));

    db.create_sign_in_code(new("other's"), HOUR, &anna()).await.expect("kept");
    assert!(over(taken(&db, "other's", "another", "x").await));
    assert!(over(taken(&db, "other's", "challenge", "x").await), "it was used up all the same");
    db.create_sign_in_code(new("late"), Duration::ZERO, &anna()).await.expect("kept");
    assert!(over(taken(&db, "late", "challenge", "x").await));

    // One that allows while another takes the account away: either of them is first, and nobody waits for ever.
    db.create_sign_in_code(new("closed"), HOUR, &anna()).await.expect("kept");
    let actor = anna();
    let closing = db.change_user(&ben.id, [UserChange::Disable], &actor);
    let (closed, _) = tokio::join!(closing, taken(&other, "closed", "challenge", "x"));
    closed.expect("closed");
    assert!(matches!(db.create_sign_in_code(new("x"), HOUR, &actor).await, Err(DbError::NoSuchUser)));
    db.delete_user(&ben.id, &actor).await.expect("deleted");
    assert!(over(taken(&db, "x", "challenge", "x").await));
}

//! The table `users`: who may sign in with a name and a password, and their role on the platform.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, DbErr, QueryOrder, QuerySelect};
use souk_domain::Role;
use time::{Duration, OffsetDateTime};

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::{millis, moment, now, optional_moment, parse};
use super::locks::{self, Lock};
use super::{Db, DbError, Page, Result, invites, sessions, store_members, stores, team_members, tokens};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub role: String,
    pub password_hash: Option<String>,
    pub disabled_at: Option<i64>,
    pub signed_in_at: Option<i64>,
    pub created_at: i64,
    pub issuer: Option<String>,
    pub subject: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Somebody who has an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Whether a password was chosen; without one nobody signs in here.
    pub has_password: bool,
    /// It is an account of the provider of single sign-on.
    pub single_sign_on: bool,
    pub disabled_at: Option<OffsetDateTime>,
    pub signed_in_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
}

/// An account that is to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub name: String,
    pub role: Role,
    /// As `auth/password.rs` made it; none for somebody who is invited.
    pub password_hash: Option<String>,
}

/// Somebody whom the provider of single sign-on has named, and what they may do.
#[derive(Clone, Debug)]
pub struct Foreign<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    /// Of the account that is made when there is none yet.
    pub name: &'a str,
    pub role: Role,
}

/// A change of an account by an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserChange {
    Role(Role),
    Disable,
    Enable,
}

pub(super) fn to_user(row: &Model) -> Result<User> {
    Ok(User {
        id: row.id.clone(),
        name: row.name.clone(),
        role: parse("users.role", &row.role)?,
        has_password: row.password_hash.is_some(),
        single_sign_on: row.issuer.is_some(),
        disabled_at: optional_moment(row.disabled_at)?,
        signed_in_at: optional_moment(row.signed_in_at)?,
        created_at: moment(row.created_at)?,
    })
}

/// An id that nothing has: `prefix` and sixteen characters.
pub(super) fn new_id(prefix: char) -> String {
    let random: [u8; 10] = rand::random();
    format!("{prefix}{}", data_encoding::BASE32_NOPAD.encode(&random).to_lowercase())
}

/// The names of a table are the one thing in it that is unique and chosen.
pub(super) fn name_taken(error: DbErr) -> DbError {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => DbError::NameTaken,
        _ => error.into(),
    }
}

/// The row, locked for the rest of the transaction where the database locks rows.
pub(super) async fn lock(tx: &DatabaseTransaction, id: &str) -> Result<Model> {
    Entity::find_by_id(id).lock_exclusive().one(tx).await?.ok_or(DbError::NoSuchUser)
}

/// The same of an account that has, or may be given, a password.
pub(super) async fn lock_with_password(tx: &DatabaseTransaction, id: &str) -> Result<Model> {
    let row = lock(tx, id).await?;
    if row.issuer.is_some() { Err(DbError::SignsInElsewhere) } else { Ok(row) }
}

/// Whoever has the name.
pub(super) async fn by_name<C: ConnectionTrait>(connection: &C, name: &str) -> Result<Model> {
    Entity::find().filter(Column::Name.eq(name)).one(connection).await?.ok_or(DbError::NoSuchUser)
}

async fn set(tx: &DatabaseTransaction, id: &str, column: Column, value: impl Into<sea_orm::Value>) -> Result<()> {
    Entity::update_many().col_expr(column, Expr::value(value.into())).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

impl Db {
    /// Makes an account.
    ///
    /// # Errors
    /// `NameTaken`, or the database fails.
    pub async fn create_user(&self, new: NewUser, actor: &Actor) -> Result<User> {
        let tx = self.begin().await?;
        let row = Model {
            id: new_id('u'),
            name: new.name,
            role: new.role.to_string(),
            password_hash: new.password_hash,
            disabled_at: None,
            signed_in_at: None,
            created_at: millis(now()),
            issuer: None,
            subject: None,
        };
        let user = to_user(&row)?;
        let inserted = Entity::insert(ActiveModel::from(row)).exec_without_returning(&tx).await;
        inserted.map_err(name_taken)?;
        let entry = NewAuditEntry::about(actor, "user.create").detail(format!("{}, role {}", user.name, user.role));
        audit::insert(&tx, entry).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// The account of somebody who has signed in at the provider of single sign-on, made at the first time, with the
    /// role that they have now. One with a password that has the same name stays whose it is.
    ///
    /// # Errors
    /// `Disabled`, `NameTaken` by another account, or the database fails.
    pub async fn foreign_user(&self, foreign: &Foreign<'_>, source: Option<String>) -> Result<User> {
        let tx = self.begin().await?;
        locks::take(&tx, Lock::Accounts).await?;
        let same = Entity::find().filter(Column::Issuer.eq(foreign.issuer)).filter(Column::Subject.eq(foreign.subject));
        let row = match same.one(&tx).await? {
            Some(row) if row.disabled_at.is_some() => return Err(DbError::Disabled),
            Some(row) => {
                if row.role != foreign.role.as_str() {
                    set(&tx, &row.id, Column::Role, foreign.role.as_str()).await?;
                    let detail = format!("{}: {} -> {}, by its groups", row.name, row.role, foreign.role);
                    let actor = Actor { name: row.name.clone(), source };
                    audit::insert(&tx, NewAuditEntry::about(&actor, "user.role").detail(detail)).await?;
                }
                lock(&tx, &row.id).await?
            }
            None => {
                let row = Model {
                    id: new_id('u'),
                    name: foreign.name.to_owned(),
                    role: foreign.role.to_string(),
                    password_hash: None,
                    disabled_at: None,
                    signed_in_at: None,
                    created_at: millis(now()),
                    issuer: Some(foreign.issuer.to_owned()),
                    subject: Some(foreign.subject.to_owned()),
                };
                let inserted = Entity::insert(ActiveModel::from(row.clone())).exec_without_returning(&tx).await;
                inserted.map_err(name_taken)?;
                let actor = Actor { name: row.name.clone(), source };
                let detail = format!("{}, role {}, by single sign-on", row.name, row.role);
                audit::insert(&tx, NewAuditEntry::about(&actor, "user.create").detail(detail)).await?;
                row
            }
        };
        let user = to_user(&row)?;
        self.commit_access(tx).await?;
        Ok(user)
    }

    /// # Errors
    /// `NoSuchUser`, or the database fails.
    pub async fn get_user(&self, id: &str) -> Result<User> {
        to_user(&Entity::find_by_id(id).one(&self.connection).await?.ok_or(DbError::NoSuchUser)?)
    }

    /// # Errors
    /// `NoSuchUser`, or the database fails.
    pub async fn user_by_name(&self, name: &str) -> Result<User> {
        to_user(&by_name(&self.connection, name).await?)
    }

    /// The account of this name with the hash of its password; none when there is no such account.
    ///
    /// # Errors
    /// The database fails.
    pub async fn user_with_password(&self, name: &str) -> Result<Option<(User, Option<String>)>> {
        let row = Entity::find().filter(Column::Name.eq(name)).one(&self.connection).await?;
        row.map(|row| Ok((to_user(&row)?, row.password_hash))).transpose()
    }

    /// Whether there is any account.
    ///
    /// # Errors
    /// The database fails.
    pub async fn has_users(&self) -> Result<bool> {
        Ok(Entity::find().limit(1).one(&self.connection).await?.is_some())
    }

    /// Accounts by name; `after` is the cursor of the page before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_users(&self, after: Option<&str>, limit: u64) -> Result<Page<User>> {
        let total = Entity::find().count(&self.connection).await?;
        let mut query = Entity::find().order_by_asc(Column::Name).limit(limit.saturating_add(1));
        if let Some(after) = after {
            query = query.filter(Column::Name.gt(after));
        }
        let users = query.all(&self.connection).await?.iter().map(to_user).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(users, limit, total, |user| user.name.clone()))
    }

    /// Gives an account another role, or closes or opens it. A closed one's sign-ins end at once, and its
    /// tokens are worth nothing while it is closed.
    ///
    /// # Errors
    /// `NoSuchUser`, `LastAdmin` when no other administrator could sign in, or the database fails.
    pub async fn change_user(
        &self,
        id: &str,
        changes: impl IntoIterator<Item = UserChange> + Send,
        actor: &Actor,
    ) -> Result<User> {
        let changes: Vec<_> = changes.into_iter().collect();
        let tx = self.begin().await?;
        locks::take(&tx, Lock::Accounts).await?;
        let row = lock(&tx, id).await?;
        for change in changes {
            if matches!(change, UserChange::Disable) || matches!(change, UserChange::Role(role) if role != Role::Admin)
            {
                keep_an_admin(&tx, &row).await?;
            }
            let (action, detail) = match change {
                UserChange::Role(role) => {
                    set(&tx, id, Column::Role, role.as_str()).await?;
                    ("user.role", format!("{}: {} -> {role}", row.name, row.role))
                }
                UserChange::Disable => {
                    set(&tx, id, Column::DisabledAt, row.disabled_at.unwrap_or_else(|| millis(now()))).await?;
                    sessions::end_all(&tx, id, None).await?;
                    ("user.disable", row.name.clone())
                }
                UserChange::Enable => {
                    set(&tx, id, Column::DisabledAt, None::<i64>).await?;
                    ("user.enable", row.name.clone())
                }
            };
            audit::insert(&tx, NewAuditEntry::about(actor, action).detail(detail)).await?;
        }
        let user = to_user(&lock(&tx, id).await?)?;
        self.commit_access(tx).await?;
        Ok(user)
    }

    /// Sets a password, and ends every sign-in of the account but the one whose hash is `keep`. Links that
    /// would set another are void.
    ///
    /// # Errors
    /// `NoSuchUser`, `SignsInElsewhere`, or the database fails.
    pub async fn set_password(&self, id: &str, hash: &str, keep: Option<&str>, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        let row = lock_with_password(&tx, id).await?;
        write_password(&tx, id, hash, keep).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "user.password").detail(row.name)).await?;
        self.commit_access(tx).await
    }

    /// Takes the password of an account away, and ends its sign-ins; nobody signs in until a new one is chosen by
    /// the link of which `invite` is the hash, within `lifetime`.
    ///
    /// # Errors
    /// `NoSuchUser`, `SignsInElsewhere`, or the database fails.
    pub async fn reset_password(&self, id: &str, invite: &str, lifetime: Duration, actor: &Actor) -> Result<User> {
        let tx = self.begin().await?;
        let row = lock_with_password(&tx, id).await?;
        set(&tx, id, Column::PasswordHash, None::<String>).await?;
        invites::replace(&tx, id, invite, lifetime).await?;
        sessions::end_all(&tx, id, None).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "user.reset").detail(row.name)).await?;
        let user = to_user(&lock(&tx, id).await?)?;
        self.commit_access(tx).await?;
        Ok(user)
    }

    /// Removes an account with its memberships, tokens and sign-ins.
    ///
    /// # Errors
    /// `NoSuchUser`, `LastAdmin`, `StillOwns` while stores belong to it, or the database fails.
    pub async fn delete_user(&self, id: &str, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        locks::take(&tx, Lock::Accounts).await?;
        let row = lock(&tx, id).await?;
        keep_an_admin(&tx, &row).await?;
        let owned = stores::count_living(&tx, stores::Column::OwnerUserId, id).await?;
        if owned > 0 {
            return Err(DbError::StillOwns(owned));
        }
        sessions::end_all(&tx, id, None).await?;
        invites::remove(&tx, id).await?;
        tokens::Entity::delete_many().filter(tokens::Column::UserId.eq(id)).exec(&tx).await?;
        team_members::Entity::delete_many().filter(team_members::Column::UserId.eq(id)).exec(&tx).await?;
        store_members::Entity::delete_many().filter(store_members::Column::UserId.eq(id)).exec(&tx).await?;
        Entity::delete_by_id(id).exec(&tx).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "user.delete").detail(row.name)).await?;
        self.commit_access(tx).await
    }
}

/// Refuses to take the rights of the only administrator who can sign in.
async fn keep_an_admin(tx: &DatabaseTransaction, row: &Model) -> Result<()> {
    let can = |row: &Model| row.disabled_at.is_none() && row.password_hash.is_some();
    if row.role != Role::Admin.as_str() || !can(row) {
        return Ok(());
    }
    let others = Entity::find()
        .filter(Column::Role.eq(Role::Admin.as_str()))
        .filter(Column::DisabledAt.is_null())
        .filter(Column::PasswordHash.is_not_null())
        .filter(Column::Id.ne(row.id.as_str()));
    match others.limit(1).one(tx).await? {
        Some(_) => Ok(()),
        None => Err(DbError::LastAdmin),
    }
}

/// Sets the password within a transaction.
pub(super) async fn write_password(tx: &DatabaseTransaction, id: &str, hash: &str, keep: Option<&str>) -> Result<()> {
    set(tx, id, Column::PasswordHash, hash).await?;
    invites::remove(tx, id).await?;
    sessions::end_all(tx, id, keep).await
}

/// Notes that the account was signed in to.
pub(super) async fn signed_in(tx: &DatabaseTransaction, id: &str) -> Result<()> {
    set(tx, id, Column::SignedInAt, millis(now())).await
}

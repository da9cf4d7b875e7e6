//! The table `sessions`: sign-ins of browsers. It holds hashes: who reads it cannot sign in.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use time::{Duration, OffsetDateTime};

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::{millis, moment, now};
use super::users::{self, User};
use super::{Db, DbError, Result, sign_in_codes};

/// However often it is used, a sign-in ends after this time.
const LONGEST: Duration = Duration::days(30);
/// The end moves along with use, and is written this often at most.
const MOVED_EVERY: Duration = Duration::MINUTE;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub user_id: Option<String>,
    pub proof: Option<String>,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    pub source: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "users::Entity", from = "Column::UserId", to = "users::Column::Id")]
    User,
}

impl Related<users::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// Whose sign-in it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    User(User),
    /// Made with the admin token of which this is the fingerprint.
    Admin {
        proof: String,
    },
}

/// A sign-in as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Of the random cookie; who has it cannot sign in.
    pub hash: String,
    pub created_at: OffsetDateTime,
    /// Its last use, to the minute.
    pub seen_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    /// How and from which address it was begun.
    pub source: Option<String>,
}

/// Those of an account, or those that the admin token made.
fn whose(user: Option<&str>) -> sea_orm::sea_query::SimpleExpr {
    match user {
        Some(user) => Column::UserId.eq(user),
        None => Column::UserId.is_null(),
    }
}

/// Ends every sign-in of the account but the one whose hash is `keep`, and what was allowed in them and not yet used.
pub(super) async fn end_all(tx: &DatabaseTransaction, user: &str, keep: Option<&str>) -> Result<()> {
    let mut ended = Entity::delete_many().filter(Column::UserId.eq(user));
    if let Some(keep) = keep {
        ended = ended.filter(Column::Hash.ne(keep));
    }
    ended.exec(tx).await?;
    sign_in_codes::remove(tx, user).await
}

impl Db {
    /// Keeps a new sign-in, and forgets those that have ended. `proven` is the hash of the password that was
    /// found right: it may have been changed since, by whoever wants nobody to sign in with it any more.
    ///
    /// # Errors
    /// `NoSuchUser` when the account was closed, or its password changed, meanwhile; or the database fails.
    pub async fn create_session(
        &self,
        hash: &str,
        signed: &Signed,
        proven: Option<&str>,
        lifetime: Duration,
        actor: &Actor,
    ) -> Result<()> {
        let tx = self.begin().await?;
        if let Signed::User(user) = signed {
            let row = users::lock(&tx, &user.id).await?;
            if row.disabled_at.is_some() || row.password_hash.as_deref() != proven {
                return Err(DbError::NoSuchUser);
            }
        }
        let now = now();
        Entity::delete_many().filter(Column::ExpiresAt.lte(millis(now))).exec(&tx).await?;
        let (user_id, proof) = match signed {
            Signed::User(user) => (Some(user.id.clone()), None),
            Signed::Admin { proof } => (None, Some(proof.clone())),
        };
        if let Some(user) = &user_id {
            users::signed_in(&tx, user).await?;
        }
        let row = ActiveModel {
            hash: Set(hash.to_owned()),
            user_id: Set(user_id),
            proof: Set(proof),
            created_at: Set(millis(now)),
            seen_at: Set(millis(now)),
            expires_at: Set(millis(now + lifetime.min(LONGEST))),
            source: Set(actor.source.clone()),
        };
        Entity::insert(row).exec_without_returning(&tx).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "session.create")).await?;
        Ok(tx.commit().await?)
    }

    /// Whose sign-in has this hash, if it has not ended; using it moves its end to `lifetime` from now. Without a
    /// `lifetime` it is looked at and not used.
    ///
    /// # Errors
    /// The database fails.
    pub async fn use_session(
        &self,
        hash: &str,
        lifetime: impl Into<Option<Duration>> + Send,
    ) -> Result<Option<Signed>> {
        let lifetime = lifetime.into();
        let found = Entity::find_by_id(hash).find_also_related(users::Entity).one(&self.connection).await?;
        let Some((row, user)) = found else { return Ok(None) };
        let now = now();
        if row.expires_at <= millis(now) {
            return Ok(None);
        }
        let signed = match (row.user_id, row.proof, user) {
            (Some(_), _, Some(user)) if user.disabled_at.is_none() => Signed::User(users::to_user(&user)?),
            (None, Some(proof), _) => Signed::Admin { proof },
            _ => return Ok(None),
        };
        if let Some(lifetime) = lifetime
            && moment(row.seen_at)? + MOVED_EVERY < now
        {
            let end = (now + lifetime).min(moment(row.created_at)? + LONGEST);
            self.move_session(hash, now, end).await?;
        }
        Ok(Some(signed))
    }

    async fn move_session(&self, hash: &str, seen: OffsetDateTime, end: OffsetDateTime) -> Result<()> {
        let moved = Entity::update_many()
            .col_expr(Column::SeenAt, Expr::value(millis(seen)))
            .col_expr(Column::ExpiresAt, Expr::value(millis(end)));
        moved.filter(Column::Hash.eq(hash)).exec(&self.connection).await?;
        Ok(())
    }

    /// Ends one sign-in.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_session(&self, hash: &str, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        Entity::delete_by_id(hash).exec(&tx).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "session.delete")).await?;
        self.commit_access(tx).await
    }

    /// The sign-ins of an account that have not ended, newest first; `None` for those that the admin token made.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_sessions(&self, user: Option<&str>) -> Result<Vec<Session>> {
        let rows = Entity::find().filter(whose(user)).filter(Column::ExpiresAt.gt(millis(now())));
        let rows = rows.order_by_desc(Column::CreatedAt).all(&self.connection).await?;
        let session = |row: Model| {
            Ok(Session {
                hash: row.hash,
                created_at: moment(row.created_at)?,
                seen_at: moment(row.seen_at)?,
                expires_at: moment(row.expires_at)?,
                source: row.source,
            })
        };
        rows.into_iter().map(session).collect()
    }

    /// Ends every sign-in of an account; `None` for those that the admin token made.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_sessions(&self, user: Option<&str>, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        Entity::delete_many().filter(whose(user)).exec(&tx).await?;
        if let Some(user) = user {
            sign_in_codes::remove(&tx, user).await?;
        }
        audit::insert(&tx, NewAuditEntry::about(actor, "session.delete").detail("everywhere")).await?;
        self.commit_access(tx).await
    }
}

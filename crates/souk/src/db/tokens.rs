//! The table `tokens`: what programs sign in with, a person's own and those of machines. It holds hashes:
//! a token is told once, when it is made.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{DatabaseTransaction, QueryOrder};
use souk_domain::{Access, Role, Scope};
use time::{Duration, OffsetDateTime};

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::{millis, moment, now, optional_moment, parse};
use super::users::{self, User};
use super::{Db, DbError, Result};

/// The last use is written this often at most.
const USE_WRITTEN_EVERY: Duration = Duration::MINUTE;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub hash: String,
    pub name: String,
    pub user_id: Option<String>,
    pub role: Option<String>,
    pub scope: String,
    pub created_by: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub used_at: Option<i64>,
    pub revoked_at: Option<i64>,
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

/// Whose a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The account with this id; its role is the token's.
    User(String),
    /// A machine, with a role of its own.
    Machine(Role),
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: String,
    pub name: String,
    pub holder: Holder,
    pub scope: Scope,
    pub created_by: String,
    pub created_at: OffsetDateTime,
    pub expires_at: Option<OffsetDateTime>,
    pub used_at: Option<OffsetDateTime>,
    pub revoked_at: Option<OffsetDateTime>,
}

/// A token that is to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub hash: String,
    pub name: String,
    pub holder: Holder,
    pub scope: Scope,
    pub expires_at: Option<OffsetDateTime>,
}

/// Who came with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub token: Token,
    /// None for a machine.
    pub user: Option<User>,
    pub access: Access,
}

/// Why a token is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worthless {
    Unknown,
    Expired,
    Revoked,
    /// The account that it belongs to is closed.
    Disabled,
}

fn to_token(row: &Model) -> Result<Token> {
    let holder = match (&row.user_id, &row.role) {
        (Some(user), _) => Holder::User(user.clone()),
        (None, Some(role)) => Holder::Machine(parse("tokens.role", role)?),
        (None, None) => return Err(DbError::Unreadable(format!("tokens: {} is nobody's", row.id))),
    };
    Ok(Token {
        id: row.id.clone(),
        name: row.name.clone(),
        holder,
        scope: parse("tokens.scope", &row.scope)?,
        created_by: row.created_by.clone(),
        created_at: moment(row.created_at)?,
        expires_at: optional_moment(row.expires_at)?,
        used_at: optional_moment(row.used_at)?,
        revoked_at: optional_moment(row.revoked_at)?,
    })
}

/// Writes a new token down within a transaction.
pub(super) async fn insert(tx: &DatabaseTransaction, new: NewToken, actor: &Actor) -> Result<Token> {
    let (user_id, role) = match &new.holder {
        Holder::User(user) => (Some(user.clone()), None),
        Holder::Machine(role) => (None, Some(role.to_string())),
    };
    let row = Model {
        id: users::new_id('k'),
        hash: new.hash,
        name: new.name,
        user_id,
        role,
        scope: new.scope.to_string(),
        created_by: actor.name.clone(),
        created_at: millis(now()),
        expires_at: new.expires_at.map(millis),
        used_at: None,
        revoked_at: None,
    };
    let token = to_token(&row)?;
    Entity::insert(ActiveModel::from(row)).exec_without_returning(tx).await?;
    let detail = format!("{} ({}), scope {}", token.name, token.id, token.scope);
    audit::insert(tx, NewAuditEntry::about(actor, "token.create").detail(detail)).await?;
    Ok(token)
}

impl Db {
    /// Keeps a new token.
    ///
    /// # Errors
    /// The database fails.
    pub async fn create_token(&self, new: NewToken, actor: &Actor) -> Result<Token> {
        let tx = self.begin().await?;
        let token = insert(&tx, new, actor).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// The tokens of an account, newest first; `None` for those of machines.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_tokens(&self, user: Option<&str>) -> Result<Vec<Token>> {
        let whose = match user {
            Some(user) => Column::UserId.eq(user),
            None => Column::UserId.is_null(),
        };
        let rows = Entity::find().filter(whose).order_by_desc(Column::CreatedAt).all(&self.connection).await?;
        rows.iter().map(to_token).collect()
    }

    /// # Errors
    /// `NoSuchToken`, or the database fails.
    pub async fn get_token(&self, id: &str) -> Result<Token> {
        to_token(&Entity::find_by_id(id).one(&self.connection).await?.ok_or(DbError::NoSuchToken)?)
    }

    /// Makes a token worthless, from the next request on.
    ///
    /// # Errors
    /// `NoSuchToken`, or the database fails.
    pub async fn revoke_token(&self, id: &str, actor: &Actor) -> Result<Token> {
        let tx = self.begin().await?;
        let mut row = Entity::find_by_id(id).one(&tx).await?.ok_or(DbError::NoSuchToken)?;
        if row.revoked_at.is_none() {
            row.revoked_at = Some(millis(now()));
            let revoked = Entity::update_many().col_expr(Column::RevokedAt, Expr::value(row.revoked_at));
            revoked.filter(Column::Id.eq(id)).exec(&tx).await?;
            let detail = format!("{} ({id})", row.name);
            audit::insert(&tx, NewAuditEntry::about(actor, "token.revoke").detail(detail)).await?;
            self.commit_access(tx).await?;
        }
        to_token(&row)
    }

    /// Who comes with the token of this hash, and what they may at this moment.
    ///
    /// # Errors
    /// The database fails.
    pub async fn use_token(&self, hash: &str) -> Result<Result<Bearer, Worthless>> {
        let found = Entity::find().filter(Column::Hash.eq(hash)).find_also_related(users::Entity);
        let Some((row, user)) = found.one(&self.connection).await? else { return Ok(Err(Worthless::Unknown)) };
        let token = to_token(&row)?;
        let now = now();
        if token.revoked_at.is_some() {
            return Ok(Err(Worthless::Revoked));
        }
        if token.expires_at.is_some_and(|end| end <= now) {
            return Ok(Err(Worthless::Expired));
        }
        let (user, role) = match (&token.holder, user) {
            (Holder::Machine(role), _) => (None, *role),
            (Holder::User(_), Some(user)) if user.disabled_at.is_none() => {
                let user = users::to_user(&user)?;
                let role = user.role;
                (Some(user), role)
            }
            (Holder::User(_), _) => return Ok(Err(Worthless::Disabled)),
        };
        if token.used_at.is_none_or(|used| used + USE_WRITTEN_EVERY < now) {
            let used = Entity::update_many().col_expr(Column::UsedAt, Expr::value(millis(now)));
            used.filter(Column::Id.eq(token.id.as_str())).exec(&self.connection).await?;
        }
        let access = Access { role, scope: token.scope };
        Ok(Ok(Bearer { token, user, access }))
    }
}

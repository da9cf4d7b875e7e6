//! The table `invites`: links by which somebody chooses the password of an account, once. One an account.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use time::Duration;

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::{millis, now};
use super::users::{self, User};
use super::{Db, DbError, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "invites")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub user_id: String,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Makes the account's link void.
pub(super) async fn remove(tx: &DatabaseTransaction, user: &str) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

/// Keeps the hash of a new link of the account in place of the one before.
pub(super) async fn replace(tx: &DatabaseTransaction, user: &str, hash: &str, lifetime: Duration) -> Result<()> {
    remove(tx, user).await?;
    let invite = ActiveModel {
        hash: Set(hash.to_owned()),
        user_id: Set(user.to_owned()),
        expires_at: Set(millis(now() + lifetime)),
    };
    Entity::insert(invite).exec_without_returning(tx).await?;
    Ok(())
}

impl Db {
    /// Keeps the hash of a new link for `lifetime`; the one before is void.
    ///
    /// # Errors
    /// `NoSuchUser`, `SignsInElsewhere`, or the database fails.
    pub async fn create_invite(&self, user: &str, hash: &str, lifetime: Duration, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        let row = users::lock_with_password(&tx, user).await?;
        replace(&tx, user, hash, lifetime).await?;
        audit::insert(&tx, NewAuditEntry::about(actor, "user.invite").detail(row.name)).await?;
        Ok(tx.commit().await?)
    }

    /// Whose link this is, while it can be used.
    ///
    /// # Errors
    /// The database fails.
    pub async fn invited_user(&self, hash: &str) -> Result<Option<User>> {
        let invite = Entity::find_by_id(hash).one(&self.connection).await?;
        let Some(invite) = invite.filter(|invite| invite.expires_at > millis(now())) else { return Ok(None) };
        let row = users::Entity::find_by_id(invite.user_id).one(&self.connection).await?;
        row.filter(|row| row.disabled_at.is_none()).as_ref().map(users::to_user).transpose()
    }

    /// Uses a link up: sets the password of its account and ends the account's sign-ins.
    ///
    /// # Errors
    /// `InviteOver` when it was used, has ended or never was; or the database fails.
    pub async fn accept_invite(&self, hash: &str, password_hash: &str, source: Option<String>) -> Result<User> {
        let tx = self.begin().await?;
        let invite = Entity::find_by_id(hash).one(&tx).await?.ok_or(DbError::InviteOver)?;
        let row = users::lock(&tx, &invite.user_id).await?;
        // Two that come at once: the one that deletes the row has it.
        let used = Entity::delete_by_id(hash).exec(&tx).await?.rows_affected;
        if used == 0 || invite.expires_at <= millis(now()) || row.disabled_at.is_some() {
            return Err(DbError::InviteOver);
        }
        users::write_password(&tx, &row.id, password_hash, None).await?;
        let actor = Actor { name: row.name.clone(), source };
        audit::insert(&tx, NewAuditEntry::about(&actor, "user.accept").detail(row.name)).await?;
        let user = users::to_user(&users::lock(&tx, &row.id).await?)?;
        self.commit_access(tx).await?;
        Ok(user)
    }
}

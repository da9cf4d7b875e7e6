//! The table `sign_in_codes`: what somebody allowed the command line in a browser, until it comes for its token.
//! It holds hashes: who reads it gets no token.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use souk_domain::Scope;
use time::{Duration, OffsetDateTime};

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::{millis, now, optional_moment};
use super::{Db, DbError, Holder, NewToken, Result, Token, tokens, users};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_codes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    pub user_id: String,
    pub challenge: String,
    pub token_name: String,
    pub token_expires_at: Option<i64>,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A code that is to be kept.
#[derive(Clone, Debug)]
pub struct NewSignInCode {
    pub hash: String,
    /// Id of the account that allows it.
    pub user: String,
    /// Of the secret that has to come with the code.
    pub challenge: String,
    pub token_name: String,
    pub token_expires_at: Option<OffsetDateTime>,
}

/// Makes the codes of an account void.
pub(super) async fn remove(tx: &DatabaseTransaction, user: &str) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(tx).await?;
    Ok(())
}

impl Db {
    /// Keeps a new code for `lifetime`, and forgets those that nobody came with.
    ///
    /// # Errors
    /// `NoSuchUser` when the account was closed meanwhile, or the database fails.
    pub async fn create_sign_in_code(&self, new: NewSignInCode, lifetime: Duration, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        if users::lock(&tx, &new.user).await?.disabled_at.is_some() {
            return Err(DbError::NoSuchUser);
        }
        Entity::delete_many().filter(Column::ExpiresAt.lte(millis(now()))).exec(&tx).await?;
        let entry = NewAuditEntry::about(actor, "token.allow").detail(new.token_name.clone());
        let row = ActiveModel {
            hash: Set(new.hash),
            user_id: Set(new.user),
            challenge: Set(new.challenge),
            token_name: Set(new.token_name),
            token_expires_at: Set(new.token_expires_at.map(millis)),
            expires_at: Set(millis(now() + lifetime)),
        };
        Entity::insert(row).exec_without_returning(&tx).await?;
        audit::insert(&tx, entry).await?;
        Ok(tx.commit().await?)
    }

    /// Uses a code up, whoever comes with it, and makes its token when the `challenge` is the code's own.
    /// `token_hash` is what is kept of the token.
    ///
    /// # Errors
    /// `CodeOver` when it was used, has ended, never was, belongs to another challenge or to a closed account; or
    /// the database fails.
    pub async fn use_sign_in_code(
        &self,
        hash: &str,
        challenge: &str,
        token_hash: String,
        source: Option<String>,
    ) -> Result<Token> {
        let unknown = || DbError::CodeOver("it was used before, was made void, or never was");
        let tx = self.begin().await?;
        let code = Entity::find_by_id(hash).one(&tx).await?.ok_or_else(unknown)?;
        // The account first, as whatever makes its codes void does.
        let user = users::lock(&tx, &code.user_id).await.map_err(|error| match error {
            DbError::NoSuchUser => unknown(),
            error => error,
        })?;
        // Two that come at once: the one that deletes the row has it.
        if Entity::delete_by_id(hash).exec(&tx).await?.rows_affected == 0 {
            return Err(unknown());
        }
        let void = if code.expires_at <= millis(now()) {
            Some("it has ended")
        } else if code.challenge != challenge {
            Some("it is another command line's")
        } else if user.disabled_at.is_some() {
            Some("its account is disabled")
        } else {
            None
        };
        if let Some(why) = void {
            tx.commit().await?;
            return Err(DbError::CodeOver(why));
        }
        let actor = Actor { name: user.name, source };
        let new = NewToken {
            hash: token_hash,
            name: code.token_name,
            holder: Holder::User(user.id),
            // What the command line does: stores, and no accounts or further tokens.
            scope: Scope::Write,
            expires_at: optional_moment(code.token_expires_at)?,
        };
        let token = tokens::insert(&tx, new, &actor).await?;
        tx.commit().await?;
        Ok(token)
    }
}

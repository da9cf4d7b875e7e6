//! The table `begun_sign_ins`: sign-ins that a browser has begun and that go on at the provider of single sign-on.
//! It holds hashes: who reads it cannot end a sign-in that another has begun.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use time::Duration;

use super::columns::{millis, now};
use super::{Db, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "begun_sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub state_hash: String,
    pub browser_hash: String,
    pub return_to: String,
    pub expires_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Db {
    /// Remembers that a browser has begun to sign in, for `lifetime`, and forgets those that never ended.
    ///
    /// # Errors
    /// The database fails.
    pub async fn note_begun_sign_in(
        &self,
        state: &str,
        browser: &str,
        return_to: &str,
        lifetime: Duration,
    ) -> Result<()> {
        let tx = self.begin().await?;
        Entity::delete_many().filter(Column::ExpiresAt.lte(millis(now()))).exec(&tx).await?;
        let begun = ActiveModel {
            state_hash: Set(state.to_owned()),
            browser_hash: Set(browser.to_owned()),
            return_to: Set(return_to.to_owned()),
            expires_at: Set(millis(now() + lifetime)),
        };
        Entity::insert(begun).exec_without_returning(&tx).await?;
        Ok(tx.commit().await?)
    }

    /// Uses a begun sign-in up, whoever asks; where to return to when it was this browser's and has not ended.
    ///
    /// # Errors
    /// The database fails.
    pub async fn take_begun_sign_in(&self, state: &str, browser: Option<&str>) -> Result<Option<String>> {
        let Some(begun) = Entity::find_by_id(state).one(&self.connection).await? else { return Ok(None) };
        // Two that come at once: the one that deletes the row has it.
        let used = Entity::delete_by_id(state).exec(&self.connection).await?.rows_affected;
        let holds = used == 1 && browser == Some(&begun.browser_hash) && begun.expires_at > millis(now());
        Ok(holds.then_some(begun.return_to))
    }
}

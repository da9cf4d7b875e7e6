//! To whom stores belong, and how many there may be of them.

use sea_orm::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, Select};
use time::Duration;

use super::columns::{millis, now};
use super::stores::{self, Column, Entity};
use super::{Db, DbError, Result};

const HOUR: Duration = Duration::HOUR;

/// Whom a store is to belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    User {
        id: String,
        name: String,
    },
    Team {
        id: String,
        name: String,
    },
    /// Somebody without an account, such as a machine or the admin token.
    Named(String),
}

impl Owner {
    /// What people read. No user's name holds a colon.
    pub(super) fn text(&self) -> String {
        match self {
            Self::User { name, .. } | Self::Named(name) => name.clone(),
            Self::Team { name, .. } => format!("team:{name}"),
        }
    }

    /// The account and the team that it is.
    pub(super) fn ids(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::User { id, .. } => (Some(id.clone()), None),
            Self::Team { id, .. } => (None, Some(id.clone())),
            Self::Named(_) => (None, None),
        }
    }
}

/// How many stores there may be; `None` is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Stores that exist at once.
    pub stores: Option<u32>,
    /// Stores that are asked for within an hour.
    pub creates_per_hour: Option<u32>,
    /// Stores of one owner that exist at once.
    pub stores_per_owner: Option<u32>,
    /// Stores that are asked for within an hour for one owner.
    pub creates_per_hour_per_owner: Option<u32>,
}

/// What of the limits is used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Stores of the owner that exist.
    pub own_stores: u64,
    /// Stores that the owner asked for within the last hour.
    pub own_creates: u64,
}

impl Limits {
    /// Whether there may be one store more.
    pub(super) async fn check(self, tx: &DatabaseTransaction, owner: &str) -> Result<()> {
        let own = || Entity::find().filter(Column::Owner.eq(owner));
        if let Some(most) = self.stores
            && living(Entity::find()).count(tx).await? >= u64::from(most)
        {
            return Err(DbError::TooManyStores(most));
        }
        if let Some(most) = self.stores_per_owner
            && living(own()).count(tx).await? >= u64::from(most)
        {
            return Err(DbError::TooManyOwned(most));
        }
        if let Some(most) = self.creates_per_hour
            && let Some(wait) = wait_for_one_more(tx, Entity::find(), most).await?
        {
            return Err(DbError::TooManyCreates { most, wait });
        }
        if let Some(most) = self.creates_per_hour_per_owner
            && let Some(wait) = wait_for_one_more(tx, own(), most).await?
        {
            return Err(DbError::TooManyOwnCreates { most, wait });
        }
        Ok(())
    }
}

fn living(stores: Select<Entity>) -> Select<Entity> {
    stores.filter(stores::living())
}

/// How long it takes until fewer than `most` of the stores are younger than an hour; none when they are.
async fn wait_for_one_more(tx: &DatabaseTransaction, stores: Select<Entity>, most: u32) -> Result<Option<Duration>> {
    let now = now();
    let hour = stores.filter(Column::CreatedAt.gt(millis(now - HOUR))).select_only();
    let last = hour.column(Column::CreatedAt).order_by_desc(Column::CreatedAt).offset(u64::from(most) - 1);
    let at = last.into_tuple::<i64>().one(tx).await?;
    Ok(at.map(|at| Duration::milliseconds(at - millis(now)) + HOUR))
}

impl Db {
    /// What one owner has used up of the limits.
    ///
    /// # Errors
    /// The database fails.
    pub async fn used(&self, owner: &Owner) -> Result<Used> {
        let own = || Entity::find().filter(Column::Owner.eq(owner.text()));
        let hour = own().filter(Column::CreatedAt.gt(millis(now() - HOUR)));
        Ok(Used {
            own_stores: living(own()).count(&self.connection).await?,
            own_creates: hour.count(&self.connection).await?,
        })
    }
}

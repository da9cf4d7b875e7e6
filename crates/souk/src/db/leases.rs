//! Who works on a store. A lease carries a fence: every claim raises it, and a write with an older fence
//! is refused, so that a worker that was stopped past its lease can change nothing.

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use souk_domain::{Store, StoreId};

use super::columns::{millis, now};
use super::stores::{self, ActiveModel, Column, Entity, Model};
use super::{Db, DbError, Result};

/// The right to work on one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub store: StoreId,
    pub worker: String,
    pub fence: i64,
}

/// The locked row, if the claim still holds.
pub(super) async fn lock_claimed(tx: &DatabaseTransaction, claim: &Claim) -> Result<Model> {
    let row = stores::lock(tx, &claim.store).await?;
    let ours = row.lease_owner.as_deref() == Some(&claim.worker) && row.lease_fence == claim.fence;
    if ours { Ok(row) } else { Err(DbError::LeaseLost) }
}

impl Db {
    /// Claims the store for `worker` for `duration`, and returns it as it is now. `None` while another
    /// worker holds it. A worker may claim again what it holds.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn claim(&self, store: &StoreId, worker: &str, duration: Duration) -> Result<Option<(Claim, Store)>> {
        let tx = self.begin().await?;
        let row = stores::lock(&tx, store).await?;
        let free = row.lease_expires_at.is_none_or(|expires| expires <= millis(now()));
        if !free && row.lease_owner.as_deref() != Some(worker) {
            return Ok(None);
        }
        let fence = row.lease_fence + 1;
        let columns = ActiveModel {
            lease_owner: Set(Some(worker.to_owned())),
            lease_fence: Set(fence),
            lease_expires_at: Set(Some(millis(now() + duration))),
            ..ActiveModel::new()
        };
        Entity::update_many().set(columns).filter(Column::Id.eq(store.as_str())).exec(&tx).await?;
        let loaded = stores::load(&tx, &row).await?;
        tx.commit().await?;
        Ok(Some((Claim { store: store.clone(), worker: worker.to_owned(), fence }, loaded)))
    }

    /// Makes the claim last for `duration` from now.
    ///
    /// # Errors
    /// `LeaseLost`, or the database fails.
    pub async fn renew(&self, claim: &Claim, duration: Duration) -> Result<()> {
        self.set_lease(claim, Some(claim.worker.clone()), Some(millis(now() + duration))).await
    }

    /// Gives the store back.
    ///
    /// # Errors
    /// `LeaseLost`, or the database fails.
    pub async fn release(&self, claim: &Claim) -> Result<()> {
        self.set_lease(claim, None, None).await
    }

    async fn set_lease(&self, claim: &Claim, owner: Option<String>, expires_at: Option<i64>) -> Result<()> {
        let columns = ActiveModel { lease_owner: Set(owner), lease_expires_at: Set(expires_at), ..ActiveModel::new() };
        let done = Entity::update_many()
            .set(columns)
            .filter(Column::Id.eq(claim.store.as_str()))
            .filter(Column::LeaseOwner.eq(claim.worker.as_str()))
            .filter(Column::LeaseFence.eq(claim.fence))
            .exec(&self.connection)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(DbError::LeaseLost) }
    }

    /// Ends the leases that earlier processes left behind. Only for a platform with one replica, at its
    /// start.
    ///
    /// # Errors
    /// The database fails.
    pub async fn release_all_leases(&self) -> Result<()> {
        let columns = ActiveModel { lease_owner: Set(None), lease_expires_at: Set(None), ..ActiveModel::new() };
        Entity::update_many().set(columns).filter(Column::LeaseOwner.is_not_null()).exec(&self.connection).await?;
        Ok(())
    }
}

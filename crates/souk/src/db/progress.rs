//! The one way in which the reconciler writes: phase, conditions, operation and timeline of a store change
//! together, in one transaction, under a claim that still holds.

use souk_domain::timeline::NewEvent;
use souk_domain::{Phase, Store};

use super::changes::Notice;
use super::columns::now;
use super::stores::{ActiveModel, Column, Entity};
use super::{Claim, Db, Result, events, leases, operations, stores, succession, usage};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

impl Db {
    /// Loads the store as it is now, lets `change` alter it and add events, and writes what is different.
    /// Nothing is written, and no revision used, when nothing changed. Returns the store after it.
    ///
    /// # Errors
    /// `LeaseLost` when another worker took the store over, what `change` returns, or the database fails;
    /// nothing is written then.
    pub async fn record<F>(&self, claim: &Claim, change: F) -> Result<Store>
    where
        F: FnOnce(&mut Store, &mut Vec<NewEvent>) -> Result<()> + Send,
    {
        let tx = self.begin().await?;
        let row = leases::lock_claimed(&tx, claim).await?;
        let before = stores::load(&tx, &row).await?;
        let mut store = before.clone();
        let mut new_events = Vec::new();
        change(&mut store, &mut new_events)?;
        if store == before && new_events.is_empty() {
            return Ok(store);
        }
        if store.phase == Phase::Ready && store.ready_at.is_none() {
            store.ready_at = Some(now());
        }
        if store.phase == Phase::Deleted && store.deleted_at.is_none() {
            store.deleted_at = Some(now());
            usage::forget(&tx, &store.id).await?;
        }
        if store.operation != before.operation
            && let Some(operation) = &store.operation
        {
            operations::save(&tx, operation).await?;
        }
        let operation = store.operation.as_ref().map(|operation| operation.id.clone());
        if before.open_operation().is_some() {
            new_events.extend(succession::follow_up(&tx, &mut store).await?);
        }
        stores::save(&tx, &mut store).await?;
        let written = events::insert_all(&tx, &store.id, operation.as_ref(), new_events).await?;
        self.commit(tx, Notice::Store { store: store.id.clone(), due: false }, written).await?;
        Ok(store)
    }

    /// Keeps a sealed copy of the store's secrets; the chosen password that waited for them is part of it.
    ///
    /// # Errors
    /// `LeaseLost`, or the database fails.
    pub async fn keep_secrets(&self, claim: &Claim, sealed: String) -> Result<()> {
        let columns =
            ActiveModel { sealed_secrets: Set(Some(sealed)), sealed_password: Set(None), ..ActiveModel::new() };
        self.write_claimed(claim, columns).await
    }

    /// Forgets which namespace was the store's, once that one is gone.
    ///
    /// # Errors
    /// `LeaseLost`, or the database fails.
    pub async fn forget_namespace(&self, claim: &Claim) -> Result<()> {
        self.write_claimed(claim, ActiveModel { namespace_uid: Set(None), ..ActiveModel::new() }).await
    }

    /// As a store of an earlier version lies in its row.
    #[cfg(test)]
    pub async fn forget_secrets(&self, claim: &Claim) -> Result<()> {
        self.write_claimed(claim, ActiveModel { sealed_secrets: Set(None), ..ActiveModel::new() }).await
    }

    async fn write_claimed(&self, claim: &Claim, columns: ActiveModel) -> Result<()> {
        let tx = self.begin().await?;
        leases::lock_claimed(&tx, claim).await?;
        Entity::update_many().set(columns).filter(Column::Id.eq(claim.store.as_str())).exec(&tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

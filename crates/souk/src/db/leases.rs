//! Who works on a store. A lease carries a fence: every claim raises it, and a write with an older fence
//! is refused, so that a worker that was stopped past its lease can change nothing.
//!
//! When a lease ends is judged by one clock: the database's own on PostgreSQL, where several replicas
//! write, and this process's on SQLite, where it is the only one. No replica's clock ends another's
//! lease (docs/decisions/0009).

use std::collections::HashSet;
use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{ActiveValue::Set, Condition, DatabaseTransaction, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};
use sea_orm::{UpdateMany, entity::prelude::*};
use souk_domain::{Store, StoreId};

use super::changes::Notice;
use super::columns::{millis, now, parse};
use super::stores::{self, ActiveModel, Column, Entity, Model};
use super::{Db, DbError, Result};

/// What says who holds a store now. The fence is none of them: it goes on from where it was.
pub(super) const LEASE_COLUMNS: [&str; 2] = ["lease_owner", "lease_expires_at"];

/// The right to work on one store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    pub store: StoreId,
    pub worker: String,
    pub fence: i64,
}

/// A lease as an update returns it.
#[derive(FromQueryResult)]
struct Lease {
    id: String,
    lease_fence: i64,
}

impl Lease {
    fn into_claim(self, worker: &str) -> Result<Claim> {
        Ok(Claim { store: parse("stores.id", &self.id)?, worker: worker.to_owned(), fence: self.lease_fence })
    }
}

/// The locked row, if the claim still holds.
pub(super) async fn lock_claimed(tx: &DatabaseTransaction, claim: &Claim) -> Result<Model> {
    let row = stores::lock(tx, &claim.store).await?;
    let ours = row.lease_owner.as_deref() == Some(&claim.worker) && row.lease_fence == claim.fence;
    if ours { Ok(row) } else { Err(DbError::LeaseLost) }
}

fn ids<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> Vec<&'a str> {
    claims.into_iter().map(|claim| claim.store.as_str()).collect()
}

/// Gives up what the worker holds.
fn free() -> UpdateMany<Entity> {
    let columns = ActiveModel { lease_owner: Set(None), lease_expires_at: Set(None), ..ActiveModel::new() };
    Entity::update_many().set(columns)
}

impl Db {
    /// The time that leases are judged by, in milliseconds since 1970: of the statement that holds it.
    pub(super) fn lease_clock(&self) -> Expr {
        if self.is_postgres() {
            Expr::cust("CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)")
        } else {
            Expr::val(millis(now()))
        }
    }

    fn lease_end(&self, duration: Duration) -> Expr {
        self.lease_clock().add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
    }

    /// A lease of `worker` that raises the fence.
    fn grant(&self, worker: &str, duration: Duration) -> UpdateMany<Entity> {
        Entity::update_many()
            .col_expr(Column::LeaseOwner, Expr::val(worker))
            .col_expr(Column::LeaseFence, Expr::col(Column::LeaseFence).add(1))
            .col_expr(Column::LeaseExpiresAt, self.lease_end(duration))
    }

    /// Claims the store for `worker` for `duration`, and returns it as it is now. `None` while another
    /// worker holds it. A worker may claim again what it holds.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn claim(&self, store: &StoreId, worker: &str, duration: Duration) -> Result<Option<(Claim, Store)>> {
        let free = Condition::any()
            .add(Column::LeaseExpiresAt.is_null())
            .add(Expr::col(Column::LeaseExpiresAt).lte(self.lease_clock()))
            .add(Column::LeaseOwner.eq(worker));
        let grant = self.grant(worker, duration).filter(Column::Id.eq(store.as_str())).filter(free);
        let granted = returning(&self.connection, grant).await?.pop();
        // Also tells a store that does not exist from one that is taken.
        let loaded = self.get_store(store).await?;
        granted.map(|lease| Ok((lease.into_claim(worker)?, loaded))).transpose()
    }

    /// Makes all of these claims of one worker last for `duration` from now; returns those that still hold.
    ///
    /// # Errors
    /// The database fails.
    pub async fn renew(&self, claims: &[Claim], duration: Duration) -> Result<HashSet<Claim>> {
        let Some(Claim { worker, .. }) = claims.first() else { return Ok(HashSet::new()) };
        let renew = Entity::update_many()
            .col_expr(Column::LeaseExpiresAt, self.lease_end(duration))
            .filter(Column::Id.is_in(ids(claims)))
            .filter(Column::LeaseOwner.eq(worker.as_str()));
        let renewed = returning(&self.connection, renew).await?;
        let holding = renewed.into_iter().map(|lease| lease.into_claim(worker)).collect::<Result<HashSet<_>>>()?;
        Ok(claims.iter().filter(|claim| holding.contains(*claim)).cloned().collect())
    }

    /// Gives the store back.
    ///
    /// # Errors
    /// `LeaseLost`, or the database fails.
    pub async fn release(&self, claim: &Claim) -> Result<()> {
        let done = free()
            .filter(Column::Id.eq(claim.store.as_str()))
            .filter(Column::LeaseOwner.eq(claim.worker.as_str()))
            .filter(Column::LeaseFence.eq(claim.fence))
            .exec(&self.connection)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(DbError::LeaseLost) }
    }

    /// Gives stores back unfinished: other workers are told that they are due.
    ///
    /// # Errors
    /// The database fails.
    pub async fn hand_over(&self, claims: &[Claim]) -> Result<()> {
        let Some(Claim { worker, .. }) = claims.first() else { return Ok(()) };
        let tx = self.begin().await?;
        let free = free().filter(Column::Id.is_in(ids(claims))).filter(Column::LeaseOwner.eq(worker.as_str()));
        let mut notices = Vec::new();
        for lease in returning(&tx, free).await? {
            notices.push(Notice::Store { store: parse("stores.id", &lease.id)?, due: true });
        }
        self.commit_all(tx, notices, Vec::new()).await
    }

    /// Takes over at most `most` stores whose leases ended while another worker held them. Several workers
    /// that ask at once get different ones.
    ///
    /// # Errors
    /// The database fails.
    pub async fn take_over(&self, worker: &str, duration: Duration, most: u64) -> Result<Vec<Claim>> {
        let ended = || {
            Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(Expr::col(Column::LeaseExpiresAt).lte(self.lease_clock()))
                .filter(Column::LeaseOwner.ne(worker))
                .order_by_asc(Column::LeaseExpiresAt)
                .limit(most)
        };
        // Mostly there is none: this asks for no lock.
        let any: Option<String> = ended().into_tuple().one(&self.connection).await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let tx = self.begin().await?;
        let ended = ended().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        let ids: Vec<String> = ended.into_tuple().all(&tx).await?;
        let grant = self.grant(worker, duration).filter(Column::Id.is_in(ids));
        let granted = returning(&tx, grant).await?;
        tx.commit().await?;
        granted.into_iter().map(|lease| lease.into_claim(worker)).collect()
    }

    /// Ends the leases that earlier processes left behind. Only for a platform with one replica, at its
    /// start.
    ///
    /// # Errors
    /// The database fails.
    pub async fn release_all_leases(&self) -> Result<()> {
        free().filter(Column::LeaseOwner.is_not_null()).exec(&self.connection).await?;
        Ok(())
    }

    /// The store as `get_store` has it, and the worker that it is leased to. A lease that has ended and that
    /// nobody took over counts: `take_over` finds it.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn get_store_and_worker(&self, id: &StoreId) -> Result<(Store, Option<String>)> {
        let row = Entity::find_by_id(id.as_str()).one(&self.connection).await?.ok_or(DbError::NoSuchStore)?;
        Ok((stores::load(&self.connection, &row).await?, row.lease_owner))
    }
}

async fn returning<C: ConnectionTrait>(connection: &C, update: UpdateMany<Entity>) -> Result<Vec<Lease>> {
    let mut update = update.into_query();
    update.returning(Query::returning().columns([Column::Id, Column::LeaseFence]));
    let rows = connection.query_all(&update).await?;
    Ok(rows.iter().map(|row| Lease::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

//! The table `idempotency_keys`: which store a key once made, so that a retried request makes no second.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use souk_domain::StoreId;

use super::columns::{millis, now, parse};
use super::{DbError, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub request_hash: String,
    pub store_id: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The store that the key made, if it made one for the same request.
///
/// # Errors
/// `IdempotencyMismatch` when the key belongs to another request.
pub(super) async fn find(tx: &DatabaseTransaction, key: &str, request_hash: &str) -> Result<Option<StoreId>> {
    match Entity::find_by_id(key).one(tx).await? {
        None => Ok(None),
        Some(row) if row.request_hash == request_hash => Ok(Some(parse("idempotency_keys.store_id", &row.store_id)?)),
        Some(_) => Err(DbError::IdempotencyMismatch),
    }
}

pub(super) async fn insert(tx: &DatabaseTransaction, key: &str, request_hash: &str, store: &StoreId) -> Result<()> {
    let row = ActiveModel {
        key: Set(key.to_owned()),
        request_hash: Set(request_hash.to_owned()),
        store_id: Set(store.to_string()),
        created_at: Set(millis(now())),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

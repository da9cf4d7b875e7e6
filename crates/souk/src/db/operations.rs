//! The table `operations`: everything that was asked of stores, kept as history.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, IntoActiveModel, QueryOrder};
use souk_domain::{Operation, OperationId, OperationKind, OperationState, StoreId};
use time::OffsetDateTime;

use super::columns::{cut, from_json, millis, moment, now, optional_moment, parse, to_json};
use super::{Db, DbError, Result, Sight};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "operations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub store_id: String,
    pub kind: String,
    pub state: String,
    pub steps: String,
    pub attempts: i32,
    pub cancel_requested: bool,
    pub reason: Option<String>,
    pub message: Option<String>,
    pub deadline_at: Option<i64>,
    pub next_attempt_at: Option<i64>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub holds_place: bool,
    pub queued_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) fn to_operation(row: &Model) -> Result<Operation> {
    Ok(Operation {
        id: OperationId(row.id.clone()),
        store_id: parse("operations.store_id", &row.store_id)?,
        kind: parse("operations.kind", &row.kind)?,
        state: parse("operations.state", &row.state)?,
        steps: from_json("operations.steps", &row.steps)?,
        attempts: row.attempts.unsigned_abs(),
        cancel_requested: row.cancel_requested,
        reason: row.reason.clone(),
        message: row.message.clone(),
        deadline_at: optional_moment(row.deadline_at)?,
        next_attempt_at: optional_moment(row.next_attempt_at)?,
        created_at: moment(row.created_at)?,
        started_at: optional_moment(row.started_at)?,
        finished_at: optional_moment(row.finished_at)?,
        holds_place: row.holds_place,
        queued_at: moment(row.queued_at)?,
        queue: None,
    })
}

fn to_row(operation: &Operation) -> Result<Model> {
    Ok(Model {
        id: operation.id.0.clone(),
        store_id: operation.store_id.to_string(),
        kind: operation.kind.as_str().to_owned(),
        state: operation.state.as_str().to_owned(),
        steps: to_json(&operation.steps)?,
        attempts: i32::try_from(operation.attempts).unwrap_or(i32::MAX),
        cancel_requested: operation.cancel_requested,
        reason: operation.reason.clone(),
        message: operation.message.clone(),
        deadline_at: operation.deadline_at.map(millis),
        next_attempt_at: operation.next_attempt_at.map(millis),
        created_at: millis(operation.created_at),
        started_at: operation.started_at.map(millis),
        finished_at: operation.finished_at.map(millis),
        holds_place: operation.holds_place,
        queued_at: millis(operation.queued_at),
    })
}

/// A new operation in the queue.
pub(super) fn queued(store: &StoreId, kind: OperationKind, deadline_at: Option<OffsetDateTime>) -> Operation {
    let random: [u8; 10] = rand::random();
    let now = now();
    Operation {
        id: OperationId(format!("op-{}", data_encoding::BASE32_NOPAD.encode(&random).to_lowercase())),
        store_id: store.clone(),
        kind,
        state: OperationState::Queued,
        steps: kind.steps(),
        attempts: 0,
        cancel_requested: false,
        reason: None,
        message: None,
        deadline_at: deadline_at.map(cut),
        next_attempt_at: None,
        queue: None,
        holds_place: false,
        queued_at: now,
        created_at: now,
        started_at: None,
        finished_at: None,
    }
}

pub(super) async fn find<C: ConnectionTrait>(connection: &C, id: &str) -> Result<Option<Operation>> {
    Entity::find_by_id(id).one(connection).await?.as_ref().map(to_operation).transpose()
}

pub(super) async fn insert<C: ConnectionTrait>(connection: &C, operation: &Operation) -> Result<()> {
    Entity::insert(to_row(operation)?.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

pub(super) async fn save<C: ConnectionTrait>(connection: &C, operation: &Operation) -> Result<()> {
    let row = to_row(operation)?;
    let columns = ActiveModel {
        state: Set(row.state),
        steps: Set(row.steps),
        attempts: Set(row.attempts),
        cancel_requested: Set(row.cancel_requested),
        reason: Set(row.reason),
        message: Set(row.message),
        deadline_at: Set(row.deadline_at),
        next_attempt_at: Set(row.next_attempt_at),
        started_at: Set(row.started_at),
        finished_at: Set(row.finished_at),
        holds_place: Set(row.holds_place),
        queued_at: Set(row.queued_at),
        ..ActiveModel::new()
    };
    Entity::update_many().set(columns).filter(Column::Id.eq(row.id)).exec(connection).await?;
    Ok(())
}

/// The operation that waits behind `current`, if one does.
pub(super) async fn waiting<C: ConnectionTrait>(
    connection: &C,
    store: &StoreId,
    current: &OperationId,
) -> Result<Option<Operation>> {
    let row = Entity::find()
        .filter(Column::StoreId.eq(store.as_str()))
        .filter(Column::State.eq(OperationState::Queued.as_str()))
        .filter(Column::Id.ne(current.0.as_str()))
        .one(connection)
        .await?;
    row.as_ref().map(to_operation).transpose()
}

impl Db {
    /// # Errors
    /// `NoSuchOperation`, or the database fails.
    pub async fn get_operation(&self, id: &OperationId) -> Result<Operation> {
        find(&self.connection, &id.0).await?.ok_or(DbError::NoSuchOperation)
    }

    /// Every operation of the store, newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_operations(&self, store: &StoreId) -> Result<Vec<Operation>> {
        let rows = Entity::find()
            .filter(Column::StoreId.eq(store.as_str()))
            .order_by_desc(Column::CreatedAt)
            .all(&self.connection)
            .await?;
        rows.iter().map(to_operation).collect()
    }

    /// How many operations of the stores that are seen are in the state; `since` counts only those that ended after it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_operations(
        &self,
        sight: &Sight,
        state: OperationState,
        since: Option<OffsetDateTime>,
    ) -> Result<u64> {
        let mut query = Entity::find().filter(Column::State.eq(state.as_str()));
        if let Some(stores) = sight.store_ids() {
            query = query.filter(Column::StoreId.in_subquery(stores));
        }
        if let Some(since) = since {
            query = query.filter(Column::FinishedAt.gte(millis(since)));
        }
        Ok(query.count(&self.connection).await?)
    }
}

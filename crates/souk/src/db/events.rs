//! The table `events`: the timelines of all stores in one sequence.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use souk_domain::timeline::NewEvent;
use souk_domain::{OperationId, StoreId, TimelineEvent};

use super::columns::{millis, moment, now, parse};
use super::locks::{self, Lock};
use super::{Db, Page, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub store_id: String,
    pub operation_id: Option<String>,
    pub at: i64,
    pub kind: String,
    pub reason: String,
    pub message: String,
    pub step: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn to_event(row: &Model) -> Result<TimelineEvent> {
    Ok(TimelineEvent {
        id: row.id,
        store_id: parse("events.store_id", &row.store_id)?,
        operation_id: row.operation_id.clone().map(OperationId),
        at: moment(row.at)?,
        kind: parse("events.kind", &row.kind)?,
        reason: row.reason.clone(),
        message: row.message.clone(),
        step: row.step.as_deref().map(|step| parse("events.step", step)).transpose()?,
    })
}

/// Writes lines to the store's timeline. Nothing but the audit entry and the commit may come after it.
pub(super) async fn insert_all(
    tx: &DatabaseTransaction,
    store: &StoreId,
    operation: Option<&OperationId>,
    events: Vec<NewEvent>,
) -> Result<Vec<TimelineEvent>> {
    let mut written = Vec::with_capacity(events.len());
    if !events.is_empty() {
        locks::take(tx, Lock::Timeline).await?;
    }
    for event in events {
        written.push(insert(tx, store, operation, event).await?);
    }
    Ok(written)
}

async fn insert(
    tx: &DatabaseTransaction,
    store: &StoreId,
    operation: Option<&OperationId>,
    event: NewEvent,
) -> Result<TimelineEvent> {
    let row = ActiveModel {
        store_id: Set(store.to_string()),
        operation_id: Set(operation.map(|id| id.0.clone())),
        at: Set(millis(now())),
        kind: Set(event.kind.as_str().to_owned()),
        reason: Set(event.reason),
        message: Set(event.message),
        step: Set(event.step.map(|step| step.as_str().to_owned())),
        ..ActiveModel::new()
    };
    to_event(&Entity::insert(row).exec_with_returning(tx).await?)
}

impl Db {
    /// The store's timeline, newest first; `before` is the cursor of the page before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_events(&self, store: &StoreId, before: Option<i64>, limit: u64) -> Result<Page<TimelineEvent>> {
        let all = Entity::find().filter(Column::StoreId.eq(store.as_str()));
        let total = all.clone().count(&self.connection).await?;
        let mut query = all.order_by_desc(Column::Id).limit(limit + 1);
        if let Some(before) = before {
            query = query.filter(Column::Id.lt(before));
        }
        let rows = query.all(&self.connection).await?;
        let events = rows.iter().map(to_event).collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(events, limit, total, |event| event.id.to_string()))
    }

    /// Events after the one with the id `after`, oldest first, of one store or of all: what a client
    /// missed while it was away.
    ///
    /// # Errors
    /// The database fails.
    pub async fn events_after(&self, store: Option<&StoreId>, after: i64, limit: u64) -> Result<Vec<TimelineEvent>> {
        let mut query = Entity::find().filter(Column::Id.gt(after)).order_by_asc(Column::Id).limit(limit);
        if let Some(store) = store {
            query = query.filter(Column::StoreId.eq(store.as_str()));
        }
        query.all(&self.connection).await?.iter().map(to_event).collect()
    }
}

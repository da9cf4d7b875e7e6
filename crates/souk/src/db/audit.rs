//! The table `audit_entries`: who did what, from where, with what result. Entries about a change are
//! written in the transaction of that change.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, UnionType};
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect, QueryTrait};
use souk_domain::{Store, StoreId};
use time::OffsetDateTime;

use super::columns::{millis, moment, now};
use super::{Db, Page, Result, Sight};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
    pub actor: String,
    pub source: Option<String>,
    pub action: String,
    pub store_id: Option<String>,
    pub store_name: Option<String>,
    pub result: String,
    pub detail: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Who asks, and from which address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub source: Option<String>,
}

/// One entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub id: i64,
    pub at: OffsetDateTime,
    pub actor: String,
    pub source: Option<String>,
    /// What was done, such as `store.create`.
    pub action: String,
    pub store_id: Option<String>,
    /// The store's name at that time.
    pub store_name: Option<String>,
    /// `accepted`, `allowed`, `refused`.
    pub result: String,
    pub detail: Option<String>,
}

/// An entry that is about to be written.
#[derive(Clone, Debug)]
pub struct NewAuditEntry<'a> {
    pub actor: &'a Actor,
    pub action: &'static str,
    pub store: Option<(&'a StoreId, &'a str)>,
    pub result: &'static str,
    pub detail: Option<String>,
}

impl<'a> NewAuditEntry<'a> {
    /// The entry of a change that was accepted.
    pub(super) fn accepted(actor: &'a Actor, action: &'static str, store: &'a Store) -> Self {
        Self { actor, action, store: Some((&store.id, store.name.as_str())), result: "accepted", detail: None }
    }

    /// The entry of a change of something else than a store.
    pub fn about(actor: &'a Actor, action: &'static str) -> Self {
        Self { actor, action, store: None, result: "allowed", detail: None }
    }

    /// The same about something that was refused.
    pub fn refused(self) -> Self {
        Self { result: "refused", ..self }
    }

    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}

pub(super) async fn insert<C: ConnectionTrait>(connection: &C, entry: NewAuditEntry<'_>) -> Result<()> {
    let row = ActiveModel {
        at: Set(millis(now())),
        actor: Set(entry.actor.name.clone()),
        source: Set(entry.actor.source.clone()),
        action: Set(entry.action.to_owned()),
        store_id: Set(entry.store.map(|(id, _)| id.to_string())),
        store_name: Set(entry.store.map(|(_, name)| name.to_owned())),
        result: Set(entry.result.to_owned()),
        detail: Set(entry.detail),
        ..ActiveModel::new()
    };
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// The condition on entries about stores that are seen and about what `actor` did; `None` where all are seen.
pub(super) fn seen(sight: &Sight, actor: &str) -> Option<Condition> {
    let ids = || Query::select().column(Column::Id).from(Entity).to_owned();
    let of_stores = ids().and_where(Column::StoreId.in_subquery(sight.store_ids()?)).to_owned();
    let own = ids().and_where(Column::Actor.eq(actor)).to_owned();
    Some(Condition::all().add(Column::Id.in_subquery(own.to_owned().union(UnionType::All, of_stores).to_owned())))
}

impl Db {
    /// Writes an entry that belongs to no change, such as the reading of credentials.
    ///
    /// # Errors
    /// The database fails.
    pub async fn record_audit(&self, entry: NewAuditEntry<'_>) -> Result<()> {
        insert(&self.connection, entry).await
    }

    /// The entries about stores that are seen and about what `actor` did, newest first; `before` is the cursor
    /// of the page before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_audit(
        &self,
        sight: &Sight,
        actor: &str,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Page<AuditEntry>> {
        let mut query = Entity::find().apply_if(seen(sight, actor), |query, seen| query.filter(seen));
        let total = query.clone().count(&self.connection).await?;
        query = query.order_by_desc(Column::Id).limit(limit + 1);
        if let Some(before) = before {
            query = query.filter(Column::Id.lt(before));
        }
        let rows = query.all(&self.connection).await?;
        let entries = rows
            .into_iter()
            .map(|row| {
                Ok(AuditEntry {
                    id: row.id,
                    at: moment(row.at)?,
                    actor: row.actor,
                    source: row.source,
                    action: row.action,
                    store_id: row.store_id,
                    store_name: row.store_name,
                    result: row.result,
                    detail: row.detail,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Page::cut(entries, limit, total, |entry| entry.id.to_string()))
    }
}

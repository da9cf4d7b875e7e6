//! The table `audit_entries`: who did what, from where, with what result. Entries about a change are
//! written in the transaction of that change.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, UnionType};
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect, Select};
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

/// Which entries a list holds: those that fit all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub actor: Option<String>,
    pub action: Option<String>,
    /// Id of the store that they are about.
    pub store: Option<String>,
    /// Not before this moment.
    pub since: Option<OffsetDateTime>,
    /// Before this moment.
    pub until: Option<OffsetDateTime>,
    /// Only entries about stores that are seen, and about what `asker` did.
    pub sight: Sight,
    /// The name of the account that asks; of no meaning to who sees everything.
    pub asker: String,
}

/// The last entry of a page; the next page begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditCursor {
    at: i64,
    id: i64,
}

impl AuditCursor {
    /// `None` for what no list gave.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: at.parse().ok()?, id: id.parse().ok()? })
    }
}

/// The condition on entries about stores that are seen and about what `actor` did; `None` where all are seen.
fn seen(sight: &Sight, actor: &str) -> Option<Condition> {
    let ids = || Query::select().column(Column::Id).from(Entity).to_owned();
    let of_stores = ids().and_where(Column::StoreId.in_subquery(sight.store_ids()?)).to_owned();
    let own = ids().and_where(Column::Actor.eq(actor)).to_owned();
    Some(Condition::all().add(Column::Id.in_subquery(own.to_owned().union(UnionType::All, of_stores).to_owned())))
}

/// Every entry that the list holds.
pub(super) fn matching(filter: &AuditFilter) -> Select<Entity> {
    let mut fits = Condition::all();
    for (column, wanted) in
        [(Column::Actor, &filter.actor), (Column::Action, &filter.action), (Column::StoreId, &filter.store)]
    {
        fits = fits.add_option(wanted.as_deref().map(|wanted| column.eq(wanted)));
    }
    fits = fits.add_option(filter.since.map(|since| Column::At.gte(millis(since))));
    fits = fits.add_option(filter.until.map(|until| Column::At.lt(millis(until))));
    Entity::find().filter(fits.add_option(seen(&filter.sight, &filter.asker)))
}

/// A page of the list, newest first, with one entry more than `limit`.
pub(super) fn page(filter: &AuditFilter, after: Option<AuditCursor>, limit: u64) -> Select<Entity> {
    let mut query = matching(filter).limit(limit + 1);
    if let Some(AuditCursor { at, id }) = after {
        // The first condition follows from the second, but only it gives an index a place to begin.
        let earlier = Condition::any().add(Column::At.lt(at)).add(Column::Id.lt(id));
        query = query.filter(Column::At.lte(at)).filter(earlier);
    }
    query.order_by_desc(Column::At).order_by_desc(Column::Id)
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

impl Db {
    /// Writes an entry that belongs to no change, such as the reading of credentials.
    ///
    /// # Errors
    /// The database fails.
    pub async fn record_audit(&self, entry: NewAuditEntry<'_>) -> Result<()> {
        insert(&self.connection, entry).await
    }

    /// The entries that fit, newest first; `after` is the cursor of the page before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_audit(
        &self,
        filter: &AuditFilter,
        after: Option<AuditCursor>,
        limit: u64,
    ) -> Result<Page<AuditEntry>> {
        let total = matching(filter).select_only().column(Column::Id).count(&self.connection).await?;
        let rows = page(filter, after, limit).all(&self.connection).await?;
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
        Ok(Page::cut(entries, limit, total, |entry| format!("{}.{}", millis(entry.at), entry.id)))
    }
}

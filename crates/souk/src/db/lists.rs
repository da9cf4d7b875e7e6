//! Pages of stores: filtered, searched, sorted, continued by an opaque cursor.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LikeExpr;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait, Select};
use serde::{Deserialize, Serialize};
use souk_domain::{Phase, Store};

use super::stores::{self, Column, Entity};
use super::{Db, Result, Sight, operations};

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back to get the page after this one; none at the end.
    pub next_cursor: Option<String>,
    /// How many items the whole list has.
    pub total: u64,
}

impl<T> Page<T> {
    /// Cuts a list that was read with one item more than `limit`.
    pub(super) fn cut(mut items: Vec<T>, limit: u64, total: u64, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = if more { items.last().map(cursor) } else { None };
        Self { items, next_cursor, total }
    }
}

/// Which stores a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoreFilter {
    /// Deleted stores are listed only when they are asked for.
    pub phase: Option<Phase>,
    /// Part of the name, slug or id, in any case.
    pub search: Option<String>,
    /// Only stores of this owner.
    pub owner: Option<String>,
    pub blueprint: Option<String>,
    /// Only stores that are seen.
    pub sight: Sight,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreSort {
    CreatedAt,
    #[default]
    NewestFirst,
    Name,
    NameDescending,
}

impl StoreSort {
    fn column(self) -> Column {
        match self {
            Self::CreatedAt | Self::NewestFirst => Column::CreatedAt,
            Self::Name | Self::NameDescending => Column::Name,
        }
    }

    fn descending(self) -> bool {
        matches!(self, Self::NewestFirst | Self::NameDescending)
    }
}

/// Where the next page begins: after the last item of this one.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Cursor {
    CreatedAt(i64, String),
    Name(String, String),
}

impl Cursor {
    fn of(store: &Store, sort: StoreSort) -> String {
        let id = store.id.to_string();
        let cursor = match sort.column() {
            Column::Name => Self::Name(store.name.to_string(), id),
            _ => Self::CreatedAt(super::columns::millis(store.created_at), id),
        };
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
    }

    /// `None` for what was not made by `of`.
    fn read(text: &str, sort: StoreSort) -> Option<(sea_orm::Value, String)> {
        let cursor = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        match (cursor, sort.column()) {
            (Self::Name(name, id), Column::Name) => Some((name.into(), id)),
            (Self::CreatedAt(at, id), Column::CreatedAt) => Some((at.into(), id)),
            _ => None,
        }
    }
}

/// Every store that the list holds.
pub(super) fn matching(filter: &StoreFilter) -> Select<Entity> {
    let query = Entity::find();
    let query = match filter.phase {
        Some(phase) => query.filter(Column::Phase.eq(phase.as_str())),
        None => query.filter(stores::living()),
    };
    let query = match &filter.owner {
        Some(owner) => query.filter(Column::Owner.eq(owner.as_str())),
        None => query,
    };
    let query = query.apply_if(filter.sight.of_stores(), |query, seen| query.filter(seen));
    let query = match &filter.blueprint {
        Some(blueprint) => query.filter(Column::Blueprint.eq(blueprint.as_str())),
        None => query,
    };
    match &filter.search {
        Some(text) if !text.trim().is_empty() => {
            let escaped: String = text
                .trim()
                .to_lowercase()
                .chars()
                .flat_map(|c| if "%_!".contains(c) { vec!['!', c] } else { vec![c] })
                .collect();
            query.filter(Column::SearchText.like(LikeExpr::new(format!("%{escaped}%")).escape('!')))
        }
        _ => query,
    }
}

/// In the order of the list.
pub(super) fn sorted(query: Select<Entity>, sort: StoreSort) -> Select<Entity> {
    let order = if sort.descending() { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    query.order_by(sort.column(), order.clone()).order_by(Column::Id, order)
}

impl Db {
    /// A page of stores with their newest operations. `None` when the cursor is not one of this list.
    ///
    /// # Errors
    /// The database fails.
    pub async fn list_stores(
        &self,
        filter: &StoreFilter,
        sort: StoreSort,
        cursor: Option<&str>,
        limit: u64,
    ) -> Result<Option<Page<Store>>> {
        let mut query = matching(filter).limit(limit + 1);
        let column = sort.column();
        if let Some(text) = cursor {
            let Some((value, id)) = Cursor::read(text, sort) else { return Ok(None) };
            let beyond = |column: Column, value: sea_orm::Value| {
                if sort.descending() { column.lt(value) } else { column.gt(value) }
            };
            query = query.filter(
                Condition::any()
                    .add(beyond(column, value.clone()))
                    .add(Condition::all().add(column.eq(value)).add(beyond(Column::Id, id.into()))),
            );
        }
        let rows = sorted(query, sort).find_also_related(operations::Entity).all(&self.connection);
        let count = matching(filter).count(&self.connection);
        let (rows, total) = if cursor.is_none() && filter.search.is_some() {
            // A search reads every text. What it finds mostly fits one page, and needs no second look to be counted.
            let rows = rows.await?;
            let found = rows.len() as u64;
            (rows, if found <= limit { found } else { count.await? })
        } else {
            tokio::try_join!(rows, count)?
        };
        let items = rows.iter().map(stores::join).collect::<Result<Vec<_>>>()?;
        Ok(Some(Page::cut(items, limit, total, |store| Cursor::of(store, sort))))
    }
}

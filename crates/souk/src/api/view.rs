//! What the API shows: the JSON forms of stores, lists and the rest.
//!
//! Owns names and shape of the fields. Operations, conditions, steps and timeline events have the
//! domain's own JSON form.

use serde::Serialize;
use souk_domain::{Condition, NextOperation, Operation, Phase, Store, StoreId};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::input::Repair;
use crate::config::AddressArgs;
use crate::db::{AuditEntry, Page};

/// One store.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Store)]
pub struct StoreView {
    pub id: StoreId,
    /// Who asked for it.
    #[schema(example = "admin")]
    pub owner: String,
    /// The shop's name as people write it.
    #[schema(example = "Blue Mug Shop")]
    pub name: String,
    /// First label of the shop's host name.
    #[schema(example = "blue-mug-shop")]
    pub slug: String,
    #[schema(example = "http://blue-mug-shop.localhost")]
    pub url: String,
    #[schema(example = "http://blue-mug-shop.localhost/wp-admin/")]
    pub admin_url: String,
    pub phase: Phase,
    /// One sentence for people about how the store is.
    pub message: String,
    /// Whether customers can place orders.
    pub orders_possible: bool,
    pub conditions: Vec<Condition>,
    #[schema(example = "woocommerce")]
    pub blueprint: String,
    #[schema(example = "standard")]
    pub plan: String,
    #[schema(example = "admin")]
    pub admin_username: String,
    /// Whether what others change of the store on the cluster is set back.
    pub repair: Repair,
    /// The operation that is under way, or was last.
    pub operation: Option<Operation>,
    /// The change that waits behind it.
    pub next_operation: Option<NextOperation>,
    /// Grows with every change; the ETag holds it.
    pub revision: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
    /// When it first became ready.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ready_at: Option<OffsetDateTime>,
    /// When it was proven gone.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

impl StoreView {
    pub fn new(store: Store, addresses: &AddressArgs) -> Self {
        let url = addresses.store_url(store.slug.as_str());
        Self {
            message: store.sentence(),
            admin_url: admin_url(&url),
            url,
            id: store.id,
            owner: store.owner,
            name: store.name.into(),
            slug: store.slug.into(),
            phase: store.phase,
            orders_possible: store.orders_possible,
            conditions: store.conditions.iter().cloned().collect(),
            blueprint: store.blueprint,
            plan: store.plan,
            admin_username: store.admin_username,
            repair: store.repair.into(),
            operation: store.operation,
            next_operation: store.next,
            revision: store.revision,
            created_at: store.created_at,
            updated_at: store.updated_at,
            ready_at: store.ready_at,
            deleted_at: store.deleted_at,
        }
    }
}

/// Where the shop's owner signs in.
pub fn admin_url(store_url: &str) -> String {
    format!("{store_url}/wp-admin/")
}

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = List)]
pub struct ListView<T> {
    pub items: Vec<T>,
    /// Give it back as `cursor` to get the page after this one; null at the end.
    pub next_cursor: Option<String>,
    /// How many items the whole list has.
    pub total: u64,
}

impl<T> ListView<T> {
    /// A list that comes whole.
    pub fn whole(items: impl Iterator<Item = T>) -> Self {
        let items: Vec<T> = items.collect();
        Self { total: items.len() as u64, items, next_cursor: None }
    }

    pub fn new<U>(page: Page<U>, view: impl Fn(U) -> T) -> Self {
        Self { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor, total: page.total }
    }
}

/// One entry of the audit log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
pub struct AuditView {
    pub id: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    #[schema(example = "admin")]
    pub actor: String,
    /// From where: how the caller signed in, and the client's address.
    #[schema(example = "dashboard 203.0.113.7")]
    pub source: Option<String>,
    #[schema(example = "store.create")]
    pub action: String,
    pub store_id: Option<String>,
    /// The store's name at that time.
    pub store_name: Option<String>,
    /// `accepted`, `allowed` or `refused`.
    pub result: String,
    pub detail: Option<String>,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: entry.at,
            actor: entry.actor,
            source: entry.source,
            action: entry.action,
            store_id: entry.store_id,
            store_name: entry.store_name,
            result: entry.result,
            detail: entry.detail,
        }
    }
}

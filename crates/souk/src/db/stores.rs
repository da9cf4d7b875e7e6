//! The table `stores`: one row a shop, kept after its deletion as a tombstone.

use sea_orm::entity::prelude::*;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DatabaseTransaction, DbErr, FromQueryResult, QueryOrder, QuerySelect, QueryTrait, Select,
};
use souk_domain::sweep::{Standing, Standings};
use souk_domain::{DisplayName, Phase, Slug, Store, StoreId};

use super::columns::{from_json, millis, moment, now, optional_moment, parse, to_json};
use super::{Db, DbError, Result, Sight, operations};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stores")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub slug: String,
    pub live_slug: Option<String>,
    pub search_text: String,
    pub phase: String,
    pub conditions: String,
    pub orders_possible: bool,
    pub blueprint: String,
    pub plan: String,
    pub admin_username: String,
    pub admin_email: String,
    pub sealed_password: Option<String>,
    pub operation_id: Option<String>,
    pub revision: i64,
    pub lease_owner: Option<String>,
    pub lease_fence: i64,
    pub lease_expires_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub ready_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub repair: bool,
    pub namespace_uid: Option<String>,
    pub sealed_secrets: Option<String>,
    pub owner: String,
    pub owner_user_id: Option<String>,
    pub owner_team_id: Option<String>,
    pub suspended: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The newest operation.
    #[sea_orm(belongs_to = "operations::Entity", from = "Column::OperationId", to = "operations::Column::Id")]
    Operation,
}

impl Related<operations::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Operation.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// How long recent stores took from being asked for to being ready, in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readiness {
    pub seconds: Vec<f64>,
}

pub(super) fn search_text(name: &DisplayName, slug: &Slug, id: &StoreId) -> String {
    format!("{} {slug} {id}", name.as_str().to_lowercase())
}

pub(super) fn slug(kept: &str) -> Result<Slug> {
    Slug::kept(kept).map_err(|error| DbError::Unreadable(format!("stores.slug: {error}")))
}

/// The store of a row, without its operation.
pub(super) fn to_store(row: &Model) -> Result<Store> {
    Ok(Store {
        id: parse("stores.id", &row.id)?,
        owner: row.owner.clone(),
        name: DisplayName::new(&row.name).map_err(|error| DbError::Unreadable(format!("stores.name: {error}")))?,
        slug: slug(&row.slug)?,
        phase: parse("stores.phase", &row.phase)?,
        conditions: from_json("stores.conditions", &row.conditions)?,
        orders_possible: row.orders_possible,
        blueprint: row.blueprint.clone(),
        plan: row.plan.clone(),
        admin_username: row.admin_username.clone(),
        admin_email: row.admin_email.clone(),
        repair: row.repair,
        suspended: row.suspended,
        namespace_uid: row.namespace_uid.clone(),
        secrets_kept: row.sealed_secrets.is_some(),
        revision: row.revision,
        created_at: moment(row.created_at)?,
        updated_at: moment(row.updated_at)?,
        ready_at: optional_moment(row.ready_at)?,
        deleted_at: optional_moment(row.deleted_at)?,
        operation: None,
        next: None,
    })
}

/// The columns that a change of a store may touch.
pub(super) fn changed(store: &Store) -> Result<ActiveModel> {
    let live = store.phase != Phase::Deleted;
    Ok(ActiveModel {
        name: Set(store.name.to_string()),
        slug: Set(store.slug.to_string()),
        live_slug: Set(live.then(|| store.slug.to_string())),
        search_text: Set(search_text(&store.name, &store.slug, &store.id)),
        phase: Set(store.phase.to_string()),
        conditions: Set(to_json(&store.conditions)?),
        orders_possible: Set(store.orders_possible),
        operation_id: Set(store.operation.as_ref().map(|operation| operation.id.0.clone())),
        revision: Set(store.revision),
        updated_at: Set(millis(store.updated_at)),
        ready_at: Set(store.ready_at.map(millis)),
        deleted_at: Set(store.deleted_at.map(millis)),
        repair: Set(store.repair),
        suspended: Set(store.suspended),
        namespace_uid: Set(store.namespace_uid.clone()),
        // Of a store that is gone no secret stays.
        sealed_secrets: if live { NotSet } else { Set(None) },
        sealed_password: if live { NotSet } else { Set(None) },
        ..ActiveModel::new()
    })
}

/// Writes a changed store (its row only) with the next revision.
pub(super) async fn save(tx: &DatabaseTransaction, store: &mut Store) -> Result<()> {
    store.revision += 1;
    store.updated_at = now();
    let saved = Entity::update_many().set(changed(store)?).filter(Column::Id.eq(store.id.as_str())).exec(tx).await;
    saved.map_err(slug_taken)?;
    Ok(())
}

/// The slugs of the living are the one thing in the table that is unique and chosen.
pub(super) fn slug_taken(error: DbErr) -> DbError {
    match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => DbError::SlugTaken,
        _ => error.into(),
    }
}

/// The rows of stores that are not deleted. In the words of the indexes of these, which a database uses only where it
/// can tell that they hold all that is asked for; it cannot of a parameter.
pub(super) fn living() -> Expr {
    Expr::cust("phase <> 'Deleted'")
}

/// How many stores that are not deleted belong to an account or a team.
pub(super) async fn count_living<C: ConnectionTrait>(connection: &C, owner: Column, id: &str) -> Result<u64> {
    let owned = Entity::find().filter(owner.eq(id)).filter(living());
    Ok(owned.count(connection).await?)
}

/// The row, locked for the rest of the transaction where the database locks rows.
pub(super) async fn lock(tx: &DatabaseTransaction, id: &StoreId) -> Result<Model> {
    let row = Entity::find_by_id(id.as_str()).lock_exclusive().one(tx).await?;
    row.ok_or(DbError::NoSuchStore)
}

/// The store of a row and that of its newest operation.
pub(super) fn join((row, operation): &(Model, Option<operations::Model>)) -> Result<Store> {
    let operation = operation.as_ref().map(operations::to_operation).transpose()?;
    Ok(Store { operation, ..to_store(row)? })
}

/// The store of a row with its newest operation.
pub(super) async fn load<C: ConnectionTrait>(connection: &C, row: &Model) -> Result<Store> {
    let mut store = to_store(row)?;
    if let Some(id) = &row.operation_id {
        store.operation = operations::find(connection, id).await?;
    }
    Ok(store)
}

pub(super) async fn slug_is_live<C: ConnectionTrait>(connection: &C, slug: &Slug) -> Result<bool> {
    Ok(Entity::find().filter(Column::LiveSlug.eq(slug.as_str())).count(connection).await? > 0)
}

/// Each day with births of stores that are seen since `first`, and how many.
pub(super) fn births(sight: &Sight, first: i64) -> Select<Entity> {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    // Spelt out: PostgreSQL takes two parameters for two expressions, and would not group by them.
    let day = || Expr::cust(format!("created_at / {DAY}"));
    Entity::find()
        .select_only()
        .column_as(day(), "day")
        .column_as(Column::Id.count(), "count")
        .filter(Column::CreatedAt.gte(first * DAY))
        .apply_if(sight.of_stores(), |query, seen| query.filter(seen))
        .group_by(day())
}

impl Db {
    /// The store with its newest operation; deleted ones too.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn get_store(&self, id: &StoreId) -> Result<Store> {
        let rows = Entity::find_by_id(id.as_str()).find_also_related(operations::Entity).one(&self.connection).await?;
        join(&rows.ok_or(DbError::NoSuchStore)?)
    }

    /// Whether a living store has the slug.
    ///
    /// # Errors
    /// The database fails.
    pub async fn is_slug_taken(&self, slug: &Slug) -> Result<bool> {
        slug_is_live(&self.connection, slug).await
    }

    /// Every store that is not deleted, oldest first: what a full pass looks at.
    ///
    /// # Errors
    /// The database fails.
    pub async fn live_store_ids(&self) -> Result<Vec<StoreId>> {
        let ids: Vec<String> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(living())
            .order_by_asc(Column::CreatedAt)
            .into_tuple()
            .all(&self.connection)
            .await?;
        ids.iter().map(|id| parse("stores.id", id)).collect()
    }

    /// Where every store stands, deleted ones too: what a sweep holds against the cluster.
    ///
    /// # Errors
    /// The database fails.
    pub async fn standings(&self) -> Result<Standings> {
        let rows: Vec<(String, String, Option<i64>)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Phase, Column::ReadyAt])
            .into_tuple()
            .all(&self.connection)
            .await?;
        let standing = |phase: &str, ready_at: Option<i64>| -> Result<Standing> {
            Ok(match parse("stores.phase", phase)? {
                Phase::Deleted => Standing::Deleted,
                Phase::Deleting => Standing::Leaving,
                _ => Standing::Living { was_ready: ready_at.is_some() },
            })
        };
        rows.iter().map(|(id, phase, ready)| Ok((parse("stores.id", id)?, standing(phase, *ready)?))).collect()
    }

    /// How many of the stores that are seen are in each phase.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_by_phase(&self, sight: &Sight) -> Result<Vec<(Phase, u64)>> {
        #[derive(FromQueryResult)]
        struct Row {
            phase: String,
            count: i64,
        }
        let rows = Entity::find()
            .apply_if(sight.of_stores(), |query, seen| query.filter(seen))
            .select_only()
            .column(Column::Phase)
            .column_as(Column::Id.count(), "count")
            .group_by(Column::Phase)
            .into_model::<Row>()
            .all(&self.connection)
            .await?;
        rows.iter().map(|row| Ok((parse("stores.phase", &row.phase)?, row.count.unsigned_abs()))).collect()
    }

    /// How many of the stores that are seen were asked for on each day (in UTC, counted from 1970) since `first`;
    /// days without one are left out.
    ///
    /// # Errors
    /// The database fails.
    pub async fn births_by_day(&self, sight: &Sight, first: i64) -> Result<Vec<(i64, u64)>> {
        let rows: Vec<(i64, i64)> = births(sight, first).into_tuple().all(&self.connection).await?;
        Ok(rows.into_iter().map(|(day, count)| (day, count.unsigned_abs())).collect())
    }

    /// Of the newest `limit` stores that are seen and became ready: how long that took.
    ///
    /// # Errors
    /// The database fails.
    pub async fn readiness(&self, sight: &Sight, limit: u64) -> Result<Readiness> {
        let rows: Vec<(i64, i64)> = Entity::find()
            .select_only()
            .column(Column::CreatedAt)
            .column(Column::ReadyAt)
            .apply_if(sight.of_stores(), |query, seen| query.filter(seen))
            .filter(Column::ReadyAt.is_not_null())
            .order_by_desc(Column::CreatedAt)
            .limit(limit)
            .into_tuple()
            .all(&self.connection)
            .await?;
        let seconds = rows.iter().map(|(created, ready)| (ready - created) as f64 / 1000.0).collect();
        Ok(Readiness { seconds })
    }

    /// The sealed copy of the store's secrets.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn sealed_secrets(&self, id: &StoreId) -> Result<Option<String>> {
        let row = Entity::find_by_id(id.as_str()).one(&self.connection).await?.ok_or(DbError::NoSuchStore)?;
        Ok(row.sealed_secrets)
    }

    /// The encrypted password that was chosen at the creation, until the store's secrets are made.
    ///
    /// # Errors
    /// `NoSuchStore`, or the database fails.
    pub async fn sealed_password(&self, id: &StoreId) -> Result<Option<String>> {
        let row = Entity::find_by_id(id.as_str()).one(&self.connection).await?.ok_or(DbError::NoSuchStore)?;
        Ok(row.sealed_password)
    }
}

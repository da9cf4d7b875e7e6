//! The table `store_members`: who has a role in a store that belongs to somebody else.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, QueryOrder};
use souk_domain::{Store, StoreId, StoreRole};

use super::audit::{self, Actor, NewAuditEntry};
use super::columns::parse;
use super::{Db, DbError, Result, stores, users};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "store_members")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub store_id: String,
    pub user_id: String,
    pub role: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(belongs_to = "users::Entity", from = "Column::UserId", to = "users::Column::Id")]
    User,
}

impl Related<users::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// Somebody with a role in a store or a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub user_id: String,
    pub name: String,
    pub role: StoreRole,
}

impl Member {
    pub(super) fn of(role: &str, user: Option<users::Model>) -> Result<Self> {
        let user = user.ok_or(DbError::NoSuchUser)?;
        Ok(Self { user_id: user.id, name: user.name, role: parse("members.role", role)? })
    }
}

async fn lock_store(tx: &DatabaseTransaction, id: &StoreId) -> Result<Store> {
    stores::to_store(&stores::lock(tx, id).await?)
}

impl Db {
    /// Who has a role in the store, its owner apart.
    ///
    /// # Errors
    /// The database fails.
    pub async fn store_members(&self, store: &StoreId) -> Result<Vec<Member>> {
        let rows = Entity::find().filter(Column::StoreId.eq(store.as_str())).order_by_asc(Column::Id);
        let rows = rows.find_also_related(users::Entity).all(&self.connection).await?;
        rows.into_iter().map(|(row, user)| Member::of(&row.role, user)).collect()
    }

    /// Gives somebody a role in the store, or another one.
    ///
    /// # Errors
    /// `NoSuchStore`, `NoSuchUser`, or the database fails.
    pub async fn set_store_member(&self, id: &StoreId, name: &str, role: StoreRole, actor: &Actor) -> Result<Member> {
        let tx = self.begin().await?;
        let store = lock_store(&tx, id).await?;
        let user = users::by_name(&tx, name).await?;
        let row = ActiveModel {
            store_id: Set(id.to_string()),
            user_id: Set(user.id.clone()),
            role: Set(role.to_string()),
            ..ActiveModel::new()
        };
        let over = OnConflict::columns([Column::StoreId, Column::UserId]).update_column(Column::Role).to_owned();
        Entity::insert(row).on_conflict(over).exec_without_returning(&tx).await?;
        let entry = NewAuditEntry::accepted(actor, "store.member", &store).detail(format!("{name}: {role}"));
        audit::insert(&tx, entry).await?;
        tx.commit().await?;
        Member::of(role.as_str(), Some(user))
    }

    /// Takes somebody's role in the store away.
    ///
    /// # Errors
    /// `NoSuchStore`, `NoSuchUser`, or the database fails.
    pub async fn remove_store_member(&self, id: &StoreId, name: &str, actor: &Actor) -> Result<()> {
        let tx = self.begin().await?;
        let store = lock_store(&tx, id).await?;
        let user = users::by_name(&tx, name).await?;
        let gone = Entity::delete_many().filter(Column::StoreId.eq(id.as_str())).filter(Column::UserId.eq(user.id));
        gone.exec(&tx).await?;
        let entry = NewAuditEntry::accepted(actor, "store.member", &store).detail(format!("{name}: none"));
        audit::insert(&tx, entry).await?;
        self.commit_access(tx).await
    }
}

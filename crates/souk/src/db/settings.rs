//! The table `settings`: facts about the platform itself.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, sea_query::OnConflict};

use super::{Db, DbError, Result};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub value: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const PLATFORM_ID: &str = "platform-id";

impl Db {
    /// The identity of this platform, made once: two platforms on one cluster tell their stores apart by
    /// it. Twelve lower-case letters and digits, fit for a label.
    ///
    /// # Errors
    /// The database fails.
    pub async fn platform_id(&self) -> Result<String> {
        let random: [u8; 7] = rand::random();
        let fresh = data_encoding::BASE32_NOPAD.encode(&random).to_lowercase();
        let row = ActiveModel { name: Set(PLATFORM_ID.to_owned()), value: Set(fresh) };
        let keep = OnConflict::column(Column::Name).do_nothing().to_owned();
        Entity::insert(row).on_conflict(keep).try_insert().exec_without_returning(&self.connection).await?;
        let kept = Entity::find_by_id(PLATFORM_ID).one(&self.connection).await?;
        kept.map(|row| row.value).ok_or_else(|| DbError::Unreadable("settings: no platform id".into()))
    }
}

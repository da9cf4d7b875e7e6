//! Whether a store is to be stopped: its owner's wish.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::boolean;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0012_suspended"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = boolean("suspended").default(false).to_owned();
        manager.alter_table(Table::alter().table("stores").add_column(column).to_owned()).await?;
        let index = Index::create().name("stores_by_suspended").table("stores").col("suspended").to_owned();
        manager.create_index(index).await
    }
}

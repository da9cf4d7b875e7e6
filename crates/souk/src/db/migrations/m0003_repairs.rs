//! What a store needs to be put back as it was made: whether that is wanted, which namespace is its own,
//! and a sealed copy of its secrets.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, string_null, text_null};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0003_repairs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            boolean("repair").default(true).to_owned(),
            string_null("namespace_uid"),
            // The generated passwords and keys, encrypted, as long as the store lives.
            text_null("sealed_secrets"),
        ];
        // One at a time: SQLite adds no two columns at once.
        for column in columns {
            let table = Table::alter().table("stores").add_column(column).to_owned();
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}

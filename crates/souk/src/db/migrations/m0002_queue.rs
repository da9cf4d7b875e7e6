//! Who owns a store, and which creates hold a place among those that are being made.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, boolean, string};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_queue"
    }
}

/// What rows hold that were written before.
const FILL: &[&str] = &[
    "UPDATE operations SET queued_at = created_at",
    // What is being made already keeps a place until it ends.
    "UPDATE operations SET holds_place = (state = 'running') WHERE kind = 'create'",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            // Who asked for the store.
            ("stores", string("owner").default("admin").to_owned()),
            // It is one of the creates that are being made now.
            ("operations", boolean("holds_place").default(false).to_owned()),
            // When it came into the queue, for the first time or again.
            ("operations", big_integer("queued_at").default(0).to_owned()),
        ];
        for (table, column) in columns {
            // SQLite adds one column at a time.
            manager.alter_table(Table::alter().table(Alias::new(table)).add_column(column).to_owned()).await?;
        }
        for statement in FILL {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        let owner =
            Index::create().name("stores_owner").table(Alias::new("stores")).col(Alias::new("owner")).to_owned();
        manager.create_index(owner).await
    }
}

//! What stores used of the cluster, and whose turn it is to measure it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, small_integer, string, string_null};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0011_usage"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let usage = Table::create()
            .table("store_usage")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().to_owned())
            .col(string("store_id"))
            // Length of the interval in minutes, and its beginning.
            .col(small_integer("minutes"))
            .col(big_integer("at"))
            // How often it was measured; sums and highest values of processor (thousandths of a core) and memory (MiB).
            .col(integer("samples"))
            .col(big_integer("cpu_sum"))
            .col(integer("cpu_max"))
            .col(big_integer("memory_sum"))
            .col(integer("memory_max"))
            // The newest measurement.
            .col(big_integer("last_at"))
            .col(integer("cpu_last"))
            .col(integer("memory_last"))
            .to_owned();
        // What one replica does for all of them: when it is due again, and why it did not succeed.
        let turns = Table::create()
            .table("turns")
            .col(string("name").primary_key())
            .col(big_integer("due_at"))
            .col(string_null("failure"))
            .to_owned();
        for table in [usage, turns] {
            manager.create_table(table).await?;
        }
        let mut index = Index::create().name("store_usage_once").table("store_usage").unique().to_owned();
        for column in ["store_id", "minutes", "at"] {
            index.col(column);
        }
        manager.create_index(index).await?;
        let index = Index::create().name("store_usage_by_age").table("store_usage").col("minutes").col("at").to_owned();
        manager.create_index(index).await
    }
}

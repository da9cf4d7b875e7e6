//! Stores, operations, timeline, audit, idempotency keys, settings. Times are milliseconds since 1970.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, string, string_null, string_uniq, text, text_null,
};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0001_first_tables"
    }
}

fn id_column() -> ColumnDef {
    ColumnDef::new(Alias::new("id")).big_integer().not_null().auto_increment().primary_key().to_owned()
}

fn index(table: &'static str, name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(Alias::new(table)).to_owned();
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            Table::create()
                .table("stores")
                .col(string("id").primary_key())
                .col(string("name"))
                .col(string("slug"))
                // The slug while the store lives, null afterwards: unique among the living.
                .col(string_null("live_slug").unique_key())
                // Lower-case name, slug and id, for searching alike on every database.
                .col(text("search_text"))
                .col(string("phase"))
                .col(text("conditions"))
                .col(boolean("orders_possible"))
                .col(string("blueprint"))
                .col(string("plan"))
                .col(string("admin_username"))
                .col(string("admin_email"))
                // A chosen password, encrypted, until its Secret exists in the cluster.
                .col(text_null("sealed_password"))
                .col(string_null("operation_id"))
                .col(big_integer("revision"))
                .col(string_null("lease_owner"))
                .col(big_integer("lease_fence"))
                .col(big_integer_null("lease_expires_at"))
                .col(big_integer("created_at"))
                .col(big_integer("updated_at"))
                .col(big_integer_null("ready_at"))
                .col(big_integer_null("deleted_at"))
                .to_owned(),
            Table::create()
                .table("operations")
                .col(string("id").primary_key())
                .col(string("store_id"))
                .col(string("kind"))
                .col(string("state"))
                .col(text("steps"))
                .col(integer("attempts"))
                .col(boolean("cancel_requested"))
                .col(string_null("reason"))
                .col(text_null("message"))
                .col(big_integer_null("deadline_at"))
                .col(big_integer_null("next_attempt_at"))
                .col(big_integer("created_at"))
                .col(big_integer_null("started_at"))
                .col(big_integer_null("finished_at"))
                .to_owned(),
            Table::create()
                .table("events")
                .col(id_column())
                .col(string("store_id"))
                .col(string_null("operation_id"))
                .col(big_integer("at"))
                .col(string("kind"))
                .col(string("reason"))
                .col(text("message"))
                .col(string_null("step"))
                .to_owned(),
            Table::create()
                .table("audit_entries")
                .col(id_column())
                .col(big_integer("at"))
                .col(string("actor"))
                .col(string_null("source"))
                .col(string("action"))
                .col(string_null("store_id"))
                .col(string_null("store_name"))
                .col(string("result"))
                .col(text_null("detail"))
                .to_owned(),
            Table::create()
                .table("idempotency_keys")
                .col(string_uniq("key").primary_key())
                .col(string("request_hash"))
                .col(string("store_id"))
                .col(big_integer("created_at"))
                .to_owned(),
            Table::create().table("settings").col(string("name").primary_key()).col(text("value")).to_owned(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in [
            index("stores", "stores_created", &["created_at", "id"]),
            index("stores", "stores_name", &["name", "id"]),
            index("stores", "stores_phase", &["phase"]),
            index("operations", "operations_store", &["store_id", "created_at"]),
            index("operations", "operations_state", &["state"]),
            index("events", "events_store", &["store_id", "id"]),
            index("audit_entries", "audit_entries_store", &["store_id", "id"]),
        ] {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

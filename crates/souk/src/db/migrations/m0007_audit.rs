//! Indexes that answer the filters of the audit log by themselves, in the order of the list.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0007_audit"
    }
}

/// What `audit_by_store` does as well.
const OLD: &str = "audit_entries_store";

const NEW: [(&str, &[&str]); 4] = [
    ("audit_by_time", &["at", "id"]),
    ("audit_by_actor", &["actor", "at", "id"]),
    ("audit_by_action", &["action", "at", "id"]),
    ("audit_by_store", &["store_id", "at", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in NEW {
            let mut index = Index::create().name(name).table("audit_entries").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        manager.drop_index(Index::drop().name(OLD).table("audit_entries").to_owned()).await
    }
}

//! Indexes that answer lists of stores by themselves: in the order of the list, with what filters and
//! searches look at. Rows of a store are large, and are read for the page that is returned only.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0006_lists"
    }
}

/// What the new indexes do as well.
const OLD: [&str; 3] = ["stores_created", "stores_name", "stores_phase"];

const NEW: [(&str, &[&str]); 4] = [
    ("stores_by_age", &["created_at", "id", "phase", "search_text"]),
    ("stores_by_name", &["name", "id", "phase", "search_text"]),
    ("stores_by_phase_and_age", &["phase", "created_at", "id"]),
    ("stores_by_phase_and_name", &["phase", "name", "id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, columns) in NEW {
            let mut index = Index::create().name(name).table("stores").to_owned();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        for name in OLD {
            manager.drop_index(Index::drop().name(name).table("stores").to_owned()).await?;
        }
        Ok(())
    }
}

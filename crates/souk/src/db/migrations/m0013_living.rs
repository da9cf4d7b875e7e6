//! Indexes of the stores that are not deleted, in the orders of a list. Deleted stores stay in the table for ever, and in an
//! index of all of them every list would read past them.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0013_living"
    }
}

/// What the new indexes do as well.
const OLD: [&str; 2] = ["stores_by_age", "stores_by_name"];

/// With what searches look at. The phase is there for SQLite, which else would look it up in the row.
const OF_LIVING: [(&str, [&str; 4]); 2] = [
    ("stores_by_living_age", ["created_at", "id", "phase", "search_text"]),
    ("stores_by_living_name", ["name", "id", "phase", "search_text"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in OLD {
            manager.drop_index(Index::drop().name(name).table("stores").to_owned()).await?;
        }
        for (name, columns) in OF_LIVING {
            let living = Expr::cust("phase <> 'Deleted'");
            let mut index = Index::create().name(name).table("stores").and_where(living).to_owned();
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        // For numbers about all stores that ever were.
        let mut by_age = Index::create().name("stores_by_age").table("stores").to_owned();
        manager.create_index(by_age.col("created_at").col("id").to_owned()).await
    }
}

//! Finds the leases that ended without a look at every store.

use sea_orm_migration::prelude::*;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0004_leases_by_their_end"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let held = Expr::col("lease_expires_at").is_not_null();
        let index = Index::create()
            .name("stores_lease_end")
            .table("stores")
            .col("lease_expires_at")
            .cond_where(held)
            .to_owned();
        manager.create_index(index).await
    }
}

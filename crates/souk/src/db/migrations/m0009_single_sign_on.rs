//! Accounts of a provider of single sign-on, and sign-ins that are under way there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, string, string_null};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0009_single_sign_on"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Whose the account is: the provider, and its name there. None of accounts with a password.
        for column in [string_null("issuer"), string_null("subject")] {
            // One at a time: SQLite adds no two columns at once.
            manager.alter_table(Table::alter().table("users").add_column(column).to_owned()).await?;
        }
        let index =
            Index::create().name("users_by_identity").table("users").col("issuer").col("subject").unique().to_owned();
        manager.create_index(index).await?;
        let begun = Table::create()
            .table("begun_sign_ins")
            .col(string("state_hash").primary_key())
            .col(string("browser_hash"))
            .col(string("return_to"))
            .col(big_integer("expires_at"))
            .to_owned();
        manager.create_table(begun).await?;
        let index = Index::create().name("begun_sign_ins_by_end").table("begun_sign_ins").col("expires_at").to_owned();
        manager.create_index(index).await
    }
}

//! Codes with which the command line gets a token of somebody who allowed it in a browser.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, string};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0010_sign_in_codes"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let codes = Table::create()
            .table("sign_in_codes")
            .col(string("hash").primary_key())
            .col(string("user_id"))
            // Of a secret that only the command line has which asked.
            .col(string("challenge"))
            .col(string("token_name"))
            // None for a token without an end.
            .col(big_integer_null("token_expires_at"))
            .col(big_integer("expires_at"))
            .to_owned();
        manager.create_table(codes).await?;
        for (name, column) in [("sign_in_codes_by_user", "user_id"), ("sign_in_codes_by_end", "expires_at")] {
            let index = Index::create().name(name).table("sign_in_codes").col(column).to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

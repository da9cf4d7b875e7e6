//! People, teams, what they own, and how they sign in.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, string, string_null};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0008_accounts"
    }
}

/// Table, name and columns of an index.
type IndexOf = (&'static str, &'static str, &'static [&'static str]);

const UNIQUE: [IndexOf; 2] = [
    ("team_members", "team_members_once", &["team_id", "user_id"]),
    ("store_members", "store_members_once", &["store_id", "user_id"]),
];

const INDEXES: [IndexOf; 9] = [
    // What one sees.
    ("stores", "stores_by_owner_user", &["owner_user_id", "created_at", "id", "phase", "search_text"]),
    ("stores", "stores_by_owner_team", &["owner_team_id", "created_at", "id", "phase", "search_text"]),
    ("team_members", "team_members_by_user", &["user_id", "team_id"]),
    ("store_members", "store_members_by_user", &["user_id", "store_id"]),
    // What one has, for the limits.
    ("stores", "stores_by_owner", &["owner", "phase", "created_at"]),
    ("tokens", "tokens_by_user", &["user_id", "created_at"]),
    ("sessions", "sessions_by_user", &["user_id"]),
    // What is over and can be forgotten.
    ("sessions", "sessions_by_end", &["expires_at"]),
    ("sign_in_failures", "sign_in_failures_by_age", &["last_at"]),
];

fn id_column() -> ColumnDef {
    ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().to_owned()
}

fn tables() -> [TableCreateStatement; 8] {
    [
        Table::create()
            .table("users")
            .col(string("id").primary_key())
            .col(string("name").unique_key())
            .col(string("role"))
            // None until an invitation is taken up.
            .col(string_null("password_hash"))
            .col(big_integer_null("disabled_at"))
            .col(big_integer_null("signed_in_at"))
            .col(big_integer("created_at"))
            .to_owned(),
        // Links by which somebody chooses a password, once.
        Table::create()
            .table("invites")
            .col(string("hash").primary_key())
            .col(string("user_id").unique_key())
            .col(big_integer("expires_at"))
            .to_owned(),
        Table::create()
            .table("teams")
            .col(string("id").primary_key())
            .col(string("name").unique_key())
            .col(big_integer("created_at"))
            .to_owned(),
        Table::create()
            .table("team_members")
            .col(id_column())
            .col(string("team_id"))
            .col(string("user_id"))
            .col(string("role"))
            .to_owned(),
        Table::create()
            .table("store_members")
            .col(id_column())
            .col(string("store_id"))
            .col(string("user_id"))
            .col(string("role"))
            .to_owned(),
        Table::create()
            .table("tokens")
            .col(string("id").primary_key())
            .col(string("hash").unique_key())
            .col(string("name"))
            // Whose it is; none for a machine's.
            .col(string_null("user_id"))
            // A machine's own role; none for a person's, who has one.
            .col(string_null("role"))
            .col(string("scope"))
            .col(string("created_by"))
            .col(big_integer("created_at"))
            .col(big_integer_null("expires_at"))
            .col(big_integer_null("used_at"))
            .col(big_integer_null("revoked_at"))
            .to_owned(),
        Table::create()
            .table("sessions")
            .col(string("hash").primary_key())
            // None for the admin token's.
            .col(string_null("user_id"))
            // Changes with the admin token.
            .col(string_null("proof"))
            .col(big_integer("created_at"))
            .col(big_integer("seen_at"))
            .col(big_integer("expires_at"))
            // How and from which address it was begun.
            .col(string_null("source"))
            .to_owned(),
        Table::create()
            .table("sign_in_failures")
            .col(string("key").primary_key())
            .col(integer("count"))
            .col(big_integer("last_at"))
            // Before this nobody is let try again.
            .col(big_integer("until"))
            // The `until` that the audit log was told of last.
            .col(big_integer("told"))
            .to_owned(),
    ]
}

fn index((table, name, columns): &IndexOf) -> IndexCreateStatement {
    let mut index = Index::create().name(*name).table(*table).to_owned();
    for column in *columns {
        index.col(*column);
    }
    index
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        // `owner` stays as the name that people read; of stores of before it is all there is.
        for column in [string_null("owner_user_id"), string_null("owner_team_id")] {
            // One at a time: SQLite adds no two columns at once.
            manager.alter_table(Table::alter().table("stores").add_column(column).to_owned()).await?;
        }
        for of in &UNIQUE {
            manager.create_index(index(of).unique().to_owned()).await?;
        }
        for of in &INDEXES {
            manager.create_index(index(of)).await?;
        }
        manager.drop_index(Index::drop().name("stores_owner").table("stores").to_owned()).await
    }
}

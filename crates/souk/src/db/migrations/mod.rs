//! The tables over time. An applied migration is never edited; a change is a new file.

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

use super::locks::{self, Lock};
use super::{Db, DbError, Result};

mod m0001_first_tables;
mod m0002_queue;
mod m0003_repairs;
mod m0004_leases_by_their_end;
mod m0006_lists;
mod m0007_audit;
mod m0008_accounts;
mod m0009_single_sign_on;
mod m0010_sign_in_codes;
mod m0011_usage;
mod m0012_suspended;
mod m0013_living;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first_tables::Migration),
            Box::new(m0002_queue::Migration),
            Box::new(m0003_repairs::Migration),
            Box::new(m0004_leases_by_their_end::Migration),
            Box::new(m0006_lists::Migration),
            Box::new(m0007_audit::Migration),
            Box::new(m0008_accounts::Migration),
            Box::new(m0009_single_sign_on::Migration),
            Box::new(m0010_sign_in_codes::Migration),
            Box::new(m0011_usage::Migration),
            Box::new(m0012_suspended::Migration),
            Box::new(m0013_living::Migration),
        ]
    }
}

/// The names of the migrations that this version knows, oldest first.
pub fn known() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// Those of `names` that this version does not know.
pub fn unknown<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let known = known();
    names.into_iter().filter(|name| !known.contains(name)).cloned().collect()
}

/// Brings the tables up to date: all of it or nothing, by one process at a time.
///
/// # Errors
/// `Newer`, or the database fails.
pub async fn bring_up_to_date(db: &Db) -> Result<()> {
    let tx = db.begin().await?;
    locks::take_time(&tx).await?;
    locks::take(&tx, Lock::Tables).await?;
    let applied: Vec<String> =
        Migrator::get_migration_models(&tx).await?.into_iter().map(|applied| applied.version).collect();
    let unknown = unknown(&applied);
    if !unknown.is_empty() {
        return Err(DbError::Newer(unknown.join(", ")));
    }
    Migrator::up(&tx, None).await?;
    tx.commit().await?;
    Ok(())
}

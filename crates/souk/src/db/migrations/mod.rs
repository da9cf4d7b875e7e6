//! The tables over time. An applied migration is never edited; a change is a new file.

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

mod m0001_first_tables;
mod m0002_queue;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_first_tables::Migration), Box::new(m0002_queue::Migration)]
    }
}

//! What the model test of the reconciler asks of a database beside what the product does.

use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use souk_domain::{Phase, StoreId};

use super::super::{Db, columns::parse, stores::Entity};

impl Db {
    /// No statement is under way, on SQLite.
    pub fn is_at_rest(&self) -> bool {
        let pool = self.connection.get_sqlite_connection_pool();
        pool.num_idle() == pool.size() as usize
    }

    /// Writes down every change of a phase from now on.
    pub async fn log_phases(&self) {
        self.run(
            "CREATE TABLE phase_log (id INTEGER PRIMARY KEY, store_id TEXT, before TEXT, after TEXT);
             CREATE TRIGGER log_phases AFTER UPDATE OF phase ON stores WHEN old.phase <> new.phase BEGIN
                 INSERT INTO phase_log (store_id, before, after) VALUES (new.id, old.phase, new.phase);
             END;",
        )
        .await;
    }

    /// The changes of the store's phase, oldest first.
    pub async fn logged_phases(&self, store: &StoreId) -> Vec<(Phase, Phase)> {
        let sql = "SELECT before, after FROM phase_log WHERE store_id = ? ORDER BY id";
        let backend = self.connection.get_database_backend();
        let rows = self.connection.query_all_raw(Statement::from_sql_and_values(backend, sql, [store.as_str().into()]));
        let phase = |row: &sea_orm::QueryResult, column: &str| {
            parse("phase", &row.try_get::<String>("", column).expect("text")).expect("a phase")
        };
        rows.await.expect("rows").iter().map(|row| (phase(row, "before"), phase(row, "after"))).collect()
    }

    /// Who holds the store, the fence, and the revision.
    pub async fn lease_and_revision(&self, store: &StoreId) -> (Option<String>, i64, i64) {
        let row = Entity::find_by_id(store.as_str()).one(&self.connection).await.expect("rows").expect("a store");
        (row.lease_owner, row.lease_fence, row.revision)
    }

    /// Empties the tables of stores.
    pub async fn forget_everything(&self) {
        self.run(
            "DELETE FROM stores; DELETE FROM operations; DELETE FROM events; DELETE FROM audit_entries;
             DELETE FROM phase_log;",
        )
        .await;
    }

    async fn run(&self, sql: &str) {
        self.connection.execute_unprepared(sql).await.expect(sql);
    }
}

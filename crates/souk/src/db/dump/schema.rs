//! Which tables and columns there are, and the statements that turn rows into JSON and back. Values are
//! converted by the databases themselves, each by its own rules for its own types.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};

use super::Result;

/// Of the library that applies migrations: every database has its own.
const MIGRATIONS: &str = "seaql_migrations";

/// A table that is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    /// The first is the primary key.
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    kind: String,
}

impl Column {
    fn is_boolean(&self) -> bool {
        self.kind.eq_ignore_ascii_case("boolean")
    }
}

/// Every table, by name.
pub async fn tables(tx: &DatabaseTransaction) -> Result<Vec<Table>> {
    let columns = match tx.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text FROM information_schema.columns c \
             JOIN information_schema.tables t USING (table_schema, table_name) \
             WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE' \
             ORDER BY c.table_name, c.ordinal_position"
        }
        _ => {
            "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid"
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for row in tx.query_all_raw(Statement::from_string(tx.get_database_backend(), columns)).await? {
        let (table, name, kind) = row.try_get_many_by_index::<(String, String, String)>()?;
        if table == MIGRATIONS {
            continue;
        }
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table, columns: Vec::new() });
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push(Column { name, kind });
        }
    }
    Ok(tables)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    fn key(&self) -> String {
        self.columns.first().map(|column| quoted(&column.name)).unwrap_or_default()
    }

    /// Asks for every row as one JSON object, in the order of the primary key.
    pub fn select(&self, backend: DbBackend) -> Statement {
        let (table, key) = (quoted(&self.name), self.key());
        let object = match backend {
            DbBackend::Postgres => format!("row_to_json({table})::text"),
            _ => {
                let pairs = self.columns.iter().map(|column| {
                    let (name, value) = (text(&column.name), quoted(&column.name));
                    // SQLite keeps truth values as numbers.
                    let value = match column.is_boolean() {
                        true => format!("json(CASE {value} WHEN 0 THEN 'false' WHEN 1 THEN 'true' ELSE 'null' END)"),
                        false => value,
                    };
                    format!("{name}, {value}")
                });
                format!("json_object({})", pairs.collect::<Vec<_>>().join(", "))
            }
        };
        Statement::from_string(backend, format!("SELECT {object} FROM {table} ORDER BY {key}"))
    }

    /// Inserts the rows of a JSON list that have these columns; the others get their defaults.
    pub fn insert<'a>(&self, backend: DbBackend, columns: impl Iterator<Item = &'a str>, rows: String) -> Statement {
        let (table, columns) = (quoted(&self.name), columns.collect::<Vec<_>>());
        let into = columns.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let from = match backend {
            DbBackend::Postgres => format!("SELECT {into} FROM json_populate_recordset(NULL::{table}, $1::json)"),
            _ => {
                let values =
                    columns.iter().map(|name| format!("json_extract(value, {})", text(&format!("$.\"{name}\""))));
                format!("SELECT {} FROM json_each($1)", values.collect::<Vec<_>>().join(", "))
            }
        };
        Statement::from_sql_and_values(backend, format!("INSERT INTO {table} ({into}) {from}"), [rows.into()])
    }

    /// Whether it has any row.
    pub async fn has_rows(&self, tx: &DatabaseTransaction) -> Result<bool> {
        let any = format!("SELECT 1 FROM {} LIMIT 1", quoted(&self.name));
        Ok(tx.query_one_raw(Statement::from_string(tx.get_database_backend(), any)).await?.is_some())
    }

    /// Keeps all others from writing to it until the end of the transaction. On SQLite they are kept already.
    pub async fn lock(&self, tx: &DatabaseTransaction) -> Result<()> {
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared(&format!("LOCK TABLE {} IN EXCLUSIVE MODE", quoted(&self.name))).await?;
        }
        Ok(())
    }

    /// Has the next id that is given out come after those that are there. SQLite sees to that by itself.
    pub async fn go_on_counting(&self, tx: &DatabaseTransaction) -> Result<()> {
        if tx.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for column in self.columns.iter().filter(|column| column.kind == "bigint" || column.kind == "integer") {
            let next = format!(
                "SELECT setval(sequence, highest) FROM (SELECT pg_get_serial_sequence($1, $2) AS sequence, \
                 (SELECT max({}) FROM {}) AS highest) counted WHERE sequence IS NOT NULL AND highest IS NOT NULL",
                quoted(&column.name),
                quoted(&self.name)
            );
            let values = [quoted(&self.name).into(), column.name.as_str().into()];
            tx.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, next, values)).await?;
        }
        Ok(())
    }
}

//! Writes a platform to a file, as it is at one moment.

use std::io::Write;

use futures::StreamExt;
use sea_orm::{AccessMode, IsolationLevel, StreamTrait, TransactionOptions, TransactionTrait};
use serde_json::Value;

use super::super::{Db, DbError, leases::LEASE_COLUMNS, locks, migrations};
use super::{FORMAT, Header, KIND, Line, Result, Rows, schema};

impl Db {
    /// Writes every row to `out`, row by row; returns how many there are of each table. Servers may go on
    /// writing meanwhile, and nothing of what they write is in it.
    ///
    /// # Errors
    /// The database or the output fails.
    pub async fn export(&self, out: &mut (dyn Write + Send)) -> Result<Rows> {
        let moment = match self.is_postgres() {
            true => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
            false => TransactionOptions::default(),
        };
        let backend = self.connection.get_database_backend();
        let tx = self.connection.begin_with_options(moment).await?;
        locks::take_time(&tx).await?;
        write(
            out,
            &Header {
                kind: KIND.to_owned(),
                format: FORMAT,
                souk: env!("CARGO_PKG_VERSION").to_owned(),
                migrations: migrations::known(),
            },
        )?;
        let mut end = Rows::new();
        for table in schema::tables(&tx).await? {
            let mut count = 0;
            let mut rows = tx.stream_raw(table.select(backend)).await?;
            while let Some(row) = rows.next().await {
                let text: String = row?.try_get_by_index(0)?;
                let Ok(Value::Object(mut row)) = serde_json::from_str(&text) else {
                    return Err(DbError::Unreadable(format!("a row of {}", table.name)).into());
                };
                for column in LEASE_COLUMNS.iter().filter(|_| table.name == "stores") {
                    row.remove(*column);
                }
                write(out, &Line::Row { table: table.name.clone(), row })?;
                count += 1;
            }
            if count > 0 {
                end.insert(table.name, count);
            }
        }
        write(out, &Line::End { end: end.clone() })?;
        out.flush()?;
        Ok(end)
    }
}

fn write(out: &mut (dyn Write + Send), line: &impl serde::Serialize) -> Result<()> {
    let mut text = serde_json::to_vec(line).map_err(std::io::Error::from)?;
    text.push(b'\n');
    Ok(out.write_all(&text)?)
}

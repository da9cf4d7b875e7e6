//! Fills an empty database from a file: all of it, or nothing.

use std::io::BufRead;

use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::{Map, Value};

use super::super::locks::{self, Lock};
use super::super::{Db, migrations};
use super::schema::{self, Table};
use super::{DumpError, FORMAT, Header, KIND, Line, Result, Rows};

/// Rows that are inserted with one statement.
const BATCH: usize = 200;

impl Db {
    /// Reads a platform from `lines` into this database, in one transaction; returns how many rows there are
    /// of each table.
    ///
    /// # Errors
    /// The database is not empty or fails; the file is not whole, not an export, or of a newer version.
    /// Nothing is changed then.
    pub async fn import(&self, mut lines: impl BufRead + Send) -> Result<Rows> {
        check_header(&mut lines)?;
        let tx = self.begin().await?;
        locks::take_time(&tx).await?;
        locks::take(&tx, Lock::Tables).await?;
        let tables = schema::tables(&tx).await?;
        for table in &tables {
            table.lock(&tx).await?;
            if table.has_rows(&tx).await? {
                return Err(DumpError::NotEmpty(table.name.clone()));
            }
        }
        let mut batch = Batch { tables: &tables, rows: Vec::new(), table: None, begin: 0 };
        let (mut found, mut number, mut end) = (Rows::new(), 1, None);
        let mut text = String::new();
        while next_line(&mut lines, &mut text)? {
            number += 1;
            let wrong = |problem: String| DumpError::Line { line: number, problem };
            if end.is_some() {
                return Err(wrong("it comes after the end".to_owned()));
            }
            match serde_json::from_str(&text) {
                Ok(Line::Row { table, row }) => {
                    *found.entry(table.clone()).or_default() += 1;
                    batch.add(&tx, table, row, number).await?;
                }
                Ok(Line::End { end: counts }) => end = Some(counts),
                // Most likely the last line of a file that is cut off.
                Err(_) if !text.ends_with('\n') => return Err(DumpError::CutOff),
                Err(error) => return Err(wrong(error.to_string())),
            }
        }
        batch.flush(&tx).await?;
        if end.as_ref() != Some(&found) {
            return Err(DumpError::CutOff);
        }
        for table in &tables {
            table.go_on_counting(&tx).await?;
        }
        tx.commit().await?;
        Ok(found)
    }
}

fn next_line(lines: &mut impl BufRead, text: &mut String) -> Result<bool> {
    text.clear();
    Ok(lines.read_line(text)? > 0)
}

fn check_header(lines: &mut impl BufRead) -> Result<()> {
    let mut text = String::new();
    // A file of another kind may be no text at all.
    let read = next_line(lines, &mut text);
    if matches!(&read, Err(DumpError::File(error)) if error.kind() == std::io::ErrorKind::InvalidData) {
        return Err(DumpError::NoExport);
    }
    read?;
    let header: Value = serde_json::from_str(&text).map_err(|_| DumpError::NoExport)?;
    if header["kind"] != KIND {
        return Err(DumpError::NoExport);
    }
    let format = header["format"].as_u64().ok_or(DumpError::NoExport)?;
    if format > u64::from(FORMAT) {
        return Err(DumpError::Newer(format!("its format is {format}, this version reads {FORMAT}")));
    }
    let header: Header = serde_json::from_value(header).map_err(|_| DumpError::NoExport)?;
    let unknown = migrations::unknown(&header.migrations);
    if !unknown.is_empty() {
        return Err(DumpError::Newer(format!("{}, with {}", header.souk, unknown.join(", "))));
    }
    Ok(())
}

/// Rows of one table with the same columns.
struct Batch<'a> {
    tables: &'a [Table],
    table: Option<&'a Table>,
    rows: Vec<Map<String, Value>>,
    /// The line of the first.
    begin: u64,
}

impl Batch<'_> {
    async fn add(&mut self, tx: &DatabaseTransaction, table: String, row: Map<String, Value>, line: u64) -> Result<()> {
        let same = self.table.is_some_and(|open| open.name == table)
            && self.rows.first().is_none_or(|first| first.keys().eq(row.keys()))
            && self.rows.len() < BATCH;
        if !same {
            self.flush(tx).await?;
            let wrong = |problem: String| DumpError::Line { line, problem };
            let known = self.tables.iter().find(|known| known.name == table);
            let known = known.ok_or_else(|| wrong(format!("this version knows no table {table}")))?;
            if let Some(column) = row.keys().find(|name| known.column(name).is_none()) {
                return Err(wrong(format!("this version knows no column {column} of {table}")));
            }
            (self.table, self.begin) = (Some(known), line);
        }
        self.rows.push(row);
        Ok(())
    }

    async fn flush(&mut self, tx: &DatabaseTransaction) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let (Some(table), Some(first)) = (self.table, rows.first()) else { return Ok(()) };
        let text = serde_json::to_string(&rows).map_err(std::io::Error::from)?;
        let insert = table.insert(tx.get_database_backend(), first.keys().map(String::as_str), text);
        match tx.execute_raw(insert).await {
            Ok(_) => Ok(()),
            Err(error @ (sea_orm::DbErr::Exec(_) | sea_orm::DbErr::Query(_))) => {
                let problem = format!("rows of {} from here on: {error}", table.name);
                Err(DumpError::Line { line: self.begin, problem })
            }
            Err(error) => Err(error.into()),
        }
    }
}

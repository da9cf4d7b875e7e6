//! A whole platform as lines of JSON, to move it from one database to another: SQLite to PostgreSQL, or back.
//!
//! The first line is the [`Header`]. Each line after it is one row, `{"table": ..., "row": {column: value}}`, as the
//! columns hold it. The last line, `{"end": {table: rows}}`, shows that nothing is cut off. What belongs to one
//! database alone is no part of it: who holds which lease. Tables and columns are those that are there, so that a
//! migration needs no change here.
//!
//! The file holds what the database holds: chosen passwords that are not in the cluster yet, sealed.

mod export;
mod import;
mod schema;

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::DbError;

/// Rises when a reader of before could not read it any more.
pub const FORMAT: u32 = 1;
const KIND: &str = "souk-platform";

/// The first line.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    /// `souk-platform`
    kind: String,
    format: u32,
    /// The version that wrote it.
    souk: String,
    /// What the tables looked like.
    migrations: Vec<String>,
}

/// Every other line.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Row { table: String, row: Map<String, Value> },
    End { end: Rows },
}

/// How many rows there are of each table that has any.
pub type Rows = BTreeMap<String, u64>;

/// Why a platform was not written to a file, or not read from one.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error("the file cannot be read or written: {0}")]
    File(#[from] io::Error),
    #[error("this is no export of Souk: its first line says so of every one")]
    NoExport,
    #[error("the file was written by a newer Souk ({0}): import it with that version, or a later one")]
    Newer(String),
    #[error("the database is not empty (it has rows in {0}): import into a new one")]
    NotEmpty(String),
    #[error("line {line} of the file cannot be imported: {problem}")]
    Line { line: u64, problem: String },
    #[error("the file is cut off: export it again")]
    CutOff,
}

impl From<sea_orm::DbErr> for DumpError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Database(error.into())
    }
}

type Result<T, E = DumpError> = std::result::Result<T, E>;

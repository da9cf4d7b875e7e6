//! `souk db`: moves a platform from one database to another by a file. It needs no server, and takes the
//! database settings of `souk serve`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use secrecy::ExposeSecret;

mod export;
mod import;

use super::context::Context;
use super::exit::{Exit, Failure, TABLE};
use crate::config::DatabaseArgs;
use crate::config::secrets::database_password;
use crate::db::{Db, Rows};

#[derive(Args, Debug)]
#[command(after_long_help = TABLE)]
pub struct DbArgs {
    #[command(subcommand)]
    command: DbCommand,
}

#[derive(Subcommand, Debug)]
enum DbCommand {
    /// Write the whole platform to a file: stores, operations, timelines, audit, settings
    ///
    /// Stop the servers first, or what they do meanwhile is not in it. The file is as secret as the
    /// database; its form is described in docs/operate/backup.md.
    #[command(after_long_help = TABLE)]
    Export(export::ExportArgs),
    /// Fill an empty database from such a file
    ///
    /// All of it or nothing. Start the servers on it with the same encryption key as before.
    #[command(after_long_help = TABLE)]
    Import(import::ImportArgs),
}

/// How long a PostgreSQL that was just made may need until it answers.
const PATIENCE: Duration = Duration::from_secs(15);

/// Which database is meant.
#[derive(Args, Debug)]
pub struct PlaceArgs {
    /// Folder of the files that Souk makes for itself
    #[arg(long, env = "SOUK_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,

    #[command(flatten)]
    database: DatabaseArgs,
}

impl PlaceArgs {
    /// Opens the database; one in a file has to be there if `must_exist`.
    pub async fn open(&self, must_exist: bool) -> Result<Db, Failure> {
        let failed = |error: &dyn std::fmt::Display| Failure::new(Exit::Failure, error.to_string());
        let password = database_password(&self.database).map_err(|error| failed(&error))?;
        let url = self.database.url(&self.data_dir, password.as_ref()).map_err(|error| failed(&error))?;
        let url = url.expose_secret();
        let file =
            url.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//").split('?').next().unwrap_or(rest));
        if let Some(file) = file.filter(|file| must_exist && !std::path::Path::new(file).exists()) {
            return Err(Failure::new(Exit::NotFound, format!("there is no database at {file}"))
                .next("name it with --database-url or --data-dir"));
        }
        Db::connect_in_time(url, PATIENCE).await.map_err(|error| {
            Failure::new(Exit::Failure, format!("the database cannot be opened: {error}"))
                .next("look at SOUK_DATABASE_URL and SOUK_DATABASE_PASSWORD_FILE")
        })
    }
}

pub async fn run(context: &Context, args: DbArgs) -> Result<(), Failure> {
    match args.command {
        DbCommand::Export(args) => export::run(context, args).await,
        DbCommand::Import(args) => import::run(context, args).await,
    }
}

/// `3 stores, 12 events`.
fn sentence(rows: &Rows) -> String {
    let counts: Vec<_> = rows.iter().filter(|(_, rows)| **rows > 0).collect();
    match counts.is_empty() {
        true => "nothing".to_owned(),
        false => counts
            .iter()
            .map(|(table, rows)| format!("{rows} {}", table.replace('_', " ")))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

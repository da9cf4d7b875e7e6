//! `souk db import`.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use clap::Args;

use super::{PlaceArgs, sentence};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::db::DumpError;

#[derive(Args, Debug)]
pub struct ImportArgs {
    /// File that `souk db export` wrote, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    place: PlaceArgs,
}

pub async fn run(context: &Context, args: ImportArgs) -> Result<(), Failure> {
    let lines: Box<dyn BufRead + Send> = if args.file.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let file = File::open(&args.file).map_err(|error| {
            Failure::new(Exit::NotFound, format!("cannot read {}: {error}", args.file.display()))
                .next("name a file that `souk db export` wrote")
        })?;
        Box::new(BufReader::new(file))
    };
    let db = args.place.open(false).await?;
    let rows = db.import(lines).await.map_err(|error| {
        let exit = match error {
            DumpError::Database(_) | DumpError::File(_) => Exit::Failure,
            _ => Exit::Usage,
        };
        Failure::new(exit, format!("nothing was imported: {error}"))
    })?;
    context.terminal.say(format!("Imported: {}.", sentence(&rows)));
    Ok(())
}

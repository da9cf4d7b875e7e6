//! `souk db export`: a whole file, or none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{PlaceArgs, sentence};
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::terminal::Terminal;
use crate::db::DumpError;

#[derive(Args, Debug)]
pub struct ExportArgs {
    /// File to write, readable by you alone [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    place: PlaceArgs,
}

pub async fn run(context: &Context, args: ExportArgs) -> Result<(), Failure> {
    let db = args.place.open(true).await?;
    let Some(path) = args.output else {
        let mut out = BufWriter::new(Out(&context.terminal));
        let rows = db.export(&mut out).await.map_err(failed)?;
        context.terminal.say(format!("Exported: {}.", sentence(&rows)));
        return Ok(());
    };
    let part = part_of(&path);
    let refused = |error: &io::Error| Failure::new(Exit::Failure, format!("cannot write {}: {error}", path.display()));
    let file = create(&part).map_err(|error| refused(&error))?;
    let mut out = BufWriter::new(file);
    let rows = match db.export(&mut out).await {
        Ok(rows) => rows,
        Err(error) => {
            // What is left of it is of no use to anybody.
            let _ = fs::remove_file(&part);
            return Err(failed(error));
        }
    };
    let done = out.get_ref().sync_all().and_then(|()| fs::rename(&part, &path));
    done.map_err(|error| refused(&error))?;
    context.terminal.say(format!("Exported to {}: {}.", path.display(), sentence(&rows)));
    Ok(())
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn failed(error: DumpError) -> Failure {
    match error {
        DumpError::File(error) => error.into(),
        error => Failure::new(Exit::Failure, format!("the export failed: {error}")),
    }
}

/// Standard output.
struct Out<'a>(&'a Terminal);

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.print_bytes(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

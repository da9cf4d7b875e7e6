//! `souk completions` and `souk man`: what the command line says about itself to shells and to man.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use super::context::Context;
use super::exit::{Exit, Failure};

#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell, such as bash: `souk completions bash > /etc/bash_completion.d/souk`
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Args, Debug)]
pub struct ManArgs {
    /// Folder to write the pages to, one for each command
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub fn completions(context: &Context, mut whole: Command, args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut whole, "souk", &mut script);
    Ok(context.terminal.print_bytes(&script)?)
}

pub fn man(context: &Context, whole: Command, args: &ManArgs) -> Result<(), Failure> {
    let written = std::fs::create_dir_all(&args.folder).and_then(|()| clap_mangen::generate_to(whole, &args.folder));
    written.map_err(|error| {
        Failure::new(Exit::Failure, format!("cannot write to {}: {error}", args.folder.display()))
            .next("name a folder that you may write to")
    })?;
    context.terminal.say(format!(
        "Written to {}; read one with `man -l {}/souk.1`.",
        args.folder.display(),
        args.folder.display()
    ));
    Ok(())
}

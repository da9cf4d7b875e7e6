//! Commands as a user gives them, against a small platform in this process.

mod commands;
mod contract;
mod create;
mod db;
mod fake;
mod login;
mod sweep;
mod usage;
mod user;

use clap::Parser;

use super::context::Context;
use super::exit::Failure;
use super::settings::Environment;
use super::terminal::recorded::{self, Recorder};
use fake::Fake;

/// One command that ran: how it ended and what it wrote.
pub struct Ran {
    pub ended: Result<(), Failure>,
    pub out: String,
    pub err: String,
}

/// Runs `souk <arguments>` in a pipe, signed in to the fake.
pub async fn souk(fake: &Fake, arguments: &[&str]) -> Ran {
    let url = fake.address();
    run(Environment { url: Some(url), token: Some("token".to_owned().into()), file: None }, arguments).await
}

pub async fn run(environment: Environment, arguments: &[&str]) -> Ran {
    // As main does: without a choice the first client would panic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (terminal, out, err): (_, Recorder, Recorder) = recorded::pipe();
    let parsed = crate::Souk::try_parse_from(std::iter::once(&"souk").chain(arguments)).unwrap();
    let crate::Command::Client(command) = parsed.command else { panic!("not a client command: {arguments:?}") };
    let ended = super::dispatch(&Context { terminal, environment }, command).await;
    Ran { ended, out: out.text(), err: err.text() }
}

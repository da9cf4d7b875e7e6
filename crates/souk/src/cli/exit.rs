//! How a command ends: exit codes that mean something, and failures that say what to do next.
//!
//! Owns the table of codes and the form of a failure on the terminal; the causes are made elsewhere.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// The meaning of each exit code; `TABLE` documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Success,
    Failure,
    Usage,
    NotFound,
    NotSignedIn,
    TimedOut,
    Unreachable,
    /// `souk sweep` found something.
    Found,
    Interrupted,
}

/// Stands in the long help of every command group.
pub const TABLE: &str = "\
Exit codes:
  0    done
  1    failed; the message says why and what to do
  2    wrong usage, or input that the server refused
  3    not found
  4    not signed in, or the token or the signing in was refused
  5    timed out while waiting; the operation goes on
  6    the platform cannot be reached
  7    something is there that belongs to no store (`souk sweep`)
  130  interrupted with Ctrl-C; the operation goes on

Environment:
  SOUK_URL    address of the platform, before the one of `souk login`
  SOUK_TOKEN  token for it, before the one of `souk login`";

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::NotSignedIn => 4,
            Self::TimedOut => 5,
            Self::Unreachable => 6,
            Self::Found => 7,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a command did not do what it was asked to.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    /// One sentence.
    pub message: String,
    /// Field and what is wrong with it.
    pub fields: Vec<(String, String)>,
    /// What to do about it.
    pub next: Option<String>,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), fields: Vec::new(), next: None }
    }

    #[must_use]
    pub fn next(self, step: impl Into<String>) -> Self {
        Self { next: Some(step.into()), ..self }
    }

    /// Whoever read the output has gone, as `head` does: nothing is wrong and nothing is left to say.
    pub fn is_silent(&self) -> bool {
        self.message.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "souk: {}", self.message)?;
        for (field, message) in &self.fields {
            write!(f, "\n  {field}: {message}")?;
        }
        match &self.next {
            Some(next) => write!(f, "\n  Next: {next}"),
            None => Ok(()),
        }
    }
}

/// Output that cannot be written.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::new(Exit::Success, "");
        }
        Self::new(Exit::Failure, format!("the output cannot be written: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_fields_and_the_next_step() {
        let mut failure = Failure::new(Exit::Usage, "The store cannot be made.").next("choose another with --slug");
        failure.fields.push(("slug".into(), "is taken".into()));
        assert_eq!(
            failure.to_string(),
            "souk: The store cannot be made.\n  slug: is taken\n  Next: choose another with --slug"
        );
    }

    #[test]
    fn a_closed_pipe_is_no_failure() {
        let failure = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(failure.is_silent());
        assert_eq!(failure.exit.code(), 0);
    }

    #[test]
    fn every_code_stands_in_the_table() {
        use Exit::{
            Failure as Failed, Found, Interrupted, NotFound, NotSignedIn, Success, TimedOut, Unreachable, Usage,
        };
        for exit in [Success, Failed, Usage, NotFound, NotSignedIn, TimedOut, Unreachable, Found, Interrupted] {
            assert!(TABLE.contains(&format!("\n  {:<5}", exit.code())), "{exit:?}");
        }
    }
}

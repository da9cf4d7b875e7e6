//! Where a command writes and asks. Results go to standard output, everything said on the way to
//! standard error, so that a pipe gets results only.
//!
//! Owns both streams and whether a person sits there; tests put a recorder in their place.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

type Stream = Arc<Mutex<dyn Write + Send>>;

/// The streams of one command. Cheap to clone.
#[derive(Clone)]
pub struct Terminal {
    out: Stream,
    err: Stream,
    /// Somebody can answer a question.
    pub asks: bool,
    /// Standard output is read by a person.
    pub shows: bool,
    /// Progress can be drawn on standard error.
    pub draws: bool,
}

impl Terminal {
    pub fn of_the_process() -> Self {
        Self {
            out: Arc::new(Mutex::new(io::stdout())),
            err: Arc::new(Mutex::new(io::stderr())),
            asks: io::stdin().is_terminal() && io::stderr().is_terminal(),
            shows: io::stdout().is_terminal(),
            draws: io::stderr().is_terminal(),
        }
    }

    /// One line of the result.
    pub fn print(&self, line: impl AsRef<str>) -> io::Result<()> {
        let mut out = hold(&self.out);
        out.write_all(line.as_ref().as_bytes())?;
        out.write_all(b"\n")
    }

    /// A piece of the result as it is, at once.
    pub fn print_bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = hold(&self.out);
        out.write_all(bytes)?;
        out.flush()
    }

    /// One line about what goes on. Nobody misses it when standard error is closed.
    pub fn say(&self, line: impl AsRef<str>) {
        let _ = writeln!(hold(&self.err), "{}", line.as_ref());
    }

    /// Asks for one line of text.
    pub fn ask(&self, question: &str) -> io::Result<String> {
        {
            let mut err = hold(&self.err);
            write!(err, "{question}")?;
            err.flush()?;
        }
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Asks for a secret without showing it.
    pub fn ask_secret(&self, question: &str) -> io::Result<Zeroizing<String>> {
        let term = console::Term::stderr();
        term.write_str(question)?;
        Ok(Zeroizing::new(term.read_secure_line()?))
    }

    /// A secret from standard input: everything, without the line's end that `echo` adds.
    pub fn read_secret(&self) -> io::Result<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        io::stdin().lock().read_to_string(&mut text)?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok(text)
    }
}

fn hold(stream: &Stream) -> MutexGuard<'_, dyn Write + Send + 'static> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub mod recorded {
    use tokio::sync::watch;

    use super::*;

    /// What a command wrote.
    #[derive(Clone, Default)]
    pub struct Recorder(watch::Sender<Vec<u8>>);

    impl Write for Recorder {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send_modify(|text| text.extend_from_slice(bytes));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Recorder {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }

        /// What is found in the text, as soon as it stands there.
        pub async fn find<T>(&self, found: impl Fn(&str) -> Option<T>) -> T {
            let mut news = self.0.subscribe();
            loop {
                news.mark_unchanged();
                if let Some(it) = found(&self.text()) {
                    return it;
                }
                news.changed().await.unwrap();
            }
        }
    }

    /// A terminal without a person, and what goes to its standard output and standard error.
    pub fn pipe() -> (Terminal, Recorder, Recorder) {
        let (out, err) = (Recorder::default(), Recorder::default());
        let terminal = Terminal {
            out: Arc::new(Mutex::new(out.clone())),
            err: Arc::new(Mutex::new(err.clone())),
            asks: false,
            shows: false,
            draws: false,
        };
        (terminal, out, err)
    }
}

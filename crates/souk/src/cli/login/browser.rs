//! Signing in by way of a browser, with whatever one signs in to the dashboard: it leads back to a port of this
//! machine (RFC 8252), or shows a code to be copied where no browser can reach this machine.
//!
//! The secret that a code needs (PKCE) never leaves this process but to be exchanged.

use axum::http::StatusCode;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::listener::{Listener, Page};
use super::{BrowserArgs, keep};
use crate::api::sign_in_codes::HOST_MAX;
use crate::auth::{pkce, token};
use crate::cli::answer::NewToken;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::problem::RequestError;
use crate::cli::screen;
use crate::cli::settings::Platform;

/// One sign-in that is under way.
struct SignIn<'a> {
    context: &'a Context,
    url: &'a Url,
    client: Client,
    verifier: SecretString,
    /// Tells the browser that was sent from any other.
    state: String,
}

/// # Errors
/// Nobody is there, nobody answers in time, or the answer is no.
pub(super) async fn login(context: &Context, url: &Url, args: &BrowserArgs) -> Result<(), Failure> {
    let client = Client::new(Platform { url: url.clone(), token: None })?;
    // Before anybody goes to a browser: is Souk there?
    client.get::<Value>(&["api", "sign-in"], &[]).await?;
    let (verifier, state) = (token::random_secret().into(), token::random_secret());
    let sign_in = SignIn { context, url, client, verifier, state };
    if args.no_browser { sign_in.by_hand().await } else { sign_in.by_port(args).await }
}

impl SignIn<'_> {
    /// The browser comes back by itself.
    async fn by_port(&self, args: &BrowserArgs) -> Result<(), Failure> {
        let mut listener = Listener::open(&self.state).await.map_err(|error| {
            Failure::new(Exit::Failure, format!("cannot listen on a port of this machine: {error}"))
                .next("add --no-browser")
        })?;
        self.announce(&self.address(Some(listener.port())));
        let most = humantime::format_duration(args.timeout);
        self.context.terminal.say(format!("Waiting for your answer there, for {most} at most ..."));
        let Ok(Some(arrival)) = tokio::time::timeout(args.timeout, listener.arrival()).await else {
            return Err(Failure::new(Exit::TimedOut, format!("no answer came from the browser within {most}"))
                .next("begin again with `souk login`; add --no-browser where no browser can reach this machine"));
        };
        let ended = match &arrival.code {
            Some(code) => self.finish(code).await,
            None => Err(Failure::new(Exit::NotSignedIn, "it was refused in the browser; nothing was changed")
                .next("begin again with `souk login`, and allow it there")),
        };
        listener.close(arrival, page(&ended)).await;
        ended.map(|_| ())
    }

    /// The browser is on another machine: somebody carries the code over.
    async fn by_hand(&self) -> Result<(), Failure> {
        let terminal = &self.context.terminal;
        let address = self.address(None);
        terminal.say(format!("Open this address in a browser, on any computer, and allow it there:\n\n  {address}\n"));
        let code = terminal.ask("Code that the browser shows: ")?;
        if code.trim().is_empty() {
            return Err(Failure::new(Exit::NotSignedIn, "no code was given; nothing was changed")
                .next("begin again with `souk login --no-browser`"));
        }
        self.finish(code.trim()).await.map(|_| ())
    }

    fn announce(&self, address: &Url) {
        let terminal = &self.context.terminal;
        let opened = terminal.draws && screen::open(address.as_str());
        let begin = if opened { "A browser opens. If none does, open" } else { "Open" };
        terminal
            .say(format!("{begin} this address in a browser on this machine, and allow it there:\n\n  {address}\n"));
        if !opened {
            terminal.say("The browser is on another machine? Stop this with Ctrl-C, and add --no-browser.");
        }
    }

    /// The page of the dashboard that asks. Without a port it shows the code.
    fn address(&self, port: Option<u16>) -> Url {
        let port = port.map(|port| port.to_string());
        let (challenge, host) = (pkce::challenge(self.verifier.expose_secret()), host());
        let mut query = vec![("challenge", challenge.as_str()), ("host", host.as_str())];
        if let Some(port) = &port {
            query.extend([("port", port.as_str()), ("state", self.state.as_str())]);
        }
        self.client.page(&["cli"], &query)
    }

    /// Turns the code into a token and keeps it; says whose.
    async fn finish(&self, code: &str) -> Result<String, Failure> {
        let body = json!({ "code": code, "verifier": self.verifier.expose_secret() });
        let path = ["api", "sign-in", "code"];
        let made = self.client.change::<NewToken>(Method::POST, &path, Some(&body), None).await;
        let NewToken { token, secret } = made.map_err(refused)?.typed;
        let actor = keep(self.context, self.url, secret.expose_secret(), Some(&token.id)).await?;
        let end = token.expires_at.map_or_else(|| "has no end".to_owned(), |end| format!("ends on {}", end.date()));
        let name = token.name;
        self.context.terminal.say(format!("Its token \"{name}\" {end}; `souk logout` revokes it."));
        Ok(actor)
    }
}

fn refused(error: RequestError) -> Failure {
    match error.status() {
        Some(410 | 422) => Failure::new(Exit::NotSignedIn, "the code was used before, has ended, or is another one's")
            .next("begin again with `souk login`"),
        Some(404) => Failure::new(Exit::Failure, "this platform knows no signing in by browser")
            .next("upgrade it, or sign in with a token: `souk login --token-prompt`"),
        _ => error.into(),
    }
}

fn page(ended: &Result<String, Failure>) -> Page {
    match ended {
        Ok(actor) => {
            let text = format!("The command line acts as {actor} now. You can close this window.");
            Page(StatusCode::OK, "You are signed in", text)
        }
        Err(failure) => {
            let text =
                format!("The command line says: {}. You can close this window.", failure.message.trim_end_matches('.'));
            Page(StatusCode::OK, "Not signed in", text)
        }
    }
}

/// This machine's name, as far as the platform takes it.
fn host() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    fit(&name)
}

fn fit(name: &str) -> String {
    let known = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = name.chars().map(known).skip_while(|c| !c.is_ascii_alphanumeric()).take(HOST_MAX).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_machines_are_fitted() {
        assert_eq!(fit("Annas-MacBook.local"), "Annas-MacBook.local");
        assert_eq!(fit("_läptop 1"), "l-ptop-1");
        assert_eq!(fit(""), "unnamed");
        assert_eq!(fit(&"x".repeat(90)).len(), HOST_MAX);
        assert!(!host().is_empty());
    }
}

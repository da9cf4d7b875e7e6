//! `souk login` and `souk logout`: gets a token, by way of a browser or as it is given, tries it and keeps it.

use std::path::Path;
use std::time::Duration;

use clap::Args;
use reqwest::Method;
use secrecy::SecretString;
use serde::de::IgnoredAny;
use url::Url;
use zeroize::Zeroizing;

mod browser;
mod listener;

use super::answer::SignedIn;
use super::client::Client;
use super::context::{Context, PlatformArgs};
use super::exit::{Exit, Failure};
use super::problem::RequestError;
use super::settings::{Kept, Platform, parse_address};

/// Where a platform on this machine is.
const LOCAL: &str = "http://souk.localhost";

#[derive(Args, Debug)]
pub struct LoginArgs {
    /// Address of the platform [default: SOUK_URL, else the one signed in to last, else http://souk.localhost]
    #[arg(value_name = "ADDRESS")]
    url: Option<String>,
    #[command(flatten)]
    browser: BrowserArgs,
    /// Ask for a token, such as the admin token, instead of going by way of a browser
    #[arg(long, conflicts_with = "no_browser")]
    token_prompt: bool,
    /// Read the token from standard input instead of asking for it
    #[arg(long, conflicts_with_all = ["no_browser", "token_prompt"])]
    token_stdin: bool,
}

/// How the browser is reached.
#[derive(Args, Debug)]
struct BrowserArgs {
    /// Open no browser: print the address for one on any computer, and ask for the code that it shows
    #[arg(long)]
    no_browser: bool,
    /// How long to wait for the answer from the browser
    #[arg(long, default_value = "5m", value_parser = humantime::parse_duration)]
    timeout: Duration,
}

#[derive(Args, Debug)]
pub struct LogoutArgs {
    #[command(flatten)]
    platform: PlatformArgs,
}

pub async fn login(context: &Context, args: LoginArgs) -> Result<(), Failure> {
    let kept = Kept::read(Some(file(context)?))?;
    let known = args.url.as_deref().or(context.environment.url.as_deref()).or(kept.current.as_deref());
    let url = parse_address(known.unwrap_or(LOCAL))?;
    if !args.token_stdin && !args.token_prompt {
        return browser::login(context, &url, &args.browser).await;
    }
    let token = token(context, &args, url.as_str())?;
    keep(context, &url, token.trim(), None).await.map(|_| ())
}

/// Tries the token, and keeps it when it is good; says whose it is. `made` is its id, if it was made for this.
async fn keep(context: &Context, url: &Url, token: &str, made: Option<&str>) -> Result<String, Failure> {
    let file = file(context)?;
    let platform = Platform { url: url.clone(), token: Some(token.to_owned().into()) };
    let client = Client::new(platform)?;
    let signed_in = client.get::<SignedIn>(&["api", "session"], &[]).await.map_err(|error| match error.status() {
        Some(401 | 403) => Failure::new(Exit::NotSignedIn, format!("{} does not know this token", client.address()))
            .next("the admin token is in the Secret souk-admin: `kubectl -n souk get secret souk-admin -o jsonpath='{.data.token}' | base64 -d`"),
        _ => error.into(),
    })?;
    // Read only now: another command may have changed it while somebody was asked.
    let mut kept = Kept::read(Some(file))?;
    kept.remember(url, token, made);
    kept.write(file)?;
    let address = client.address();
    let actor = signed_in.typed.actor;
    context.terminal.say(format!("Signed in to {address} as {actor}. Kept in {}.", file.display()));
    if context.environment.token.is_some() {
        context.terminal.say("SOUK_TOKEN is set and goes before it.");
    }
    Ok(actor)
}

fn token(context: &Context, args: &LoginArgs, address: &str) -> Result<Zeroizing<String>, Failure> {
    let token = if args.token_stdin {
        context.terminal.read_secret()?
    } else if context.terminal.asks {
        context.terminal.ask_secret(&format!("Token for {}: ", address.trim_end_matches('/')))?
    } else {
        return Err(Failure::new(Exit::Usage, "there is nobody to ask for the token")
            .next("pipe it in: `... | souk login ADDRESS --token-stdin`"));
    };
    if token.trim().is_empty() {
        return Err(Failure::new(Exit::Usage, "the token is empty"));
    }
    Ok(token)
}

/// Forgets the token here. One that `souk login` had made ends on the platform too; one that was given, such as the
/// admin token, belongs to everybody who has it.
pub async fn logout(context: &Context, args: LogoutArgs) -> Result<(), Failure> {
    let file = file(context)?;
    let mut kept = Kept::read(Some(file))?;
    let platform = context.environment.platform(args.platform.url.as_deref())?;
    let address = platform.url.as_str().trim_end_matches('/').to_owned();
    let Some(forgotten) = kept.forget(&platform.url) else {
        context.terminal.say(format!("Not signed in to {address}."));
        return Ok(());
    };
    kept.write(file)?;
    let ended = match &forgotten.made {
        Some(id) => match revoke(platform.url, forgotten.token, id).await {
            Ok(()) => "Its token is revoked.".to_owned(),
            Err(error) => format!(
                "Its token could not be revoked ({}); revoke it on the dashboard's page Tokens.",
                error.to_string().trim_end_matches('.')
            ),
        },
        None => "The token was not made by `souk login`, and stays valid.".to_owned(),
    };
    context.terminal.say(format!("Signed out of {address}. {ended}"));
    Ok(())
}

/// One that has ended already, or was revoked, is no error.
async fn revoke(url: Url, token: SecretString, id: &str) -> Result<(), RequestError> {
    let client = Client::new(Platform { url, token: Some(token) })?;
    let path = ["api", "me", "tokens", id];
    match client.change::<IgnoredAny>(Method::DELETE, &path, None::<&()>, None).await {
        Err(error) if !matches!(error.status(), Some(401 | 404)) => Err(error),
        _ => Ok(()),
    }
}

fn file(context: &Context) -> Result<&Path, Failure> {
    context.environment.file.as_deref().ok_or_else(|| {
        Failure::new(Exit::Failure, "there is no place for the configuration file")
            .next("set HOME or XDG_CONFIG_HOME, or use SOUK_TOKEN")
    })
}

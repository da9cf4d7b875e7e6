//! `souk login` and `souk logout`: tries a token and keeps it.

use std::path::Path;

use clap::Args;
use zeroize::Zeroizing;

use super::answer::SignedIn;
use super::client::Client;
use super::context::{Context, PlatformArgs};
use super::exit::{Exit, Failure};
use super::settings::{Kept, Platform, parse_address};

/// Where a platform on this machine is.
const LOCAL: &str = "http://souk.localhost";

#[derive(Args, Debug)]
pub struct LoginArgs {
    /// Address of the platform [default: SOUK_URL, else the one signed in to last, else http://souk.localhost]
    #[arg(value_name = "ADDRESS")]
    url: Option<String>,
    /// Read the token from standard input instead of asking for it
    #[arg(long)]
    token_stdin: bool,
}

#[derive(Args, Debug)]
pub struct LogoutArgs {
    #[command(flatten)]
    platform: PlatformArgs,
}

pub async fn login(context: &Context, args: LoginArgs) -> Result<(), Failure> {
    let file = file(context)?;
    let mut kept = Kept::read(Some(file))?;
    let known = args.url.as_deref().or(context.environment.url.as_deref()).or(kept.current.as_deref());
    let url = parse_address(known.unwrap_or(LOCAL))?;
    let token = token(context, &args, url.as_str())?;
    let platform = Platform { url: url.clone(), token: Some(token.trim().to_owned().into()) };
    let client = Client::new(platform)?;
    let signed_in = client.get::<SignedIn>(&["api", "session"], &[]).await.map_err(|error| match error.status() {
        Some(401 | 403) => Failure::new(Exit::NotSignedIn, format!("{} does not know this token", client.address()))
            .next("the admin token is in the Secret souk-admin: `kubectl -n souk get secret souk-admin -o jsonpath='{.data.token}' | base64 -d`"),
        _ => error.into(),
    })?;
    kept.remember(&url, token.trim());
    kept.write(file)?;
    let address = client.address();
    context.terminal.say(format!("Signed in to {address} as {}. Kept in {}.", signed_in.typed.actor, file.display()));
    if context.environment.token.is_some() {
        context.terminal.say("SOUK_TOKEN is set and goes before it.");
    }
    Ok(())
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

/// Forgets the token here. The platform ends nothing: the admin token belongs to everybody who has it.
pub async fn logout(context: &Context, args: LogoutArgs) -> Result<(), Failure> {
    let file = file(context)?;
    let mut kept = Kept::read(Some(file))?;
    let platform = context.environment.platform(args.platform.url.as_deref())?;
    let address = platform.url.as_str().trim_end_matches('/').to_owned();
    if kept.forget(&platform.url) {
        kept.write(file)?;
        context.terminal.say(format!("Signed out of {address}."));
    } else {
        context.terminal.say(format!("Not signed in to {address}."));
    }
    Ok(())
}

fn file(context: &Context) -> Result<&Path, Failure> {
    context.environment.file.as_deref().ok_or_else(|| {
        Failure::new(Exit::Failure, "there is no place for the configuration file")
            .next("set HOME or XDG_CONFIG_HOME, or use SOUK_TOKEN")
    })
}

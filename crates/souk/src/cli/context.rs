//! What every command gets: its streams, the environment, and the platform it talks to.

use clap::Args;

use super::client::Client;
use super::exit::{Exit, Failure};
use super::settings::Environment;
use super::terminal::Terminal;

/// The surroundings of one command.
pub struct Context {
    pub terminal: Terminal,
    pub environment: Environment,
}

/// Which platform is meant.
#[derive(Args, Clone, Debug, Default)]
pub struct PlatformArgs {
    /// Address of the platform [default: SOUK_URL, else the one signed in to last]
    #[arg(long, value_name = "ADDRESS", global = true)]
    pub url: Option<String>,
}

impl Context {
    /// The platform, whether or not somebody is signed in.
    pub fn client(&self, args: &PlatformArgs) -> Result<Client, Failure> {
        Ok(Client::new(self.environment.platform(args.url.as_deref())?)?)
    }

    /// The platform; without a token nothing is asked.
    pub fn signed_in(&self, args: &PlatformArgs) -> Result<Client, Failure> {
        let client = self.client(args)?;
        if client.is_signed_in() {
            return Ok(client);
        }
        let address = client.address();
        Err(Failure::new(Exit::NotSignedIn, format!("not signed in to {address}"))
            .next(format!("sign in with `souk login {address}`, or set SOUK_TOKEN")))
    }
}

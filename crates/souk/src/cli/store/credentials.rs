//! `souk store credentials`: the shop's admin account. The platform records that somebody looked.

use clap::Args;

use super::StoreName;
use super::find::find;
use crate::cli::answer::Credentials;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::Failure;
use crate::cli::output::{OutputArgs, pairs};

#[derive(Args, Debug)]
pub struct CredentialsArgs {
    #[command(flatten)]
    name: StoreName,
    #[command(flatten)]
    output: OutputArgs,
}

pub async fn run(context: &Context, client: &Client, args: CredentialsArgs) -> Result<(), Failure> {
    let store = find(client, &args.name).await?.typed;
    let account = client.get::<Credentials>(&["api", "stores", &store.id, "credentials"], &[]).await?;
    let typed = &account.typed;
    args.output.output.print(
        &context.terminal,
        &account.raw,
        || typed.username.clone(),
        || {
            pairs(
                "",
                [
                    ("Admin", typed.admin_url.clone()),
                    ("User", typed.username.clone()),
                    ("Password", typed.password.clone()),
                    ("Email", typed.email.clone()),
                ],
            )
        },
    )
}

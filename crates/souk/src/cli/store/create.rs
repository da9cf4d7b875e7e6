//! `souk store create`.

use clap::Args;
use reqwest::Method;
use serde::Serialize;

use super::wait::{self, WaitFlags};
use crate::cli::answer::Store;
use crate::cli::client::Client;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::OutputArgs;

#[derive(Args, Debug)]
pub struct CreateArgs {
    /// Name of the shop, in any script: "Blue Mug Shop"
    name: String,
    /// First part of the shop's address [default: made from the name]
    #[arg(long)]
    slug: Option<String>,
    /// What kind of shop [default: woocommerce]
    #[arg(long)]
    blueprint: Option<String>,
    /// How big [default: the platform's default plan]
    #[arg(long)]
    plan: Option<String>,
    /// Name of the team that is to own it [default: you]
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
    /// User name of the shop's admin
    #[arg(long, value_name = "NAME")]
    admin_username: Option<String>,
    /// Email address of the shop's admin
    #[arg(long, value_name = "ADDRESS")]
    admin_email: Option<String>,
    /// Read the admin's password from standard input [default: the platform makes one]
    #[arg(long)]
    admin_password_stdin: bool,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct NewStore<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blueprint: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin: Option<NewAdmin<'a>>,
}

#[derive(Serialize)]
struct NewAdmin<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

pub async fn run(context: &Context, client: &Client, args: CreateArgs) -> Result<(), Failure> {
    let password = if args.admin_password_stdin { Some(password(context)?) } else { None };
    let chosen = args.admin_username.is_some() || args.admin_email.is_some() || password.is_some();
    let body = NewStore {
        name: &args.name,
        slug: args.slug.as_deref(),
        blueprint: args.blueprint.as_deref(),
        plan: args.plan.as_deref(),
        team: args.team.as_deref(),
        admin: chosen.then(|| NewAdmin {
            username: args.admin_username.as_deref(),
            email: args.admin_email.as_deref(),
            password: password.as_ref().map(|password| password.as_str()),
        }),
    };
    // One key for all tries of this command: a repeated request cannot make a second store.
    let key = hex::encode(rand::random::<[u8; 16]>());
    let store = client.change::<Store>(Method::POST, &["api", "stores"], Some(&body), Some(&key)).await?;
    let output = args.output.output;
    if let Some(timeout) = args.wait.timeout() {
        if output.is_for_people() {
            context.terminal.say(format!("Creating {} ({}) at {}", store.typed.name, store.typed.id, store.typed.url));
        }
        return wait::to_the_end(context, client, store, timeout, output).await;
    }
    output.print(&context.terminal, &store.raw, || store.typed.id.clone(), || accepted(&store.typed))
}

fn password(context: &Context) -> Result<zeroize::Zeroizing<String>, Failure> {
    if !context.terminal.asks {
        return Ok(context.terminal.read_secret()?);
    }
    let first = context.terminal.ask_secret("Password of the shop's admin: ")?;
    let second = context.terminal.ask_secret("Once more: ")?;
    if first == second { Ok(first) } else { Err(Failure::new(Exit::Usage, "the two passwords differ")) }
}

fn accepted(store: &Store) -> String {
    format!(
        "{name} ({id}) is being created at {url}\n\n  \
         wait for it   souk store wait {slug}\n  \
         look at it    souk store get {slug}",
        name = store.name,
        id = store.id,
        url = store.url,
        slug = store.slug,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_only_what_was_asked_for() {
        let body = NewStore { name: "A", slug: None, blueprint: None, plan: None, team: None, admin: None };
        assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"name":"A"}"#);
        let admin = NewAdmin { username: None, email: None, password: Some(r#"a,"b"$\ c"#) };
        let body = NewStore { admin: Some(admin), slug: Some("a"), ..body };
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"name":"A","slug":"a","admin":{"password":"a,\"b\"$\\ c"}}"#
        );
    }
}

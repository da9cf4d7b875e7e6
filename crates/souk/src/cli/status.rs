//! `souk status`: is the platform there, who am I, how are the stores. `--ready` only waits until it serves.

use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::time::Instant;

use super::answer::{Platform, SignedIn, Summary};
use super::client::Client;
use super::context::{Context, PlatformArgs};
use super::exit::{Exit, Failure};
use super::output::{OutputArgs, pairs};
use super::problem::RequestError;

/// Pause between two questions to a platform that is not ready yet.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Args, Debug)]
pub struct StatusArgs {
    #[command(flatten)]
    platform: PlatformArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Only wait until the platform is ready to serve; needs no token
    #[arg(long)]
    ready: bool,
    /// How long to wait
    #[arg(long, default_value = "30s", value_parser = humantime::parse_duration, requires = "ready")]
    timeout: Duration,
}

pub async fn status(context: &Context, args: StatusArgs) -> Result<(), Failure> {
    if args.ready {
        return ready(context, &context.client(&args.platform)?, args.timeout).await;
    }
    let client = context.signed_in(&args.platform)?;
    let who = client.get::<SignedIn>(&["api", "session"], &[]).await?;
    let platform = client.get::<Platform>(&["api", "platform"], &[]).await?;
    let summary = client.get::<Summary>(&["api", "metrics"], &[]).await?;
    let raw =
        json!({"address": client.address(), "session": who.raw, "platform": platform.raw, "metrics": summary.raw});
    args.output.output.print(
        &context.terminal,
        &raw,
        || client.address(),
        || {
            let blueprints = platform.typed.blueprints.iter().map(|blueprint| {
                let version = blueprint.woocommerce.version.as_deref().unwrap_or_default();
                let text = if blueprint.woocommerce.present {
                    format!("{} with WooCommerce {version}", blueprint.name).trim_end().to_owned()
                } else {
                    format!("{} without WooCommerce: stores are plain WordPress and take no orders", blueprint.name)
                };
                ("Blueprint", text)
            });
            let rows = [
                ("Address", client.address()),
                ("Signed in as", who.typed.actor.clone()),
                ("Version", platform.typed.version.clone()),
                ("Stores at", format!("<slug>.{}", platform.typed.base_domain)),
                ("Cluster", cluster(&platform.typed)),
                ("Stores", stores(&summary.typed)),
            ];
            pairs("", rows.into_iter().chain(blueprints))
        },
    )
}

fn cluster(platform: &Platform) -> String {
    let cluster = &platform.cluster;
    let version = cluster.version.as_deref().unwrap_or("of unknown version");
    match (&cluster.message, cluster.reachable) {
        (None, true) => format!("Kubernetes {version}"),
        (None, false) => "cannot be reached".to_owned(),
        (Some(message), _) => message.clone(),
    }
}

fn stores(summary: &Summary) -> String {
    let phases: Vec<String> = summary
        .stores
        .by_phase
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(phase, count)| format!("{count} {phase}"))
        .collect();
    if phases.is_empty() {
        summary.stores.total.to_string()
    } else {
        format!("{} ({})", summary.stores.total, phases.join(", "))
    }
}

async fn ready(context: &Context, client: &Client, timeout: Duration) -> Result<(), Failure> {
    let deadline = Instant::now() + timeout;
    loop {
        let why = match client.open(&["readyz"], &[], "*/*", &[]).await {
            Ok(_) => {
                context.terminal.say(format!("{} is ready.", client.address()));
                return Ok(());
            }
            Err(error @ RequestError::Redirected { .. }) => return Err(error.into()),
            // An ingress controller that has not heard of the platform yet answers 404.
            Err(error) => error.to_string(),
        };
        if Instant::now() + PAUSE >= deadline {
            let message = format!("not ready after {}: {why}", humantime::format_duration(timeout));
            return Err(Failure::new(Exit::TimedOut, message).next("`souk doctor` looks for the cause"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_stores_by_phase() {
        let summary = |value: serde_json::Value| stores(&serde_json::from_value(value).unwrap());
        assert_eq!(summary(json!({"stores": {"total": 0, "byPhase": {"Ready": 0}}})), "0");
        assert_eq!(
            summary(json!({"stores": {"total": 3, "byPhase": {"Ready": 2, "Failed": 1}}})),
            "3 (1 Failed, 2 Ready)"
        );
    }
}

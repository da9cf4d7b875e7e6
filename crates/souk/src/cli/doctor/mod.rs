//! `souk doctor`: looks at cluster and platform from the outside and says what to do about what is wrong.
//!
//! Owns the order of the checks and the report; each check has its file. It changes nothing. A kubeconfig is enough: the
//! platform's address and token are then read from the cluster.

use clap::Args;
use serde_json::json;

use super::client::Client;
use super::context::{Context, PlatformArgs};
use super::exit::{Exit, Failure};
use super::output::OutputArgs;

mod api;
mod cluster;
mod deployment;
mod finding;
mod images;
mod ingress;
mod metrics;
mod network;
mod place;
mod settings;
mod storage;
mod tools;

use super::settings::{Platform, parse_address};
use finding::{Finding, Verdict, count, report};
use place::Place;
use settings::Settings;

#[derive(Args, Debug)]
pub struct DoctorArgs {
    #[command(flatten)]
    platform: PlatformArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Namespace of the platform
    #[arg(short, long, default_value = "souk")]
    namespace: String,
    /// Helm release of the platform
    #[arg(long, default_value = "souk")]
    release: String,
}

/// What was learnt of the platform while looking at the cluster.
#[derive(Default)]
struct Seen {
    settings: Settings,
    token: Option<String>,
}

pub async fn run(context: &Context, args: DoctorArgs) -> Result<(), Failure> {
    let mut findings = Vec::new();
    let place = Place { namespace: args.namespace.clone(), release: args.release.clone() };
    let seen = look_at_cluster(&place, &mut findings).await;
    look_at_platform(context, &args.platform, &place, &seen, &mut findings).await;
    findings.push(tools::helm().await);
    let failed = count(&findings, Verdict::Failed);
    let raw = json!({"checks": findings, "failed": failed});
    let names = || {
        findings
            .iter()
            .filter(|finding| finding.verdict == Verdict::Failed)
            .map(|finding| finding.check.clone())
            .collect::<Vec<_>>()
            .join("\n")
    };
    args.output.output.print(&context.terminal, &raw, names, || report(&findings))?;
    if failed == 0 {
        Ok(())
    } else {
        Err(Failure::new(Exit::Failure, format!("{failed} of {} checks failed", findings.len())))
    }
}

async fn look_at_cluster(place: &Place, findings: &mut Vec<Finding>) -> Seen {
    const SKIPPED: [&str; 9] = [
        "nodes",
        "storage class",
        "ingress class",
        "ingress controller",
        "network policy",
        "metrics server",
        "platform",
        "admin token",
        "images",
    ];
    let mut absent = |finding: Finding| {
        findings.push(finding);
        findings.extend(SKIPPED.map(|check| Finding::skipped(check, "the cluster cannot be asked")));
        Seen::default()
    };
    let (client, address) = match cluster::connect().await {
        Ok(connected) => connected,
        Err(finding) => return absent(finding),
    };
    let version = cluster::version(&client, &address).await;
    if version.verdict == Verdict::Failed {
        return absent(version);
    }
    let settings = Settings::read(&client, place).await.unwrap_or_default();
    let token = settings::admin_token(&client, place).await;
    let deployment = deployment::deployment(&client, place).await;
    let installed = deployment.verdict != Verdict::Failed || !settings.is_empty();
    let token_found = if installed {
        deployment::token(&token, place)
    } else {
        Finding::skipped("admin token", "the platform is not installed")
    };
    findings.extend([
        version,
        cluster::nodes(&client).await,
        storage::class(&client, &settings).await,
        ingress::class(&client, &settings).await,
        ingress::controller(&client, &settings).await,
        network::policy(&client).await,
        metrics::server(&client).await,
        deployment,
        token_found,
        images::images(&client, &settings).await,
    ]);
    Seen { settings, token: token.ok().flatten() }
}

async fn look_at_platform(
    context: &Context,
    args: &PlatformArgs,
    place: &Place,
    seen: &Seen,
    findings: &mut Vec<Finding>,
) {
    let known_version = seen.settings.get("SOUK_WOOCOMMERCE_VERSION").filter(|version| *version != "none");
    match platform_client(context, args, seen) {
        Err(why) => {
            findings.extend(["front door", "platform api"].map(|check| Finding::skipped(check, why.clone())));
        }
        Ok(souk) => {
            let door = ingress::front_door(&souk).await;
            let open = door.verdict == Verdict::Ok;
            findings.push(door);
            if open {
                findings.extend(api::says(&souk, place).await);
            } else {
                findings.push(Finding::skipped("platform api", "the front door is closed"));
            }
        }
    }
    if !findings.iter().any(|finding| finding.check == "WooCommerce") {
        findings.push(match (seen.settings.address(), known_version) {
            (None, _) => Finding::skipped("WooCommerce", "no platform could be asked"),
            (Some(_), version) => api::woocommerce(version),
        });
    }
}

/// The platform that was named or signed in to, else the one in the cluster.
fn platform_client(context: &Context, args: &PlatformArgs, seen: &Seen) -> Result<Client, String> {
    let chosen = context.environment.platform(args.url.as_deref()).ok();
    let platform = match (chosen, seen.settings.address()) {
        (Some(platform), _) => platform,
        (None, Some(address)) => {
            Platform { url: parse_address(&address).map_err(|failure| failure.message)?, token: None }
        }
        (None, None) => {
            return Err("no platform is known: none is installed in the cluster, and nobody signed in to one".into());
        }
    };
    let is_ours = seen.settings.address().as_deref() == Some(platform.url.as_str().trim_end_matches('/'));
    let token = platform.token.or_else(|| seen.token.clone().filter(|_| is_ours).map(Into::into));
    Client::new(Platform { url: platform.url, token }).map_err(|error| error.to_string())
}

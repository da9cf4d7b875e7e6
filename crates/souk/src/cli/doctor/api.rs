//! What the platform's API says of itself: its health, its version, WooCommerce.

use serde::Deserialize;

use super::finding::Finding;
use super::place::Place;
use crate::cli::answer::{Platform, SweepReport};
use crate::cli::client::Client as Souk;

const CHECK: &str = "platform api";

#[derive(Deserialize)]
struct Health {
    checks: Vec<HealthCheck>,
}

#[derive(Deserialize)]
struct HealthCheck {
    name: String,
    ok: bool,
    #[serde(default)]
    message: String,
}

/// Its own checks, then what only those learn who are signed in.
pub async fn says(souk: &Souk, place: &Place) -> Vec<Finding> {
    let signed_in = souk.is_signed_in();
    let mut findings: Vec<Finding> = match souk.get::<Health>(&["api", "health"], &[]).await {
        Ok(health) => health.typed.checks.into_iter().filter_map(|check| judge(check, signed_in, place)).collect(),
        Err(error) => vec![Finding::failed("platform health", error.to_string(), place.logs())],
    };
    if !signed_in {
        findings.push(Finding::skipped(CHECK, "not signed in; `souk login` first"));
        return findings;
    }
    match souk.get::<Platform>(&["api", "platform"], &[]).await {
        Ok(platform) => {
            findings.push(version(&platform.typed.version));
            findings.extend(platform.typed.blueprints.into_iter().map(|blueprint| {
                let version = blueprint.woocommerce.version.unwrap_or_else(|| "of unknown version".to_owned());
                woocommerce(blueprint.woocommerce.present.then_some(version.as_str()))
            }));
        }
        Err(error) if error.status() == Some(401) => findings.push(Finding::failed(
            CHECK,
            "the platform does not know this token",
            "sign in again with `souk login`; the pod reads the Secret at its start, so restart it after a change",
        )),
        Err(error) => findings.push(Finding::failed(CHECK, error.to_string(), place.logs())),
    }
    findings.extend(orphans(souk).await);
    findings
}

/// What belongs to no store; `None` where the platform's version has no such report.
async fn orphans(souk: &Souk) -> Option<Finding> {
    const CHECK: &str = "orphans";
    Some(match souk.get::<SweepReport>(&["api", "sweep"], &[]).await {
        Ok(report) if report.typed.items.is_empty() => {
            Finding::ok(CHECK, "everything on the cluster belongs to a store")
        }
        Ok(report) => {
            let items = report.typed.items;
            let names: Vec<_> = items.iter().take(3).map(|item| item.name.as_str()).collect();
            let more = if items.len() > names.len() { ", ..." } else { "" };
            Finding::warning(
                CHECK,
                format!("{} on the cluster without a store: {}{more}", items.len(), names.join(", ")),
                "`souk sweep` shows why, `souk sweep --yes` removes what can be",
            )
        }
        Err(error) if error.status() == Some(404) => return None,
        Err(error) => Finding::skipped(CHECK, error.to_string()),
    })
}

fn version(theirs: &str) -> Finding {
    let ours = env!("CARGO_PKG_VERSION");
    if theirs == ours {
        return Finding::ok(CHECK, format!("version {ours}, the same as this command's"));
    }
    Finding::warning(CHECK, format!("version {theirs}, but this command is {ours}"), "use the same version of both")
}

/// One of the platform's own checks. About WooCommerce those who are signed in learn more elsewhere.
fn judge(check: HealthCheck, signed_in: bool, place: &Place) -> Option<Finding> {
    let name = format!("platform {}", check.name);
    Some(match (check.name.as_str(), check.ok) {
        ("woocommerce", _) if signed_in => return None,
        ("woocommerce", ok) => woocommerce(ok.then_some("some version")),
        (_, true) => Finding::ok(&name, check.message),
        (_, false) => Finding::failed(&name, check.message, format!("the platform's log says more: {}", place.logs())),
    })
}

/// Whether shops can sell. `version` is what stands in the shop image, as its label says.
pub fn woocommerce(version: Option<&str>) -> Finding {
    match version {
        Some(version) => Finding::ok("WooCommerce", format!("{version} is in the shop image")),
        None => Finding::failed(
            "WooCommerce",
            "the shop image has none: stores are plain WordPress and take no orders",
            "put woocommerce.<version>.zip where the build finds it (WOOCOMMERCE_ZIP=path), then `make images` and `make up`",
        ),
    }
}

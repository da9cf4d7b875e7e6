//! Is Souk itself installed and well: Deployment, Secret, and what its API says of itself.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use kube::{Api, Client};
use serde::Deserialize;

use super::cluster::ask;
use super::finding::Finding;
use crate::cli::answer::Platform;
use crate::cli::client::Client as Souk;

const DEPLOYMENT: &str = "platform";

/// How to install, as a remedy.
pub const INSTALL: &str =
    "install it: `make up`, or `helm install souk charts/souk -n souk --create-namespace -f values.yaml`";

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

pub async fn deployment(client: &Client, namespace: &str, release: &str) -> Finding {
    let found = match ask(Api::<Deployment>::namespaced(client.clone(), namespace).get_opt(release)).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            return Finding::failed(
                DEPLOYMENT,
                format!("there is no Deployment {release} in namespace {namespace}"),
                INSTALL,
            );
        }
        Err(why) => return Finding::skipped(DEPLOYMENT, why),
    };
    let wanted = found.spec.replicas.unwrap_or(1);
    let ready = found.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or_default();
    let told = format!("{ready} of {wanted} pods ready in namespace {namespace}");
    if wanted > 0 && ready >= wanted {
        return Finding::ok(DEPLOYMENT, told);
    }
    let why = waiting(client, namespace, release).await;
    Finding::failed(
        DEPLOYMENT,
        why.map_or(told.clone(), |why| format!("{told}: {why}")),
        format!("kubectl -n {namespace} describe deployment,pods; kubectl -n {namespace} logs deployment/{release}"),
    )
}

/// Why the first pod that is not ready waits.
async fn waiting(client: &Client, namespace: &str, release: &str) -> Option<String> {
    let labels = format!("app.kubernetes.io/instance={release},app.kubernetes.io/component=server");
    let pods = ask(Api::<Pod>::namespaced(client.clone(), namespace).list(&ListParams::default().labels(&labels)))
        .await
        .ok()?;
    let Some(pod) = pods.items.first() else { return Some("no pod was made; look at the ReplicaSet's events".into()) };
    reason(pod)
}

fn reason(pod: &Pod) -> Option<String> {
    let status = pod.status.as_ref()?;
    let waiting =
        status.container_statuses.iter().flatten().find_map(|container| container.state.as_ref()?.waiting.clone());
    if let Some(waiting) = waiting {
        let reason = waiting.reason.unwrap_or_default();
        return Some(waiting.message.map_or(reason.clone(), |message| format!("{reason}: {message}")));
    }
    let unscheduled = status
        .conditions
        .iter()
        .flatten()
        .find(|condition| condition.type_ == "PodScheduled" && condition.status == "False");
    unscheduled.and_then(|condition| condition.message.clone())
}

pub fn token(token: &Result<Option<String>, String>, namespace: &str, release: &str) -> Finding {
    let check = "admin token";
    match token {
        Ok(Some(_)) => Finding::ok(check, format!("Secret {release}-admin holds it")),
        Ok(None) => Finding::failed(
            check,
            format!("there is no Secret {release}-admin with the key token in namespace {namespace}"),
            "`helm upgrade` of the platform makes one; with secrets.admin.existing set, look at that Secret",
        ),
        Err(why) => Finding::skipped(check, why.clone()),
    }
}

/// What the platform says of itself; the last finding is about WooCommerce.
pub async fn api(souk: &Souk) -> Vec<Finding> {
    let mut findings = match souk.get::<Health>(&["api", "health"], &[]).await {
        Ok(health) => health.typed.checks.into_iter().filter_map(|check| judge(check, souk.is_signed_in())).collect(),
        Err(error) => {
            vec![Finding::failed("platform health", error.to_string(), "kubectl -n souk logs deployment/souk")]
        }
    };
    if !souk.is_signed_in() {
        findings.push(Finding::skipped("platform api", "not signed in; `souk login` first"));
        return findings;
    }
    match souk.get::<Platform>(&["api", "platform"], &[]).await {
        Ok(platform) => {
            let platform = platform.typed;
            findings.push(if platform.version == env!("CARGO_PKG_VERSION") {
                Finding::ok("platform api", format!("version {}, the same as this command's", platform.version))
            } else {
                Finding::warning(
                    "platform api",
                    format!("version {}, but this command is {}", platform.version, env!("CARGO_PKG_VERSION")),
                    "use the same version of both",
                )
            });
            findings.extend(platform.blueprints.iter().map(|blueprint| {
                woocommerce(
                    blueprint
                        .woocommerce
                        .present
                        .then(|| blueprint.woocommerce.version.as_deref().unwrap_or("of unknown version")),
                )
            }));
        }
        Err(error) if error.status() == Some(401) => findings.push(Finding::failed(
            "platform api",
            "the platform does not know this token",
            "sign in again with `souk login`; the pod reads the Secret at its start, so restart it after a change",
        )),
        Err(error) => {
            findings.push(Finding::failed("platform api", error.to_string(), "kubectl -n souk logs deployment/souk"))
        }
    }
    findings
}

/// One of the platform's own checks. About WooCommerce those who are signed in learn more elsewhere.
fn judge(check: HealthCheck, signed_in: bool) -> Option<Finding> {
    let name = format!("platform {}", check.name);
    Some(match (check.name.as_str(), check.ok) {
        ("woocommerce", _) if signed_in => return None,
        ("woocommerce", ok) => woocommerce(ok.then_some("some version")),
        (_, true) => Finding::ok(&name, check.message),
        (_, false) => {
            Finding::failed(&name, check.message, "the platform's log says more: kubectl -n souk logs deployment/souk")
        }
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

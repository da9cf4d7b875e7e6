//! Is there a cluster, is it new enough, has it room.

use std::future::Future;
use std::time::Duration;

use k8s_openapi::api::core::v1::{Node, Pod};
use kube::api::ListParams;
use kube::{Api, Client, Config};

use super::finding::Finding;
use crate::cli::client::causes;
use crate::quantity::{bytes, parse};

/// Oldest Kubernetes that the charts are made for.
const OLDEST_MINOR: u32 = 29;
/// Longest time for one question to the cluster.
const PATIENCE: Duration = Duration::from_secs(10);
/// Below this much memory free of requests, the next store may not fit.
const LITTLE_MEMORY: f64 = 384.0 * 1024.0 * 1024.0;

/// The cluster that KUBECONFIG (or ~/.kube/config, or the pod's own account) names, with its API's address.
pub async fn connect() -> Result<(Client, String), Finding> {
    let mut config = Config::infer().await.map_err(|error| {
        Finding::failed(
            "cluster",
            format!("no cluster is named: {error}"),
            "set KUBECONFIG; `eval \"$(make env)\"` does for the local cluster",
        )
    })?;
    let address = config.cluster_url.to_string();
    config.connect_timeout = Some(Duration::from_secs(5));
    let client = Client::try_from(config).map_err(|error| {
        Finding::failed(
            "cluster",
            format!("the kubeconfig cannot be used: {}", causes(&error)),
            "mend the kubeconfig; `kubectl version` must work",
        )
    })?;
    Ok((client, address.trim_end_matches('/').to_owned()))
}

pub async fn version(client: &Client, address: &str) -> Finding {
    match ask(client.apiserver_version()).await {
        Err(why) => Finding::failed(
            "cluster",
            format!("{address} does not answer: {why}"),
            "start it (`make up` for the local one), or set KUBECONFIG to one that runs",
        ),
        Ok(version) => {
            let minor: u32 =
                version.minor.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default();
            let told = format!("Kubernetes {} at {address}", version.git_version);
            if version.major == "1" && minor < OLDEST_MINOR {
                return Finding::failed(
                    "cluster",
                    format!("{told} is too old"),
                    format!("use Kubernetes 1.{OLDEST_MINOR} or newer"),
                );
            }
            Finding::ok("cluster", told)
        }
    }
}

pub async fn nodes(client: &Client) -> Finding {
    let nodes = match ask(Api::<Node>::all(client.clone()).list(&ListParams::default())).await {
        Ok(nodes) => nodes.items,
        Err(why) => return Finding::skipped("nodes", why),
    };
    let ready: Vec<&Node> = nodes.iter().filter(|node| condition(node, "Ready") == Some("True")).collect();
    if ready.is_empty() {
        return Finding::failed(
            "nodes",
            format!("none of {} is ready", nodes.len()),
            "`kubectl describe nodes` tells why",
        );
    }
    for pressure in ["MemoryPressure", "DiskPressure", "PIDPressure"] {
        if let Some(node) = ready.iter().find(|node| condition(node, pressure) == Some("True")) {
            let name = node.metadata.name.as_deref().unwrap_or_default();
            return Finding::failed(
                "nodes",
                format!("{name} reports {pressure}"),
                "free space on the node, or add a node",
            );
        }
    }
    let pods = match ask(Api::<Pod>::all(client.clone()).list(&ListParams::default())).await {
        Ok(pods) => pods.items,
        Err(why) => {
            return Finding::warning(
                "nodes",
                format!("{} ready, what is free is not known: {why}", ready.len()),
                "allow listing pods",
            );
        }
    };
    let all = (allocatable(&ready, "cpu"), allocatable(&ready, "memory"));
    let free = (all.0 - requested(&pods, "cpu"), all.1 - requested(&pods, "memory"));
    let told = format!(
        "{} of {} ready; free of requests: {:.1} of {:.1} cores, {} of {}",
        ready.len(),
        nodes.len(),
        free.0.max(0.0),
        all.0,
        bytes(free.1.max(0.0)),
        bytes(all.1)
    );
    if free.1 < LITTLE_MEMORY || free.0 < 0.1 {
        return Finding::warning("nodes", told, "the next store may not fit: add a node, or delete stores");
    }
    Finding::ok("nodes", told)
}

fn condition<'a>(node: &'a Node, kind: &str) -> Option<&'a str> {
    let conditions = node.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|condition| condition.type_ == kind).map(|condition| condition.status.as_str())
}

fn allocatable(nodes: &[&Node], what: &str) -> f64 {
    let quantity = |node: &&Node| Some(parse(&node.status.as_ref()?.allocatable.as_ref()?.get(what)?.0));
    nodes.iter().filter_map(quantity).sum()
}

fn requested(pods: &[Pod], what: &str) -> f64 {
    let over = |pod: &&Pod| {
        let phase = pod.status.as_ref().and_then(|status| status.phase.as_deref());
        !matches!(phase, Some("Succeeded" | "Failed"))
    };
    pods.iter()
        .filter(over)
        .filter_map(|pod| pod.spec.as_ref())
        .flat_map(|spec| &spec.containers)
        .filter_map(|container| Some(parse(&container.resources.as_ref()?.requests.as_ref()?.get(what)?.0)))
        .sum()
}

/// Asks the cluster, but not for ever; the error is a sentence's end.
pub async fn ask<T>(question: impl Future<Output = Result<T, kube::Error>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, question).await {
        Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(kube::Error::Api(status))) => Err(status.message.clone()),
        Ok(Err(error)) => Err(causes(&error)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn adds_up_what_runs() {
        let pod = |phase: &str, cpu: &str| -> Pod {
            serde_json::from_value(json!({
                "metadata": {"name": "p"}, "status": {"phase": phase},
                "spec": {"containers": [{"name": "a", "resources": {"requests": {"cpu": cpu}}}, {"name": "b"}]},
            }))
            .unwrap()
        };
        let pods = [pod("Running", "250m"), pod("Pending", "1"), pod("Succeeded", "4")];
        assert!((requested(&pods, "cpu") - 1.25).abs() < 1e-9);
        assert!(requested(&pods, "memory").abs() < 1e-9);
    }
}

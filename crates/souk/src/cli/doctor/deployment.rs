//! Is Souk itself installed, and do its pods run: the Deployment and the Secret with the admin token.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use kube::{Api, Client};

use super::cluster::ask;
use super::finding::Finding;
use super::place::Place;

const DEPLOYMENT: &str = "platform";

/// How to install, as a remedy.
const INSTALL: &str =
    "install it: `make up`, or `helm install souk charts/souk -n souk --create-namespace -f values.yaml`";

pub async fn deployment(client: &Client, place: &Place) -> Finding {
    let found = match ask(Api::<Deployment>::namespaced(client.clone(), &place.namespace).get_opt(&place.release)).await
    {
        Ok(Some(found)) => found,
        Ok(None) => {
            return Finding::failed(DEPLOYMENT, format!("there is no {place}"), INSTALL);
        }
        Err(why) => return Finding::skipped(DEPLOYMENT, why),
    };
    let wanted = found.spec.replicas.unwrap_or(1);
    let ready = found.status.as_ref().and_then(|status| status.ready_replicas).unwrap_or_default();
    let told = format!("{ready} of {wanted} pods of {place} ready");
    if wanted > 0 && ready >= wanted {
        return Finding::ok(DEPLOYMENT, told);
    }
    let why = waiting(client, place).await;
    Finding::failed(
        DEPLOYMENT,
        why.map_or(told.clone(), |why| format!("{told}: {why}")),
        format!("`kubectl -n {} describe deployment,pods`, then `{}`", place.namespace, place.logs()),
    )
}

/// Why the first pod that is not ready waits.
async fn waiting(client: &Client, place: &Place) -> Option<String> {
    let labels = format!("app.kubernetes.io/instance={},app.kubernetes.io/component=server", place.release);
    let pods =
        ask(Api::<Pod>::namespaced(client.clone(), &place.namespace).list(&ListParams::default().labels(&labels)))
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

pub fn token(token: &Result<Option<String>, String>, place: &Place) -> Finding {
    let check = "admin token";
    match token {
        Ok(Some(_)) => Finding::ok(check, format!("Secret {} holds it", place.admin_secret())),
        Ok(None) => Finding::failed(
            check,
            format!("there is no Secret {} with the key token in namespace {}", place.admin_secret(), place.namespace),
            "`helm upgrade` of the platform makes one; with secrets.admin.existing set, look at that Secret",
        ),
        Err(why) => Finding::skipped(check, why.clone()),
    }
}

//! The cluster's own warnings about a store, for waits that its objects do not explain.

use k8s_openapi::api::core::v1::Event;
use kube::{Api, api::ListParams};
use souk_domain::{Problem, StoreId};

use super::{
    KubeCluster, KubeError,
    facts::{quote, refused_pods},
};

/// Events read at most.
const LIMIT: u32 = 100;

impl KubeCluster {
    pub(super) async fn newest_warning(&self, store: &StoreId) -> Result<Option<Problem>, KubeError> {
        let events: Api<Event> = Api::namespaced(self.client.clone(), &store.namespace());
        let warnings = ListParams::default().fields("type=Warning").limit(LIMIT);
        let list = self.call("events", events.list(&warnings)).await?;
        let mut events = list.items;
        events.sort_by_key(|event| event.last_timestamp.clone().map(|time| time.0));
        Ok(events.iter().rev().find_map(problem))
    }
}

/// What a warning means for the store; warnings that come and go in a normal start mean nothing.
fn problem(event: &Event) -> Option<Problem> {
    let message = event.message.as_deref()?;
    match event.reason.as_deref()? {
        "FailedCreate" => Some(refused_pods(message)),
        "ProvisioningFailed" => Some(Problem::waiting(
            "VolumeNotProvisioned",
            format!("The cluster cannot make the store's volume ({}).", quote(message)),
        )),
        "FailedMount" | "FailedAttachVolume" => Some(Problem::waiting(
            "VolumeNotMounted",
            format!("The node cannot mount the store's volume ({}).", quote(message)),
        )),
        "FailedCreatePodSandBox" => Some(Problem::waiting(
            "PodNetwork",
            format!("The node cannot give the pod a network ({}).", quote(message)),
        )),
        _ => None,
    }
}

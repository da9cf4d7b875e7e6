//! Do customers get in: the ingress class, the controller's pods, and the front door itself.

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::api::networking::v1::IngressClass;
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};

use super::cluster::ask;
use super::finding::Finding;
use super::settings::Settings;
use crate::cli::client::Client as Platform;
use crate::cli::problem::RequestError;

const CLASS: &str = "ingress class";
const CONTROLLER: &str = "ingress controller";
const DOOR: &str = "front door";
const DEFAULT: &str = "ingressclass.kubernetes.io/is-default-class";

pub async fn class(client: &Client, settings: &Settings) -> Finding {
    match ask(Api::<IngressClass>::all(client.clone()).list(&ListParams::default())).await {
        Ok(classes) => judge(&classes.items, settings.get("SOUK_INGRESS_CLASS")),
        Err(why) => Finding::skipped(CLASS, why),
    }
}

fn judge(classes: &[IngressClass], wanted: Option<&str>) -> Finding {
    let names: Vec<String> = classes.iter().map(ResourceExt::name_any).collect();
    let is_default = |class: &&IngressClass| class.annotations().get(DEFAULT).is_some_and(|value| value == "true");
    match wanted {
        Some(wanted) if names.iter().any(|name| name == wanted) => Finding::ok(CLASS, wanted),
        Some(wanted) => Finding::failed(
            CLASS,
            format!("the platform wants {wanted}, which does not exist"),
            if names.is_empty() {
                "install an ingress controller, such as Traefik".to_owned()
            } else {
                format!("set ingress.className to one of: {}", names.join(", "))
            },
        ),
        None if names.is_empty() => Finding::failed(
            CLASS,
            "there is none: no shop can be reached",
            "install an ingress controller, such as Traefik",
        ),
        None => match classes.iter().find(is_default) {
            Some(class) => Finding::ok(CLASS, format!("{} is the default", class.name_any())),
            None => Finding::failed(
                CLASS,
                format!("none is the default (there are: {})", names.join(", ")),
                "set ingress.className to one of them",
            ),
        },
    }
}

/// The pods that the network policies let in: wrong labels close every door, so they are looked up here.
pub async fn controller(client: &Client, settings: &Settings) -> Finding {
    let (Some(namespace), Some(labels)) =
        (settings.get("SOUK_INGRESS_NAMESPACE"), settings.get("SOUK_INGRESS_POD_LABELS"))
    else {
        return Finding::skipped(CONTROLLER, "the platform is not installed, so its ingress controller is not known");
    };
    let pods = match ask(Api::<Pod>::namespaced(client.clone(), namespace).list(&ListParams::default().labels(labels)))
        .await
    {
        Ok(pods) => pods.items,
        Err(why) => return Finding::skipped(CONTROLLER, why),
    };
    let ready = pods.iter().filter(|pod| is_ready(pod)).count();
    if pods.is_empty() {
        return Finding::failed(
            CONTROLLER,
            format!("no pod in namespace {namespace} has the labels {labels}"),
            "set ingress.controller to the namespace and labels of the controller's pods, or install it; until then nothing reaches the shops",
        );
    }
    if ready == 0 {
        return Finding::failed(
            CONTROLLER,
            format!("none of {} pods is ready", pods.len()),
            format!("kubectl -n {namespace} describe pods -l {labels}"),
        );
    }
    Finding::ok(CONTROLLER, format!("{ready} of {} pods ready in namespace {namespace}", pods.len()))
}

pub fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.as_ref().and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|conditions| {
        conditions.iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
    })
}

/// Asks the platform through the ingress controller, from where this command runs, as a browser would.
pub async fn front_door(platform: &Platform) -> Finding {
    let address = platform.address();
    match platform.open(&["livez"], &[], "*/*", &[]).await {
        Ok(_) => Finding::ok(DOOR, format!("Souk answers at {address}")),
        Err(RequestError::Unreachable { why, .. }) => Finding::failed(
            DOOR,
            format!("nothing answers at {address} from here: {why}"),
            "the name must lead to the ingress controller (DNS, or *.localhost), and its ports be open to this machine",
        ),
        Err(RequestError::Redirected { to, .. }) => Finding::failed(
            DOOR,
            format!("{address} redirects to {to}"),
            "set public.scheme and public.port to what the front door speaks",
        ),
        Err(error) => match &error {
            RequestError::Foreign { status: 404, .. } => Finding::failed(
                DOOR,
                format!("the ingress controller answers at {address} but knows no such host"),
                "is the platform installed, and is its Ingress of the controller's class? kubectl get ingress -A",
            ),
            RequestError::Foreign { status, .. } => Finding::failed(
                DOOR,
                format!("{address} answers {status}"),
                "the ingress controller finds no ready pod of Souk, or its network policy does not admit the controller",
            ),
            _ => Finding::failed(DOOR, error.to_string(), "is this the address of Souk?"),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::finding::Verdict;
    use super::*;

    fn class(name: &str, default: bool) -> IngressClass {
        serde_json::from_value(json!({"metadata": {"name": name, "annotations": {DEFAULT: default.to_string()}}}))
            .unwrap()
    }

    #[test]
    fn tells_which_class_is_missing() {
        let classes = [class("nginx", false), class("traefik", true)];
        for (classes, wanted, verdict) in [
            (&classes[..], Some("nginx"), Verdict::Ok),
            (&classes[..], None, Verdict::Ok),
            (&classes[..1], None, Verdict::Failed),
            (&classes[..], Some("haproxy"), Verdict::Failed),
            (&[][..], Some("traefik"), Verdict::Failed),
            (&[][..], None, Verdict::Failed),
        ] {
            assert_eq!(judge(classes, wanted).verdict, verdict, "{wanted:?}");
        }
    }
}

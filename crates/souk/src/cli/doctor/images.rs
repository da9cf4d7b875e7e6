//! Are the images where the nodes find them. A node tells only some of the images that it holds, so a missing one is
//! certain for small clusters only; what cannot be known is said.

use k8s_openapi::api::core::v1::{ContainerImage, Node};
use kube::api::ListParams;
use kube::{Api, Client};

use super::cluster::ask;
use super::finding::Finding;
use super::settings::Settings;

const CHECK: &str = "images";
/// A kubelet tells at most this many (its nodeStatusMaxImages).
const TOLD: usize = 50;

pub async fn images(client: &Client, settings: &Settings) -> Finding {
    let wanted: Vec<&str> =
        ["SOUK_IMAGE_SHOP", "SOUK_IMAGE_DATABASE"].iter().filter_map(|name| settings.get(name)).collect();
    if wanted.is_empty() {
        return Finding::skipped(CHECK, "the platform is not installed, so the stores' images are not known");
    }
    match ask(Api::<Node>::all(client.clone()).list(&ListParams::default())).await {
        Ok(nodes) => judge(&wanted, &nodes.items),
        Err(why) => Finding::skipped(CHECK, why),
    }
}

fn judge(wanted: &[&str], nodes: &[Node]) -> Finding {
    let held: Vec<&Vec<ContainerImage>> =
        nodes.iter().filter_map(|node| node.status.as_ref()?.images.as_ref()).collect();
    let holds = |image: &str| {
        held.iter().any(|images| images.iter().flat_map(|one| one.names.iter().flatten()).any(|name| name == image))
    };
    let missing: Vec<&str> = wanted.iter().copied().filter(|image| !holds(image)).collect();
    if missing.is_empty() {
        return Finding::ok(CHECK, format!("{} on a node", wanted.join(" and ")));
    }
    let list = missing.join(" and ");
    if held.iter().any(|images| images.len() >= TOLD) {
        return Finding::skipped(CHECK, format!("the nodes hold more images than they tell; {list} may be among them"));
    }
    if missing.iter().any(|image| image.starts_with("localhost/")) {
        return Finding::failed(
            CHECK,
            format!("{list} is on no node"),
            "build and load them: `make images`, then `images/load`",
        );
    }
    Finding::skipped(CHECK, format!("{list} is on no node yet and will be pulled for the first store"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn says_what_is_certain_only() {
        let node = |names: Vec<String>| -> Node {
            let images: Vec<_> = names.iter().map(|name| json!({"names": [name]})).collect();
            serde_json::from_value(json!({"metadata": {"name": "n"}, "status": {"images": images}})).unwrap()
        };
        let few = [node(vec!["localhost/souk/shop:1".into()])];
        let many = [node((0..50).map(|n| format!("image:{n}")).collect())];
        assert_eq!(judge(&["localhost/souk/shop:1"], &few).verdict, Verdict::Ok);
        assert_eq!(judge(&["localhost/souk/shop:2"], &few).verdict, Verdict::Failed);
        assert_eq!(judge(&["registry.example.org/shop:2"], &few).verdict, Verdict::Skipped);
        assert_eq!(judge(&["localhost/souk/shop:2"], &many).verdict, Verdict::Skipped);
    }
}

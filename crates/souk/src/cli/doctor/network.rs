//! Are network policies enforced. Only trying would prove it; what is installed says what to expect.

use kube::Client;

use super::cluster::ask;
use super::finding::Finding;

const CHECK: &str = "network policy";
/// API groups of network plugins that enforce network policies.
const ENFORCING: [(&str, &str); 5] = [
    ("crd.projectcalico.org", "Calico"),
    ("projectcalico.org", "Calico"),
    ("cilium.io", "Cilium"),
    ("crd.antrea.io", "Antrea"),
    ("kubeovn.io", "Kube-OVN"),
];

pub async fn policy(client: &Client) -> Finding {
    let groups = match ask(client.list_api_groups()).await {
        Ok(groups) => groups.groups.into_iter().map(|group| group.name).collect::<Vec<_>>(),
        Err(why) => return Finding::skipped(CHECK, why),
    };
    if let Some((_, plugin)) = ENFORCING.iter().find(|(group, _)| groups.iter().any(|name| name == group)) {
        return Finding::ok(CHECK, format!("{plugin} is installed, which enforces network policies (not tried)"));
    }
    let version = ask(client.apiserver_version()).await.map(|version| version.git_version).unwrap_or_default();
    if version.contains("k3s") || version.contains("rke2") {
        return Finding::ok(CHECK, format!("{version} enforces network policies unless told not to (not tried)"));
    }
    Finding::skipped(
        CHECK,
        "whether this cluster's network plugin enforces network policies cannot be seen; stores are apart only if it does",
    )
}

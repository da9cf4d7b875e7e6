//! Does the cluster measure what pods use. Stores run without; only their numbers are missing.

use kube::Client;
use kube::api::ListParams;
use kube::core::Request;

use super::cluster::ask;
use super::finding::Finding;

const CHECK: &str = "metrics server";
const NODES: &str = "/apis/metrics.k8s.io/v1beta1/nodes";

pub async fn server(client: &Client) -> Finding {
    let Ok(request) = Request::new(NODES).list(&ListParams::default().limit(1)) else {
        return Finding::skipped(CHECK, "the question cannot be put");
    };
    match ask(client.request_text(request)).await {
        Ok(_) => Finding::ok(CHECK, "metrics.k8s.io answers; what stores use is shown"),
        Err(why) => Finding::warning(
            CHECK,
            format!("metrics.k8s.io does not answer ({}); what stores use is not known", why.trim()),
            "install metrics-server, or look at its pod: `kubectl -n kube-system get pods -l k8s-app=metrics-server`",
        ),
    }
}

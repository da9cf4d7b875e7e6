//! The helm binary of this machine. The platform's image brings its own; this one matters for installing the platform,
//! and for a server that runs outside of the cluster.

use super::finding::Finding;
use crate::helm;

const CHECK: &str = "helm";

pub async fn helm() -> Finding {
    match helm::version_in_path().await {
        Ok(Some(version)) => judge(&version),
        Ok(None) => Finding::skipped(
            CHECK,
            "none on this machine; the platform's image has its own, installing the platform needs one",
        ),
        Err(said) => Finding::failed(CHECK, said, "install helm 4"),
    }
}

fn judge(version: &str) -> Finding {
    if version.starts_with("v4.") {
        return Finding::ok(CHECK, format!("{version} on this machine"));
    }
    Finding::warning(CHECK, format!("{version} on this machine"), "the charts are tested with helm 4")
}

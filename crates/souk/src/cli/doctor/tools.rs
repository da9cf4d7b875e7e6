//! The helm binary of this machine. The platform's image brings its own; this one matters for installing the platform,
//! and for a server that runs outside of the cluster.

use std::time::Duration;

use tokio::process::Command;

use super::finding::Finding;

const CHECK: &str = "helm";

pub async fn helm() -> Finding {
    let asked = Command::new("helm").args(["version", "--template", "{{.Version}}"]).kill_on_drop(true).output();
    match tokio::time::timeout(Duration::from_secs(10), asked).await {
        Ok(Ok(output)) if output.status.success() => judge(String::from_utf8_lossy(&output.stdout).trim()),
        Ok(Ok(output)) => {
            Finding::failed(CHECK, String::from_utf8_lossy(&output.stderr).trim().to_owned(), "install helm 4")
        }
        Ok(Err(_)) => Finding::skipped(
            CHECK,
            "none on this machine; the platform's image has its own, installing the platform needs one",
        ),
        Err(_) => Finding::failed(CHECK, "`helm version` does not answer", "install helm 4"),
    }
}

fn judge(version: &str) -> Finding {
    if version.starts_with("v4.") {
        return Finding::ok(CHECK, format!("{version} on this machine"));
    }
    Finding::warning(CHECK, format!("{version} on this machine"), "the charts are tested with helm 4")
}

//! Finds the cluster as kubectl does, and keeps one client for all of Souk.

use std::{ffi::OsString, time::Duration};

use kube::{Client, Config, config::KubeConfigOptions};

use super::{KubeError, KubeErrorKind};

/// How long a connection may take to be made; an API server further away than this is away.
const CONNECT: Duration = Duration::from_secs(5);

/// A client, and what Helm needs to reach the same cluster.
#[derive(Clone)]
pub struct ClusterConnection {
    pub client: Client,
    /// The kubeconfig in use; none inside a pod.
    pub kubeconfig: Option<OsString>,
}

/// Reads `KUBECONFIG` or `~/.kube/config`; without them, the service account of the pod. Does not
/// call the cluster yet: one that is away is a state, not an error.
///
/// # Errors
/// There is no configuration, or it cannot be read.
pub async fn connect() -> Result<ClusterConnection, KubeError> {
    let named = std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty());
    let home = || {
        let file = std::path::PathBuf::from(std::env::var_os("HOME")?).join(".kube/config");
        file.is_file().then(|| file.into_os_string())
    };
    let inside = std::env::var_os("KUBERNETES_SERVICE_HOST").is_some();
    let kubeconfig = named.or_else(|| if inside { None } else { home() });
    let mut config = match &kubeconfig {
        Some(_) => Config::from_kubeconfig(&KubeConfigOptions::default())
            .await
            .map_err(|error| unusable("the kubeconfig", &error))?,
        None if inside => Config::incluster().map_err(|error| unusable("the pod's service account", &error))?,
        None => {
            return Err(KubeError::new(
                KubeErrorKind::Invalid,
                "no cluster is configured: set KUBECONFIG, or run Souk inside the cluster",
            ));
        }
    };
    config.connect_timeout = Some(CONNECT);
    let client = Client::try_from(config)?;
    Ok(ClusterConnection { client, kubeconfig })
}

fn unusable(what: &str, error: &dyn std::error::Error) -> KubeError {
    KubeError::new(KubeErrorKind::Invalid, format!("{what} cannot be used: {error}"))
}

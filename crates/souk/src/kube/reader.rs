//! What the API reads from the cluster while a request waits.

use async_trait::async_trait;
use secrecy::SecretString;
use souk_domain::StoreId;

use super::{
    KubeCluster, KubeError, KubeErrorKind, Reachability,
    labels::{ADMIN_SECRET, KEYS_SECRET},
};
use crate::cluster::{ClusterError, ClusterHealth, ClusterReader, Credentials, LogRequest, LogStream};

#[async_trait]
impl ClusterReader for KubeCluster {
    async fn credentials(&self, store: &StoreId) -> Result<Credentials, ClusterError> {
        let mut secret = self.read_secret(store, ADMIN_SECRET).await?;
        let mut take = |key: &str| {
            secret
                .remove(key)
                .ok_or_else(|| ClusterError::NotFound { what: format!("key {key} of Secret {ADMIN_SECRET}") })
        };
        let plain = |secret: SecretString| secrecy::ExposeSecret::expose_secret(&secret).to_owned();
        Ok(Credentials {
            username: plain(take("username")?),
            password: take("password")?,
            email: plain(take("email")?),
        })
    }

    async fn keys_seed(&self, store: &StoreId) -> Result<SecretString, ClusterError> {
        let mut secret = self.read_secret(store, KEYS_SECRET).await?;
        secret
            .remove("seed")
            .ok_or_else(|| ClusterError::NotFound { what: format!("key seed of Secret {KEYS_SECRET}") })
    }

    async fn logs(&self, store: &StoreId, request: LogRequest) -> Result<LogStream, ClusterError> {
        self.open_log(store, request).await
    }

    async fn health(&self) -> ClusterHealth {
        match self.health.now() {
            Reachability::Reachable { version } => {
                ClusterHealth { reachable: true, version: Some(version), message: None }
            }
            Reachability::Unreachable { reason } => ClusterHealth {
                reachable: false,
                version: None,
                message: Some(format!("The cluster does not answer: {reason}.")),
            },
            Reachability::Unknown => ClusterHealth {
                reachable: false,
                version: None,
                message: Some("The cluster has not answered yet.".to_owned()),
            },
        }
    }
}

impl From<KubeError> for ClusterError {
    fn from(error: KubeError) -> Self {
        match error.kind {
            KubeErrorKind::NotFound => Self::NotFound { what: error.message },
            KubeErrorKind::Unreachable => Self::Unreachable(error.message),
            _ => Self::Refused(error.message),
        }
    }
}

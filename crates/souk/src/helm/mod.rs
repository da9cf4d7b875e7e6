//! Helm, the only thing that writes a store's workloads.
//!
//! Owns the trait through which the rest of Souk asks for an install, an upgrade, a rollback or an
//! uninstall, and what can go wrong with them. `cli` is the only place that starts `helm`; `chart`
//! brings the store's chart, which is part of this binary, to where helm can read it. What a
//! release looks like on the cluster is read elsewhere (`kube::release`), from the labels of
//! Helm's own Secrets.

mod chart;
mod cli;
mod failure;
mod folder;

use std::time::Duration;

use async_trait::async_trait;

pub use chart::{Chart, digest};
pub use cli::{HelmCli, HelmSettings, version_in_path};
pub use failure::{HelmError, HelmErrorKind};
pub use folder::Folder;

/// The name of every store's release, in the store's own namespace.
pub const RELEASE: &str = "store";

/// Label on Helm's release Secret: what the release was made from (chart and values), so that a
/// look at the cluster tells whether the release is what is wanted.
pub const DIGEST_LABEL: &str = "souk.dev/digest";

/// What to install or to upgrade to.
#[derive(Debug, Clone)]
pub struct Install {
    /// The store's namespace; it exists already.
    pub namespace: String,
    /// Values of the chart. No secrets: they are stored by Helm and shown by `helm get values`.
    pub values: serde_json::Value,
    /// Fingerprint of chart and values, kept as [`DIGEST_LABEL`]; at most 63 label characters.
    pub digest: String,
    /// How long one operation of Helm on the cluster may take.
    pub timeout: Duration,
}

/// What Souk asks of Helm. Every call may be repeated.
#[async_trait]
pub trait Helm: Send + Sync {
    /// Installs the release, or upgrades it. Does not wait for workloads.
    async fn install_or_upgrade(&self, install: &Install) -> Result<(), HelmError>;

    /// Returns the release to its last good revision; used after an upgrade that was cut off.
    async fn rollback(&self, namespace: &str, revision: u32) -> Result<(), HelmError>;

    /// Removes the release and what it made; volumes that the chart marks as kept stay. A release
    /// that is not there is a success. Does not wait for workloads.
    async fn uninstall(&self, namespace: &str) -> Result<(), HelmError>;

    /// The version that answers, for `souk doctor` and the log.
    async fn version(&self) -> Result<String, HelmError>;
}

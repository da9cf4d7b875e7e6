//! What the API needs of a cluster, as traits; `kube/` implements them, router tests fake them.
//!
//! Owns the seam and its error, no implementation. Only sweeping and the addresses of shops that sleep write to a cluster here.

use async_trait::async_trait;
use futures::stream::BoxStream;
use secrecy::SecretString;
use souk_domain::{
    StoreId,
    sweep::{Holdings, Orphan},
    usage::{Unmeasured, Usage},
};

/// Tells the reconciler that a store has something to do. Never blocks, never fails: a wake that is
/// lost costs time until the next full pass, not correctness.
pub trait Wake: Send + Sync + 'static {
    fn wake(&self, store: &StoreId);
}

/// What the API reads from the cluster while a request waits. Every call returns within a few
/// seconds or with an error.
#[async_trait]
pub trait ClusterReader: Send + Sync + 'static {
    /// The admin account of a store's shop, from Secret `store-admin`.
    /// `NotFound` until the Secret exists.
    async fn credentials(&self, store: &StoreId) -> Result<Credentials, ClusterError>;

    /// The seed of the keys of a store's shop, from Secret `store-keys`.
    /// `NotFound` until the Secret exists.
    async fn keys_seed(&self, store: &StoreId) -> Result<SecretString, ClusterError>;

    /// Log lines of one container of a store, oldest first. The stream ends when the container's
    /// log ends, or never while `follow` is set; dropping it closes the connection.
    /// `NotFound` while no pod of the component exists.
    async fn logs(&self, store: &StoreId, request: LogRequest) -> Result<LogStream, ClusterError>;

    /// Whether the cluster answers, from a result at most some seconds old.
    async fn health(&self) -> ClusterHealth;
}

/// What the API asks of a shop itself, as its visitors reach it.
#[async_trait]
pub trait ShopDoor: Send + Sync + 'static {
    /// Whether the shop under `url` takes links that sign in. An error is a sentence for people.
    async fn takes_links(&self, store: &StoreId, url: &str) -> Result<(), String>;
}

/// What a sweep asks of the cluster itself, and the removal of what a person saw in its report.
#[async_trait]
pub trait ClusterSweeper: Send + Sync + 'static {
    /// The id of the platform whose holdings these are.
    fn platform_id(&self) -> &str;

    /// Every namespace that carries this platform's label or a store's name, and every volume and
    /// release of such a namespace.
    async fn holdings(&self) -> Result<Holdings, ClusterError>;

    /// Asks for the removal of this very object; one that is gone is a success.
    async fn remove(&self, orphan: &Orphan) -> Result<(), ClusterError>;
}

/// What stores use, as the cluster measures it.
#[async_trait]
pub trait ClusterMeter: Send + Sync + 'static {
    /// What the pods of each store use together, as it was measured last. Stores of other platforms may be among them.
    async fn usage(&self) -> Result<Vec<Usage>, NotMeasured>;
}

/// Where the host names of shops that sleep lead.
#[async_trait]
pub trait Addresses: Send + Sync + 'static {
    /// Leads exactly these host names to Souk. An error is a sentence for the log.
    async fn lead_to_souk(&self, hosts: &[String]) -> Result<(), String>;
}

/// Why a measurement failed; the cause is for the log.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct NotMeasured {
    pub why: Unmeasured,
    pub cause: String,
}

/// Chunks of a log as the cluster sent them.
pub type LogStream = BoxStream<'static, std::io::Result<bytes::Bytes>>;

/// The admin account of one shop. `Debug` does not print the password.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub username: String,
    pub password: SecretString,
    pub email: String,
}

/// Which log is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRequest {
    pub component: Component,
    /// Already checked to be a container of the component.
    pub container: &'static str,
    /// Lines from the end to begin with.
    pub tail: u32,
    pub follow: bool,
}

/// A part of a store that has pods; the value of the label `app.kubernetes.io/component`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Component {
    Shop,
    Database,
}

impl Component {
    /// The label's value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Database => "database",
        }
    }

    /// Containers of the component's pod, the one meant when none is named first.
    pub fn containers(self) -> &'static [&'static str] {
        match self {
            Self::Shop => &["php", "nginx"],
            Self::Database => &["mariadb"],
        }
    }
}

/// What is known about the cluster as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterHealth {
    pub reachable: bool,
    /// Kubernetes version, such as `v1.34.4`.
    pub version: Option<String>,
    /// One sentence for people; present when something is wrong.
    pub message: Option<String>,
}

/// Why a read failed. The texts are for the log; `api/problem.rs` chooses what callers see.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error("{what} does not exist in the cluster")]
    NotFound { what: String },
    #[error("the cluster does not answer: {0}")]
    Unreachable(String),
    #[error("the cluster refused: {0}")]
    Refused(String),
}

//! What Souk reads from and writes to a cluster, apart from Helm releases.
//!
//! Owns the client, the watches with the cache that they feed, the few objects that Souk makes
//! itself (namespaces and secrets), the removal of volumes, and the reading of logs and
//! credentials. It reports facts; what to do about them is decided in `souk_domain`.

mod cache;
mod client;
mod cluster;
mod error;
pub mod facts;
mod health;
mod labels;
mod listing;
mod logs;
mod namespace;
mod obstacle;
mod owned;
mod platform;
mod reader;
mod removal;
mod secrets;
mod sleeping;
mod sweep;
mod usage;
mod warnings;
mod watch;

pub use client::{ClusterConnection, connect};
pub use cluster::{Cluster, ClusterState, KubeCluster};
pub use error::{KubeError, KubeErrorKind};
pub use facts::{Difference, Facts, ReleaseStatus, WorkloadFact};
use health::Reachability;
pub use labels::PLATFORM as PLATFORM_LABEL;
pub use obstacle::is_cause;
pub use platform::PlatformFacts;
pub use removal::Remains;
pub use secrets::{AdminAccount, SECRETS, StoreSecrets};
pub use sleeping::SleepingDoor;
pub use watch::Listener;

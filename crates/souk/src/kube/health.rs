//! Whether the cluster answers: one probe for everybody, and a signal when that changes.
//!
//! Watches report what they notice; a probe of `/version` decides. While the cluster is away, the
//! probe asks every two seconds, so that stores go on soon after it is back.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use kube::Client;
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{KubeError, KubeErrorKind};

/// How long a probe may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Pause between probes while the cluster answers.
const RARELY: Duration = Duration::from_secs(20);
/// Pause between probes while it does not.
const OFTEN: Duration = Duration::from_secs(2);

/// What is known about reaching the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reachability {
    /// Not tried yet.
    Unknown,
    /// It answers, with this version.
    Reachable { version: String },
    /// It does not, for this reason.
    Unreachable { reason: String },
}

impl Reachability {
    /// The last probe failed.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }
}

/// The state of the connection, shared by all who use it.
#[derive(Debug)]
pub struct Health {
    state: watch::Sender<Reachability>,
    doubt: Arc<Notify>,
    /// Kinds that Souk may not watch, with what the cluster says.
    refused: Mutex<BTreeMap<String, String>>,
}

impl Health {
    /// Nothing is known yet.
    pub fn new() -> Self {
        Self { state: watch::Sender::new(Reachability::Unknown), doubt: Arc::default(), refused: Mutex::default() }
    }

    /// The latest state.
    pub fn now(&self) -> Reachability {
        self.state.borrow().clone()
    }

    /// Follows the state.
    pub fn subscribe(&self) -> watch::Receiver<Reachability> {
        self.state.subscribe()
    }

    /// The cluster refuses to have this kind watched, or does so no longer. Says whether that is new.
    pub fn refuse(&self, kind: &str, reason: Option<String>) -> bool {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match reason {
            Some(reason) => refused.insert(kind.to_owned(), reason).is_none(),
            None => refused.remove(kind).is_some(),
        }
    }

    /// What the cluster refuses, if anything.
    pub fn refused(&self) -> Option<String> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).values().next().cloned()
    }

    /// A call failed: have the probe look at once.
    pub fn doubt(&self) {
        self.doubt.notify_one();
    }

    /// Probes until `stop`.
    pub async fn run(&self, client: Client, stop: CancellationToken) {
        loop {
            let began = Instant::now();
            let new = probe(&client).await;
            let lost = new.is_lost();
            self.state.send_if_modified(|old| {
                if *old == new || (lost && old.is_lost()) {
                    return false;
                }
                match &new {
                    Reachability::Unreachable { reason } => {
                        tracing::warn!(reason, "the cluster does not answer; stores wait");
                    }
                    Reachability::Reachable { version } => {
                        tracing::info!(
                            version,
                            duration_ms = began.elapsed().as_millis() as u64,
                            "the cluster answers"
                        );
                    }
                    Reachability::Unknown => {}
                }
                *old = new;
                true
            });
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(if lost { OFTEN } else { RARELY }) => {}
                () = self.doubt.notified(), if !lost => {}
            }
        }
    }
}

async fn probe(client: &Client) -> Reachability {
    let error = match timeout(PATIENCE, client.apiserver_version()).await {
        Ok(Ok(version)) => return Reachability::Reachable { version: version.git_version },
        Ok(Err(error)) => KubeError::from(error),
        Err(_) => KubeError::timed_out("version"),
    };
    let reason = match error.kind {
        KubeErrorKind::Forbidden => format!("it refuses Souk's account: {error}"),
        _ => error.message,
    };
    Reachability::Unreachable { reason }
}

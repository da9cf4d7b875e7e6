//! What every handler may use.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use super::hub::EventHub;
use super::layer::limit::Limits;
use crate::auth::Gate;
use crate::auth::oidc::Provider;
use crate::cluster::{ClusterReader, ShopDoor, Wake};
use crate::config::ServeArgs;
use crate::db::Db;
use crate::seal::Sealer;
use crate::sweep::Sweep;

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// The parts of the server that requests need.
pub struct Shared {
    pub db: Db,
    pub settings: Arc<ServeArgs>,
    pub gate: Gate,
    /// Of single sign-on, when there is one.
    pub provider: Option<Provider>,
    pub sealer: Sealer,
    pub limits: Limits,
    pub wake: Arc<dyn Wake>,
    pub cluster: Arc<dyn ClusterReader>,
    pub door: Arc<dyn ShopDoor>,
    pub sweep: Sweep,
    pub hub: EventHub,
    /// Ends streams when the server stops.
    pub stop: CancellationToken,
    pub started: Instant,
}

impl AppState {
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Stores that are made at once, at most.
    pub fn births_at_once(&self) -> u64 {
        u64::from(self.settings.reconcile.births_at_once)
    }
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

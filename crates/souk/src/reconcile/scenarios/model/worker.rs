//! One server of a run: it can be killed, stopped, frozen and thawed at any moment.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use clap::Parser;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::super::{
    super::{LEASE, Queue, Reconciler, Settings, claims::Claims, outage::Outages, retry::Pauses, values::Surroundings},
    Arguments,
    world::PLATFORM,
};
use super::weather::{Outside, Weather};
use crate::{config::ServeArgs, db::Db, seal::Sealer};

/// Reading the command line takes longer than much else in a run.
static DEFAULTS: OnceLock<ServeArgs> = OnceLock::new();

/// A server that runs.
pub struct Worker {
    pub name: String,
    pub reconciler: Arc<Reconciler>,
    pub queue: Arc<Queue>,
    /// No call of the world goes on while this is set.
    halted: watch::Sender<bool>,
    frozen: watch::Sender<bool>,
    pub stop: CancellationToken,
    pub task: JoinHandle<()>,
}

impl Worker {
    pub fn start(name: String, db: &Db, sealer: &Sealer, weather: &Arc<Weather>) -> Self {
        let args = DEFAULTS.get_or_init(|| Arguments::parse_from(["souk"]).serve).clone();
        let settings = Settings {
            workers: 4,
            births: 2,
            helms: 2,
            full_pass: Duration::from_secs(300),
            helm_timeout: Duration::from_secs(60),
            pauses: Pauses::AFTER_FAILURE,
            door_pauses: Pauses::FRONT_DOOR,
            removal_pauses: Pauses::REMOVAL,
            second_look: Duration::from_secs(1),
            patience: Duration::from_secs(5),
        };
        let queue = Arc::new(Queue::default());
        let (halted, frozen) = (watch::Sender::new(false), watch::Sender::new(false));
        let outside = Arc::new(Outside { weather: weather.clone(), halted: halted.subscribe() });
        let reconciler = Arc::new(Reconciler {
            db: db.clone(),
            sealer: sealer.clone(),
            cluster: outside.clone(),
            helm: outside.clone(),
            door: outside,
            surroundings: Surroundings { address: args.address, cluster: args.cluster, images: args.images },
            chart: "chart".into(),
            platform_id: PLATFORM.into(),
            queue: queue.clone(),
            claims: Claims::new(name.clone(), LEASE),
            helm_places: Semaphore::new(settings.helms),
            memories: Mutex::new(HashMap::new()),
            outages: Outages::default(),
            living: Default::default(),
            settings,
        });
        let stop = CancellationToken::new();
        let work = Box::pin(reconciler.clone().work(stop.clone()));
        let task = tokio::spawn(Freezable { work, thawed: thawed(frozen.subscribe()), frozen: frozen.subscribe() });
        Self { name, reconciler, queue, halted, frozen, stop, task }
    }

    /// The first half of a freeze: what it has begun with the database it ends, and goes no further. All servers of a
    /// run share one connection, and one that froze with it in its hand would hold up the others for ever.
    pub fn halt(&self) {
        self.halted.send_replace(true);
    }

    /// The second half: no timer of it runs any more either.
    pub fn freeze(&self) {
        self.frozen.send_replace(true);
    }

    pub fn thaw(&self) {
        self.frozen.send_replace(false);
        self.halted.send_replace(false);
    }

    pub fn is_frozen(&self) -> bool {
        *self.frozen.borrow()
    }
}

type Waiting<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn thawed(mut frozen: watch::Receiver<bool>) -> Waiting<()> {
    Box::pin(async move {
        let _ = frozen.wait_for(|frozen| !frozen).await;
    })
}

/// Work that stands still while it is frozen.
struct Freezable {
    work: Waiting<()>,
    thawed: Waiting<()>,
    frozen: watch::Receiver<bool>,
}

impl Future for Freezable {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if *self.frozen.borrow() {
            self.thawed = thawed(self.frozen.clone());
            if self.thawed.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
        self.work.as_mut().poll(context)
    }
}

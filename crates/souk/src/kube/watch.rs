//! The watches: what changes on the cluster lands in the cache and wakes the stores it touches.
//!
//! Owns which kinds are watched and with which selectors, and the reconnecting. Lists are paged;
//! of Secrets, and of kinds of which only changes matter, just metadata is asked for.

use std::{fmt::Debug, pin::pin, sync::Arc, time::Duration};

use futures::StreamExt;
use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    core::v1::{
        LimitRange, Namespace, PersistentVolume, PersistentVolumeClaim, Pod, ResourceQuota, Secret, Service,
        ServiceAccount,
    },
    networking::v1::{Ingress, IngressClass, NetworkPolicy},
    storage::v1::StorageClass,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    core::PartialObjectMeta,
    runtime::{
        WatchStreamExt,
        utils::Backoff,
        watcher::{Config, Error, Event, watcher},
    },
};
use serde::de::DeserializeOwned;
use souk_domain::StoreId;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    KubeError, KubeErrorKind, PlatformFacts,
    cache::{Cache, Seen, Slot},
    facts::claimed_from,
    health::Health,
    labels,
    listing::Listing,
    platform,
};
use crate::helm::RELEASE;

/// Objects per page of a list: a page is held whole, many times as large as what is kept of it.
const PAGE: u32 = 100;

/// Kinds that are watched.
pub const KINDS: usize = 16;

/// Who wants to hear of changes. Both calls return at once.
pub trait Listener: Send + Sync {
    /// A fact of this store changed.
    fn store_changed(&self, store: &StoreId);
    /// Something that all stores share changed: classes, or the cluster came back or went.
    fn cluster_changed(&self);
}

/// All watches.
#[derive(Clone)]
pub struct Watches {
    pub client: Client,
    /// The id of this platform; other platforms' namespaces are not looked at.
    pub platform: String,
    pub cache: Arc<Cache>,
    pub health: Arc<Health>,
    pub listener: Arc<dyn Listener>,
    pub listing: Arc<Listing>,
}

impl Watches {
    /// Watches until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let all = Config::default().page_size(PAGE);
        let labelled = |selector: &str| all.clone().labels(selector);
        let ours = labelled(labels::STORE);

        let platform = labelled(&format!("{}={}", labels::PLATFORM, self.platform));
        self.stores::<Namespace, _>(&mut tasks, platform, |object| id_in(&object.name_any()), |f| &mut f.namespace);
        let secrets = ours.clone().fields("type=Opaque");
        self.stores::<PartialObjectMeta<Secret>, _>(&mut tasks, secrets, of_namespace, |f| &mut f.secrets);
        let releases = labelled(&format!("owner=helm,name={RELEASE}"));
        self.stores::<PartialObjectMeta<Secret>, _>(&mut tasks, releases, of_namespace, |f| &mut f.releases);
        self.stores::<Deployment, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.deployments);
        self.stores::<StatefulSet, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.stateful_sets);
        self.stores::<Pod, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.pods);
        self.stores::<PersistentVolumeClaim, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.claims);
        self.stores::<Ingress, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.ingresses);
        self.stores::<PartialObjectMeta<Service>, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.services);
        self.stores::<PartialObjectMeta<NetworkPolicy>, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.policies);
        self.stores::<PartialObjectMeta<ResourceQuota>, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.quotas);
        self.stores::<PartialObjectMeta<LimitRange>, _>(&mut tasks, ours.clone(), of_namespace, |f| &mut f.limits);
        self.stores::<PartialObjectMeta<ServiceAccount>, _>(&mut tasks, ours, of_namespace, |f| &mut f.accounts);
        let claimed = |volume: &PersistentVolume| id_in(claimed_from(volume)?);
        self.stores::<PersistentVolume, _>(&mut tasks, all.clone(), claimed, |f| &mut f.volumes);
        self.classes::<StorageClass>(&mut tasks, all.clone(), platform::is_default_storage, |f| &mut f.storage_classes);
        self.classes::<IngressClass>(&mut tasks, all, platform::is_default_ingress, |f| &mut f.ingress_classes);

        debug_assert_eq!(tasks.len(), KINDS);
        let mut reachable = self.health.subscribe();
        let mut lost = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                changed = reachable.changed() => if changed.is_err() { break },
            }
            let before = std::mem::replace(&mut lost, reachable.borrow_and_update().is_lost());
            if before != lost {
                // What is known is old from now on, and a connection that was cut without a word hangs for minutes.
                self.listing.begin_anew();
            }
            self.listener.cluster_changed();
        }
        tasks.shutdown().await;
    }

    /// Follows one kind of object that belongs to stores.
    fn stores<K, F>(&self, tasks: &mut JoinSet<()>, config: Config, store_of: fn(&K) -> Option<StoreId>, slot: Slot<F>)
    where
        K: Watched,
        F: for<'a> From<&'a K> + PartialEq + Send + 'static,
    {
        let Self { cache, .. } = self.clone();
        let tell = self.teller();
        let seen = move |object: &K| {
            let store = store_of(object)?;
            Some(Seen { store, name: object.name_any(), fact: F::from(object) })
        };
        let mut listing = Vec::new();
        self.follow(tasks, config, move |event: Event<K>| match event {
            Event::Init => {
                listing.clear();
                false
            }
            Event::InitApply(object) => {
                listing.extend(seen(&object));
                false
            }
            Event::InitDone => {
                for store in cache.replace_all(slot, std::mem::take(&mut listing)) {
                    tell(&store);
                }
                true
            }
            Event::Apply(object) => {
                if let Some(seen) = seen(&object) {
                    let store = seen.store.clone();
                    if cache.put(slot, seen) {
                        tell(&store);
                    }
                }
                false
            }
            Event::Delete(object) => {
                if let Some(store) = store_of(&object)
                    && cache.remove(slot, &store, &object.name_any())
                {
                    tell(&store);
                }
                false
            }
        });
    }

    /// Tells the listener of a store that changed, now or when the cache is whole.
    fn teller(&self) -> impl Fn(&StoreId) + Send + use<> {
        let Self { listener, listing, .. } = self.clone();
        move |store| {
            if !listing.holds_back(store) {
                listener.store_changed(store);
            }
        }
    }

    /// Follows one kind of class that all stores share.
    fn classes<K: Watched>(
        &self,
        tasks: &mut JoinSet<()>,
        config: Config,
        is_default: fn(&K) -> bool,
        slot: fn(&mut PlatformFacts) -> &mut std::collections::BTreeMap<String, bool>,
    ) {
        let Self { cache, listener, listing, .. } = self.clone();
        let mut found = std::collections::BTreeMap::new();
        self.follow(tasks, config, move |event: Event<K>| {
            let (changed, listed) = match event {
                Event::Init => {
                    found.clear();
                    (false, false)
                }
                Event::InitApply(class) => {
                    found.insert(class.name_any(), is_default(&class));
                    (false, false)
                }
                Event::InitDone => {
                    let all = std::mem::take(&mut found);
                    (cache.update_platform(|facts| *slot(facts) = all), true)
                }
                Event::Apply(class) => {
                    let (name, default) = (class.name_any(), is_default(&class));
                    (cache.update_platform(|facts| _ = slot(facts).insert(name, default)), false)
                }
                Event::Delete(class) => {
                    let name = class.name_any();
                    (cache.update_platform(|facts| _ = slot(facts).remove(&name)), false)
                }
            };
            // While lists go on, all are told at their end.
            if changed && listing.is_whole() {
                listener.cluster_changed();
            }
            listed
        });
    }

    /// Hands every event of one kind to `take`, which says when the kind has been listed whole.
    fn follow<K, T>(&self, tasks: &mut JoinSet<()>, config: Config, mut take: T)
    where
        K: Watched,
        T: FnMut(Event<K>) -> bool + Send + 'static,
    {
        let Self { client, health, listener, listing, .. } = self.clone();
        let mut rounds = listing.rounds();
        let kind = K::plural(&()).into_owned();
        tasks.spawn(async move {
            loop {
                let round = *rounds.borrow_and_update();
                let mut first = true;
                let mut place = tokio::select! {
                    place = listing.place() => place,
                    _ = rounds.changed() => continue,
                };
                let api: Api<K> = Api::all(client.clone());
                let mut events = pin!(watcher(api, config.clone()).backoff(Reconnect::default()));
                loop {
                    let event = tokio::select! {
                        event = events.next() => event,
                        _ = rounds.changed() => None,
                    };
                    match event {
                        Some(Ok(event)) => {
                            health.refuse(&kind, None);
                            if take(event) && std::mem::take(&mut first) {
                                drop(place.take());
                                if let Some(changed) = listing.listed(round) {
                                    changed.iter().for_each(|store| listener.store_changed(store));
                                    listener.cluster_changed();
                                }
                            }
                        }
                        Some(Err(error)) => {
                            tracing::debug!(kind, %error, "a watch was cut");
                            drop(place.take());
                            health.doubt();
                            let refusal = refusal(error);
                            if refusal.is_some() && health.refuse(&kind, refusal) {
                                listener.cluster_changed();
                            }
                        }
                        None => break,
                    }
                }
            }
        });
    }
}

/// What can be watched.
trait Watched: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static {}
impl<K> Watched for K where K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + Sync + 'static {}

fn id_in(namespace: &str) -> Option<StoreId> {
    StoreId::from_namespace(namespace)
}

fn of_namespace<K: Resource>(object: &K) -> Option<StoreId> {
    id_in(object.meta().namespace.as_deref()?)
}

/// What the cluster says when Souk's account may not watch.
fn refusal(error: Error) -> Option<String> {
    match error {
        Error::InitialListFailed(error) | Error::WatchStartFailed(error) | Error::WatchFailed(error) => {
            let error = KubeError::from(error);
            (error.kind == KubeErrorKind::Forbidden).then_some(error.message)
        }
        Error::WatchError(status) => (status.code == 403).then(|| status.message.clone()),
        Error::NoResourceVersion => None,
    }
}

/// Pauses between attempts to reconnect: a quarter of a second, doubling to five.
#[derive(Debug, Default)]
struct Reconnect {
    attempts: u32,
}

impl Iterator for Reconnect {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let pause = Duration::from_millis(250) * (1 << self.attempts.min(5));
        self.attempts += 1;
        let jitter = rand::random_range(0.8..1.2);
        Some(pause.min(Duration::from_secs(5)).mul_f64(jitter))
    }
}

impl Backoff for Reconnect {
    fn reset(&mut self) {
        self.attempts = 0;
    }
}

//! What a store's release made, asked of the cluster itself: noted once after Helm, held against that
//! later, and rid of what others added to it.
//!
//! Owns the calls; what is compared is in `facts::owned`. Setting back what Helm owns is Helm's.

use k8s_openapi::{
    api::{apps::v1::StatefulSet, core::v1::Secret},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams, PropagationPolicy},
    core::DynamicObject,
    runtime::wait::{await_condition, conditions::is_deleted},
};
use serde_json::json;
use souk_domain::StoreId;
use tokio::time::timeout;

use super::{
    KubeCluster, KubeError, KubeErrorKind, ReleaseStatus,
    cluster::CALL,
    facts::{
        Baseline, Difference, Facts, Manifest, OBJECTS_ANNOTATION, OwnedFact, OwnedKind, ReleaseFact,
        fields::{self, MANAGER, Shares},
    },
    labels,
};
use crate::helm::RELEASE;

/// The StatefulSet of a store's database.
const DATABASE: &str = "database";

/// How often others' additions are looked for again while others write the same object.
const STRIP_TRIES: usize = 5;

impl KubeCluster {
    fn objects(&self, store: &StoreId, kind: OwnedKind) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), &store.namespace(), &kind.resource())
    }

    /// Every object of the store of the kinds that releases make, without its contents.
    async fn live_objects(&self, store: &StoreId) -> Result<Vec<(OwnedKind, String, ObjectMeta)>, KubeError> {
        let ours = ListParams::default().labels(&format!("{}={store}", labels::STORE));
        let lists = OwnedKind::ALL.map(|kind| {
            let (api, ours) = (self.objects(store, kind), ours.clone());
            async move {
                let list = self.call("objects of the release", api.list_metadata(&ours)).await?;
                let objects = list.items.into_iter().map(|object| (kind, object.name_any(), object.metadata));
                Ok::<_, KubeError>(objects.collect::<Vec<_>>())
            }
        });
        Ok(futures::future::try_join_all(lists).await?.into_iter().flatten().collect())
    }

    /// Notes on the deployed release what it made, and waits until the cache has seen all of it.
    pub(super) async fn note_objects(&self, store: &StoreId) -> Result<(), KubeError> {
        let secrets: Api<Secret> = Api::namespaced(self.client.clone(), &store.namespace());
        let releases = ListParams::default().labels(&format!("owner=helm,name={RELEASE}"));
        let releases = self.call("releases", secrets.list_metadata(&releases)).await?;
        let newest = releases.items.iter().max_by_key(|secret| ReleaseFact::from(*secret).revision);
        let Some(newest) = newest.filter(|secret| ReleaseFact::from(*secret).status == ReleaseStatus::Deployed) else {
            return Ok(());
        };
        let name = newest.name_any();
        let record = self.call("release", secrets.get(&name)).await?;
        let manifest = Manifest::of_release(&record).map_err(|error| {
            KubeError::new(KubeErrorKind::Invalid, format!("Helm's record {name} cannot be read: {error}"))
        })?;
        let objects = self.live_objects(store).await?;
        let now = |kind, name: &str| objects.iter().find(|(k, n, _)| *k == kind && n == name).map(|(.., meta)| meta);
        let baseline = manifest.baseline(now);
        let lost = |facts: Vec<Difference>| facts.iter().filter(|difference| difference.taken).count();
        let expected = lost(differences(&baseline, &objects));
        let text = baseline.to_string();
        let patch = Patch::Merge(json!({"metadata": {"annotations": {OBJECTS_ANNOTATION: text}}}));
        self.call("release", secrets.patch_metadata(&name, &as_souk(), &patch)).await?;
        self.catch_up(store, |facts| {
            facts.newest_release().and_then(|release| release.objects.as_deref()) == Some(&text)
                && lost(baseline.differences(facts.owned())) == expected
        })
        .await;
        Ok(())
    }

    /// What differs from what was noted, as the cluster itself says now. When that is nothing, waits
    /// until the cache says so too.
    pub(super) async fn find_differences(&self, store: &StoreId) -> Result<Vec<Difference>, KubeError> {
        let Some(baseline) = self.cache.of(store).baseline() else {
            return Ok(Vec::new());
        };
        let objects = self.live_objects(store).await?;
        let found = differences(&baseline, &objects);
        if found.is_empty() {
            self.catch_up(store, |facts| baseline.differences(facts.owned()).is_empty()).await;
        }
        Ok(found)
    }

    /// Takes away what others added to the release's objects and Helm does not own.
    pub(super) async fn remove_others_fields(&self, store: &StoreId) -> Result<(), KubeError> {
        let Some(baseline) = self.cache.of(store).baseline() else {
            return Ok(());
        };
        let objects = self.live_objects(store).await?;
        let changed = objects.iter().filter(|(kind, name, meta)| {
            let shares = Shares::of(meta);
            let ours = !shares.own.is_empty() && baseline.objects().any(|(k, n)| k == kind && n == name);
            ours && !shares.others.is_empty()
        });
        for (kind, name, _) in changed {
            self.strip(store, *kind, name).await?;
        }
        self.catch_up(store, |facts: &Facts| baseline.differences(facts.owned()).is_empty()).await;
        Ok(())
    }

    /// The places are found in one version of the object and removed from that version alone: when another one
    /// was written meanwhile, they are looked for again.
    async fn strip(&self, store: &StoreId, kind: OwnedKind, name: &str) -> Result<(), KubeError> {
        let api = self.objects(store, kind);
        let mut refused: Option<(Option<String>, KubeError)> = None;
        for _ in 0..STRIP_TRIES {
            let Some(object) = self.call("object", api.get_opt(name)).await? else {
                return Ok(());
            };
            let version = object.resource_version();
            if let Some((tried, error)) = refused.take()
                && tried == version
            {
                return Err(error);
            }
            let Some(patch) = removal_of_additions(&object)? else {
                return Ok(());
            };
            match self.call("object", api.patch(name, &as_souk(), &patch)).await {
                // A failed `test` is answered with 422, like an object that is wrong.
                Err(error) if error.kind == KubeErrorKind::Invalid => refused = Some((version, error)),
                other => return other.map(drop),
            }
        }
        Err(KubeError::new(KubeErrorKind::Transient, format!("others change {kind} {name} again and again")))
    }

    /// Deletes the database's StatefulSet and nothing else: its pod and its volume stay, and belong to
    /// the next StatefulSet of that name.
    pub(super) async fn orphan_stateful_set(&self, store: &StoreId) -> Result<(), KubeError> {
        let sets: Api<StatefulSet> = Api::namespaced(self.client.clone(), &store.namespace());
        let Some(set) = self.call("database", sets.get_metadata_opt(DATABASE)).await? else {
            return Ok(());
        };
        let alone = DeleteParams { propagation_policy: Some(PropagationPolicy::Orphan), ..DeleteParams::default() };
        self.call("database", async {
            match sets.delete(DATABASE, &alone).await {
                Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
                other => other.map(drop),
            }
        })
        .await?;
        let uid = set.metadata.uid.unwrap_or_default();
        match timeout(CALL, await_condition(sets, DATABASE, is_deleted(&uid))).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(KubeError::new(KubeErrorKind::Transient, error.to_string())),
            Err(_) => Err(KubeError::new(
                KubeErrorKind::Transient,
                "the StatefulSet database is still being removed from above its pod",
            )),
        }
    }
}

fn differences(baseline: &Baseline, objects: &[(OwnedKind, String, ObjectMeta)]) -> Vec<Difference> {
    let facts: Vec<_> = objects.iter().map(|(kind, name, meta)| (*kind, name, OwnedFact::from(meta))).collect();
    baseline.differences(facts.iter().map(|(kind, name, fact)| (*kind, name.as_str(), fact)))
}

/// The patch that takes away what others added to this very version of an object; nothing when they added nothing.
fn removal_of_additions(object: &DynamicObject) -> Result<Option<Patch<()>>, KubeError> {
    let shares = Shares::of(&object.metadata);
    let parts = shares.additions();
    let version = object.resource_version();
    let object = serde_json::to_value(object).unwrap_or_default();
    let mut places: Vec<_> = parts.iter().filter_map(|part| fields::locate(part, &object)).collect();
    if places.is_empty() {
        return Ok(None);
    }
    // Where the cluster fills a field in with the very value that somebody set, it would stay theirs.
    let entries = object["metadata"]["managedFields"].as_array().into_iter().flatten().enumerate();
    let foreign = entries.filter(|(_, entry)| {
        entry["subresource"] != "status" && entry["manager"].as_str().is_some_and(|name| shares.is_foreign(name))
    });
    places.extend(foreign.map(|(at, _)| fields::entry(at)));
    // From the end of each list to its beginning, so that no place moves before its turn.
    places.sort();
    places.reverse();
    let test = json!({"op": "test", "path": "/metadata/resourceVersion", "value": version});
    let removals = places.iter().map(|place| json!({"op": "remove", "path": fields::pointer(place)}));
    let operations = std::iter::once(test).chain(removals).collect();
    serde_json::from_value(operations)
        .map(|patch| Some(Patch::Json(patch)))
        .map_err(|error| KubeError::new(KubeErrorKind::Invalid, format!("a patch that cannot be written: {error}")))
}

/// Writes under Souk's own name.
pub(super) fn as_souk() -> PatchParams {
    PatchParams { field_manager: Some(MANAGER.to_owned()), ..PatchParams::default() }
}

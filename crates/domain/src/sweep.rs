//! What belongs to no store: from what a platform has on its cluster, and which stores there are.
//!
//! Rows and cluster cannot be read at one moment, so the rows are read before and after the cluster.
//! A row is `Deleted` only once nothing of the store was left, and is written before anything of it is
//! made: what was deleted *before* is left behind if it is there, and what has no row *after* has none.

use std::collections::{BTreeMap, BTreeSet};

use crate::StoreId;

/// Where a store stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is wanted. `was_ready`: it was ready once, so that it has to have a namespace.
    Living {
        was_ready: bool,
    },
    /// Its deletion goes on; nobody else meddles with it.
    Leaving,
    Deleted,
}

/// Every row.
pub type Standings = BTreeMap<StoreId, Standing>;

/// A namespace that carries this platform's label or the name of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldNamespace {
    pub name: String,
    pub uid: String,
    /// Label `souk.dev/platform`.
    pub platform: Option<String>,
    /// Label `souk.dev/store`.
    pub store: Option<String>,
    /// It is being removed.
    pub leaving: bool,
}

/// A volume that was bound to a claim of a store's namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldVolume {
    pub name: String,
    pub uid: String,
    pub namespace: String,
    /// It is being removed.
    pub leaving: bool,
}

/// What is on the cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    pub namespaces: Vec<HeldNamespace>,
    pub volumes: Vec<HeldVolume>,
    /// Namespaces with a Helm release of the stores' name.
    pub releases: BTreeSet<String>,
}

/// Kinds of what belongs to no store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OrphanKind {
    /// A namespace whose store is deleted or was never known, with whatever is in it.
    Namespace,
    /// A volume whose store and namespace are gone.
    Volume,
    /// A store that has to have a namespace and has none.
    Store,
}

impl OrphanKind {
    pub const ALL: [Self; 3] = [Self::Namespace, Self::Volume, Self::Store];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Volume => "volume",
            Self::Store => "store",
        }
    }
}

/// One thing that belongs to no store, or a store that lacks its namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    pub kind: OrphanKind,
    pub name: String,
    /// Of the object on the cluster: another one of the same name is not meant.
    pub uid: Option<String>,
    pub store: Option<StoreId>,
    /// A sentence for people.
    pub message: String,
    /// A sweep may remove it.
    pub removable: bool,
}

impl Orphan {
    /// Names this very object: `namespace/store-x/<uid>`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.kind.as_str(), self.name, self.uid.as_deref().unwrap_or("-"))
    }
}

/// Everything that belongs to no store, by kind and name.
#[must_use]
pub fn orphans(platform: &str, before: &Standings, holdings: &Holdings, after: &Standings) -> Vec<Orphan> {
    let rows = Rows { before, after };
    let namespaces = holdings.namespaces.iter().filter_map(|namespace| rows.namespace(platform, namespace, holdings));
    let volumes = holdings.volumes.iter().filter_map(|volume| rows.volume(volume, holdings));
    let mut found: Vec<_> = namespaces.chain(volumes).chain(rows.without_namespace(holdings)).collect();
    found.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    found
}

struct Rows<'a> {
    before: &'a Standings,
    after: &'a Standings,
}

impl Rows<'_> {
    /// Whether nothing of the store may be there.
    fn is_over(&self, store: &StoreId) -> bool {
        self.was_deleted(store) || !self.after.contains_key(store)
    }

    fn was_deleted(&self, store: &StoreId) -> bool {
        self.before.get(store) == Some(&Standing::Deleted)
    }

    fn namespace(&self, platform: &str, namespace: &HeldNamespace, holdings: &Holdings) -> Option<Orphan> {
        let named = StoreId::from_namespace(&namespace.name);
        let labelled = namespace.store.as_ref().and_then(|text| text.parse::<StoreId>().ok());
        if namespace.platform.as_deref() != Some(platform) {
            // Another platform's, or nobody's; unless it is called as a store that was ours.
            let lost = named.filter(|store| namespace.platform.is_none() && self.was_deleted(store))?;
            let message = "It is called as a deleted store of this platform but has lost the platform's label; look into \
                           it, and remove it with kubectl.";
            return Some(Orphan::of(namespace, Some(lost), message.to_owned(), false));
        }
        // Both what it is called and what it says of itself have to be over.
        if [&named, &labelled].into_iter().flatten().any(|store| !self.is_over(store)) {
            return None;
        }
        if named.is_none() || named != labelled {
            let message =
                "It carries this platform's label but not the name and the label of one store; look into it, \
                           and remove it with kubectl."
                    .to_owned();
            return Some(Orphan::of(namespace, labelled, message, false));
        }
        if namespace.leaving {
            return Some(Orphan::of(namespace, named, "It is being removed.".to_owned(), false));
        }
        let why = match &named {
            Some(store) if self.was_deleted(store) => "Its store is deleted",
            _ => "No store of this platform has this id",
        };
        let content = if holdings.releases.contains(&namespace.name) { "; a Helm release is in it" } else { "" };
        Some(Orphan::of(namespace, named, format!("{why}{content}."), true))
    }

    fn volume(&self, volume: &HeldVolume, holdings: &Holdings) -> Option<Orphan> {
        let store = StoreId::from_namespace(&volume.namespace)?;
        // Volumes carry no label of a platform: only a store that was ours tells that one is.
        if !self.was_deleted(&store) || holdings.namespaces.iter().any(|each| each.name == volume.namespace) {
            return None;
        }
        let message = if volume.leaving {
            "It is being removed.".to_owned()
        } else {
            format!("The store whose data it holds is deleted, and the namespace {} is gone.", volume.namespace)
        };
        Some(Orphan {
            kind: OrphanKind::Volume,
            name: volume.name.clone(),
            uid: Some(volume.uid.clone()),
            store: Some(store),
            message,
            removable: !volume.leaving,
        })
    }

    fn without_namespace<'a>(&'a self, holdings: &'a Holdings) -> impl Iterator<Item = Orphan> + 'a {
        let must = Standing::Living { was_ready: true };
        self.after
            .iter()
            .filter(move |(store, standing)| **standing == must && self.before.get(store) == Some(&must))
            .filter(|(store, _)| !holdings.namespaces.iter().any(|each| each.name == store.namespace()))
            .map(|(store, _)| Orphan {
                kind: OrphanKind::Store,
                name: store.to_string(),
                uid: None,
                store: Some(store.clone()),
                message: format!(
                    "The store has no namespace {}: somebody removed it. Souk makes it again, without the data; delete \
                     the store if it is not wanted.",
                    store.namespace()
                ),
                removable: false,
            })
    }
}

impl Orphan {
    fn of(namespace: &HeldNamespace, store: Option<StoreId>, message: String, removable: bool) -> Self {
        Self {
            kind: OrphanKind::Namespace,
            name: namespace.name.clone(),
            uid: Some(namespace.uid.clone()),
            store,
            message,
            removable,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const READY: Standing = Standing::Living { was_ready: true };
    const NEW: Standing = Standing::Living { was_ready: false };

    fn store(byte: u8) -> StoreId {
        StoreId::from_random([byte; 10])
    }

    fn namespace(byte: u8, platform: Option<&str>) -> HeldNamespace {
        HeldNamespace {
            name: store(byte).namespace(),
            uid: format!("u{byte}"),
            platform: platform.map(str::to_owned),
            store: Some(store(byte).to_string()),
            leaving: false,
        }
    }

    fn volume(byte: u8) -> HeldVolume {
        HeldVolume { name: format!("v{byte}"), uid: "u".into(), namespace: store(byte).namespace(), leaving: false }
    }

    fn found(before: &[(u8, Standing)], holdings: &Holdings, after: &[(u8, Standing)]) -> Vec<(String, bool)> {
        let rows = |list: &[(u8, Standing)]| list.iter().map(|(byte, standing)| (store(*byte), *standing)).collect();
        let found = orphans("p", &rows(before), holdings, &rows(after));
        found.into_iter().map(|orphan| (orphan.name, orphan.removable)).collect()
    }

    #[test]
    fn a_namespace_is_an_orphan_when_its_store_is_over() {
        use Standing::{Deleted, Leaving};
        let holdings = Holdings { namespaces: vec![namespace(1, Some("p"))], ..Holdings::default() };
        let name = store(1).namespace();
        for (before, after, expected) in [
            (vec![], vec![], true),
            (vec![(1, Deleted)], vec![(1, Deleted)], true),
            (vec![(1, READY)], vec![(1, READY)], false),
            (vec![(1, NEW)], vec![(1, NEW)], false),
            (vec![(1, Leaving)], vec![(1, Leaving)], false),
            // Asked for, or proven gone, while the cluster was looked at.
            (vec![], vec![(1, NEW)], false),
            (vec![(1, Leaving)], vec![(1, Deleted)], false),
        ] {
            let expected = if expected { vec![(name.clone(), true)] } else { vec![] };
            assert_eq!(found(&before, &holdings, &after), expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn what_is_not_clearly_ours_is_told_or_left_alone() {
        let deleted = [(1, Standing::Deleted)];
        let of = |namespace: HeldNamespace| Holdings { namespaces: vec![namespace], ..Holdings::default() };
        let name = store(1).namespace();
        for (held, expected) in [
            (namespace(1, Some("q")), None),
            (namespace(2, Some("q")), None),
            (namespace(2, None), None),
            (namespace(1, None), Some((name.clone(), false))),
            (HeldNamespace { store: None, ..namespace(1, Some("p")) }, Some((name.clone(), false))),
            (HeldNamespace { leaving: true, ..namespace(1, Some("p")) }, Some((name.clone(), false))),
            (HeldNamespace { name: "shop".into(), ..namespace(1, Some("p")) }, Some(("shop".to_owned(), false))),
        ] {
            assert_eq!(found(&deleted, &of(held.clone()), &deleted), Vec::from_iter(expected), "{held:?}");
        }
        // The label of a living store, or its name, keeps it.
        let both = [(1, Standing::Deleted), (2, READY)];
        let crossed = HeldNamespace { store: Some(store(2).to_string()), ..namespace(1, Some("p")) };
        let holdings = Holdings { namespaces: vec![crossed, namespace(2, Some("p"))], ..Holdings::default() };
        assert_eq!(found(&both, &holdings, &both), []);
    }

    #[test]
    fn a_volume_is_an_orphan_when_its_store_was_ours_and_its_namespace_is_gone() {
        use Standing::{Deleted, Leaving};
        let alone = Holdings { volumes: vec![volume(1)], ..Holdings::default() };
        let orphan = vec![("v1".to_owned(), true)];
        assert_eq!(found(&[(1, Deleted)], &alone, &[(1, Deleted)]), orphan);
        assert_eq!(found(&[], &alone, &[]), [], "nobody knows whose it is");
        assert_eq!(found(&[(1, Leaving)], &alone, &[(1, Deleted)]), []);
        let foreign = Holdings { namespaces: vec![namespace(1, Some("q"))], ..alone.clone() };
        assert_eq!(found(&[(1, Deleted)], &foreign, &[(1, Deleted)]), []);
        let elsewhere = HeldVolume { namespace: "default".into(), ..volume(1) };
        let holdings = Holdings { volumes: vec![elsewhere], ..Holdings::default() };
        assert_eq!(found(&[(1, Deleted)], &holdings, &[(1, Deleted)]), []);
        let leaving = Holdings { volumes: vec![HeldVolume { leaving: true, ..volume(1) }], ..Holdings::default() };
        assert_eq!(found(&[(1, Deleted)], &leaving, &[(1, Deleted)]), [("v1".to_owned(), false)]);
    }

    #[test]
    fn a_store_that_was_ready_has_a_namespace() {
        use Standing::Leaving;
        let nothing = Holdings::default();
        let lost = vec![(store(1).to_string(), false)];
        assert_eq!(found(&[(1, READY)], &nothing, &[(1, READY)]), lost);
        assert_eq!(found(&[(1, NEW)], &nothing, &[(1, READY)]), [], "born meanwhile");
        assert_eq!(found(&[(1, NEW)], &nothing, &[(1, NEW)]), []);
        assert_eq!(found(&[(1, READY)], &nothing, &[(1, Leaving)]), []);
        let foreign = Holdings { namespaces: vec![namespace(1, Some("q"))], ..Holdings::default() };
        assert_eq!(found(&[(1, READY)], &foreign, &[(1, READY)]), []);
    }

    #[test]
    fn an_id_means_one_object() {
        let mut holdings = Holdings { namespaces: vec![namespace(1, Some("p"))], ..Holdings::default() };
        holdings.releases.insert(store(1).namespace());
        let first = orphans("p", &Standings::new(), &holdings, &Standings::new()).remove(0);
        assert_eq!(first.id(), format!("namespace/{}/u1", store(1).namespace()));
        assert!(first.message.contains("Helm release"), "{}", first.message);
        holdings.namespaces[0].uid = "another".into();
        assert_ne!(orphans("p", &Standings::new(), &holdings, &Standings::new())[0].id(), first.id());
    }

    fn standing() -> impl Strategy<Value = Standing> {
        prop_oneof![Just(READY), Just(NEW), Just(Standing::Leaving), Just(Standing::Deleted)]
    }

    proptest! {
        #[test]
        fn nothing_of_a_living_store_or_of_others_is_ever_removable(
            rows in proptest::collection::btree_map(0..6_u8, (standing(), standing()), 0..6),
            held in proptest::collection::vec((0..6_u8, 0..7_u8, 0..3_usize, any::<bool>()), 0..12),
            volumes in proptest::collection::vec(0..6_u8, 0..6),
        ) {
            let before: Standings = rows.iter().map(|(byte, (before, _))| (store(*byte), *before)).collect();
            let after: Standings = rows.iter().map(|(byte, (_, after))| (store(*byte), *after)).collect();
            let namespaces = held.iter().map(|(name, label, platform, leaving)| HeldNamespace {
                store: (*label < 6).then(|| store(*label).to_string()),
                leaving: *leaving,
                ..namespace(*name, [None, Some("p"), Some("q")][*platform])
            });
            let holdings = Holdings {
                namespaces: namespaces.collect(),
                volumes: volumes.into_iter().map(volume).collect(),
                ..Holdings::default()
            };
            for orphan in orphans("p", &before, &holdings, &after).into_iter().filter(|orphan| orphan.removable) {
                let id = orphan.store.clone().unwrap();
                // Deleted is for ever: one that was before still is.
                prop_assert!(before.get(&id) == Some(&Standing::Deleted) || !after.contains_key(&id));
                if orphan.kind == OrphanKind::Namespace {
                    let ours = |each: &HeldNamespace| each.name == orphan.name && each.platform.as_deref() == Some("p");
                    prop_assert!(holdings.namespaces.iter().any(ours));
                }
                prop_assert_ne!(orphan.kind, OrphanKind::Store);
            }
        }
    }
}

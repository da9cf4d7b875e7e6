//! Objects that a store's release made, as far as it matters who changed them since, and what they
//! looked like when they were made.
//!
//! Owns the kinds, the fact of each object, and the baseline: one line of text that is kept on the
//! release and names every object with a fingerprint of the fields that Helm owns.

use std::{collections::BTreeMap, fmt};

use k8s_openapi::{
    api::{
        apps::v1::{Deployment, StatefulSet},
        core::v1::{LimitRange, ResourceQuota, Service, ServiceAccount},
        networking::v1::{Ingress, NetworkPolicy},
    },
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::core::{ApiResource, PartialObjectMeta};
use souk_domain::{Change, WhatChanged};

use super::{
    Facts,
    fields::{Shares, display},
};

/// Annotation on Helm's release Secret: what the release made.
pub const OBJECTS_ANNOTATION: &str = "souk.dev/objects";

/// Fields and names that are kept of one object's changes.
const MOST: usize = 8;

/// Kinds of objects that a release makes and that are watched for changes. Claims are not among them:
/// they hold data, and are neither made smaller nor made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnedKind {
    Deployment,
    StatefulSet,
    Service,
    Ingress,
    NetworkPolicy,
    ResourceQuota,
    LimitRange,
    ServiceAccount,
}

impl OwnedKind {
    pub const ALL: [Self; 8] = [
        Self::Deployment,
        Self::StatefulSet,
        Self::Service,
        Self::Ingress,
        Self::NetworkPolicy,
        Self::ResourceQuota,
        Self::LimitRange,
        Self::ServiceAccount,
    ];

    /// Where the API has it.
    pub fn resource(self) -> ApiResource {
        match self {
            Self::Deployment => ApiResource::erase::<Deployment>(&()),
            Self::StatefulSet => ApiResource::erase::<StatefulSet>(&()),
            Self::Service => ApiResource::erase::<Service>(&()),
            Self::Ingress => ApiResource::erase::<Ingress>(&()),
            Self::NetworkPolicy => ApiResource::erase::<NetworkPolicy>(&()),
            Self::ResourceQuota => ApiResource::erase::<ResourceQuota>(&()),
            Self::LimitRange => ApiResource::erase::<LimitRange>(&()),
            Self::ServiceAccount => ApiResource::erase::<ServiceAccount>(&()),
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.to_string() == word)
    }
}

impl fmt::Display for OwnedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Kind and name.
pub type ObjectKey = (OwnedKind, String);

/// Whose the fields of one object are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnedFact {
    /// Names the set of fields that Helm owns; 0 when it owns none.
    pub own: u64,
    /// What others changed or added, if they did.
    pub foreign: Option<Box<Foreign>>,
}

/// Changes by others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreign {
    /// As people call them, such as `spec.replicas`; some of them.
    pub fields: Vec<String>,
    /// Who owns them now.
    pub by: Vec<String>,
}

impl From<&ObjectMeta> for OwnedFact {
    fn from(meta: &ObjectMeta) -> Self {
        let shares = Shares::of(meta);
        let own = shares.fingerprint();
        let foreign = (!shares.others.is_empty()).then(|| {
            // Of an object that is not Helm's at all, every field would be told.
            let fields = if own == 0 { Vec::new() } else { shares.additions() };
            Box::new(Foreign {
                fields: fields.iter().take(MOST).map(|part| display(part)).collect(),
                by: shares.others.iter().take(MOST).map(|(manager, _)| manager.clone()).collect(),
            })
        });
        Self { own, foreign }
    }
}

impl<K> From<&PartialObjectMeta<K>> for OwnedFact {
    fn from(object: &PartialObjectMeta<K>) -> Self {
        Self::from(&object.metadata)
    }
}

/// What a release made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<ObjectKey, u64>);

impl Baseline {
    /// Reads what `Display` wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let object = |word: &str| {
            let (key, own) = word.split_once('=')?;
            let (kind, name) = key.split_once('/')?;
            Some(((OwnedKind::parse(kind)?, name.to_owned()), u64::from_str_radix(own, 16).ok()?))
        };
        text.split_whitespace().map(object).collect::<Option<_>>().map(Self)
    }

    /// Every object of the release.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectKey> {
        self.0.keys()
    }

    /// What is different now. An object that the release did not make is nobody's business here.
    pub fn differences<'a>(
        &self,
        now: impl IntoIterator<Item = (OwnedKind, &'a str, &'a OwnedFact)>,
    ) -> Vec<Difference> {
        let now: BTreeMap<_, _> = now.into_iter().map(|(kind, name, fact)| ((kind, name), fact)).collect();
        let mut differences = Vec::new();
        for ((kind, name), own) in &self.0 {
            let object = format!("{kind} {name}");
            let (what, taken) = match now.get(&(*kind, name.as_str())) {
                None => (WhatChanged::Missing, true),
                Some(fact) if fact.own == *own && fact.foreign.is_none() => continue,
                Some(fact) => {
                    let Foreign { fields, by } = fact.foreign.as_deref().cloned().unwrap_or_default();
                    (WhatChanged::Edited { fields, by }, fact.own != *own)
                }
            };
            differences.push(Difference { change: Change { object, what }, taken });
        }
        differences
    }
}

/// From each object's fingerprint.
impl FromIterator<(ObjectKey, u64)> for Baseline {
    fn from_iter<I: IntoIterator<Item = (ObjectKey, u64)>>(objects: I) -> Self {
        Self(objects.into_iter().collect())
    }
}

impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, ((kind, name), own)) in self.0.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{kind}/{name}={own:016x}")?;
        }
        Ok(())
    }
}

/// One object that is not as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub change: Change,
    /// Helm lost fields of it, or all of it: only Helm can set it back. Otherwise something was added.
    pub taken: bool,
}

impl Facts {
    /// Every object of the store of a kind that releases make.
    pub fn owned(&self) -> impl Iterator<Item = (OwnedKind, &str, &OwnedFact)> {
        let metadata = [
            (OwnedKind::Service, &self.services),
            (OwnedKind::NetworkPolicy, &self.policies),
            (OwnedKind::ResourceQuota, &self.quotas),
            (OwnedKind::LimitRange, &self.limits),
            (OwnedKind::ServiceAccount, &self.accounts),
        ];
        let metadata =
            metadata.into_iter().flat_map(|(kind, facts)| facts.iter().map(move |(name, fact)| (kind, name, fact)));
        let deployments = self.deployments.iter().map(|(name, fact)| (OwnedKind::Deployment, name, &fact.owned));
        let sets = self.stateful_sets.iter().map(|(name, fact)| (OwnedKind::StatefulSet, name, &fact.owned));
        let ingresses = self.ingresses.iter().map(|(name, fact)| (OwnedKind::Ingress, name, &fact.owned));
        deployments.chain(sets).chain(ingresses).chain(metadata)
    }

    /// What the newest release made, if that was noted.
    pub fn baseline(&self) -> Option<Baseline> {
        Baseline::parse(self.newest_release()?.objects.as_ref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(own: u64, foreign: &[&str]) -> OwnedFact {
        let foreign = (!foreign.is_empty()).then(|| {
            Box::new(Foreign { fields: foreign.iter().map(ToString::to_string).collect(), by: vec!["kubectl".into()] })
        });
        OwnedFact { own, foreign }
    }

    #[test]
    fn a_baseline_is_one_line() {
        let object = |kind, own| ((kind, "shop".to_owned()), own);
        let baseline: Baseline =
            [object(OwnedKind::Service, 1), object(OwnedKind::Deployment, 0xabc)].into_iter().collect();
        let text = baseline.to_string();
        assert_eq!(text, "Deployment/shop=0000000000000abc Service/shop=0000000000000001");
        assert_eq!(Baseline::parse(&text), Some(baseline));
        for wrong in ["Deployment/shop", "Thing/shop=1", "Deployment=1", "Deployment/shop=x"] {
            assert_eq!(Baseline::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn differences_are_told_apart() {
        let made = fact(1, &[]);
        let baseline = Baseline::from_iter([((OwnedKind::Service, "shop".to_owned()), made.own)]);
        let seen = |now: Option<OwnedFact>| {
            let now = now.iter().map(|fact| (OwnedKind::Service, "shop", fact));
            let seen = baseline.differences(now);
            seen.first().map(|difference| (difference.change.to_string(), difference.taken))
        };
        assert_eq!(seen(Some(made.clone())), None);
        assert_eq!(seen(None), Some(("Service shop was deleted".into(), true)));
        assert_eq!(seen(Some(fact(2, &[]))), Some(("fields of Service shop were changed or taken away".into(), true)));
        let added = "spec.type of Service shop was changed by kubectl";
        assert_eq!(seen(Some(fact(1, &["spec.type"]))), Some((added.into(), false)));
        assert_eq!(seen(Some(fact(2, &["spec.type"]))), Some((added.into(), true)));
        let stranger = fact(9, &["x"]);
        let now = [(OwnedKind::Service, "shop", &made), (OwnedKind::Service, "another", &stranger)];
        assert!(baseline.differences(now).is_empty());
    }

    #[test]
    fn every_kind_reads_back() {
        for kind in OwnedKind::ALL {
            assert_eq!(OwnedKind::parse(&kind.to_string()), Some(kind));
            assert_eq!(kind.resource().kind, kind.to_string());
        }
    }
}

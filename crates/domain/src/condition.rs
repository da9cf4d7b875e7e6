//! Observed facts about a store, each with a reason for machines and a sentence for shop owners.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConditionType {
    /// The Kubernetes API answers.
    ClusterReachable,
    /// The Helm release is installed with the values that are wanted.
    ReleaseReady,
    DatabaseReady,
    StorefrontReady,
    /// The storefront answers through the cluster's front door under the store's host name.
    RouteReady,
    /// The shop's own check passed.
    ShopReady,
    /// An order can be placed.
    OrdersReady,
    /// Nothing of the store is left on the cluster; false while its removal goes on, with what it waits for.
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConditionStatus {
    True,
    False,
    Unknown,
}

/// One observed fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    #[serde(rename = "type")]
    pub kind: ConditionType,
    pub status: ConditionStatus,
    /// One CamelCase word for machines, such as `NoStorageClass`.
    pub reason: String,
    /// A sentence that a shop owner can read.
    pub message: String,
    /// When the status last changed.
    #[serde(with = "time::serde::rfc3339")]
    pub last_transition_time: OffsetDateTime,
}

/// The conditions of one store, at most one of each type, in the order of the type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    /// Sets a condition; its transition time moves only when the status does. Says whether anything
    /// changed.
    pub fn set(
        &mut self,
        kind: ConditionType,
        status: ConditionStatus,
        reason: &str,
        message: &str,
        now: OffsetDateTime,
    ) -> bool {
        let at = self.0.partition_point(|condition| condition.kind < kind);
        let mut new = Condition {
            kind,
            status,
            reason: reason.to_owned(),
            message: message.to_owned(),
            last_transition_time: now,
        };
        match self.0.get_mut(at) {
            Some(old) if old.kind == kind => {
                if old.status == status {
                    new.last_transition_time = old.last_transition_time;
                }
                let changed = *old != new;
                *old = new;
                changed
            }
            _ => {
                self.0.insert(at, new);
                true
            }
        }
    }

    #[must_use]
    pub fn get(&self, kind: ConditionType) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.kind == kind)
    }

    #[must_use]
    pub fn is_true(&self, kind: ConditionType) -> bool {
        self.get(kind).is_some_and(|condition| condition.status == ConditionStatus::True)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Condition> {
        self.0.iter()
    }

    /// The first condition that is false, in the order of the types: the cause to show.
    #[must_use]
    pub fn first_false(&self) -> Option<&Condition> {
        self.0.iter().find(|condition| condition.status == ConditionStatus::False)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn transition_time_moves_with_the_status_only() {
        let (early, late) = (datetime!(2026-01-01 0:00 UTC), datetime!(2026-01-02 0:00 UTC));
        let mut conditions = Conditions::default();
        let kind = ConditionType::DatabaseReady;
        assert!(conditions.set(kind, ConditionStatus::False, "Starting", "It starts.", early));
        assert!(!conditions.set(kind, ConditionStatus::False, "Starting", "It starts.", late));
        assert!(conditions.set(kind, ConditionStatus::False, "Slow", "It is slow.", late));
        assert_eq!(conditions.get(kind).map(|c| c.last_transition_time), Some(early));
        assert!(conditions.set(kind, ConditionStatus::True, "Available", "It answers.", late));
        assert_eq!(conditions.get(kind).map(|c| c.last_transition_time), Some(late));
        assert!(conditions.set(ConditionType::ClusterReachable, ConditionStatus::True, "Ok", "", late));
        let order: Vec<_> = conditions.iter().map(|condition| condition.kind).collect();
        assert_eq!(order, [ConditionType::ClusterReachable, kind]);
    }
}

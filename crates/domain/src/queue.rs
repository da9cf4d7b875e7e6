//! Whose turn it is, and what is told to those who wait.
//!
//! So many stores are made at once and no more. A place that becomes free goes to the owner for whom the
//! least was done so far: everybody's first store comes before anybody's second. Within one owner, and
//! between equals, who asked first comes first.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{OperationId, OperationKind};

/// Orders those who wait, given in the order in which they asked, by whose turn it is. `served` names
/// the owner of each store that is being made now.
pub fn fair_order<Owner: Eq + Hash, Item>(
    served: impl IntoIterator<Item = Owner>,
    waiting: impl IntoIterator<Item = (Owner, Item)>,
) -> Vec<Item> {
    let mut turns: HashMap<Owner, u64> = HashMap::new();
    for owner in served {
        *turns.entry(owner).or_default() += 1;
    }
    let ranked = waiting.into_iter().map(|(owner, item)| {
        let turn = turns.entry(owner).or_default();
        *turn += 1;
        (*turn, item)
    });
    let mut ranked: Vec<(u64, Item)> = ranked.collect();
    // Stable: equals stay in the order in which they asked.
    ranked.sort_by_key(|(turn, _)| *turn);
    ranked.into_iter().map(|(_, item)| item).collect()
}

/// Where an operation that has not begun waits, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QueuePlace {
    /// 1 is next.
    pub position: u64,
    /// How many of those that wait too go before it.
    pub ahead: u64,
    /// One CamelCase word for machines: `PlacesTaken`, `TurnHasCome` or `OperationUnderway`.
    pub reason: String,
    /// The same as a sentence for people.
    pub message: String,
}

impl QueuePlace {
    fn new(ahead: u64, reason: &str, message: String) -> Self {
        Self { position: ahead + 1, ahead, reason: reason.to_owned(), message }
    }

    /// Of a create, behind `ahead` others that wait, while `making` of at most `most` stores are being made.
    #[must_use]
    pub fn in_line(ahead: u64, making: u64, most: u64) -> Self {
        if making + ahead < most {
            return Self::new(ahead, "TurnHasCome", "Its turn has come; it begins in a moment.".to_owned());
        }
        let line = match ahead {
            0 => "it is the next".to_owned(),
            1 => "1 store is before it".to_owned(),
            more => format!("{more} stores are before it"),
        };
        let verb = if making == 1 { "is" } else { "are" };
        let limit = if making == most { "the most at once".to_owned() } else { format!("{most} at most at once") };
        Self::new(
            ahead,
            "PlacesTaken",
            format!("Waiting for its turn: {line}; {making} {verb} being made now, {limit}."),
        )
    }

    /// Of an operation whose store has another one under way.
    #[must_use]
    pub fn behind(underway: OperationKind) -> Self {
        let message = format!("It begins when the {} that is under way has ended.", underway.noun());
        Self::new(0, "OperationUnderway", message)
    }
}

/// The change that waits behind a store's operation under way. What is asked for meanwhile is added to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextOperation {
    pub id: OperationId,
    pub kind: OperationKind,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// What it waits for, for people.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_few_are_not_kept_behind_many() {
        let anna = (1..=5).map(|n| ("anna", format!("a{n}")));
        let bert = (1..=2).map(|n| ("bert", format!("b{n}")));
        let all = || anna.clone().chain(bert.clone());
        assert_eq!(fair_order([], all()), ["a1", "b1", "a2", "b2", "a3", "a4", "a5"]);
        // What is being made for anna counts as served.
        assert_eq!(fair_order(["anna", "anna"], all()), ["b1", "b2", "a1", "a2", "a3", "a4", "a5"]);
        assert_eq!(fair_order(["anna", "bert"], all()), ["a1", "b1", "a2", "b2", "a3", "a4", "a5"]);
    }

    #[test]
    fn places_are_told_in_sentences() {
        for (ahead, making, most, message) in [
            (2, 4, 4, "Waiting for its turn: 2 stores are before it; 4 are being made now, the most at once."),
            (1, 1, 1, "Waiting for its turn: 1 store is before it; 1 is being made now, the most at once."),
            (0, 4, 4, "Waiting for its turn: it is the next; 4 are being made now, the most at once."),
            (0, 3, 2, "Waiting for its turn: it is the next; 3 are being made now, 2 at most at once."),
            (0, 3, 4, "Its turn has come; it begins in a moment."),
            (1, 3, 4, "Waiting for its turn: 1 store is before it; 3 are being made now, 4 at most at once."),
        ] {
            let place = QueuePlace::in_line(ahead, making, most);
            assert_eq!((place.position, place.message.as_str()), (ahead + 1, message));
        }
        let behind = QueuePlace::behind(OperationKind::Create);
        assert_eq!(behind.message, "It begins when the creation that is under way has ended.");
    }

    proptest! {
        #[test]
        fn the_order_is_fair_and_loses_nobody(
            served in prop::collection::vec(0..4_u8, 0..6),
            owners in prop::collection::vec(0..4_u8, 0..40),
        ) {
            let waiting: Vec<(u8, usize)> = owners.iter().copied().zip(0..).collect();
            let order = fair_order(served.iter().copied(), waiting);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..owners.len()).collect::<Vec<_>>());
            let mut had = [0_usize; 4];
            for owner in &served {
                had[usize::from(*owner)] += 1;
            }
            for (at, item) in order.iter().enumerate() {
                let owner = owners[*item];
                // Nobody who still waits has had less than who is served now.
                for later in &order[at..] {
                    prop_assert!(had[usize::from(owner)] <= had[usize::from(owners[*later])]);
                    prop_assert!(owners[*later] != owner || later >= item, "an owner's own order is kept");
                }
                had[usize::from(owner)] += 1;
            }
        }
    }
}

//! Why a removal waits: from facts at once, from the cluster itself when it takes long.
//!
//! Owns when the cluster is asked, with growing pauses, and which of several answers is told. What
//! can be in the way is read in `kube/`; a removal never gives up.

use std::time::Duration;

use souk_domain::{Problem, Store};
use tokio::time::Instant;

use super::{Reconciler, memory::Memory, observe::volume_problem, retry::Pauses};
use crate::kube::{Facts, is_cause};

/// Between proofs that something remains which no watch shows.
const PROOFS: Pauses = Pauses { base: Duration::from_secs(1), most: Duration::from_secs(30) };
/// How many times longer than the timeline's patience a removal may take before the cluster is asked.
const ASK_AFTER: u32 = 2;

/// What is remembered of a removal that takes long.
#[derive(Debug, Default)]
pub struct Removal {
    /// When the cluster is asked next, and how often it was since the facts last changed.
    next: Option<Instant>,
    asked: u32,
    /// The facts that `found` was asked about.
    about: Option<Box<Facts>>,
    found: Option<Problem>,
    proofs: u32,
    /// Causes in the order in which they were met, since when, and whether the timeline has them.
    causes: Vec<(String, Instant, bool)>,
}

/// Causes of one removal that are remembered.
const CAUSES: usize = 16;

impl Removal {
    /// When to look again.
    pub fn next(&self) -> Option<Instant> {
        self.next
    }

    /// The pause before the proof is tried again.
    pub fn proof_pause(&mut self) -> Duration {
        self.proofs = self.proofs.saturating_add(1);
        PROOFS.after(self.proofs)
    }

    /// Whether the timeline is to hear of this cause now, once it has lasted for `patience`; else when
    /// to look again, if ever.
    pub fn tell(&mut self, cause: &str, patience: Duration) -> Result<(), Option<Instant>> {
        let now = Instant::now();
        let known = self.causes.iter().position(|(known, ..)| known == cause);
        let at = known.unwrap_or_else(|| {
            if self.causes.len() == CAUSES {
                self.causes.remove(0);
            }
            self.causes.push((cause.to_owned(), now, false));
            self.causes.len() - 1
        });
        let (_, since, told) = &mut self.causes[at];
        match (*told, *since + patience) {
            (true, _) => Err(None),
            (false, due) if due > now => Err(Some(due)),
            (false, _) => {
                *told = true;
                Ok(())
            }
        }
    }

    /// Whether the cluster is to be asked now. Other facts make the last answer void and the next
    /// question come after `soon`.
    fn is_due(&mut self, facts: &Facts, soon: Duration, now: Instant) -> bool {
        if self.about.as_deref() != Some(facts) {
            let at = now + soon;
            self.next = Some(self.next.map_or(at, |next| next.min(at)));
            self.about = Some(Box::new(facts.clone()));
            (self.found, self.asked) = (None, 0);
        }
        self.next.is_some_and(|next| next <= now)
    }

    fn answered(&mut self, found: Option<Problem>, pauses: Pauses) {
        self.found = found;
        self.asked = self.asked.saturating_add(1);
        self.next = Some(Instant::now() + pauses.after(self.asked));
    }
}

impl Reconciler {
    /// Why the removal waits, the most telling of what is known; `known` is what the decision says.
    pub(super) async fn obstacle(
        &self,
        store: &Store,
        facts: &Facts,
        known: Option<Problem>,
        memory: &mut Memory,
    ) -> Option<Problem> {
        let pauses = self.settings.removal_pauses;
        let seen = most_telling([volume_problem(facts), known]);
        // A cause is there already; only its name is missing.
        let is_known = seen.as_ref().is_some_and(is_cause);
        let soon = if is_known { Duration::ZERO } else { self.settings.patience * ASK_AFTER };
        if memory.removal.is_due(facts, soon, Instant::now()) {
            let found = self.cluster.obstacle(&store.id).await.unwrap_or_else(|error| {
                tracing::debug!(store.id = %store.id, %error, "the cluster does not say what a removal waits for");
                None
            });
            memory.removal.answered(found, pauses);
        }
        most_telling([memory.removal.found.clone(), seen])
    }
}

/// The first that somebody has to do something about, else the first.
fn most_telling<const N: usize>(problems: [Option<Problem>; N]) -> Option<Problem> {
    let mut known: Vec<_> = problems.into_iter().flatten().collect();
    let at = known.iter().position(is_cause).unwrap_or(0);
    (!known.is_empty()).then(|| known.swap_remove(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kube::facts::VolumeFact;

    const SOON: Duration = Duration::from_secs(10);

    fn volume(phase: &str) -> Facts {
        let mut facts = Facts::default();
        let volume = VolumeFact { phase: phase.into(), message: None, retained: false, held_by: Vec::new() };
        facts.volumes.insert("v", volume);
        facts
    }

    #[test]
    fn the_cluster_is_asked_late_then_less_and_less_and_soon_after_a_change() {
        let (mut removal, pauses) = (Removal::default(), Pauses::REMOVAL);
        let start = Instant::now();
        let mut at = |seconds: u64, facts: &Facts| {
            let due = removal.is_due(facts, SOON, start + Duration::from_secs(seconds));
            if due {
                removal.asked += 1;
                removal.found = Some(Problem::waiting("VolumeNotRemoved", "x"));
                removal.next = Some(start + Duration::from_secs(seconds) + pauses.base * (1 << (removal.asked - 1)));
            }
            (due, removal.found.is_some())
        };
        let (released, failed) = (volume("Released"), volume("Failed"));
        assert_eq!(at(0, &released), (false, false));
        assert_eq!(at(9, &released), (false, false));
        assert_eq!(at(10, &released), (true, true));
        assert_eq!(at(14, &released), (false, true));
        assert_eq!(at(15, &released), (true, true));
        assert_eq!(at(24, &released), (false, true));
        // What was found was about another state of things.
        assert_eq!(at(24, &failed), (false, false));
        assert_eq!(at(25, &failed), (true, true));
    }

    #[test]
    fn a_cause_that_lasts_is_told_once() {
        let mut removal = Removal::default();
        assert!(matches!(removal.tell("a", SOON), Err(Some(_))));
        assert_eq!(removal.tell("a", Duration::ZERO), Ok(()));
        assert_eq!(removal.tell("a", Duration::ZERO), Err(None));
        assert_eq!(removal.tell("b", Duration::ZERO), Ok(()));
        // Other facts, the same cause.
        removal.is_due(&volume("Failed"), SOON, Instant::now());
        assert_eq!(removal.tell("a", Duration::ZERO), Err(None));
        for n in 0..30 {
            assert_eq!(removal.tell(&n.to_string(), Duration::ZERO), Ok(()));
        }
        assert_eq!(removal.causes.len(), CAUSES);
    }

    #[test]
    fn a_cause_is_told_before_what_is_normal_for_a_while() {
        let problem = |reason: &str| Some(Problem::waiting(reason, "x"));
        let told = |problems| most_telling(problems).map(|problem| problem.reason);
        assert_eq!(told([None, None, None]), None);
        assert_eq!(told([None, None, problem("VolumesLeaving")]).as_deref(), Some("VolumesLeaving"));
        assert_eq!(told([problem("PodEnding"), None, problem("VolumesLeaving")]).as_deref(), Some("PodEnding"));
        assert_eq!(told([problem("PodEnding"), problem("VolumeRetained"), None]).as_deref(), Some("VolumeRetained"));
        assert_eq!(told([problem("ClaimInUse"), problem("VolumeRetained"), None]).as_deref(), Some("ClaimInUse"));
    }
}

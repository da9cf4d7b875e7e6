//! Tries the front door when there is reason to, and remembers the answer.
//!
//! Owns when a try is due and how long its result holds. A result belongs to one state of the store
//! (address, release, pods); another state is tried afresh.

use secrecy::SecretString;
use souk_domain::{Check, ConditionType, Observed, Phase, Problem, ReleaseState, Store, WorkloadState};
use tokio::time::Instant;

use super::{
    Reconciler,
    actions::refused,
    front_door::ShopReport,
    memory::{Door, Memory, Subject},
    retry::share,
};
use crate::kube::Facts;

/// A shop that was ready may miss this many checks in a row before it counts as broken.
const GRACE: u32 = 3;

impl Reconciler {
    /// Whether all else is there and the last result does not hold any more. Forgets a result of
    /// another state of the store.
    pub(super) fn door_is_due(&self, store: &Store, facts: &Facts, observed: &Observed, memory: &mut Memory) -> bool {
        let up = matches!(observed.release, ReleaseState::Deployed { current: true })
            && observed.database == WorkloadState::Available
            && observed.storefront == WorkloadState::Available
            && observed.route == Check::NotMade;
        let subject = up.then(|| {
            let digest = facts.newest_release().and_then(|release| release.digest.as_deref());
            let pods = facts.pods.iter().filter(|(_, pod)| pod.ready && !pod.leaving).map(|(name, _)| name);
            Subject::of(&self.surroundings.url(store), digest, pods)
        });
        let door = &mut memory.door;
        let first_look = door.subject.is_none();
        if door.subject != subject {
            *door = Door { subject, ..Door::default() };
            if first_look && was_well(store) {
                // After a restart: not every shop of the platform is tried in the same second.
                let pause = share(self.rest(), 0.0..1.0);
                door.route = Check::Passed;
                door.shop = Check::Passed;
                door.orders = store.orders_possible;
                door.again = Some(Instant::now() + pause);
            }
        }
        up && door.again.is_none_or(|again| again <= Instant::now())
    }

    /// Tries the front door and remembers the answer.
    pub(super) async fn knock(&self, store: &Store, memory: &mut Memory) {
        let url = self.surroundings.url(store);
        self.try_door(store, &url, &mut memory.door).await;
    }

    async fn try_door(&self, store: &Store, url: &str, door: &mut Door) {
        let began = Instant::now();
        let known_good = door.route == Check::Passed && door.shop == Check::Passed;
        // The check too comes through the front door: while all is well, it alone is enough.
        let quick = if known_good { self.check_shop(store, url, &mut door.token).await.ok() } else { None };
        let (route, shop) = match quick {
            Some(report) => (Ok(()), Ok(report)),
            None => tokio::join!(self.door.front_page(&store.id, url), self.check_shop(store, url, &mut door.token)),
        };
        tracing::debug!(
            store.id = %store.id, duration_ms = began.elapsed().as_millis() as u64,
            route = route.is_ok(), shop = shop.is_ok(), "tried the front door"
        );
        let passed = route.is_ok() && shop.is_ok();
        door.failures = if passed { 0 } else { door.failures.saturating_add(1) };
        if !passed && store.phase == Phase::Ready && door.route == Check::Passed && door.failures < GRACE {
            door.again = Some(Instant::now() + self.settings.second_look);
            return;
        }
        let pause = if passed {
            door.token = None;
            share(self.rest(), 0.8..1.0)
        } else {
            self.settings.door_pauses.after(door.failures)
        };
        door.again = Some(Instant::now() + pause);
        (door.route, door.shop, door.orders) = match (route, shop) {
            (Err(problem), _) => (Check::Failed(problem), Check::NotMade, false),
            (Ok(()), Err(problem)) => (Check::Passed, Check::Failed(problem), false),
            (Ok(()), Ok(report)) => (Check::Passed, Check::Passed, report.orders),
        };
    }

    async fn check_shop(
        &self,
        store: &Store,
        url: &str,
        token: &mut Option<SecretString>,
    ) -> Result<ShopReport, Problem> {
        let token = match token {
            Some(token) => token,
            None => {
                let read = self.cluster.check_token(&store.id).await.map_err(|error| refused(&error))?;
                token.insert(read)
            }
        };
        self.door.check(&store.id, url, token).await
    }
}

/// The last look found all well, and nothing has been asked of the store since.
fn was_well(store: &Store) -> bool {
    store.phase == Phase::Ready
        && store.open_operation().is_none()
        && store.conditions.is_true(ConditionType::RouteReady)
        && store.conditions.is_true(ConditionType::ShopReady)
}

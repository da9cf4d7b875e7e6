//! Time and chance of a test, for its thread: the wall clock follows tokio's clock, which a test can stop
//! and move, and chance a seed. So a run can be played again.

use std::{cell::RefCell, ops::Range};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use time::{OffsetDateTime, macros::datetime};
use tokio::time::Instant;

/// What the wall clock shows when a run begins.
const DAWN: OffsetDateTime = datetime!(2026-01-01 0:00 UTC);

struct Played {
    began: Instant,
    chance: StdRng,
}

thread_local! {
    static PLAYED: RefCell<Option<Played>> = const { RefCell::new(None) };
}

/// From now on the wall clock of this thread follows tokio's, and chance the seed.
pub fn begin(seed: u64) {
    let played = Played { began: Instant::now(), chance: StdRng::seed_from_u64(seed) };
    PLAYED.with_borrow_mut(|slot| *slot = Some(played));
}

/// The wall clock of this thread, if a test plays it.
pub fn now() -> Option<OffsetDateTime> {
    PLAYED.with_borrow(|slot| slot.as_ref().map(|played| DAWN + played.began.elapsed()))
}

/// Chance, if a test plays it on this thread.
pub fn between(range: Range<f64>) -> Option<f64> {
    PLAYED.with_borrow_mut(|slot| slot.as_mut().map(|played| played.chance.random_range(range)))
}

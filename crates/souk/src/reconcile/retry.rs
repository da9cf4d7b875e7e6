//! Pauses between attempts.

use std::{ops::Range, time::Duration};

/// Pauses that grow: `base`, doubling up to `most`, with up to a fifth more or less at random, so
/// that stores that failed together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pauses {
    pub base: Duration,
    pub most: Duration,
}

impl Pauses {
    /// After a failed action.
    pub const AFTER_FAILURE: Self = Self { base: Duration::from_secs(2), most: Duration::from_secs(300) };
    /// While the front door does not serve the store yet; nothing can be watched for this.
    pub const FRONT_DOOR: Self = Self { base: Duration::from_millis(50), most: Duration::from_secs(5) };
    /// While a removal waits: what is told of its cause is never older than a minute.
    pub const REMOVAL: Self = Self { base: Duration::from_secs(5), most: Duration::from_secs(50) };

    /// The pause after the `failures`-th failure in a row, counted from one.
    pub fn after(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(20);
        let pause = self.base.saturating_mul(1 << doublings).min(self.most);
        share(pause, 0.8..1.2)
    }
}

/// A random share of `whole`, so that what began together does not come back together.
pub fn share(whole: Duration, of: Range<f64>) -> Duration {
    #[cfg(test)]
    if let Some(share) = crate::clock::played::between(of.clone()) {
        return whole.mul_f64(share);
    }
    whole.mul_f64(rand::random_range(of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grow_to_a_limit() {
        for (failures, seconds) in [(1, 2.0), (2, 4.0), (8, 256.0), (9, 300.0), (u32::MAX, 300.0)] {
            let pause = Pauses::AFTER_FAILURE.after(failures).as_secs_f64();
            assert!((seconds * 0.8..=seconds * 1.2).contains(&pause), "{failures}: {pause}");
        }
    }
}

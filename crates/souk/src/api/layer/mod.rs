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

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;

    async fn ask(path: &str) -> Response {
        let router = Router::new()
            .route("/panic", get(async || panic!("a mistake of ours") as StatusCode))
            .route("/slow", get(std::future::pending::<StatusCode>))
            .layer(from_fn_with_state(Duration::from_millis(10), time_out))
            .layer(CatchPanicLayer::custom(answer_panic));
        router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_like_any_other() {
        let response = ask("/panic").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }

    #[tokio::test]
    async fn a_handler_that_hangs_is_given_up() {
        let response = ask("/slow").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], "5");
    }
}

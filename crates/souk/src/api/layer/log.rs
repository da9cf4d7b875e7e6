//! One log line and one measurement for each request. Never bodies, queries, tokens or cookies.

use std::borrow::Cow;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use super::client::ClientAddress;
use crate::api::AppState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Finds out the client's address and the request's id, and logs the request once it is answered.
pub async fn log_requests(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let client = ClientAddress::of(&request, &state.settings.http.trusted_proxies);
    request.extensions_mut().insert(client);
    let id = given_id(request.headers()).unwrap_or_else(|| format!("{:016x}", rand::random::<u64>()));
    let method = request.method().clone();
    // The route, not the path: paths hold ids, and unknown ones would flood the metrics.
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();

    let span = tracing::info_span!("request", request.id = %id);
    let mut response = next.run(request).instrument(span).await;

    let duration = started.elapsed();
    let status = response.status().as_u16();
    let labels = [("method", known(&method)), ("route", route.clone().into()), ("status", status.to_string().into())];
    metrics::counter!("souk_http_requests_total", &labels).increment(1);
    metrics::histogram!("souk_http_request_duration_seconds", &labels[..2]).record(duration.as_secs_f64());
    let duration_ms = duration.as_millis() as u64;
    let is_quiet = status < 400 && !route.starts_with("/api/");
    if is_quiet {
        tracing::debug!(%method, route, status, duration_ms, request.id = %id, client = %client.0, "answered a request");
    } else {
        tracing::info!(%method, route, status, duration_ms, request.id = %id, client = %client.0, "answered a request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The method as a label: callers may make methods up, and each would be a line of its own.
fn known(method: &Method) -> Cow<'static, str> {
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::PUT, Method::DELETE, Method::OPTIONS];
    if known.contains(method) { method.to_string().into() } else { "other".into() }
}

/// The id that a proxy or client gave, when it is harmless in a log.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let harmless = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    (!id.is_empty() && id.len() <= 64 && id.chars().all(harmless)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_taken_over() {
        let id = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, text.parse().unwrap());
            given_id(&headers)
        };
        assert_eq!(id("a-1.b_2").as_deref(), Some("a-1.b_2"));
        assert_eq!(id("a b"), None);
        assert_eq!(id(&"x".repeat(65)), None);
        assert_eq!(id(""), None);
    }
}

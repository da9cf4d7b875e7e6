//! Where the browser comes back to: a port of this machine alone, for as long as one `souk login` waits.
//!
//! Owns the port, the check that a browser comes from what was asked here, and the page that it is left with.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::html::escaped;

/// How long the browser may take to read its page.
const PATIENCE: Duration = Duration::from_secs(2);
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // The address holds the code, which is spent by then.
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::CONNECTION, "close"),
];

/// The port, until it is closed or dropped.
pub struct Listener {
    port: u16,
    arrivals: mpsc::Receiver<Arrival>,
    stop: CancellationToken,
    server: JoinHandle<io::Result<()>>,
}

/// A browser that came back, and waits for its page.
pub struct Arrival {
    /// The code; none when what was asked for was refused.
    pub code: Option<String>,
    page: oneshot::Sender<Page>,
}

/// What a browser is left with: a heading and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page(pub StatusCode, pub &'static str, pub String);

#[derive(Clone)]
struct Waiting {
    state: String,
    arrivals: mpsc::Sender<Arrival>,
}

#[derive(Deserialize)]
struct Done {
    state: Option<String>,
    code: Option<String>,
}

impl Listener {
    /// Listens for the browser that brings `state` along.
    pub async fn open(state: &str) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = socket.local_addr()?.port();
        let (sender, arrivals) = mpsc::channel(1);
        let waiting = Waiting { state: state.to_owned(), arrivals: sender };
        let routes = Router::new().route("/done", get(done)).with_state(waiting);
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let server = tokio::spawn(async move { axum::serve(socket, routes).with_graceful_shutdown(stopped).await });
        Ok(Self { port, arrivals, stop, server })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next browser; none when the port is not listened on any more.
    pub async fn arrival(&mut self) -> Option<Arrival> {
        self.arrivals.recv().await
    }

    /// Gives the browser its page, and listens no more.
    pub async fn close(mut self, arrival: Arrival, page: Page) {
        // Who has gone away needs no page.
        let _ = arrival.page.send(page);
        self.arrivals.close();
        // Whoever came after it is told that they are late.
        while self.arrivals.try_recv().is_ok() {}
        self.stop.cancel();
        let _ = tokio::time::timeout(PATIENCE, &mut self.server).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn done(State(waiting): State<Waiting>, Query(done): Query<Done>) -> Page {
    if done.state.as_deref() != Some(&waiting.state) {
        let text = "This address belongs to another `souk login`. Go on in the window that was opened last.";
        return Page(StatusCode::BAD_REQUEST, "Not this one", text.to_owned());
    }
    let over = || Page(StatusCode::GONE, "Answered before", "You can close this window.".to_owned());
    let (sender, page) = oneshot::channel();
    match waiting.arrivals.send(Arrival { code: done.code, page: sender }).await {
        Ok(()) => page.await.unwrap_or_else(|_| over()),
        Err(_) => over(),
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let Self(status, title, text) = self;
        let (title, text) = (escaped(title), escaped(&text));
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title} - Souk</title>\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <style>:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}\
             main {{ max-width: 26rem; margin: 20vh auto 0; padding: 0 1rem; }}</style>\
             <main><h1>{title}</h1><p>{text}</p></main></html>"
        );
        (status, HEADERS, Html(html)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn visit(port: u16, query: &str) -> (StatusCode, String) {
        let answer = reqwest::get(format!("http://127.0.0.1:{port}/done?{query}")).await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    #[tokio::test]
    async fn only_the_browser_that_was_sent_is_heard_and_it_gets_a_page() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut listener = Listener::open("right").await.unwrap();
        let port = listener.port();
        for query in ["code=evil", "state=wrong&code=evil", "state=&code=evil"] {
            assert_eq!(visit(port, query).await.0, StatusCode::BAD_REQUEST, "{query}");
        }
        let browser = tokio::spawn(async move { visit(port, "state=right&code=good").await });
        let arrival = listener.arrival().await.unwrap();
        assert_eq!(arrival.code.as_deref(), Some("good"));
        let again = tokio::spawn(async move { visit(port, "state=right&code=good").await });
        listener.close(arrival, Page(StatusCode::OK, "Done", "<b>&".to_owned())).await;
        let (status, page) = browser.await.unwrap();
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("<p>&lt;b&gt;&amp;</p>"), "{page}");
        // A second visit is told that it is late, or finds nobody.
        assert!(again.await.map_or(true, |(status, _)| status == StatusCode::GONE));
        assert!(reqwest::get(format!("http://127.0.0.1:{port}/done")).await.is_err());
    }
}

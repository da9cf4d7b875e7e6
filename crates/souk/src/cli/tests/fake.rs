//! A platform that does what a test tells it to: answers in order, connections that break off.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use serde_json::{Value, json};

/// What was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: Value,
}

type Script = VecDeque<(String, u16, Reply)>;

enum Reply {
    Json(Value),
    /// Server-sent events; the connection breaks off after the last, or stays open.
    Stream {
        text: String,
        stays_open: bool,
    },
}

#[derive(Clone, Default)]
struct Shared {
    script: Arc<Mutex<Script>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// The platform. It ends with the test.
pub struct Fake {
    address: String,
    shared: Shared,
}

impl Fake {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://souk.localhost:{}", listener.local_addr().unwrap().port());
        let shared = Shared::default();
        let app = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, shared }
    }

    pub fn address(&self) -> String {
        self.address.clone()
    }

    /// The next request `"METHOD /path"` of this kind is answered so. Answers of one kind are used up in order; the
    /// last one stays.
    pub fn on(&self, request: &str, status: u16, json: Value) -> &Self {
        self.shared.script.lock().unwrap().push_back((request.to_owned(), status, Reply::Json(json)));
        self
    }

    pub fn streams(&self, path: &str, events: &[(&str, Value)], stays_open: bool) -> &Self {
        let text = events.iter().map(|(name, data)| format!("event: {name}\ndata: {data}\n\n")).collect();
        let reply = Reply::Stream { text, stays_open };
        self.shared.script.lock().unwrap().push_back((format!("SSE {path}"), 200, reply));
        self
    }

    pub fn asked(&self, method: &Method, path: &str) -> Vec<Asked> {
        let asked = self.shared.asked.lock().unwrap();
        asked.iter().filter(|asked| asked.method == *method && asked.path == path).cloned().collect()
    }
}

async fn answer(State(shared): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let wants_events = headers.get("accept").is_some_and(|accept| accept == "text/event-stream");
    let kind = if wants_events { "SSE".to_owned() } else { method.to_string() };
    let path = uri.path().to_owned();
    shared.asked.lock().unwrap().push(Asked {
        method,
        path: path.clone(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers: headers.clone(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    // Signing in asks nobody who they are.
    let open = path.starts_with("/api/sign-in");
    if !open && headers.get("authorization").is_none_or(|token| token != "Bearer token") {
        return problem(401, "not-signed-in", "The token is not known.");
    }
    next(&shared, &format!("{kind} {path}"))
        .unwrap_or_else(|| problem(404, "not-found", &format!("There is no {kind} {path}.")))
}

fn next(shared: &Shared, request: &str) -> Option<Response> {
    let mut script = shared.script.lock().unwrap();
    let first = script.iter().position(|(wanted, ..)| wanted == request)?;
    let is_last = script.iter().skip(first + 1).all(|(wanted, ..)| wanted != request);
    let (_, status, reply) = &script[first];
    let response = respond(*status, reply);
    if !is_last {
        script.remove(first);
    }
    Some(response)
}

fn respond(status: u16, reply: &Reply) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    match reply {
        Reply::Json(json) => (status, axum::Json(json.clone())).into_response(),
        Reply::Stream { text, stays_open } => {
            let start = futures::stream::iter([Ok::<_, Infallible>(Bytes::from(text.clone()))]);
            let body = if *stays_open {
                Body::from_stream(start.chain(futures::stream::pending()))
            } else {
                Body::from_stream(start)
            };
            ([("content-type", "text/event-stream")], body).into_response()
        }
    }
}

pub fn problem(status: u16, kind: &str, detail: &str) -> Response {
    let body =
        json!({"type": format!("https://souk.dev/problems/{kind}"), "title": kind, "status": status, "detail": detail});
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

/// A store whose create has come to `done` of three steps and is in `state`.
pub fn store(phase: &str, state: &str, done: usize) -> Value {
    let steps: Vec<_> = ["namespace", "release", "shop"]
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let step = match (n.cmp(&done), state) {
                (std::cmp::Ordering::Less, _) => "done",
                (std::cmp::Ordering::Equal, "running" | "failed") => state,
                _ => "pending",
            };
            json!({"name": name, "title": format!("Make the {name}"), "state": step, "message": null,
                   "startedAt": "2026-01-01T00:00:00Z", "finishedAt": "2026-01-01T00:00:00.5Z"})
        })
        .collect();
    json!({
        "id": "sabcdefgh27", "name": "Blue Mug Shop", "slug": "blue-mug-shop", "url": "http://blue-mug-shop.localhost",
        "adminUrl": "http://blue-mug-shop.localhost/wp-admin/", "phase": phase, "message": format!("It is {phase}."),
        "ordersPossible": phase == "Ready", "conditions": [], "blueprint": "woocommerce", "plan": "standard",
        "adminUsername": "admin", "revision": 3, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z",
        "readyAt": null, "deletedAt": null,
        "operation": {"id": "op-1", "storeId": "sabcdefgh27", "kind": "create", "state": state, "steps": steps,
                      "attempts": 1, "cancelRequested": false, "reason": null, "message": null,
                      "createdAt": "2026-01-01T00:00:00Z", "startedAt": null, "finishedAt": "2026-01-01T00:00:06.4Z"},
    })
}

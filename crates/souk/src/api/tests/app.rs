//! The router of a test with everything that it needs, and requests against it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, Request, StatusCode, header, request};
use clap::Parser;
use http_body_util::BodyExt;
use secrecy::SecretBox;
use serde_json::Value;
use souk_domain::timeline::NewEvent;
use souk_domain::{Store, StoreId};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::fake::FakeCluster;
use crate::api::hub::EventHub;
use crate::api::layer::limit::Limits;
use crate::api::{AppState, Shared, router, single_sign_on};
use crate::auth::Gate;
use crate::auth::oidc::Provider;
use crate::config::ServeArgs;
use crate::config::secrets::Secrets;
use crate::db::test_database::TestDatabase;
use crate::db::{Claim, Db};
use crate::seal::Sealer;
use crate::sweep::Sweep;

/// The admin token of every test.
pub const TOKEN: &str = "a token for tests only";

/// Tests that set a burst of their own are about the limit; the others are not limited.
const DEFAULT_BURST: u32 = 100;

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    serve: ServeArgs,
}

pub struct TestApp {
    pub state: AppState,
    pub cluster: Arc<FakeCluster>,
    pub folder: TempDir,
    router: Router,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With these settings of `souk serve` in place of the defaults.
    pub async fn with(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("souk.db").display());
        Self::on(Db::connect(&url).await.unwrap(), folder, settings)
    }

    /// With a database of one connection, in memory.
    pub async fn in_memory() -> Self {
        Self::on(Db::connect("sqlite::memory:").await.unwrap(), tempfile::tempdir().unwrap(), &[])
    }

    /// One of the replicas that share a database.
    pub async fn replica(database: &TestDatabase) -> Self {
        Self::replica_with(database, &[]).await
    }

    pub async fn replica_with(database: &TestDatabase, settings: &[&str]) -> Self {
        Self::on(database.replica().await, tempfile::tempdir().unwrap(), settings)
    }

    fn on(db: Db, folder: TempDir, settings: &[&str]) -> Self {
        let mut settings = Settings::parse_from(["souk"].iter().chain(settings)).serve;
        if settings.limits.request_burst == DEFAULT_BURST {
            settings.limits.requests_per_second = 0;
        }
        let settings = Arc::new(settings);
        let secrets = Secrets {
            admin_token: TOKEN.into(),
            admin_password: None,
            encryption_key: SecretBox::new(Box::new([7; 32])),
            database_password: None,
        };
        let cluster = Arc::new(FakeCluster::default());
        let hub = EventHub::default();
        let stop = CancellationToken::new();
        let births = u64::from(settings.reconcile.births_at_once);
        tokio::spawn(hub.clone().run(db.clone(), settings.address.clone(), births, stop.clone()));
        let redirect = format!("{}{}", settings.address.platform_url(), single_sign_on::CALLBACK);
        let provider = Provider::new(&settings.oidc, Some("a client secret".into()), redirect).unwrap();
        let state = AppState::new(Shared {
            provider,
            gate: Gate::new(&secrets, settings.access.sign_in_lifetime, settings.address.is_https()),
            sealer: Sealer::new(&secrets.encryption_key),
            limits: Limits::new(&settings.limits),
            wake: cluster.clone(),
            cluster: cluster.clone(),
            door: cluster.clone(),
            sweep: Sweep::new(db.clone(), cluster.clone()),
            db,
            settings,
            hub,
            stop,
            started: Instant::now(),
        });
        Self { router: router(state.clone()), state, cluster, folder }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str) -> Call<'_> {
        self.call("POST", path)
    }

    pub fn patch(&self, path: &str) -> Call<'_> {
        self.call("PATCH", path)
    }

    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call("DELETE", path)
    }

    /// A request with the admin token.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let bearer = format!("Bearer {TOKEN}");
        let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, bearer);
        Call { app: self, request, body: Body::empty() }
    }

    /// Creates a store and returns its id.
    pub async fn create(&self, name: &str) -> StoreId {
        let answer = self.post("/api/stores").json(&serde_json::json!({ "name": name })).send().await;
        answer.expect(StatusCode::ACCEPTED).json()["id"].as_str().unwrap().parse().unwrap()
    }

    /// Writes to a store as the reconciler does.
    pub async fn reconcile(&self, id: &StoreId, change: impl FnOnce(&mut Store, &mut Vec<NewEvent>) + Send) {
        let claim = self.state.db.claim(id, "test", Duration::from_secs(30)).await.unwrap();
        let (claim, _) = claim.expect("nobody else works on the store");
        self.reconcile_held(&claim, change).await;
    }

    /// The same under a claim that is held already, which is given back.
    pub async fn reconcile_held(&self, claim: &Claim, change: impl FnOnce(&mut Store, &mut Vec<NewEvent>) + Send) {
        let change = |store: &mut Store, events: &mut Vec<NewEvent>| {
            change(store, events);
            Ok(())
        };
        self.state.db.record(claim, change).await.unwrap();
        self.state.db.release(claim).await.unwrap();
    }
}

/// A request in the making.
pub struct Call<'a> {
    app: &'a TestApp,
    request: request::Builder,
    body: Body,
}

impl Call<'_> {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Without the token.
    pub fn anonymous(mut self) -> Self {
        if let Some(headers) = self.request.headers_mut() {
            headers.remove(header::AUTHORIZATION);
        }
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    pub fn raw(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header("content-type", content_type)
    }

    /// Sends the request and reads the whole answer.
    pub async fn send(self) -> Answer {
        let (status, headers, body) = self.open().await;
        let bytes = Body::from_stream(body).collect().await.unwrap().to_bytes();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Sends the request and leaves the answer's body to be read.
    pub async fn open(self) -> (StatusCode, HeaderMap, BodyDataStream) {
        let request = self.request.body(self.body).unwrap();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.into_data_stream())
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The answer as a problem of this status.
    #[track_caller]
    pub fn problem(self, status: StatusCode) -> Value {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], status.as_u16());
        for key in ["type", "title", "detail"] {
            assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{key} in {problem}");
        }
        problem
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

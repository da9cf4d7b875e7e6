//! One platform over HTTP: addresses, the token, answers and problems.
//!
//! Owns how a request is made and how its answer is read. What to ask for is the commands' business.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Method, RequestBuilder, Response, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::problem::{Problem, RequestError};
use super::resolver::{Resolver, is_local};
use super::settings::Platform;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Pauses between the tries of a request that found nobody or a busy platform: reading gives up soon, a change
/// that is safe to repeat is worth more patience.
const READ_PAUSES: &[Duration] = &[Duration::from_millis(300), Duration::from_secs(1)];
const CHANGE_PAUSES: &[Duration] = &[Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// A platform and how to ask it. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    token: Option<SecretString>,
}

/// An answer as it came, for `--output json`, and as this command understands it.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    pub raw: Value,
    pub typed: T,
}

impl<T: DeserializeOwned> TryFrom<Value> for Answer<T> {
    type Error = serde_path_to_error::Error<serde_json::Error>;

    fn try_from(raw: Value) -> Result<Self, Self::Error> {
        let typed = serde_path_to_error::deserialize(&raw)?;
        Ok(Self { raw, typed })
    }
}

impl Client {
    pub fn new(platform: Platform) -> Result<Self, RequestError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("souk/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            .dns_resolver(Resolver);
        if platform.url.host_str().is_some_and(is_local) {
            builder = builder.no_proxy();
        }
        let http = builder
            .build()
            .map_err(|error| RequestError::Unreachable { url: shown(&platform.url), why: causes(&error) })?;
        Ok(Self { http, base: platform.url, token: platform.token })
    }

    /// The platform's address, without a slash at the end.
    pub fn address(&self) -> String {
        shown(&self.base)
    }

    pub fn is_signed_in(&self) -> bool {
        self.token.is_some()
    }

    /// A page of the dashboard.
    pub fn page(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        self.url(path, query)
    }

    /// Segments are escaped: what a user typed cannot reach another path.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, RequestError> {
        let url = self.url(path, query);
        let response = self.repeat(READ_PAUSES, || self.http.get(url.clone()).timeout(REQUEST_TIMEOUT)).await?;
        read(response).await
    }

    /// Sends a change. It is repeated only when no answer came and `key` makes repeating safe.
    pub async fn change<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&(impl Serialize + ?Sized)>,
        key: Option<&str>,
    ) -> Result<Answer<T>, RequestError> {
        let url = self.url(path, &[]);
        let request = || {
            let mut request = self.http.request(method.clone(), url.clone()).timeout(REQUEST_TIMEOUT);
            if let Some(body) = body {
                request = request.json(body);
            }
            match key {
                Some(key) => request.header("Idempotency-Key", key),
                None => request,
            }
        };
        let response = match key {
            Some(_) => self.repeat(CHANGE_PAUSES, request).await?,
            None => self.send(request()).await?,
        };
        read(response).await
    }

    /// Opens an answer that has no end of its own: server-sent events or a followed log.
    pub async fn open(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        accept: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response, RequestError> {
        let mut request = self.http.get(self.url(path, query)).header(ACCEPT, accept);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    async fn repeat(
        &self,
        pauses: &[Duration],
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Response, RequestError> {
        for pause in pauses {
            match self.send(request()).await {
                Err(error) if error.is_passing() => tokio::time::sleep(*pause).await,
                ended => return ended,
            }
        }
        self.send(request()).await
    }

    async fn send(&self, mut request: RequestBuilder) -> Result<Response, RequestError> {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token.expose_secret());
        }
        let response = request
            .send()
            .await
            .map_err(|error| RequestError::Unreachable { url: self.address(), why: causes(&error) })?;
        if response.status().is_success() { Ok(response) } else { Err(refusal(response).await) }
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<Answer<T>, RequestError> {
    let url = place(response.url());
    let unreadable = |why: String| RequestError::Unreadable { url: url.clone(), why };
    if response.status() == StatusCode::NO_CONTENT {
        return Answer::try_from(Value::Null).map_err(|error| unreadable(error.to_string()));
    }
    let raw: Value = response.json().await.map_err(|error| unreadable(causes(&error)))?;
    Answer::try_from(raw).map_err(|error| unreadable(error.to_string()))
}

async fn refusal(response: Response) -> RequestError {
    let status = response.status().as_u16();
    let url = place(response.url());
    if response.status().is_redirection() {
        let to =
            response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("another address").to_owned();
        return RequestError::Redirected { url, to };
    }
    match response.json::<Problem>().await {
        Ok(problem) if !problem.title.is_empty() => RequestError::Refused(Box::new(Problem { status, ..problem })),
        _ => RequestError::Foreign { url, status },
    }
}

/// An address without its query.
fn place(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    shown(&url)
}

fn shown(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// The innermost causes say most: "connection refused" rather than "error sending request".
pub fn causes(error: &dyn Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

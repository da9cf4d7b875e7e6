//! Tries a store as a customer would: through the cluster's ingress, under the store's host name.
//!
//! Owns the requests (the front page, the shop's own check, and its page that takes links), what their answers mean,
//! and the trait by which scenarios replace the first two. Redirects are not followed: a shop that sends its customers
//! elsewhere is not there.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, Response, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{AUTHORIZATION, CACHE_CONTROL, HOST, HeaderMap},
    redirect,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use souk_domain::{Problem, StoreId};

use crate::{cluster::ShopDoor, login_link};

/// Header by which every answer of a storefront names its store.
const STORE_HEADER: &str = "x-souk-store";
/// Path of the shop's own check.
const CHECK_PATH: &str = "/.well-known/souk/check";
const CONNECT: Duration = Duration::from_secs(2);
/// What is said of a shop that has no page for links.
const OLD_IMAGE: &str = "The shop runs an image of before there were such links. It gets a newer one with its next \
                         change, such as another name; until then, sign in with its credentials.";
/// How long one answer may take; the first page of a shop compiles a lot of PHP.
const ANSWER: Duration = Duration::from_secs(20);
/// Longest front page that is read, in bytes.
const MAX_PAGE: usize = 4 << 20;
/// Longest answer of a check that is read, in bytes.
const MAX_CHECK: usize = 64 << 10;

/// What the shop said about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopReport {
    /// An order can be placed.
    pub orders: bool,
}

/// What is tried of a store from outside. An error says why it failed, for people.
#[async_trait]
pub trait FrontDoor: Send + Sync {
    /// The front page, whole.
    async fn front_page(&self, store: &StoreId, url: &str) -> Result<(), Problem>;

    /// The shop's own check; this too comes through the ingress.
    async fn check(&self, store: &StoreId, url: &str, token: &SecretString) -> Result<ShopReport, Problem>;
}

/// The cluster's ingress.
pub struct Ingress {
    client: Client,
    /// Host and port of the ingress controller; none for the store's public address.
    address: Option<String>,
}

impl Ingress {
    /// `address` is `host:port` of the ingress controller, or empty for public addresses.
    ///
    /// # Errors
    /// The TLS library cannot be set up.
    pub fn new(address: &str) -> Result<Self, reqwest::Error> {
        let address = address.trim().trim_start_matches("http://").trim_end_matches('/');
        let address = (!address.is_empty()).then(|| match address.rsplit_once(':') {
            Some((_, port)) if port.parse::<u16>().is_ok() => address.to_owned(),
            _ => format!("{address}:80"),
        });
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .pool_max_idle_per_host(0)
            .no_proxy()
            .user_agent(concat!("souk/", env!("CARGO_PKG_VERSION")))
            // The controller's certificate for inner use is its own; customers' trust is not tested here.
            .tls_danger_accept_invalid_certs(address.is_some())
            .dns_resolver(Arc::new(ToController(address.clone())))
            .build()?;
        Ok(Self { client, address })
    }

    fn place(&self) -> &str {
        self.address.as_deref().unwrap_or("the store's public address")
    }

    /// Sends one request; an answer that is not the store's is a problem.
    async fn get(
        &self,
        store: &StoreId,
        url: &str,
        path: &str,
        token: Option<&SecretString>,
    ) -> Result<Response, Problem> {
        let unusable = |error: &dyn std::fmt::Display| Problem::permanent("BadAddress", format!("{url}: {error}"));
        let public = Url::parse(url).map_err(|error| unusable(&error))?;
        let mut target = public.join(path).map_err(|error| unusable(&error))?;
        if let Some(port) = self.address.as_deref().and_then(|address| address.rsplit_once(':')?.1.parse().ok()) {
            // Only plain host names are taken for a port; `Host` below keeps the public one.
            let _ = target.set_port(Some(port));
        }
        let mut request = self
            .client
            .get(target)
            .header(HOST, &public[url::Position::BeforeHost..url::Position::AfterPort])
            // The shop itself, not a page that its nginx has kept: PHP and the database have to answer.
            .header(CACHE_CONTROL, "no-cache");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose_secret()));
        }
        let response = request.send().await.map_err(|error| self.no_answer(&error))?;
        let status = response.status();
        match store_of(response.headers()) {
            Some(other) if other == store.as_str() => Ok(response),
            Some(_) => Err(Problem::waiting(
                "OtherStore",
                format!("Another store answers under {url}; the ingress controller may still hold an old route."),
            )),
            None if status == StatusCode::NOT_FOUND => Err(Problem::waiting(
                "RouteMissing",
                format!("The ingress controller at {} does not serve {url} yet.", self.place()),
            )),
            None if status.is_server_error() => Err(Problem::waiting(
                "NoEndpoint",
                format!("The ingress controller finds no pod of the shop yet ({status})."),
            )),
            None => Err(Problem::waiting(
                "NotTheStore",
                format!("Under {url} answers something that is not the store ({status})."),
            )),
        }
    }

    fn no_answer(&self, error: &reqwest::Error) -> Problem {
        if error.is_connect() {
            return Problem::waiting(
                "NoIngressController",
                format!("No ingress controller answers at {} ({}).", self.place(), innermost(error)),
            );
        }
        if error.is_timeout() {
            return Problem::waiting(
                "NoAnswer",
                format!("The shop did not answer within {} seconds.", ANSWER.as_secs()),
            );
        }
        Problem::waiting("NoAnswer", format!("The shop's answer was cut off ({}).", innermost(error)))
    }
}

#[async_trait]
impl FrontDoor for Ingress {
    async fn front_page(&self, store: &StoreId, url: &str) -> Result<(), Problem> {
        let response = self.get(store, url, "/", None).await?;
        let status = response.status();
        if status == StatusCode::OK {
            return read(response, MAX_PAGE).await.map(drop).map_err(|error| self.no_answer(&error));
        }
        if status.is_redirection() {
            let to = response.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or("elsewhere");
            return Err(Problem::waiting("Redirected", format!("The front page sends customers to {to}.")));
        }
        Err(Problem::waiting("BadAnswer", format!("The front page answers with {status}.")))
    }

    async fn check(&self, store: &StoreId, url: &str, token: &SecretString) -> Result<ShopReport, Problem> {
        let response = self.get(store, url, CHECK_PATH, Some(token)).await?;
        let status = response.status();
        if !matches!(status, StatusCode::OK | StatusCode::SERVICE_UNAVAILABLE) {
            return Err(Problem::waiting("CheckRefused", format!("The shop's own check answers with {status}.")));
        }
        let body = read(response, MAX_CHECK).await.map_err(|error| self.no_answer(&error))?;
        let answer: Answer = serde_json::from_slice(&body)
            .map_err(|_| Problem::waiting("CheckUnreadable", "The answer of the shop's own check cannot be read."))?;
        answer.report()
    }
}

#[async_trait]
impl ShopDoor for Ingress {
    async fn takes_links(&self, store: &StoreId, url: &str) -> Result<(), String> {
        let answer = self.get(store, url, login_link::PATH, None).await.map_err(|problem| problem.message)?;
        match answer.status() {
            StatusCode::OK => Ok(()),
            StatusCode::NOT_FOUND => Err(OLD_IMAGE.to_owned()),
            status => Err(format!("The shop's page for signing in answers with {status}.")),
        }
    }
}

/// The answer of the shop's own check.
#[derive(Deserialize)]
struct Answer {
    ok: bool,
    orders: bool,
    #[serde(default)]
    checks: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
    status: String,
    #[serde(default)]
    message: String,
}

impl Answer {
    fn report(&self) -> Result<ShopReport, Problem> {
        if self.ok {
            return Ok(ShopReport { orders: self.orders });
        }
        let failed: Vec<_> = self.checks.iter().filter(|item| item.status == "failed").collect();
        let what = failed.iter().map(|item| format!("{}: {}", item.name, item.message)).collect::<Vec<_>>().join(" ");
        let what = if what.is_empty() { "it does not say what".to_owned() } else { what };
        Err(Problem::waiting("ShopCheckFailed", format!("The shop's own check fails ({what}).")))
    }
}

fn store_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(STORE_HEADER)?.to_str().ok()
}

/// The body, up to `most` bytes; what is longer is read no further.
async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > most {
            break;
        }
    }
    Ok(body)
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Leads every host name to the ingress controller; `*.localhost` without one to this machine.
struct ToController(Option<String>);

impl Resolve for ToController {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str();
        let target = match &self.0 {
            Some(address) => address.clone(),
            None if host == "localhost" || host.ends_with(".localhost") => "127.0.0.1:0".to_owned(),
            None => format!("{host}:0"),
        };
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host(target).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, http::HeaderValue, response::IntoResponse, routing::get};

    fn store() -> StoreId {
        StoreId::from_random([0; 10])
    }

    /// A front door that serves `host` and knows one token.
    async fn serve() -> String {
        // As `main` does; a second test finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let page = |headers: axum::http::HeaderMap| async move {
            let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
            if host != "shop.localhost" {
                return (StatusCode::NOT_FOUND, "404 page not found").into_response();
            }
            if headers.get("cache-control").is_none_or(|asked| asked != "no-cache") {
                return "a page that was kept".into_response();
            }
            let mut answer = "a page".into_response();
            answer.headers_mut().insert(STORE_HEADER, HeaderValue::from_str(store().as_str()).unwrap());
            answer
        };
        let check = |headers: axum::http::HeaderMap| async move {
            let allowed = headers.get("authorization").is_some_and(|value| value == "Bearer right");
            let mut answer = if allowed {
                r#"{"ok":true,"orders":false,"versions":{"wordpress":"6.8","woocommerce":null,"php":"8.4"},
                    "checks":[{"name":"woocommerce","status":"skipped","message":"Not in this image."}]}"#
                    .into_response()
            } else {
                StatusCode::FORBIDDEN.into_response()
            };
            answer.headers_mut().insert(STORE_HEADER, HeaderValue::from_str(store().as_str()).unwrap());
            answer
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let sign_in = |headers: axum::http::HeaderMap| async move {
            let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
            let status = if host == "shop.localhost" { StatusCode::OK } else { StatusCode::NOT_FOUND };
            let mut answer = status.into_response();
            if host == "other.localhost" {
                return answer;
            }
            answer.headers_mut().insert(STORE_HEADER, HeaderValue::from_str(store().as_str()).unwrap());
            answer
        };
        let router =
            Router::new().route("/", get(page)).route(CHECK_PATH, get(check)).route(login_link::PATH, get(sign_in));
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    #[tokio::test]
    async fn tells_a_store_from_something_else() {
        let door = Ingress::new(&serve().await).unwrap();
        assert_eq!(door.front_page(&store(), "http://shop.localhost").await, Ok(()));
        let reason = |result: Result<(), Problem>| result.unwrap_err().reason;
        assert_eq!(reason(door.front_page(&store(), "http://other.localhost").await), "RouteMissing");
        let other = StoreId::from_random([1; 10]);
        assert_eq!(reason(door.front_page(&other, "http://shop.localhost").await), "OtherStore");
        let nobody = Ingress::new("127.0.0.1:1").unwrap();
        assert_eq!(reason(nobody.front_page(&store(), "http://shop.localhost").await), "NoIngressController");
    }

    #[tokio::test]
    async fn reads_the_shops_own_check() {
        let door = Ingress::new(&serve().await).unwrap();
        let report = door.check(&store(), "http://shop.localhost", &"right".into()).await;
        assert_eq!(report, Ok(ShopReport { orders: false }));
        let refused = door.check(&store(), "http://shop.localhost", &"wrong".into()).await;
        assert_eq!(refused.unwrap_err().reason, "CheckRefused");
    }

    #[tokio::test]
    async fn a_shop_of_before_the_links_is_told_from_one_that_takes_them() {
        let door = Ingress::new(&serve().await).unwrap();
        assert_eq!(door.takes_links(&store(), "http://shop.localhost").await, Ok(()));
        assert_eq!(door.takes_links(&store(), "http://old.localhost").await, Err(OLD_IMAGE.to_owned()));
        assert!(door.takes_links(&store(), "http://other.localhost").await.unwrap_err().contains("does not serve"));
    }

    #[test]
    fn a_failed_check_names_what_failed() {
        let answer: Answer = serde_json::from_str(
            r#"{"ok":false,"orders":false,"checks":[
                {"name":"database","status":"ok","message":""},
                {"name":"payment","status":"failed","message":"No payment method is enabled."}]}"#,
        )
        .unwrap();
        let problem = answer.report().unwrap_err();
        assert!(problem.message.contains("No payment method is enabled."), "{}", problem.message);
    }
}

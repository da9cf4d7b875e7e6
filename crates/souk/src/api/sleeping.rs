//! What a request gets that comes under a shop's host name: the page of a shop that sleeps, or nothing. Never the
//! dashboard, never the API.
//!
//! Such requests come while `crate::sleeping` leads a shop's address here. A visit wakes the shop where its plan
//! says so: somebody with a browser who asks for a page, no probe, no robot, no prefetch.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use souk_domain::{Phase, Plan, Store};
use time::OffsetDateTime;
use url::Url;

use super::AppState;
use super::layer::client::ClientAddress;
use super::problem::Problem;
use crate::config::AddressArgs;
use crate::db::{Actor, DbError};
use crate::html::escaped;

/// Whoever a visit is, in the audit log. No account can have this name.
pub const VISIT: &str = "system:visit";
/// Words in the names of programs that look at pages and are nobody's visit.
const ROBOTS: [&str; 16] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "monitor",
    "uptime",
    "pingdom",
    "headless",
    "lighthouse",
    "scan",
    "probe",
    "facebookexternalhit",
    "whatsapp",
    "curl",
    "python",
];
/// Seconds after which a page of a shop that wakes asks again.
const SOON: u32 = 2;
/// Seconds that programs are told to wait.
const RETRY_SOON: u32 = 5;
const RETRY_LATER: u32 = 3600;
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers requests to shops' host names; all others go on.
pub async fn answer_shops(
    State(state): State<AppState>,
    ClientAddress(client): ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let Some(slug) = host_of(&request).and_then(|host| slug_of(host, &state.settings.address)) else {
        return next.run(request).await;
    };
    // Each of them asks the database.
    if let Err(problem) = state.limits.check_request(client) {
        return problem.into_response();
    }
    let store = match state.db.store_at(&slug).await {
        Ok(store) => store.filter(Store::sleeps),
        Err(error) => return Problem::from(error).into_response(),
    };
    let Some(store) = store else {
        return (StatusCode::NOT_FOUND, "There is no shop here.\n").into_response();
    };
    let wakes = Plan::find(&store.plan).is_some_and(|plan| plan.wake_on_visit);
    let visit = wakes && is_visit(request.method(), request.headers()) && store.phase == Phase::Suspended;
    let woken = visit && state.limits.may_wake(client) && wake(&state, &store, client).await;
    page(&store, woken || !store.suspended)
}

async fn wake(state: &AppState, store: &Store, client: std::net::IpAddr) -> bool {
    let actor = Actor { name: VISIT.to_owned(), source: Some(format!("visit {client}")) };
    let deadline_at = OffsetDateTime::now_utc() + state.settings.reconcile.update_deadline;
    match state.db.wake_store(&store.id, deadline_at, &actor).await {
        Ok(woken) => {
            if woken {
                tracing::info!(store.id = %store.id, "a visit wakes a store");
            }
            state.wake.wake(&store.id);
            true
        }
        // Gone meanwhile.
        Err(DbError::AlreadyDeleting | DbError::AlreadyDeleted | DbError::NoSuchStore) => false,
        Err(error) => {
            tracing::warn!(store.id = %store.id, %error, "a visit could not wake a store");
            false
        }
    }
}

/// The host of the request, without its port.
fn host_of(request: &Request) -> Option<&str> {
    let header = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = header.or_else(|| request.uri().host())?;
    // An address of IPv6 is no shop's host: whatever is cut from it.
    Some(host.rsplit_once(':').map_or(host, |(host, _)| host).trim_end_matches('.'))
}

/// The slug, when the host is one that a shop could have.
fn slug_of(host: &str, address: &AddressArgs) -> Option<String> {
    let host = host.to_ascii_lowercase();
    let platform = Url::parse(&address.platform_url()).ok();
    if platform.as_ref().and_then(Url::host_str) == Some(host.as_str()) {
        return None;
    }
    let slug = host.strip_suffix(&address.base_domain.to_ascii_lowercase())?.strip_suffix('.')?;
    (!slug.is_empty() && !slug.contains('.')).then(|| slug.to_owned())
}

/// Whether a person asks for a page with a browser.
fn is_visit(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent = text("user-agent").to_ascii_lowercase();
    let ahead = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| text(name).contains("prefetch"));
    *method == Method::GET
        && !ahead
        && text("accept").contains("text/html")
        && matches!(text("sec-fetch-dest"), "" | "document")
        && agent.starts_with("mozilla/")
        && !ROBOTS.iter().any(|word| agent.contains(word))
}

fn page(store: &Store, waking: bool) -> Response {
    let name = escaped(store.name.as_str());
    let (title, text, refresh, retry) = if waking {
        (
            "is opening",
            "The shop was asleep and is opening now. This page shows it in a few seconds.",
            format!("<meta http-equiv=\"refresh\" content=\"{SOON}\">"),
            RETRY_SOON,
        )
    } else {
        ("is closed", "The shop takes a rest at the moment. Please come back later.", String::new(), RETRY_LATER)
    };
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">{refresh}<title>{name} {title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{name}</h1><p role=\"status\">{text}</p></main></body></html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        (header::RETRY_AFTER, HeaderValue::from(retry)),
    ];
    (StatusCode::SERVICE_UNAVAILABLE, headers, html).into_response()
}

const STYLE: &str = "body{margin:0;min-height:100vh;display:grid;place-items:center;\
    font:1.125rem/1.6 system-ui,sans-serif;color:#1c1b1a;background:#f6f5f3}\
    main{max-width:32rem;padding:2rem;text-align:center;text-wrap:balance;overflow-wrap:anywhere}h1{font-size:1.75rem;line-height:1.25}\
    @media(prefers-color-scheme:dark){body{color:#eceae6;background:#191817}}";

#[cfg(test)]
mod tests {
    use super::*;

    fn address(public: Option<&str>) -> AddressArgs {
        AddressArgs {
            base_domain: "Shops.Example".to_owned(),
            store_scheme: crate::config::Scheme::Https,
            store_port: None,
            public_url: public.map(|url| url.parse().unwrap()),
        }
    }

    #[test]
    fn hosts_of_shops_are_told_from_all_others() {
        let usual = address(None);
        for (host, slug) in [
            ("mug.shops.example", Some("mug")),
            ("MUG.SHOPS.example", Some("mug")),
            ("souk.shops.example", None),
            ("a.b.shops.example", None),
            ("shops.example", None),
            (".shops.example", None),
            ("mugshops.example", None),
            ("10.0.0.7", None),
            ("", None),
        ] {
            assert_eq!(slug_of(host, &usual).as_deref(), slug, "{host}");
        }
        let other = address(Some("https://admin.shops.example"));
        assert_eq!(slug_of("admin.shops.example", &other), None);
    }

    #[test]
    fn only_people_with_browsers_are_visits() {
        let browser = [
            ("accept", "text/html,application/xhtml+xml"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"),
        ];
        let visit = |method: Method, more: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in browser.iter().chain(more) {
                headers.insert(*name, value.parse().unwrap());
            }
            is_visit(&method, &headers)
        };
        assert!(visit(Method::GET, &[]));
        assert!(visit(Method::GET, &[("sec-fetch-dest", "document")]));
        assert!(!visit(Method::HEAD, &[]));
        assert!(!visit(Method::POST, &[]));
        for more in [
            ("accept", "image/avif,*/*"),
            ("sec-fetch-dest", "image"),
            ("sec-purpose", "prefetch;prerender"),
            ("user-agent", "curl/8.14"),
            ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
            ("user-agent", "Mozilla/5.0+(compatible; UptimeRobot/2.0)"),
            ("user-agent", "kube-probe/1.34"),
        ] {
            assert!(!visit(Method::GET, &[more]), "{more:?}");
        }
    }
}

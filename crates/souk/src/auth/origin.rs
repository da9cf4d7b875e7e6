//! Refuses writes that another site made a browser send along with Souk's cookie.
//!
//! SameSite=Lax keeps the cookie back from other sites' writes already in current browsers; shops live on
//! the same site (`shop.example.com` beside `souk.example.com`), which SameSite does not tell apart. This does.

use axum::http::header::{self, HeaderMap};

use crate::api::problem::{Kind, Problem};

/// Checks a request that may come from a browser. Without `Sec-Fetch-Site` and `Origin` it is
/// refused: every browser sends one of them with a write.
///
/// # Errors
/// The request came from a page that is not Souk's own.
pub fn require_same(headers: &HeaderMap, platform_url: &str) -> Result<(), Problem> {
    if is_same(headers, platform_url) {
        return Ok(());
    }
    Err(Problem::new(
        Kind::CrossSite,
        "Writes that are signed in by cookie must come from Souk's own pages. Scripts send the header \
         Authorization: Bearer <token> instead.",
    ))
}

/// Whether the browser says that another site sent this. Requests from no browser say nothing.
pub fn is_foreign(headers: &HeaderMap, platform_url: &str) -> bool {
    let says_something = text(headers, "sec-fetch-site").is_some() || text(headers, header::ORIGIN.as_str()).is_some();
    says_something && !is_same(headers, platform_url)
}

fn is_same(headers: &HeaderMap, platform_url: &str) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(headers, header::ORIGIN.as_str()) else {
        return false;
    };
    let host = text(headers, header::HOST.as_str());
    // Behind a proxy the scheme is not known here, the host is: the proxy passes it on.
    let named = origin.split_once("://").map(|(_, authority)| authority);
    origin == platform_url || (named.is_some() && named == host)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_may_write() {
        let table: [(&[(&str, &str)], bool); 8] = [
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site"), ("origin", "http://souk.localhost")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("origin", "http://souk.localhost")], true),
            (&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")], true),
            (&[("origin", "http://shop.localhost"), ("host", "souk.localhost")], false),
            (&[("origin", "null"), ("host", "souk.localhost")], false),
            (&[], false),
        ];
        for (headers, same) in table {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(axum::http::HeaderName::from_static(name), value.parse().unwrap());
            }
            assert_eq!(require_same(&map, "http://souk.localhost").is_ok(), same, "{headers:?}");
            assert_eq!(is_foreign(&map, "http://souk.localhost"), !same && !headers.is_empty(), "{headers:?}");
        }
    }
}

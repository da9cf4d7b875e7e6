//! The cookie of a sign-in: a random text of which the database holds the hash.

use std::time::Duration;

use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::token;

/// Name of the cookie where browsers reach Souk without TLS; with it, `__Host-` comes before.
pub const NAME: &str = "souk_session";
/// Browsers refuse a cookie of this name that is not secure, or that another host has set.
const SECURE_NAME: &str = "__Host-souk_session";
/// The server ends sign-ins; this only says that the cookie outlives the browser. Days.
const KEPT: i64 = 30;

/// Makes and reads session cookies.
#[derive(Clone, Copy, Debug)]
pub struct Sessions {
    /// How long a sign-in lasts that is not used.
    pub lifetime: Duration,
    /// Browsers reach Souk through TLS.
    secure: bool,
}

impl Sessions {
    pub fn new(lifetime: Duration, secure: bool) -> Self {
        Self { lifetime, secure }
    }

    fn name(self) -> &'static str {
        if self.secure { SECURE_NAME } else { NAME }
    }

    /// A new cookie, and what is kept of it.
    pub fn issue(self) -> (Cookie<'static>, String) {
        let secret = token::random_secret();
        let hash = token::hash(&secret);
        (self.cookie(secret, time::Duration::days(KEPT)), hash)
    }

    /// What a browser needs to be told to forget its cookie.
    pub fn removal(self) -> Cookie<'static> {
        self.cookie(String::new(), time::Duration::ZERO)
    }

    /// The hash of the cookie that came, if one did.
    pub fn hash_in(self, headers: &HeaderMap) -> Option<String> {
        let jar = CookieJar::from_headers(headers);
        jar.get(self.name()).map(|cookie| token::hash(cookie.value()))
    }

    /// The lifetime as the database counts.
    pub fn span(self) -> time::Duration {
        time::Duration::try_from(self.lifetime).unwrap_or(time::Duration::DAY)
    }

    fn cookie(self, value: String, age: time::Duration) -> Cookie<'static> {
        Cookie::build((self.name(), value))
            .path("/")
            .http_only(true)
            // The dashboard's files need no cookie, and what they ask then comes from the same site: who follows
            // a link from a mail is signed in all the same.
            .same_site(SameSite::Strict)
            .secure(self.secure)
            .max_age(age)
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookie: &Cookie<'_>) -> HeaderMap {
        HeaderMap::from_iter([(axum::http::header::COOKIE, cookie.stripped().to_string().parse().unwrap())])
    }

    #[test]
    fn a_cookie_is_read_back_as_its_hash() {
        for secure in [false, true] {
            let sessions = Sessions::new(Duration::from_secs(60), secure);
            let (cookie, hash) = sessions.issue();
            assert_eq!(sessions.hash_in(&sent(&cookie)).as_ref(), Some(&hash));
            assert_ne!(cookie.value(), hash);
            assert_ne!(sessions.issue().1, hash);
            assert_eq!(cookie.http_only(), Some(true));
            assert_eq!(cookie.secure(), Some(secure));
            assert_eq!(cookie.same_site(), Some(SameSite::Strict));
            assert_eq!(cookie.name().starts_with("__Host-"), secure);
            assert_eq!((cookie.path(), cookie.domain()), (Some("/"), None));
            // The other kind's cookie is none.
            assert_eq!(Sessions::new(Duration::ZERO, !secure).hash_in(&sent(&cookie)), None);
        }
    }
}

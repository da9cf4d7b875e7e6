//! The sign-in cookie of the dashboard: a signed text that nothing but this server can make.
//!
//! Form: `<end, Unix seconds>.<random number>.<HMAC-SHA256 of both>`. The key is derived from the
//! encryption key and the admin token: sign-ins outlive a restart and end when either changes.
//! Signing out is remembered until the cookie would have ended, by this process only.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum_extra::extract::cookie::{Cookie, SameSite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use secrecy::SecretBox;
use sha2::Sha256;
use time::OffsetDateTime;

use super::token::AdminToken;
use crate::seal::derive_mac;

/// Name of the cookie.
pub const NAME: &str = "souk_sign_in";

/// Makes and checks sign-in cookies.
pub struct CookieSigner {
    mac: Hmac<Sha256>,
    lifetime: Duration,
    secure: bool,
    signed_out: Mutex<HashMap<u64, i64>>,
}

impl CookieSigner {
    /// `secure`: browsers reach Souk through TLS.
    pub fn new(root: &SecretBox<[u8; 32]>, token: &AdminToken, lifetime: Duration, secure: bool) -> Self {
        let mut mac = derive_mac(root, "souk sign-in cookie");
        mac.update(token.fingerprint());
        Self { mac, lifetime, secure, signed_out: Mutex::default() }
    }

    /// A new sign-in that begins now.
    pub fn issue(&self) -> Cookie<'static> {
        self.issue_at(OffsetDateTime::now_utc().unix_timestamp())
    }

    fn issue_at(&self, now: i64) -> Cookie<'static> {
        let end = now.saturating_add_unsigned(self.lifetime.as_secs());
        let payload = format!("{end}.{}", rand::random::<u64>());
        let signature = URL_SAFE_NO_PAD.encode(self.sign(&payload).finalize().into_bytes());
        self.cookie(format!("{payload}.{signature}"), self.lifetime)
    }

    /// What a browser needs to be told to forget its cookie.
    pub fn removal(&self) -> Cookie<'static> {
        self.cookie(String::new(), Duration::ZERO)
    }

    pub fn is_valid(&self, value: &str) -> bool {
        self.read(value, OffsetDateTime::now_utc().unix_timestamp()).is_some()
    }

    /// Ends a sign-in before its time.
    pub fn sign_out(&self, value: &str) {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        if let Some((end, number)) = self.read(value, now) {
            let mut signed_out = self.signed_out.lock().unwrap_or_else(PoisonError::into_inner);
            signed_out.retain(|_, end| *end > now);
            signed_out.insert(number, end);
        }
    }

    fn read(&self, value: &str, now: i64) -> Option<(i64, u64)> {
        let (payload, signature) = value.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.sign(payload).verify_slice(&signature).ok()?;
        let (end, number) = payload.split_once('.')?;
        let (end, number) = (end.parse().ok()?, number.parse().ok()?);
        let signed_out = self.signed_out.lock().unwrap_or_else(PoisonError::into_inner);
        (end > now && !signed_out.contains_key(&number)).then_some((end, number))
    }

    fn sign(&self, payload: &str) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        mac.update(payload.as_bytes());
        mac
    }

    fn cookie(&self, value: String, age: Duration) -> Cookie<'static> {
        Cookie::build((NAME, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Strict)
            .secure(self.secure)
            .max_age(time::Duration::seconds(i64::try_from(age.as_secs()).unwrap_or(i64::MAX)))
            .build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(key: u8, token: &str) -> CookieSigner {
        let root = SecretBox::new(Box::new([key; 32]));
        CookieSigner::new(&root, &AdminToken::new(&token.into()), Duration::from_secs(60), true)
    }

    #[test]
    fn a_cookie_is_valid_until_its_end_and_for_its_maker_only() {
        let cookie = signer(1, "a").issue_at(1_000);
        let value = cookie.value();
        assert!(signer(1, "a").read(value, 1_059).is_some());
        assert!(signer(1, "a").read(value, 1_060).is_none());
        assert!(signer(2, "a").read(value, 1_000).is_none());
        assert!(signer(1, "b").read(value, 1_000).is_none());
        assert!(signer(1, "a").read(&value.replacen('1', "2", 1), 1_000).is_none());
        for text in ["", ".", "..", "9999999999.1.", "9999999999.1.AAAA"] {
            assert!(signer(1, "a").read(text, 1_000).is_none(), "{text}");
        }
        assert_eq!(cookie.http_only(), Some(true));
        assert_eq!(cookie.secure(), Some(true));
        assert_eq!(cookie.same_site(), Some(SameSite::Strict));
    }

    #[test]
    fn signing_out_ends_one_sign_in() {
        let signer = signer(1, "a");
        let (first, second) = (signer.issue(), signer.issue());
        signer.sign_out(first.value());
        assert!(!signer.is_valid(first.value()));
        assert!(signer.is_valid(second.value()));
    }
}

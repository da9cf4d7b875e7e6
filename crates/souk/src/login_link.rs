//! Links that sign in to a shop's admin pages: short-lived, for one use, of one person.
//!
//! Owns what is in a link and how it is signed; `images/shop/sign-in` reads it, and sees to the one use. Who may
//! have one, and that it is written down, is `api/login_links.rs`.
//!
//! The token is a JWT (HS256). Its key is derived from the seed of the shop's keys for this one purpose. It
//! stands behind the `#` of the address: no browser sends that, so that no proxy and no log ever has it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;
use souk_domain::StoreId;
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// Path of the shop's page that takes a link.
pub const PATH: &str = "/.well-known/souk/sign-in";
/// How long a link is good for.
const LIFE: Duration = Duration::seconds(60);
/// The one header of all tokens: the shop takes no other, so that no token chooses how it is checked.
const HEADER: &str = r#"{"alg":"HS256","typ":"souk-login+jwt"}"#;
/// What the key is for.
const PURPOSE: &[u8] = b"souk login link v1";
/// Shortest seed that anything is signed with, in characters. Those that Souk makes have 64.
const SEED_MIN: usize = 32;

/// One link in the making.
#[derive(Debug)]
pub struct LoginLink {
    /// Names the link in the audit log and in the shop's log; of no use to who reads it there.
    pub id: String,
    pub token: SecretString,
    pub expires_at: OffsetDateTime,
}

/// The seed is too short to sign with.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the seed in the store's keys is too short to sign with")]
pub struct ShortSeed;

impl LoginLink {
    /// A link into the store's shop for `user`, whose name the shop writes down.
    ///
    /// # Errors
    /// The seed is no secret.
    pub fn new(seed: &SecretString, store: &StoreId, user: &str) -> Result<Self, ShortSeed> {
        let id = hex::encode(rand::random::<[u8; 16]>());
        Self::signed(seed, store, user, id, OffsetDateTime::now_utc())
    }

    fn signed(
        seed: &SecretString,
        store: &StoreId,
        user: &str,
        id: String,
        now: OffsetDateTime,
    ) -> Result<Self, ShortSeed> {
        let expires_at = (now + LIFE).truncate_to_second();
        let claims = json!({"aud": store.as_str(), "exp": expires_at.unix_timestamp(), "jti": id, "sub": user});
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = mac(key(seed)?.as_slice(), text.as_bytes())?;
        let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)).into();
        Ok(Self { id, token, expires_at })
    }

    /// Where the link leads, under the store's address.
    pub fn url(&self, store_url: &str) -> String {
        format!("{store_url}{PATH}#{}", self.token.expose_secret())
    }
}

/// A key for this one purpose, as the shop derives those of WordPress from the same seed.
fn key(seed: &SecretString) -> Result<Zeroizing<[u8; 32]>, ShortSeed> {
    let seed = seed.expose_secret();
    if seed.len() < SEED_MIN { Err(ShortSeed) } else { mac(seed.as_bytes(), PURPOSE).map(Zeroizing::new) }
}

fn mac(key: &[u8], text: &[u8]) -> Result<[u8; 32], ShortSeed> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).map_err(|_| ShortSeed)?;
    mac.update(text);
    Ok(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const SEED: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn store(byte: u8) -> StoreId {
        StoreId::from_random([byte; 10])
    }

    fn part(link: &LoginLink, at: usize) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(link.token.expose_secret().split('.').nth(at).unwrap()).unwrap()
    }

    /// The signature was computed by another program, Python's `hmac`.
    #[test]
    fn a_token_is_what_the_shop_expects() {
        let now = datetime!(2026-03-01 12:00:00.75 UTC);
        let link = LoginLink::signed(&SEED.into(), &store(0), "anna", "0f".repeat(16), now).unwrap();
        assert_eq!(link.expires_at, datetime!(2026-03-01 12:01:00 UTC));
        assert_eq!(part(&link, 0), HEADER.as_bytes());
        let claims = format!(r#"{{"aud":"saaaaaaaaaa","exp":1772366460,"jti":"{}","sub":"anna"}}"#, link.id);
        assert_eq!(String::from_utf8(part(&link, 1)).unwrap(), claims);
        let signature = "c114e16ca92e96d8f707e248330058f0b640c7250b3c200eb4d0940dbbd5fcde";
        assert_eq!(hex::encode(part(&link, 2)), signature);
        assert_eq!(link.url("http://mug.localhost").split_once('#').unwrap().0, format!("http://mug.localhost{PATH}"));
    }

    #[test]
    fn each_is_another_and_none_is_printed() {
        let seed = SecretString::from(SEED);
        let [one, other] = [(); 2].map(|()| LoginLink::new(&seed, &store(0), "anna").unwrap());
        assert_ne!(one.id, other.id);
        assert_ne!(one.token.expose_secret(), other.token.expose_secret());
        assert!(!format!("{one:?}").contains(one.token.expose_secret()));
        let elsewhere = LoginLink::new(&SecretString::from(SEED.replace('0', "f")), &store(0), "anna").unwrap();
        assert_ne!(part(&one, 2), part(&elsewhere, 2));
    }

    #[test]
    fn without_a_secret_nothing_is_signed() {
        for seed in ["", "short"] {
            assert_eq!(LoginLink::new(&seed.into(), &store(0), "anna").unwrap_err(), ShortSeed);
        }
    }
}

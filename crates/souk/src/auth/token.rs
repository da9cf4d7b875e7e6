//! Tokens: the admin token, kept as a hash and compared in constant time, and those that are made here:
//! `souk_pat_...` of a person, `souk_mt_...` of a machine, `souk_inv_...` of a link, `souk_code_...` of what was
//! allowed the command line.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::seal::derive_mac;

/// The one token that may do everything.
pub struct AdminToken {
    hash: [u8; 32],
}

impl AdminToken {
    pub fn new(token: &SecretString) -> Self {
        Self { hash: Sha256::digest(token.expose_secret()).into() }
    }

    /// Takes the same time wherever the two differ.
    pub fn matches(&self, offered: &str) -> bool {
        let offered: [u8; 32] = Sha256::digest(offered).into();
        self.hash.ct_eq(&offered).into()
    }

    /// Changes with the token; sign-ins made with the old one end with it. Keyed: who reads it cannot try
    /// tokens against it.
    pub fn fingerprint(&self, root: &SecretBox<[u8; 32]>) -> String {
        let mut mac = derive_mac(root, "souk admin session");
        mac.update(&self.hash);
        hex::encode(mac.finalize().into_bytes())
    }
}

/// What a token is for; its first letters say so, also to scanners of leaked secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Personal,
    Machine,
    Invite,
    Code,
}

impl Form {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Personal => "souk_pat_",
            Self::Machine => "souk_mt_",
            Self::Invite => "souk_inv_",
            Self::Code => "souk_code_",
        }
    }

    /// A new token of this form: told once, and its hash, which is kept.
    pub fn make(self) -> (SecretString, String) {
        let text = format!("{}{}", self.prefix(), random_secret());
        let hash = hash(&text);
        (text.into(), hash)
    }
}

/// Whether the text has the form of a token that programs sign in with.
pub fn is_made_here(text: &str) -> bool {
    [Form::Personal, Form::Machine].iter().any(|form| text.starts_with(form.prefix()))
}

/// 256 random bits as text.
pub fn random_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a secret of 256 random bits: too many to guess, so that a fast hash will do.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

/// The token of an `Authorization` header of the scheme Bearer.
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_matches() {
        let token = AdminToken::new(&"correct horse battery".into());
        assert!(token.matches("correct horse battery"));
        for wrong in ["", "correct horse batter", "correct horse battery ", "Correct horse battery"] {
            assert!(!token.matches(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn bearer_is_read_from_the_header() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer"), None);
        assert_eq!(bearer("Bearer "), None);
    }
}

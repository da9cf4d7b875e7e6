//! The admin token: kept as a hash, compared in constant time.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

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

    /// Changes with the token; sign-ins made with the old one end with it.
    pub(super) fn fingerprint(&self) -> &[u8; 32] {
        &self.hash
    }
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

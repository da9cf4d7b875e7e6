//! PKCE (RFC 7636, method S256): who asked for a code proves it with a secret of which only the hash was shown.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Letters of a challenge: those of 256 bits.
const CHALLENGE: usize = 43;
/// Letters of a verifier, at least and at most.
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// The challenge of a verifier: its hash as text.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// Whether the text has the form of a challenge.
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE && URL_SAFE_NO_PAD.decode(text).is_ok()
}

/// Whether the text has the form of a verifier.
pub fn is_verifier(text: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    VERIFIER.contains(&text.len()) && text.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token::random_secret;

    /// Appendix B of the RFC.
    #[test]
    fn a_challenge_is_as_the_standard_has_it() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn forms_are_told_apart() {
        let secret = random_secret();
        assert!(is_verifier(&secret) && is_challenge(&challenge(&secret)));
        for text in ["", "short", &"x".repeat(129), &format!("{} {}", "x".repeat(30), "x".repeat(30))] {
            assert!(!is_verifier(text) && !is_challenge(text), "{text:?}");
        }
        assert!(!is_challenge(&"=".repeat(43)));
    }
}

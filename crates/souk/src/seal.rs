//! Seals what must not lie in the database in clear: a chosen admin password until the store's secrets
//! are made, and the copy of these secrets as long as the store lives.
//!
//! Owns the cipher and the form of a sealed text. It does not know where either is kept.
//! Form: base64 of a version byte, a random nonce (12 bytes) and the ChaCha20-Poly1305 output.
//! The store's id is authenticated with it: a sealed text moved to another store does not open.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use souk_domain::StoreId;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const NONCE: usize = 12;

/// Seals and opens with one key. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    cipher: ChaCha20Poly1305,
    mac: Hmac<Sha256>,
}

/// Why a sealed text does not open.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    #[error("the sealed text is damaged or of an unknown form")]
    Form,
    #[error("the sealed text was made with another key or for another store")]
    Key,
}

impl Sealer {
    /// Derives its own key, so that the root key is used for nothing twice.
    pub fn new(root: &SecretBox<[u8; 32]>) -> Self {
        let key = derive(root, "souk sealed password");
        Self { cipher: ChaCha20Poly1305::new((&*key).into()), mac: derive_mac(root, "souk request fingerprint") }
    }

    /// Tells two requests apart without keeping either: what they hold cannot be guessed from it.
    pub fn fingerprint(&self, request: &[u8]) -> String {
        let mut mac = self.mac.clone();
        mac.update(request);
        hex::encode(mac.finalize().into_bytes())
    }

    /// Seals `secret` for one store.
    pub fn seal(&self, store: &StoreId, secret: &SecretString) -> Result<String, SealError> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: store.as_str().as_bytes() };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Form)?;
        let mut out = Vec::with_capacity(1 + NONCE + sealed.len());
        out.push(VERSION);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(STANDARD.encode(out))
    }

    /// Opens what `seal` made for the same store.
    pub fn open(&self, store: &StoreId, sealed: &str) -> Result<SecretString, SealError> {
        let bytes = STANDARD.decode(sealed).map_err(|_| SealError::Form)?;
        let (version, rest) = bytes.split_first().ok_or(SealError::Form)?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Form)?;
        if *version != VERSION {
            return Err(SealError::Form);
        }
        let payload = Payload { msg, aad: store.as_str().as_bytes() };
        let clear = Zeroizing::new(self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError::Key)?);
        let clear = std::str::from_utf8(&clear).map_err(|_| SealError::Form)?;
        Ok(clear.into())
    }
}

/// A key for one purpose, derived from the root key: SHA-256 over the purpose and the root. The
/// root is 32 uniformly random bytes, so no slow derivation is needed.
fn derive(root: &SecretBox<[u8; 32]>, purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut hash = Sha256::new();
    hash.update(b"souk key v1\0");
    hash.update(root.expose_secret());
    hash.update(purpose.as_bytes());
    Zeroizing::new(hash.finalize().into())
}

/// A keyed hash for one purpose.
pub fn derive_mac(root: &SecretBox<[u8; 32]>, purpose: &str) -> Hmac<Sha256> {
    // HMAC itself fills a short key with zeros up to its block of 64 bytes.
    let mut block = Zeroizing::new([0u8; 64]);
    block[..32].copy_from_slice(&*derive(root, purpose));
    <Hmac<Sha256> as hmac::KeyInit>::new((&*block).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&SecretBox::new(Box::new([byte; 32])))
    }

    fn store(byte: u8) -> StoreId {
        StoreId::from_random([byte; 10])
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let secret: SecretString = "it's, \"a\" $nasty\\ pass word ☕".into();
        let sealed = sealer(1).seal(&store(0), &secret).unwrap();
        let opened = sealer(1).open(&store(0), &sealed).unwrap();
        assert_eq!(opened.expose_secret(), secret.expose_secret());

        assert_eq!(sealer(2).open(&store(0), &sealed).unwrap_err(), SealError::Key);
        assert_eq!(sealer(1).open(&store(1), &sealed).unwrap_err(), SealError::Key);
        assert_eq!(sealer(1).open(&store(0), "AAAA").unwrap_err(), SealError::Form);
        assert_eq!(sealer(1).open(&store(0), "!").unwrap_err(), SealError::Form);
    }

    #[test]
    fn seals_the_same_text_differently_each_time() {
        let secret: SecretString = "the same password".into();
        let sealer = sealer(1);
        assert_ne!(sealer.seal(&store(0), &secret).unwrap(), sealer.seal(&store(0), &secret).unwrap());
    }
}

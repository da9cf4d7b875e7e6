//! The identity of a store: `s` and ten base32 characters. It names the namespace and never changes.

use std::fmt;
use std::str::FromStr;

use arrayvec::ArrayString;
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const LENGTH: usize = 11;

/// `s` followed by ten characters of `a-z2-7` (50 random bits).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, example = "sabcdefghij"))]
pub struct StoreId(ArrayString<LENGTH>);

/// The text is not a store id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a store id is `s` followed by ten characters of a-z and 2-7")]
pub struct InvalidStoreId;

impl StoreId {
    /// Makes an id from ten random bytes; the low five bits of each are used.
    #[must_use]
    pub fn from_random(bytes: [u8; 10]) -> Self {
        let mut id = ArrayString::new();
        id.push('s');
        bytes.iter().for_each(|byte| id.push(char::from(ALPHABET[usize::from(byte & 31)])));
        Self(id)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Kubernetes namespace of the store.
    #[must_use]
    pub fn namespace(&self) -> String {
        format!("store-{}", self.0)
    }

    /// The store whose namespace this is by its name, if it is one.
    #[must_use]
    pub fn from_namespace(namespace: &str) -> Option<Self> {
        namespace.strip_prefix("store-")?.parse().ok()
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StoreId {
    type Err = InvalidStoreId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let valid = bytes.len() == LENGTH && bytes[0] == b's' && bytes[1..].iter().all(|byte| ALPHABET.contains(byte));
        ArrayString::from(text).ok().filter(|_| valid).map(Self).ok_or(InvalidStoreId)
    }
}

impl TryFrom<String> for StoreId {
    type Error = InvalidStoreId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<StoreId> for String {
    fn from(id: StoreId) -> Self {
        id.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn random_ids_parse_and_name_their_namespace(bytes: [u8; 10]) {
            let id = StoreId::from_random(bytes);
            prop_assert_eq!(id.as_str().parse::<StoreId>(), Ok(id.clone()));
            prop_assert_eq!(StoreId::from_namespace(&id.namespace()), Some(id));
        }
    }

    #[test]
    fn refuses_other_texts() {
        for text in ["", "s", "sABCDEFGHIJ", "xabcdefghij", "sabcdefghi1", "sabcdefghijk"] {
            assert_eq!(text.parse::<StoreId>(), Err(InvalidStoreId), "{text}");
        }
        assert_eq!(StoreId::from_namespace("kube-system"), None);
    }
}

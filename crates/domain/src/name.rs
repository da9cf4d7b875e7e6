//! What a store is called: a display name in any script, and a slug that becomes its host name.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_general_category::{GeneralCategory, get_general_category};

use crate::StoreId;

/// Most characters in a display name.
pub const MAX_NAME: usize = 100;
/// Most characters in a slug; leaves room for a base domain in a 63-character label and for prefixes.
pub const MAX_SLUG: usize = 40;

/// Slugs that would be mistaken for the platform or for infrastructure.
const RESERVED: &[&str] = &[
    "admin",
    "api",
    "app",
    "auth",
    "blog",
    "cdn",
    "dashboard",
    "dev",
    "dns",
    "docs",
    "ftp",
    "help",
    "imap",
    "ingress",
    "internal",
    "kubernetes",
    "localhost",
    "login",
    "mail",
    "metrics",
    "mx",
    "ns",
    "ns1",
    "ns2",
    "pop",
    "registry",
    "root",
    "smtp",
    "souk",
    "staging",
    "static",
    "status",
    "support",
    "system",
    "test",
    "traefik",
    "wpad",
    "www",
];

/// A shop's name as people write it: 1 to 100 characters of any script, trimmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DisplayName(String);

/// Why a display name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("must not be empty; give the shop a name")]
    Empty,
    #[error("must have at most 100 characters")]
    TooLong,
    #[error("must not contain control or invisible formatting characters; remove them")]
    Control,
}

impl DisplayName {
    /// # Errors
    /// Refuses empty, over-long and unprintable names.
    pub fn new(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.chars().count() > MAX_NAME {
            return Err(NameError::TooLong);
        }
        if text.chars().any(is_unprintable) {
            return Err(NameError::Control);
        }
        if text.chars().all(|c| c.is_whitespace() || is_joiner(c)) {
            return Err(NameError::Empty);
        }
        Ok(Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_joiner(c: char) -> bool {
    // Zero-width (non-)joiners, needed by scripts and by composed emoji.
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_unprintable(c: char) -> bool {
    match get_general_category(c) {
        GeneralCategory::Control
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator
        | GeneralCategory::PrivateUse => true,
        // Tag characters compose flags of regions; joiners belong to scripts and emoji.
        GeneralCategory::Format => !is_joiner(c) && !('\u{e0020}'..='\u{e007f}').contains(&c),
        _ => false,
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for DisplayName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<DisplayName> for String {
    fn from(name: DisplayName) -> Self {
        name.0
    }
}

/// The first label of a store's host name: 1 to 40 of `a-z0-9-`, no hyphen at either end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a slug was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    #[error("must not be empty")]
    Empty,
    #[error("must have at most 40 characters")]
    TooLong,
    #[error("may hold only lower-case letters a-z, digits and hyphens, and must not begin or end with a hyphen")]
    Characters,
    #[error("is reserved; choose another")]
    Reserved,
}

impl Slug {
    /// A slug that somebody chooses.
    ///
    /// # Errors
    /// Refuses what cannot be the first label of a host name, and reserved words.
    pub fn new(text: &str) -> Result<Self, SlugError> {
        let slug = Self::kept(text)?;
        if RESERVED.contains(&text) { Err(SlugError::Reserved) } else { Ok(slug) }
    }

    /// A slug that a store already has; a word that was reserved since then stays with its store.
    ///
    /// # Errors
    /// Refuses what cannot be the first label of a host name.
    pub fn kept(text: &str) -> Result<Self, SlugError> {
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        if text.chars().count() > MAX_SLUG {
            return Err(SlugError::TooLong);
        }
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        // `xn--` would announce an internationalised name that it is not.
        let punycode = text.get(2..4) == Some("--");
        if !text.chars().all(allowed) || text.starts_with('-') || text.ends_with('-') || punycode {
            return Err(SlugError::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug that a display name suggests: letters and digits transliterated to ASCII, the rest
    /// hyphens. `None` when nothing usable is left (only emoji, say) or the word is reserved.
    #[must_use]
    pub fn suggest(name: &DisplayName) -> Option<Self> {
        let mut text = String::new();
        for c in name.as_str().chars() {
            let ascii = if c.is_alphanumeric() {
                deunicode::deunicode_char(c).unwrap_or("")
            } else if matches!(c, '\'' | '\u{2019}') {
                continue; // "Anna's" is one word
            } else {
                "-"
            };
            for letter in ascii.chars() {
                if letter.is_ascii_alphanumeric() {
                    text.push(letter.to_ascii_lowercase());
                } else if !text.is_empty() && !text.ends_with('-') {
                    text.push('-');
                }
            }
        }
        text.truncate(MAX_SLUG);
        Self::new(text.trim_matches('-')).ok()
    }

    /// The slug of a store whose name suggests none: its id.
    #[must_use]
    pub fn from_id(id: &StoreId) -> Self {
        Self(id.as_str().to_owned())
    }

    /// The same slug made different by a number: `mug` becomes `mug-2`. Stays within the length.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let head: String = self.0.chars().take(MAX_SLUG - suffix.len()).collect();
        Self(format!("{}{suffix}", head.trim_end_matches('-')))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        assert_eq!(DisplayName::new("  Blue Mug  ").map(String::from), Ok("Blue Mug".into()));
        assert_eq!(DisplayName::new(" \t "), Err(NameError::Empty));
        assert_eq!(DisplayName::new(&"x".repeat(101)), Err(NameError::TooLong));
        assert!(DisplayName::new(&"猫".repeat(100)).is_ok());
        for text in ["a\nb", "a\0b", "a\u{202e}b", "\u{7}", "a\u{200b}b"] {
            assert_eq!(DisplayName::new(text), Err(NameError::Control), "{text:?}");
        }
        for text in ["😀🛒", "👩‍🚀", "می‌خواهم", "Étoile & Söhne", "店"] {
            assert!(DisplayName::new(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn suggested_slugs() {
        let suggest = |text: &str| DisplayName::new(text).ok().and_then(|name| Slug::suggest(&name)).map(String::from);
        for (name, slug) in [
            ("Blue Mug Shop", Some("blue-mug-shop")),
            ("Anna's Tea & Cake!", Some("annas-tea-cake")),
            ("Étoile Söhne", Some("etoile-sohne")),
            ("--x--", Some("x")),
            ("😀🛒", None),
            ("Souk", None),
            ("小猫", Some("xiao-mao")),
        ] {
            assert_eq!(suggest(name).as_deref(), slug, "{name}");
        }
    }

    #[test]
    fn slugs() {
        for (text, expected) in [
            ("", SlugError::Empty),
            ("-a", SlugError::Characters),
            ("a-", SlugError::Characters),
            ("A", SlugError::Characters),
            ("a.b", SlugError::Characters),
            ("xn--a", SlugError::Characters),
            ("www", SlugError::Reserved),
        ] {
            assert_eq!(Slug::new(text), Err(expected), "{text}");
        }
        assert_eq!(Slug::new(&"a".repeat(41)), Err(SlugError::TooLong));
    }

    proptest! {
        #[test]
        fn every_suggestion_is_a_valid_slug(text in "\\PC{1,100}") {
            if let Ok(name) = DisplayName::new(&text)
                && let Some(slug) = Slug::suggest(&name) {
                prop_assert_eq!(Slug::new(slug.as_str()), Ok(slug.clone()));
                prop_assert!(Slug::new(slug.numbered(4_294_967_295).as_str()).is_ok());
            }
        }
    }
}

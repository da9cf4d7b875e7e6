//! Rules for the shop's administrator: user name, address and a chosen password.

use zxcvbn::{Score, zxcvbn};

/// Fewest and most characters of a chosen password.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 12..=128;
/// Most characters of a user name (WordPress's column).
pub const MAX_USERNAME: usize = 60;
/// Most characters of an e-mail address (WordPress's column).
pub const MAX_EMAIL: usize = 100;
/// The user name when none is chosen.
pub const DEFAULT_USERNAME: &str = "admin";

/// Why a value about the administrator was refused. Never holds the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdminError {
    #[error("must have 1 to 60 characters of letters a-z, digits and . _ @ -")]
    Username,
    #[error("must be an e-mail address such as owner@example.com")]
    Email,
    #[error("must have at least 12 characters")]
    PasswordShort,
    #[error("must have at most 128 characters")]
    PasswordLong,
    #[error("must not contain control characters, and must not begin or end with white space")]
    PasswordCharacters,
    #[error("is too easy to guess; use unrelated words or leave it out to have one generated")]
    PasswordWeak,
}

/// # Errors
/// Refuses what WordPress would alter or reject as a user name.
pub fn check_username(text: &str) -> Result<(), AdminError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._@-".contains(c);
    let fits = !text.is_empty() && text.len() <= MAX_USERNAME && text.chars().all(allowed);
    let word = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits && word { Ok(()) } else { Err(AdminError::Username) }
}

/// # Errors
/// Refuses what is plainly no address; delivery proves the rest.
pub fn check_email(text: &str) -> Result<(), AdminError> {
    let plausible = || {
        let (local, domain) = text.rsplit_once('@')?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let label = |part: &str| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        (local_fits && domain.contains('.') && domain.split('.').all(label)).then_some(())
    };
    if text.len() <= MAX_EMAIL && plausible().is_some() { Ok(()) } else { Err(AdminError::Email) }
}

/// # Errors
/// Refuses short, over-long, unprintable and guessable passwords. `related` are words that an
/// attacker would try first, such as the shop's name and the user name.
pub fn check_password(text: &str, related: &[&str]) -> Result<(), AdminError> {
    let length = text.chars().count();
    if length < *PASSWORD_LENGTH.start() {
        return Err(AdminError::PasswordShort);
    }
    if length > *PASSWORD_LENGTH.end() {
        return Err(AdminError::PasswordLong);
    }
    // WordPress trims a password before it hashes it: what it would change is refused here.
    if text.chars().any(char::is_control) || text.trim() != text {
        return Err(AdminError::PasswordCharacters);
    }
    let guesses = first_guesses(related);
    let guesses: Vec<&str> = guesses.iter().map(String::as_str).collect();
    if zxcvbn(text, &guesses).score() < Score::Three {
        return Err(AdminError::PasswordWeak);
    }
    Ok(())
}

/// Each related phrase as it is, without its spaces, and word by word.
fn first_guesses(related: &[&str]) -> Vec<String> {
    let phrase = |text: &&str| {
        let words = text.split_whitespace().map(str::to_lowercase);
        words
            .chain([text.to_lowercase(), text.split_whitespace().collect::<String>().to_lowercase()])
            .collect::<Vec<_>>()
    };
    related.iter().flat_map(phrase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames() {
        for good in ["admin", "anna.b", "a@b-c_d", "0x"] {
            assert_eq!(check_username(good), Ok(()), "{good}");
        }
        for bad in ["", "a b", "-a", "ä", "a'b", &"a".repeat(61)] {
            assert_eq!(check_username(bad), Err(AdminError::Username), "{bad}");
        }
    }

    #[test]
    fn emails() {
        for good in ["owner@example.com", "a+b@shop.example.co", "admin@demo-shop.localhost.test"] {
            assert_eq!(check_email(good), Ok(()), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.c", "a@b..c", "a b@c.d", "a@-b.c", "a\n@b.c"] {
            assert_eq!(check_email(bad), Err(AdminError::Email), "{bad}");
        }
    }

    #[test]
    fn passwords() {
        for (text, expected) in [
            ("short", Err(AdminError::PasswordShort)),
            ("aaaaaaaaaaaaaaaa", Err(AdminError::PasswordWeak)),
            ("password12345", Err(AdminError::PasswordWeak)),
            ("bluemugshop1", Err(AdminError::PasswordWeak)),
            (" leading white space", Err(AdminError::PasswordCharacters)),
            ("tab\tinside the word", Err(AdminError::PasswordCharacters)),
            (r#"it's, a "$hell\ `trap` 100%"#, Ok(())),
            ("пароль-из-слов-42", Ok(())),
        ] {
            assert_eq!(check_password(text, &["Blue Mug Shop", "admin"]), expected, "{text}");
        }
        assert_eq!(check_password(&"xq".repeat(65), &[]), Err(AdminError::PasswordLong));
    }
}

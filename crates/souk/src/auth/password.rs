//! Passwords of accounts: argon2id with the least that OWASP recommends, off the threads that answer
//! requests, and only so many at once.

use std::sync::Arc;
use std::sync::OnceLock;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// Memory in KiB, passes, lanes: OWASP's Password Storage Cheat Sheet, argon2id.
const PARAMETERS: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Hashings at once: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Who waits longer for a turn is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

/// Why a password was neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("too many passwords are being checked at this moment")]
    Busy,
    #[error("the password cannot be hashed: {0}")]
    Failed(String),
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// What is kept of a password.
    ///
    /// # Errors
    /// `Busy`, or there is no memory for it.
    pub async fn hash(&self, password: &SecretString) -> Result<String, PasswordError> {
        let password = password.clone();
        self.in_turn(move || hash(password.expose_secret())).await?
    }

    /// Whether it is the password of which `kept` is the hash. Where there is none it takes the same time.
    ///
    /// # Errors
    /// `Busy`, or there is no memory for it.
    pub async fn matches(&self, password: &SecretString, kept: Option<&str>) -> Result<bool, PasswordError> {
        let (password, kept) = (password.clone(), kept.map(str::to_owned));
        self.in_turn(move || match kept {
            Some(kept) => verify(password.expose_secret(), &kept),
            None => verify(password.expose_secret(), nobodys()?).map(|_| false),
        })
        .await?
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(PasswordError::Busy) };
        let work = move || {
            // Kept until the work ends, also when nobody waits for it any more.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| PasswordError::Failed(error.to_string()))
    }
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let (memory, passes, lanes) = PARAMETERS;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| PasswordError::Failed(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, PasswordError> {
    let hashed = hasher()?.hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| PasswordError::Failed(error.to_string()))
}

fn verify(password: &str, kept: &str) -> Result<bool, PasswordError> {
    let kept = PasswordHash::new(kept).map_err(|error| PasswordError::Failed(error.to_string()))?;
    match hasher()?.verify_password(password.as_bytes(), &kept) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError::Failed(error.to_string())),
    }
}

/// The hash of a password that nobody has.
fn nobodys() -> Result<&'static str, PasswordError> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(kept) = HASH.get() {
        return Ok(kept);
    }
    let made = hash(&super::token::random_secret())?;
    Ok(HASH.get_or_init(|| made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_matches_its_hash() {
        let passwords = Passwords::default();
        let right: SecretString = "correct horse battery staple".into();
        let kept = passwords.hash(&right).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_ne!(kept, passwords.hash(&right).await.unwrap(), "salted");
        assert!(passwords.matches(&right, Some(&kept)).await.unwrap());
        assert!(!passwords.matches(&"wrong".into(), Some(&kept)).await.unwrap());
        assert!(!passwords.matches(&right, None).await.unwrap());
        assert!(passwords.matches(&right, Some("no hash")).await.is_err());
    }
}

//! Secrets of the server, read from files into types that cannot be printed.
//!
//! Owns the files' places and form. A file that an operator names must exist; one in the data
//! folder is made at the first start, readable by its owner only.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use secrecy::{SecretBox, SecretString};
use zeroize::Zeroizing;

use super::{AccessArgs, DatabaseArgs, OidcArgs};

/// Shortest admin token that is accepted, in bytes.
pub const TOKEN_MIN: usize = 16;

/// What the server must know and never tells.
#[derive(Debug)]
pub struct Secrets {
    pub admin_token: SecretString,
    /// Of the first account.
    pub admin_password: Option<SecretString>,
    /// Root key; `seal.rs` and `auth/` each derive their own from it.
    pub encryption_key: SecretBox<[u8; 32]>,
    pub database_password: Option<SecretString>,
}

/// Why a secret could not be had. Names the file, never its content.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("cannot read {}: {error}. Put the {what} there, or name another file with {setting}", path.display())]
    Read { path: PathBuf, what: &'static str, setting: &'static str, error: io::Error },
    #[error("cannot make {}: {error}. Make the data folder writable, or name a file with {setting}", path.display())]
    Make { path: PathBuf, setting: &'static str, error: io::Error },
    #[error("{} does not hold {wanted}", path.display())]
    Form { path: PathBuf, wanted: &'static str },
}

impl Secrets {
    /// Reads every secret; makes those that nobody provided.
    pub fn load(access: &AccessArgs, database: &DatabaseArgs) -> Result<Self, SecretsError> {
        let token = Source {
            given: access.admin_token_file.as_deref(),
            own: access.data_dir.join("admin-token"),
            what: "admin token",
            setting: "SOUK_ADMIN_TOKEN_FILE",
        };
        let key = Source {
            given: access.encryption_key_file.as_deref(),
            own: access.data_dir.join("encryption-key"),
            what: "encryption key",
            setting: "SOUK_ENCRYPTION_KEY_FILE",
        };
        let (path, admin_token) = token.load()?;
        if admin_token.len() < TOKEN_MIN {
            return Err(SecretsError::Form { path, wanted: "an admin token of at least 16 characters" });
        }
        let (path, hex_key) = key.load()?;
        let mut encryption_key = Box::new([0u8; 32]);
        if hex::decode_to_slice(hex_key.as_bytes(), encryption_key.as_mut()).is_err() {
            return Err(SecretsError::Form { path, wanted: "an encryption key of 64 hexadecimal digits" });
        }
        Ok(Self {
            admin_token: admin_token.as_str().into(),
            encryption_key: SecretBox::new(encryption_key),
            admin_password: admin_password(access)?,
            database_password: database_password(database)?,
        })
    }
}

/// The password of PostgreSQL, when a file holds one.
///
/// # Errors
/// The file cannot be read.
pub fn database_password(database: &DatabaseArgs) -> Result<Option<SecretString>, SecretsError> {
    let Some(path) = &database.database_password_file else { return Ok(None) };
    let password = read(path).map_err(|error| SecretsError::Read {
        path: path.clone(),
        what: "database password",
        setting: "SOUK_DATABASE_PASSWORD_FILE",
        error,
    })?;
    Ok(Some(password.as_str().into()))
}

/// Souk's secret at the provider of single sign-on, when a file holds one.
///
/// # Errors
/// The file cannot be read.
pub fn oidc_client_secret(oidc: &OidcArgs) -> Result<Option<SecretString>, SecretsError> {
    let Some(path) = &oidc.oidc_client_secret_file else { return Ok(None) };
    let secret = read(path).map_err(|error| SecretsError::Read {
        path: path.clone(),
        what: "client secret",
        setting: "SOUK_OIDC_CLIENT_SECRET_FILE",
        error,
    })?;
    Ok(Some(secret.as_str().into()))
}

fn admin_password(access: &AccessArgs) -> Result<Option<SecretString>, SecretsError> {
    let Some(path) = &access.admin_password_file else { return Ok(None) };
    let password = match read(path) {
        // A Secret without the key: the file is not there, and so is no account.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|error| SecretsError::Read {
            path: path.clone(),
            what: "password of the account admin",
            setting: "SOUK_ADMIN_PASSWORD_FILE",
            error,
        })?,
    };
    if let Err(refused) = souk_domain::admin::check_password(&password, &["admin", "souk"]) {
        tracing::debug!(%refused, "the admin password is refused");
        let wanted = "a password of at least 12 characters that is hard to guess";
        return Err(SecretsError::Form { path: path.clone(), wanted });
    }
    Ok(Some(password.as_str().into()))
}

struct Source<'a> {
    given: Option<&'a Path>,
    own: PathBuf,
    what: &'static str,
    setting: &'static str,
}

impl Source<'_> {
    fn load(&self) -> Result<(PathBuf, Zeroizing<String>), SecretsError> {
        let path = self.given.unwrap_or(&self.own);
        let failed =
            |error| SecretsError::Read { path: path.to_owned(), what: self.what, setting: self.setting, error };
        match read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.given.is_none() => {
                make(path).map_err(|error| SecretsError::Make {
                    path: path.to_owned(),
                    setting: self.setting,
                    error,
                })?;
                tracing::info!(file = %path.display(), "made a new {}", self.what);
                Ok((path.to_owned(), read(path).map_err(failed)?))
            }
            found => Ok((path.to_owned(), found.map_err(failed)?)),
        }
    }
}

fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let text = Zeroizing::new(fs::read_to_string(path)?);
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// Writes 32 random bytes as hexadecimal digits, whole or not at all.
fn make(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let digits = Zeroizing::new(hex::encode(rand::random::<[u8; 32]>()));
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", digits.as_str())?;
    file.sync_all()?;
    fs::rename(draft, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    fn access(data: &Path, token: Option<&Path>, key: Option<&Path>) -> AccessArgs {
        AccessArgs {
            data_dir: data.to_owned(),
            admin_token_file: token.map(Path::to_owned),
            encryption_key_file: key.map(Path::to_owned),
            admin_password_file: None,
            sign_in_lifetime: std::time::Duration::from_secs(60),
        }
    }

    fn load(access: &AccessArgs) -> Result<Secrets, SecretsError> {
        Secrets::load(access, &DatabaseArgs { database_url: None, database_password_file: None })
    }

    #[test]
    fn what_nobody_provides_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let first = load(&access(&data, None, None)).unwrap();
        let second = load(&access(&data, None, None)).unwrap();
        assert_eq!(first.admin_token.expose_secret(), second.admin_token.expose_secret());
        assert_eq!(first.encryption_key.expose_secret(), second.encryption_key.expose_secret());
        assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
        let mode = fs::metadata(data.join("admin-token")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!format!("{first:?}").contains(first.admin_token.expose_secret()));
    }

    #[test]
    fn errors_name_the_file_and_not_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let (token, key) = (file("token", "a token of tests\n"), file("key", &"0f".repeat(32)));
        let loaded = load(&access(folder.path(), Some(&token), Some(&key))).unwrap();
        assert_eq!(loaded.admin_token.expose_secret(), "a token of tests");

        let absent = folder.path().join("absent");
        let (short, odd) = (file("short", "hunter2"), file("odd", "hunter2"));
        for (token, key, name) in [(&absent, &key, "absent"), (&short, &key, "short"), (&token, &odd, "odd")] {
            let error = load(&access(folder.path(), Some(token), Some(key))).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("hunter2"), "{error}");
        }
    }
}

//! Which platform is meant and with which token: the environment first, then what `souk login` wrote.
//!
//! Owns the configuration file. Tokens are kept by address, so that the token of one platform is never
//! sent to another. Later kinds of profile are further keys of `[platforms."<address>"]`.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use super::exit::{Exit, Failure};

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub url: Option<String>,
    pub token: Option<SecretString>,
    pub file: Option<PathBuf>,
}

impl Environment {
    pub fn of_the_process() -> Self {
        let set = |name| env::var(name).ok().filter(|value| !value.trim().is_empty());
        let folder = set("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| set("HOME").map(|home| Path::new(&home).join(".config")));
        Self {
            url: set("SOUK_URL"),
            token: set("SOUK_TOKEN").map(|token| token.trim().to_owned().into()),
            file: folder.map(|folder| folder.join("souk/config.toml")),
        }
    }

    /// The platform that commands talk to. `given` is the flag `--url`.
    pub fn platform(&self, given: Option<&str>) -> Result<Platform, Failure> {
        let kept = Kept::read(self.file.as_deref())?;
        let Some(url) = given.or(self.url.as_deref()).or(kept.current.as_deref()) else {
            return Err(Failure::new(Exit::NotSignedIn, "no platform is known")
                .next("sign in with `souk login http://souk.localhost`, or set SOUK_URL and SOUK_TOKEN"));
        };
        let url = parse_address(url)?;
        let token = self.token.clone().or_else(|| kept.token(&url));
        Ok(Platform { url, token })
    }
}

/// An address, and the token for it.
#[derive(Debug)]
pub struct Platform {
    pub url: Url,
    pub token: Option<SecretString>,
}

/// The configuration file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The address that was signed in to last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    #[serde(default)]
    platforms: BTreeMap<String, KeptPlatform>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptPlatform {
    token: String,
    /// The token's id on the platform, where `souk login` had it made and signing out may end it.
    #[serde(skip_serializing_if = "Option::is_none")]
    made: Option<String>,
}

/// A token that was kept until now.
#[derive(Debug)]
pub struct Forgotten {
    pub token: SecretString,
    /// Its id on the platform, where it was made for this file alone.
    pub made: Option<String>,
}

impl Kept {
    pub fn read(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(broken(file, &error)),
        };
        // The parser's own message would quote the line, and the line may hold a token.
        toml::from_str(&text).map_err(|error: toml::de::Error| broken(file, &error.message()))
    }

    pub fn token(&self, url: &Url) -> Option<SecretString> {
        self.platforms.get(&key(url)).map(|platform| platform.token.clone().into())
    }

    /// `made` is the token's id, if it was made for this file alone.
    pub fn remember(&mut self, url: &Url, token: &str, made: Option<&str>) {
        let made = made.map(ToOwned::to_owned);
        self.platforms.insert(key(url), KeptPlatform { token: token.to_owned(), made });
        self.current = Some(key(url));
    }

    /// What there was to forget.
    pub fn forget(&mut self, url: &Url) -> Option<Forgotten> {
        if self.current.as_deref() == Some(&key(url)) {
            self.current = None;
        }
        let KeptPlatform { token, made } = self.platforms.remove(&key(url))?;
        Some(Forgotten { token: token.into(), made })
    }

    /// Readable by its owner only, and never half-written.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        let text = toml::to_string(self).map_err(|error| broken(file, &error))?;
        replace(file, &text).map_err(|error| broken(file, &error))
    }
}

fn replace(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let new = file.with_extension(format!("new-{}", std::process::id()));
    let mut handle = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    handle.set_permissions(fs::Permissions::from_mode(0o600))?;
    handle.write_all(text.as_bytes())?;
    handle.sync_all()?;
    fs::rename(&new, file)
}

fn broken(file: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failure, format!("cannot use {}: {why}", file.display()))
        .next("mend or remove the file, then sign in again with `souk login`")
}

/// `souk.localhost` is as good as `http://souk.localhost/`.
pub fn parse_address(text: &str) -> Result<Url, Failure> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("{}{text}", scheme_for(text)) };
    let wrong = |why: &str| {
        Failure::new(Exit::Usage, format!("`{text}` is no address of a platform: {why}"))
            .next("write it as http://souk.localhost or https://souk.shops.example.org")
    };
    let mut url = Url::parse(&full).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("only http and https are spoken"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it has no host name"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a user or password does not belong there"));
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn scheme_for(text: &str) -> &'static str {
    let host = text.split(['/', ':']).next().unwrap_or_default();
    if super::resolver::is_local(host) { "http://" } else { "https://" }
}

fn key(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn environment(file: PathBuf) -> Environment {
        Environment { file: Some(file), ..Environment::default() }
    }

    #[test]
    fn a_token_is_kept_by_address_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("souk/config.toml");
        let mut kept = Kept::read(Some(&file)).unwrap();
        kept.remember(&parse_address("souk.localhost").unwrap(), "first", None);
        kept.remember(&parse_address("https://souk.example.org/").unwrap(), "second", None);
        kept.write(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

        let environment = environment(file);
        let token = |given| environment.platform(given).unwrap().token.map(|token| token.expose_secret().to_owned());
        assert_eq!(token(None).as_deref(), Some("second"));
        assert_eq!(token(Some("http://souk.localhost/")).as_deref(), Some("first"));
        assert_eq!(token(Some("https://elsewhere.example.org")), None);
    }

    #[test]
    fn the_environment_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut environment = environment(folder.path().join("config.toml"));
        assert_eq!(environment.platform(None).unwrap_err().exit, Exit::NotSignedIn);
        environment.url = Some("souk.localhost:8080".into());
        environment.token = Some("token".to_owned().into());
        let platform = environment.platform(None).unwrap();
        assert_eq!(platform.url.as_str(), "http://souk.localhost:8080/");
        assert_eq!(platform.token.unwrap().expose_secret(), "token");
    }

    #[test]
    fn a_broken_file_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        fs::write(&file, "[platforms.\"x\"]\ntoken = s3cr3t-canary\n").unwrap();
        let failure = Kept::read(Some(&file)).unwrap_err();
        assert!(failure.message.contains("config.toml"), "{failure}");
        assert!(!failure.to_string().contains("s3cr3t"), "{failure}");
    }

    #[test]
    fn addresses_are_checked() {
        for (text, wanted) in [
            ("souk.localhost", "http://souk.localhost/"),
            ("souk.example.org", "https://souk.example.org/"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("https://souk.example.org/?a#b", "https://souk.example.org/"),
        ] {
            assert_eq!(parse_address(text).unwrap().as_str(), wanted);
        }
        for text in ["", "ftp://souk.example.org", "http://a:b@souk.example.org", "http://"] {
            assert_eq!(parse_address(text).unwrap_err().exit, Exit::Usage, "{text}");
        }
    }
}

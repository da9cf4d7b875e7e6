//! Every setting of `souk serve`, read once at the start and passed down.
//!
//! Owns names, defaults, units and help; `souk serve --help` is the one list. Each flag has an
//! environment variable `SOUK_*`. Secrets come from files only and have types that cannot be printed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::{Args, ValueEnum};
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

pub mod labels;
pub mod oidc;
pub mod secrets;

use crate::db::Limits;
use labels::Labels;
use oidc::OidcArgs;

/// Settings of the server, one struct per topic.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    #[command(flatten)]
    pub http: HttpArgs,
    #[command(flatten)]
    pub address: AddressArgs,
    #[command(flatten)]
    pub access: AccessArgs,
    #[command(flatten)]
    pub oidc: OidcArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[command(flatten)]
    pub cluster: ClusterArgs,
    #[command(flatten)]
    pub images: ImageArgs,
    #[command(flatten)]
    pub reconcile: ReconcileArgs,
    #[command(flatten)]
    pub log: LogArgs,
}

/// Where the server listens.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Listening")]
pub struct HttpArgs {
    /// Address and port of the API, the dashboard and the probes
    #[arg(long, env = "SOUK_LISTEN", default_value = "0.0.0.0:8080")]
    pub listen: SocketAddr,

    /// Address and port of Prometheus metrics at /metrics; keep it inside the cluster
    #[arg(long, env = "SOUK_METRICS_LISTEN", default_value = "0.0.0.0:9090")]
    pub metrics_listen: SocketAddr,

    /// Proxies whose X-Forwarded-For is believed, as address ranges separated by commas; behind an ingress controller, the range of its pods
    #[arg(long, env = "SOUK_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,

    /// Longest time one request may take, streams apart
    #[arg(long, env = "SOUK_REQUEST_TIMEOUT", default_value = "30s", value_parser = humantime::parse_duration)]
    pub request_timeout: Duration,

    /// Time that open requests and the reconciler get to finish when the server is told to stop
    #[arg(long, env = "SOUK_SHUTDOWN_TIMEOUT", default_value = "20s", value_parser = humantime::parse_duration)]
    pub shutdown_timeout: Duration,
}

/// Under which addresses Souk and its stores are reached.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Addresses")]
pub struct AddressArgs {
    /// Domain under which every store gets its host name: <slug>.<base domain>
    #[arg(long, env = "SOUK_BASE_DOMAIN", default_value = "localhost")]
    pub base_domain: String,

    /// Scheme of the stores' addresses
    #[arg(long, env = "SOUK_STORE_SCHEME", value_enum, default_value_t = Scheme::Http)]
    pub store_scheme: Scheme,

    /// Port of the stores' addresses, when it is not the usual one of the scheme
    #[arg(long, env = "SOUK_STORE_PORT")]
    pub store_port: Option<u16>,

    /// Souk's own address for browsers [default: <store scheme>://souk.<base domain>]
    #[arg(long, env = "SOUK_PUBLIC_URL")]
    pub public_url: Option<url::Url>,
}

/// Who may call, and the key that seals what must not lie in the database in clear.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Access")]
pub struct AccessArgs {
    /// Folder of the files that Souk makes for itself: database, token, key
    #[arg(long, env = "SOUK_DATA_DIR", default_value = "data")]
    pub data_dir: PathBuf,

    /// File that holds the admin token [default: admin-token in the data folder, made when absent]
    #[arg(long, env = "SOUK_ADMIN_TOKEN_FILE")]
    pub admin_token_file: Option<PathBuf>,

    /// File that holds the encryption key, 64 hexadecimal digits [default: encryption-key in the data folder, made when absent]
    #[arg(long, env = "SOUK_ENCRYPTION_KEY_FILE")]
    pub encryption_key_file: Option<PathBuf>,

    /// File that holds the password of the first account, admin; without it there is none until `souk user` makes one
    #[arg(long, env = "SOUK_ADMIN_PASSWORD_FILE")]
    pub admin_password_file: Option<PathBuf>,

    /// How long a sign-in of the dashboard lasts that is not used
    #[arg(long, env = "SOUK_SIGN_IN_LIFETIME", default_value = "12h", value_parser = humantime::parse_duration)]
    pub sign_in_lifetime: Duration,
}

/// How much one caller, and all together, may ask for.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Requests per second of one client address, and of one account, on average; 0 for no limit
    #[arg(long, env = "SOUK_REQUESTS_PER_SECOND", default_value_t = 20)]
    pub requests_per_second: u32,

    /// Requests of one client address, and of one account, that may come at once
    #[arg(long, env = "SOUK_REQUEST_BURST", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub request_burst: u32,

    /// Stores that may be created per hour, all clients together; 0 for no limit
    #[arg(long, env = "SOUK_CREATES_PER_HOUR", default_value_t = 600)]
    pub creates_per_hour: u32,

    /// Stores that may exist at once; 0 for no limit
    #[arg(long, env = "SOUK_MAX_STORES", default_value_t = 0)]
    pub max_stores: u32,

    /// Stores of one owner, a person or a team, that may exist at once; 0 for no limit
    #[arg(long, env = "SOUK_MAX_STORES_PER_OWNER", default_value_t = 0)]
    pub max_stores_per_owner: u32,

    /// Stores that may be created per hour for one owner; 0 for no limit
    #[arg(long, env = "SOUK_CREATES_PER_HOUR_PER_OWNER", default_value_t = 0)]
    pub creates_per_hour_per_owner: u32,
}

impl LimitArgs {
    /// What limits the stores.
    pub fn of_stores(&self) -> Limits {
        let some = |most: u32| Some(most).filter(|most| *most > 0);
        Limits {
            stores: some(self.max_stores),
            creates_per_hour: some(self.creates_per_hour),
            stores_per_owner: some(self.max_stores_per_owner),
            creates_per_hour_per_owner: some(self.creates_per_hour_per_owner),
        }
    }
}

/// Where Souk remembers what was asked for.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseArgs {
    /// Database, such as sqlite:///var/lib/souk/souk.db or postgres://user@host/souk [default: souk.db in the data folder]
    #[arg(long, env = "SOUK_DATABASE_URL")]
    pub database_url: Option<String>,

    /// File that holds the database password, for PostgreSQL
    #[arg(long, env = "SOUK_DATABASE_PASSWORD_FILE")]
    pub database_password_file: Option<PathBuf>,
}

/// The cluster that stores run on, and how they are exposed there. The cluster itself is found as
/// kubectl finds it: KUBECONFIG, or the service account inside a pod.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Cluster")]
pub struct ClusterArgs {
    /// Identity of this platform, put on everything it makes in the cluster [default: made once and kept in the database]
    #[arg(long, env = "SOUK_PLATFORM_ID")]
    pub platform_id: Option<String>,

    /// Ingress class of the stores; empty for the cluster's default
    #[arg(long, env = "SOUK_INGRESS_CLASS", default_value = "")]
    pub ingress_class: String,

    /// Annotations of the stores' Ingress, as key=value separated by commas
    #[arg(long, env = "SOUK_INGRESS_ANNOTATIONS", default_value = "")]
    pub ingress_annotations: Labels,

    /// Namespace of the ingress controller, the only one that may reach a shop
    #[arg(long, env = "SOUK_INGRESS_NAMESPACE", default_value = "traefik")]
    pub ingress_namespace: String,

    /// Labels of the ingress controller's pods, as key=value separated by commas
    #[arg(long, env = "SOUK_INGRESS_POD_LABELS", default_value = "app.kubernetes.io/name=traefik")]
    pub ingress_pod_labels: Labels,

    /// Host and port where Souk reaches the ingress controller to try a store's route; empty to use the store's public address
    #[arg(long, env = "SOUK_INGRESS_ADDRESS", default_value = "")]
    pub ingress_address: String,

    /// Secret with the TLS certificate of the stores' host names, in each store's namespace; empty for the controller's default
    #[arg(long, env = "SOUK_TLS_SECRET", default_value = "")]
    pub tls_secret: String,

    /// Service that leads to Souk, as namespace/name, with a port named http: visitors of suspended shops are led there; without one they find no page
    #[arg(long, env = "SOUK_SLEEPING_SERVICE", value_parser = Sleeping::parse)]
    pub sleeping_service: Option<Sleeping>,

    /// Annotations by which the ingress controller prefers the Ingress of suspended shops to the shops' own, as key=value separated by commas
    #[arg(
        long,
        env = "SOUK_SLEEPING_ANNOTATIONS",
        default_value = "traefik.ingress.kubernetes.io/router.priority=1000000"
    )]
    pub sleeping_annotations: Labels,

    /// Namespace of the cluster's DNS
    #[arg(long, env = "SOUK_DNS_NAMESPACE", default_value = "kube-system")]
    pub dns_namespace: String,

    /// Labels of the cluster's DNS pods, as key=value separated by commas
    #[arg(long, env = "SOUK_DNS_POD_LABELS", default_value = "k8s-app=kube-dns")]
    pub dns_pod_labels: Labels,

    /// Storage class of the stores' volumes; empty for the cluster's default
    #[arg(long, env = "SOUK_STORAGE_CLASS", default_value = "")]
    pub storage_class: String,

    /// The helm binary, version 4
    #[arg(long, env = "SOUK_HELM", default_value = "helm")]
    pub helm: PathBuf,
}

/// Where visitors of suspended shops are led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sleeping {
    pub namespace: String,
    pub name: String,
}

impl Sleeping {
    fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((namespace, name)) if !namespace.is_empty() && !name.is_empty() && !name.contains('/') => {
                Ok(Self { namespace: namespace.to_owned(), name: name.to_owned() })
            }
            _ => Err("must be namespace/name, such as souk/souk".to_owned()),
        }
    }
}

/// What the stores run.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Images")]
pub struct ImageArgs {
    /// Image of the shop: nginx, PHP, WordPress, WooCommerce
    #[arg(long, env = "SOUK_IMAGE_SHOP", default_value = "")]
    pub image_shop: String,

    /// Image of the database: MariaDB
    #[arg(long, env = "SOUK_IMAGE_DATABASE", default_value = "")]
    pub image_database: String,

    /// When nodes pull the stores' images
    #[arg(long, env = "SOUK_IMAGE_PULL_POLICY", default_value = "IfNotPresent", value_parser = ["Always", "IfNotPresent", "Never"])]
    pub image_pull_policy: String,

    /// Pull secrets of the stores' images, separated by commas
    #[arg(long, env = "SOUK_IMAGE_PULL_SECRETS", value_delimiter = ',')]
    pub image_pull_secrets: Vec<String>,

    /// WooCommerce version in the shop image (its label souk.dev/woocommerce); empty or none when it has none
    #[arg(long, env = "SOUK_WOOCOMMERCE_VERSION", default_value = "")]
    pub woocommerce_version: String,

    /// Seconds for which a shop keeps a page for all its visitors at most; 0 to have every page made anew
    #[arg(long, env = "SOUK_PAGE_CACHE_SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u32).range(0..=3600))]
    pub page_cache_seconds: u32,
}

/// How stores are brought to where their owners asked.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Reconciler")]
pub struct ReconcileArgs {
    /// Stores worked on at once
    #[arg(long, env = "SOUK_WORKERS", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..))]
    pub workers: u32,

    /// Stores being created at once; the others wait their turn
    #[arg(long, env = "SOUK_BIRTHS_AT_ONCE", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    pub births_at_once: u32,

    /// Time after which a create that has not ended fails
    #[arg(long, env = "SOUK_CREATE_DEADLINE", default_value = "15m", value_parser = humantime::parse_duration)]
    pub create_deadline: Duration,

    /// Time after which an update that has not ended fails
    #[arg(long, env = "SOUK_UPDATE_DEADLINE", default_value = "10m", value_parser = humantime::parse_duration)]
    pub update_deadline: Duration,

    /// Pause between two full passes, which catch what watches missed
    #[arg(long, env = "SOUK_FULL_PASS_INTERVAL", default_value = "5m", value_parser = humantime::parse_duration)]
    pub full_pass_interval: Duration,

    /// Pause between two looks for what belongs to no store; they report and remove nothing; 0s for none
    #[arg(long, env = "SOUK_SWEEP_INTERVAL", default_value = "6h", value_parser = humantime::parse_duration)]
    pub sweep_interval: Duration,
}

/// What the server logs. The filter itself is RUST_LOG.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Logs")]
pub struct LogArgs {
    /// Form of the log lines
    #[arg(long, env = "SOUK_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// Scheme of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

/// Form of the log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl AddressArgs {
    /// Address of the store with this slug, without a slash at the end.
    pub fn store_url(&self, slug: &str) -> String {
        let port = self.store_port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{slug}.{}{port}", self.store_scheme.name(), self.base_domain)
    }

    /// Souk's own address, without a slash at the end.
    pub fn platform_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => self.store_url("souk"),
        }
    }

    /// Whether browsers reach Souk through TLS, so that cookies may be `Secure`.
    pub fn is_https(&self) -> bool {
        self.platform_url().starts_with("https://")
    }
}

impl ImageArgs {
    /// Version of WooCommerce in the shop image, when it has one.
    pub fn woocommerce(&self) -> Option<&str> {
        match self.woocommerce_version.trim() {
            "" | "none" => None,
            version => Some(version),
        }
    }
}

impl DatabaseArgs {
    /// Address of the database, with its password when a file holds one.
    ///
    /// # Errors
    /// The setting is no address.
    pub fn url(&self, data_dir: &Path, password: Option<&SecretString>) -> anyhow::Result<SecretString> {
        let Some(given) = &self.database_url else {
            return Ok(format!("sqlite://{}", data_dir.join("souk.db").display()).into());
        };
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| given.starts_with(scheme)) {
            anyhow::bail!("SOUK_DATABASE_URL must begin with sqlite:// or postgres://");
        }
        let Some(password) = password else { return Ok(given.as_str().into()) };
        let mut url =
            url::Url::parse(given).context("SOUK_DATABASE_URL is not an address, such as postgres://user@host/souk")?;
        if url.set_password(Some(password.expose_secret())).is_err() {
            anyhow::bail!("SOUK_DATABASE_URL takes no password: leave SOUK_DATABASE_PASSWORD_FILE out");
        }
        Ok(String::from(url).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(clap::Parser)]
    struct Defaults {
        #[command(flatten)]
        serve: ServeArgs,
    }

    #[test]
    fn every_setting_has_an_environment_variable_and_help() {
        let command = <Defaults as clap::CommandFactory>::command();
        command.clone().debug_assert();
        for argument in command.get_arguments().filter(|argument| argument.get_id() != "help") {
            let name = argument.get_id();
            let variable = argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            assert!(variable.starts_with("SOUK_"), "{name} has the variable {variable:?}");
            assert!(argument.get_help().is_some(), "{name} has no help");
        }
    }

    #[test]
    fn addresses_follow_scheme_and_port() {
        let parse = |args: &[&str]| <Defaults as clap::Parser>::parse_from(args).serve.address;
        let local = parse(&["souk"]);
        assert_eq!(local.store_url("mug"), "http://mug.localhost");
        assert_eq!(local.platform_url(), "http://souk.localhost");
        let own = parse(&["souk", "--base-domain=shops.example", "--store-scheme=https", "--store-port=8443"]);
        assert_eq!(own.store_url("mug"), "https://mug.shops.example:8443");
        assert!(own.is_https());
        let other = parse(&["souk", "--public-url=https://souk.example/"]);
        assert_eq!(other.platform_url(), "https://souk.example");
    }

    #[test]
    fn a_database_password_comes_from_its_file() {
        let database =
            |url: Option<&str>| DatabaseArgs { database_url: url.map(str::to_owned), database_password_file: None };
        let data = Path::new("data");
        let url = |args: DatabaseArgs, password: Option<&str>| {
            let password = password.map(SecretString::from);
            args.url(data, password.as_ref()).map(|url| url.expose_secret().to_owned())
        };
        assert_eq!(url(database(None), None).unwrap(), "sqlite://data/souk.db");
        let postgres = database(Some("postgres://souk@db/souk"));
        assert_eq!(url(postgres, Some("p@ss/word")).unwrap(), "postgres://souk:p%40ss%2Fword@db/souk");
        for wrong in ["no address", "mysql://souk@db/souk", "postgres:souk"] {
            let error = url(database(Some(wrong)), Some("hunter2")).unwrap_err().to_string();
            assert!(error.contains("SOUK_DATABASE_URL") && !error.contains("hunter2"), "{error}");
        }
    }
}

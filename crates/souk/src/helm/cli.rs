//! Helm by its command line, version 4. The only module that starts `helm`.
//!
//! Values go through standard input. The child sees a small environment of its own: none of
//! Souk's settings, no token. It dies with the server, so that a killed server leaves no Helm
//! behind that goes on writing while the next one recovers the release.

use std::{
    ffi::{OsStr, OsString},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tokio::{io::AsyncWriteExt, process::Command};

use super::{Chart, DIGEST_LABEL, Helm, HelmError, Install, RELEASE};

/// How much longer than its own timeout a Helm process may live.
const GRACE: Duration = Duration::from_secs(15);

/// Revisions that Helm keeps of each store.
const HISTORY: &str = "3";

/// Variables that Helm may see; all else of Souk's environment is kept from it.
const PASSED_ON: &[&str] = &[
    "PATH",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// How `helm` is started.
#[derive(Debug, Clone)]
pub struct HelmSettings {
    /// The binary; a bare name is looked up in `PATH`.
    pub binary: PathBuf,
    /// The kubeconfig; without one, Helm uses the service account of its pod.
    pub kubeconfig: Option<OsString>,
    /// A folder that can be written, for Helm's caches.
    pub work: PathBuf,
    /// How long a rollback or an uninstall may take.
    pub timeout: Duration,
}

/// Helm's command line.
#[derive(Debug)]
pub struct HelmCli {
    settings: HelmSettings,
    chart: Arc<Chart>,
    bound_to_parent: bool,
}

impl HelmCli {
    /// Uses `chart` for every install and upgrade.
    pub fn new(settings: HelmSettings, chart: Arc<Chart>) -> Self {
        let bound_to_parent = on_path("setpriv");
        if !bound_to_parent {
            tracing::warn!("setpriv (util-linux) is missing: a killed server may leave a helm running");
        }
        Self { settings, chart, bound_to_parent }
    }

    fn command(&self) -> Command {
        let mut command = if self.bound_to_parent {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL", "--"]).arg(&self.settings.binary);
            command
        } else {
            Command::new(&self.settings.binary)
        };
        let work = &self.settings.work;
        command
            .env_clear()
            .env("HOME", work)
            .env("KUBECACHEDIR", work.join("kube"))
            .env("HELM_CACHE_HOME", work.join("cache"))
            .env("HELM_CONFIG_HOME", work.join("config"))
            .env("HELM_DATA_HOME", work.join("data"))
            .kill_on_drop(true);
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(kubeconfig) = &self.settings.kubeconfig {
            command.env("KUBECONFIG", kubeconfig);
        }
        command
    }

    async fn run<A, S>(
        &self,
        action: &'static str,
        namespace: &str,
        arguments: A,
        input: Option<Vec<u8>>,
        timeout: Duration,
    ) -> Result<String, HelmError>
    where
        A: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let started = Instant::now();
        let mut command = self.command();
        command
            .arg(action)
            .args(arguments)
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let binary = self.settings.binary.to_string_lossy();
        let mut child = command.spawn().map_err(|error| HelmError::missing(&binary, &error))?;
        let pipe = child.stdin.take();
        let work = async move {
            if let (Some(mut pipe), Some(input)) = (pipe, input) {
                // A Helm that ends without reading says why on its error output.
                let _ = pipe.write_all(&input).await;
                drop(pipe);
            }
            child.wait_with_output().await
        };
        let limit = timeout + GRACE;
        let output = match tokio::time::timeout(limit, work).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return Err(HelmError::transient(format!("helm {action}: {error}"))),
            Err(_) => {
                return Err(HelmError::transient(format!(
                    "helm {action} took longer than {} s and was ended",
                    limit.as_secs()
                )));
            }
        };
        let duration_ms = started.elapsed().as_millis() as u64;
        if output.status.success() {
            tracing::debug!(namespace, action, duration_ms, "helm finished");
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let error = if output.status.code() == Some(127) && stderr.starts_with("setpriv:") {
            HelmError::missing(&binary, &std::io::ErrorKind::NotFound.into())
        } else if let Some(signal) = output.status.signal() {
            HelmError::transient(format!("helm {action} was ended by signal {signal}"))
        } else {
            HelmError::from_output(&stderr)
        };
        tracing::warn!(namespace, action, duration_ms, error = %error, "helm failed");
        Err(error)
    }
}

#[async_trait]
impl Helm for HelmCli {
    async fn install_or_upgrade(&self, install: &Install) -> Result<(), HelmError> {
        let timeout = seconds(install.timeout);
        let label = format!("{DIGEST_LABEL}={}", install.digest);
        let arguments: [&OsStr; 16] = [
            "--install".as_ref(),
            RELEASE.as_ref(),
            self.chart.path().as_os_str(),
            "--namespace".as_ref(),
            install.namespace.as_ref(),
            "--values".as_ref(),
            "-".as_ref(),
            "--labels".as_ref(),
            label.as_ref(),
            "--history-max".as_ref(),
            HISTORY.as_ref(),
            "--timeout".as_ref(),
            timeout.as_ref(),
            "--hide-notes".as_ref(),
            // What somebody else set by hand neither stops an upgrade nor survives it.
            "--force-conflicts".as_ref(),
            // The API server checks what it applies; fetching its whole document first takes longer
            // than the rest of an install.
            "--disable-openapi-validation".as_ref(),
        ];
        let values = install.values.to_string().into_bytes();
        self.run("upgrade", &install.namespace, arguments, Some(values), install.timeout).await.map(drop)
    }

    async fn rollback(&self, namespace: &str, revision: u32) -> Result<(), HelmError> {
        let timeout = seconds(self.settings.timeout);
        let revision = revision.to_string();
        let arguments = [
            RELEASE,
            revision.as_str(),
            "--namespace",
            namespace,
            "--history-max",
            HISTORY,
            "--timeout",
            timeout.as_str(),
            "--force-conflicts",
        ];
        self.run("rollback", namespace, arguments, None, self.settings.timeout).await.map(drop)
    }

    async fn uninstall(&self, namespace: &str) -> Result<(), HelmError> {
        let timeout = seconds(self.settings.timeout);
        let arguments = [RELEASE, "--namespace", namespace, "--ignore-not-found", "--timeout", timeout.as_str()];
        self.run("uninstall", namespace, arguments, None, self.settings.timeout).await.map(drop)
    }

    async fn version(&self) -> Result<String, HelmError> {
        let arguments = ["--template", "{{.Version}}"];
        let version = self.run("version", "", arguments, None, Duration::from_secs(5)).await?;
        Ok(version.trim().to_owned())
    }
}

fn seconds(duration: Duration) -> String {
    format!("{}s", duration.as_secs().max(1))
}

fn on_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}

/// The version of the `helm` in PATH, for `souk doctor`; `None` where there is no such program.
///
/// # Errors
/// What the program said when it failed, or that it does not answer.
pub async fn version_in_path() -> Result<Option<String>, String> {
    let asked = Command::new("helm").args(["version", "--template", "{{.Version}}"]).kill_on_drop(true).output();
    match tokio::time::timeout(Duration::from_secs(10), asked).await {
        Ok(Ok(output)) if output.status.success() => {
            Ok(Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()))
        }
        Ok(Ok(output)) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Ok(Err(_)) => Ok(None),
        Err(_) => Err("`helm version` does not answer".to_owned()),
    }
}

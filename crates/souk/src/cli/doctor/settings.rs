//! What the installed platform was told: its ConfigMap, and where it says that it is.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{Api, Client};

use super::cluster::ask;
use super::place::Place;

/// The platform's SOUK_* settings as they stand in the cluster; empty when it is not installed.
#[derive(Debug, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    pub async fn read(client: &Client, place: &Place) -> Result<Self, String> {
        let found = ask(Api::<ConfigMap>::namespaced(client.clone(), &place.namespace).get_opt(&place.release)).await?;
        Ok(Self(found.and_then(|map| map.data).unwrap_or_default()))
    }

    /// The platform is not installed, or not to be seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A setting that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// The platform's address for browsers.
    pub fn address(&self) -> Option<String> {
        if let Some(url) = self.get("SOUK_PUBLIC_URL") {
            return Some(url.trim_end_matches('/').to_owned());
        }
        let port = self.get("SOUK_STORE_PORT").map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = self.get("SOUK_STORE_SCHEME").unwrap_or("http");
        Some(format!("{scheme}://souk.{}{port}", self.get("SOUK_BASE_DOMAIN")?))
    }
}

/// The admin token in the cluster, if this kubeconfig may read it.
pub async fn admin_token(client: &Client, place: &Place) -> Result<Option<String>, String> {
    let secrets = Api::<Secret>::namespaced(client.clone(), &place.namespace);
    let secret = ask(secrets.get_opt(&place.admin_secret())).await?;
    let token = secret.and_then(|secret| secret.data?.remove("token"));
    Ok(token
        .and_then(|token| String::from_utf8(token.0).ok())
        .map(|token| token.trim().to_owned())
        .filter(|token| !token.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_platform() {
        let settings = |pairs: &[(&str, &str)]| {
            Settings(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        };
        assert_eq!(settings(&[]).address(), None);
        let local =
            settings(&[("SOUK_BASE_DOMAIN", "localhost"), ("SOUK_STORE_PORT", "8080"), ("SOUK_STORAGE_CLASS", "")]);
        assert_eq!(local.address().as_deref(), Some("http://souk.localhost:8080"));
        assert_eq!(local.get("SOUK_STORAGE_CLASS"), None);
    }
}

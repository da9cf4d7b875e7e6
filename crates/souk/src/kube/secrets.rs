//! The three secrets of a store: made once before the release, through the API, and put back exactly
//! as they were when somebody deletes or changes them. Their contents are in no Helm value, argument
//! or log line.
//!
//! Owns their contents and their way to and from the cluster. Where the copy lies that they are put
//! back from is the reconciler's business.

use std::collections::BTreeMap;

use k8s_openapi::{
    ByteString,
    api::core::v1::{Pod, Secret},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, ResourceExt,
    api::{DeleteParams, Patch, PostParams, Preconditions},
};
use rand::RngExt as _;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use souk_domain::StoreId;
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::{
    KubeCluster, KubeError, KubeErrorKind,
    facts::{SecretFact, fields::MANAGER},
    labels::{self, ADMIN_SECRET, DATABASE_SECRET, KEYS_SECRET},
    owned::as_souk,
};

/// All of a store's secrets.
pub const SECRETS: [&str; 3] = [ADMIN_SECRET, DATABASE_SECRET, KEYS_SECRET];

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// The administrator that a shop begins with.
#[derive(Debug, Clone)]
pub struct AdminAccount {
    pub username: String,
    pub email: String,
    /// The chosen password; without one, a password is generated.
    pub password: Option<SecretString>,
}

/// What is in a store's secrets: texts by secret and key. `Debug` prints none of them.
#[derive(Debug, Clone, Default)]
pub struct StoreSecrets(BTreeMap<String, BTreeMap<String, SecretString>>);

impl StoreSecrets {
    /// Makes up what is not there yet.
    #[must_use]
    pub fn completed(mut self, admin: &AdminAccount) -> Self {
        let password = || admin.password.as_ref().map_or_else(|| word(20), |chosen| chosen.expose_secret().to_owned());
        self.fill(ADMIN_SECRET, "username", || admin.username.clone());
        self.fill(ADMIN_SECRET, "password", password);
        self.fill(ADMIN_SECRET, "email", || admin.email.clone());
        self.fill(DATABASE_SECRET, "password", || word(32));
        self.fill(KEYS_SECRET, "seed", || hex::encode(rand::random::<[u8; 32]>()));
        self.fill(KEYS_SECRET, "check-token", || word(40));
        self
    }

    fn fill(&mut self, secret: &str, key: &str, value: impl FnOnce() -> String) {
        let content = self.0.entry(secret.to_owned()).or_default();
        content.entry(key.to_owned()).or_insert_with(|| value().into());
    }

    /// Every key that the store needs is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        SECRETS.iter().all(|secret| {
            labels::keys_of(secret).is_none_or(|keys| keys.iter().all(|key| self.get(secret, key).is_some()))
        })
    }

    /// One text.
    #[must_use]
    pub fn get(&self, secret: &str, key: &str) -> Option<&SecretString> {
        self.0.get(secret)?.get(key)
    }

    /// All of it as one text, to be sealed.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let plain: BTreeMap<_, BTreeMap<_, _>> = self
            .0
            .iter()
            .map(|(secret, content)| {
                (secret, content.iter().map(|(key, value)| (key, value.expose_secret())).collect())
            })
            .collect();
        // Maps of texts always become JSON.
        serde_json::to_string(&plain).unwrap_or_default().into()
    }

    /// Reads what `to_text` wrote.
    #[must_use]
    pub fn from_text(text: &SecretString) -> Option<Self> {
        let plain: BTreeMap<String, BTreeMap<String, Zeroizing<String>>> = serde_json::from_str::<
            BTreeMap<String, BTreeMap<String, String>>,
        >(text.expose_secret())
        .ok()?
        .into_iter()
        .map(|(secret, content)| (secret, content.into_iter().map(|(key, value)| (key, value.into())).collect()))
        .collect();
        let content = |content: BTreeMap<String, Zeroizing<String>>| {
            content.into_iter().map(|(key, value)| (key, value.as_str().into())).collect()
        };
        Some(Self(plain.into_iter().map(|(secret, inner)| (secret, content(inner))).collect()))
    }

    fn data(&self, secret: &str) -> BTreeMap<String, ByteString> {
        let bytes = |text: &SecretString| ByteString(text.expose_secret().as_bytes().to_vec());
        let content = self.0.get(secret).into_iter().flatten();
        content.map(|(key, value)| (key.clone(), bytes(value))).collect()
    }
}

/// Annotation on the pods of a store: when its secrets were last put back.
const PUT_BACK_ANNOTATION: &str = "souk.dev/secrets-put-back";

/// How often a Secret that vanishes between two calls is made again before others are left in peace for a while.
const VANISHED_TRIES: usize = 3;

impl KubeCluster {
    fn secrets(&self, store: &StoreId) -> Api<Secret> {
        Api::namespaced(self.client.clone(), &store.namespace())
    }

    /// What is in those of the store's secrets that are there.
    pub(super) async fn find_secrets(&self, store: &StoreId) -> Result<StoreSecrets, KubeError> {
        let mut found = StoreSecrets::default();
        for name in SECRETS {
            match self.read_secret(store, name).await {
                Ok(content) => _ = found.0.insert(name.to_owned(), content),
                Err(error) if error.kind == KubeErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Makes every secret what it is to be; returns what had to be put back, in words.
    pub(super) async fn put_secrets(&self, store: &StoreId, wanted: &StoreSecrets) -> Result<Vec<String>, KubeError> {
        let [admin, database, keys] = SECRETS.map(|name| self.put_secret(store, name, wanted));
        let (admin, database, keys) = tokio::try_join!(admin, database, keys)?;
        self.catch_up(store, |facts| {
            let fine = |secret: &SecretFact| !secret.leaving && secret.edited.is_none();
            SECRETS.iter().all(|name| facts.secrets.get(name).is_some_and(fine))
        })
        .await;
        let back: Vec<_> = [admin, database, keys].into_iter().flatten().collect();
        if !back.is_empty() {
            self.bring_secrets_to_pods(store).await;
        }
        Ok(back)
    }

    /// A node brings a changed Secret into a running pod a minute or two later, and sooner when the pod itself changes.
    /// A pod that began in between has what somebody else wrote, so each is changed. That is no more than a help: what
    /// fails here, the node does in its own time.
    async fn bring_secrets_to_pods(&self, store: &StoreId) {
        let pods: Api<Pod> = Api::namespaced(self.client.clone(), &store.namespace());
        let now = OffsetDateTime::now_utc().unix_timestamp().to_string();
        let patch = Patch::Merge(json!({"metadata": {"annotations": {PUT_BACK_ANNOTATION: now}}}));
        for (pod, _) in self.cache.of(store).pods.iter() {
            if let Err(error) = self.call("pod", pods.patch_metadata(pod, &as_souk(), &patch)).await {
                tracing::debug!(store.id = %store, pod, %error, "the node brings the secrets to the pod later");
            }
        }
    }

    async fn put_secret(
        &self,
        store: &StoreId,
        name: &'static str,
        wanted: &StoreSecrets,
    ) -> Result<Option<String>, KubeError> {
        let secret = Secret {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                labels: Some(labels::of_store(store, &self.platform_id)),
                ..ObjectMeta::default()
            },
            type_: Some("Opaque".to_owned()),
            data: Some(wanted.data(name)),
            ..Secret::default()
        };
        let secrets = self.secrets(store);
        let as_souk = PostParams { field_manager: Some(MANAGER.to_owned()), ..PostParams::default() };
        let mut tries = 0..VANISHED_TRIES;
        let there = loop {
            let created = self.call(name, async {
                match secrets.create(&as_souk, &secret).await {
                    Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(false),
                    other => other.map(|_| true),
                }
            });
            if created.await? {
                return Ok(Some(format!("Secret {name} was deleted")));
            }
            match self.call(name, secrets.get_opt(name)).await? {
                Some(there) => break there,
                // Deleted between the two calls.
                None if tries.next().is_some() => {}
                None => {
                    let message = format!("Secret {name} is deleted by somebody again and again");
                    return Err(KubeError::new(KubeErrorKind::Transient, message));
                }
            }
        };
        if there.metadata.deletion_timestamp.is_some() {
            let held = there.finalizers().join(", ");
            let held = if held.is_empty() { String::new() } else { format!(" and held by {held}") };
            let message = format!("Secret {name} is being removed{held}; it is made again once it is gone");
            return Err(KubeError::new(KubeErrorKind::Transient, message));
        }
        let same =
            there.data == secret.data && there.labels().get(labels::STORE).map(String::as_str) == Some(store.as_str());
        let told = SecretFact::from(&there.metadata).edited;
        if same && told.is_none() {
            return Ok(None);
        }
        // Made anew, not written over: a secret can be marked as never to be changed, and whose its
        // fields are begins afresh.
        let exactly = Preconditions { uid: there.metadata.uid, resource_version: None };
        let exactly = DeleteParams::default().preconditions(exactly);
        self.call(name, async {
            match secrets.delete(name, &exactly).await {
                Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
                other => other.map(drop),
            }
        })
        .await?;
        self.call(name, secrets.create(&as_souk, &secret)).await?;
        Ok(Some(told.map_or_else(|| format!("Secret {name} was changed"), String::from)))
    }

    /// The texts of one secret.
    pub(super) async fn read_secret(
        &self,
        store: &StoreId,
        name: &'static str,
    ) -> Result<BTreeMap<String, SecretString>, KubeError> {
        let secret = self.call(name, self.secrets(store).get(name)).await?;
        secret
            .data
            .unwrap_or_default()
            .into_iter()
            .map(|(key, value)| match String::from_utf8(value.0) {
                Ok(text) => Ok((key, text.into())),
                Err(_) => {
                    Err(KubeError::new(KubeErrorKind::Invalid, format!("key {key} of Secret {name} is not text")))
                }
            })
            .collect()
    }

    pub(super) async fn read_check_token(&self, store: &StoreId) -> Result<SecretString, KubeError> {
        let mut secret = self.read_secret(store, KEYS_SECRET).await?;
        secret.remove("check-token").ok_or_else(|| {
            KubeError::new(KubeErrorKind::Invalid, format!("Secret {KEYS_SECRET} has no key check-token"))
        })
    }
}

/// Random characters of the alphabet: 5.8 bits each.
fn word(length: usize) -> String {
    let mut random = rand::rng();
    (0..length).map(|_| char::from(ALPHABET[random.random_range(0..ALPHABET.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_kept_and_the_rest_made_up() {
        let chosen = SecretString::from("a \"chosen\" one");
        let admin = AdminAccount { username: "ada".into(), email: "a@b".into(), password: Some(chosen) };
        let made = StoreSecrets::default().completed(&admin);
        assert!(made.is_complete() && !StoreSecrets::default().is_complete());
        let again = made.clone().completed(&AdminAccount { password: None, ..admin });
        assert_eq!(again.to_text().expose_secret(), made.to_text().expose_secret());
        let read = StoreSecrets::from_text(&made.to_text()).unwrap();
        assert_eq!(read.get(ADMIN_SECRET, "password").unwrap().expose_secret(), "a \"chosen\" one");
        assert_eq!(read.get(KEYS_SECRET, "seed").unwrap().expose_secret().len(), 64);
        assert!(!format!("{read:?}").contains("chosen"));
        assert!(StoreSecrets::from_text(&"no json".into()).is_none());
    }
}

//! The three secrets of a store. Made once before the release, through the API: their contents are
//! in no Helm value, argument or log line, and are never overwritten.

use std::collections::BTreeMap;

use k8s_openapi::{ByteString, api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{Api, api::PostParams};
use rand::RngExt as _;
use secrecy::{ExposeSecret, SecretString};
use souk_domain::StoreId;

use super::{
    KubeCluster, KubeError, KubeErrorKind,
    labels::{self, ADMIN_SECRET, DATABASE_SECRET, KEYS_SECRET},
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

impl KubeCluster {
    fn secrets(&self, store: &StoreId) -> Api<Secret> {
        Api::namespaced(self.client.clone(), &store.namespace())
    }

    pub(super) async fn make_secrets(&self, store: &StoreId, admin: &AdminAccount) -> Result<(), KubeError> {
        let password = match &admin.password {
            Some(chosen) => chosen.expose_secret().to_owned(),
            None => word(20),
        };
        let contents = [
            (
                ADMIN_SECRET,
                vec![("username", admin.username.clone()), ("password", password), ("email", admin.email.clone())],
            ),
            (DATABASE_SECRET, vec![("password", word(32))]),
            (KEYS_SECRET, vec![("seed", hex::encode(rand::random::<[u8; 32]>())), ("check-token", word(40))]),
        ];
        let [admin, database, keys] = contents.map(|(name, content)| self.create_if_absent(store, name, content));
        tokio::try_join!(admin, database, keys)?;
        self.catch_up(store, |facts| SECRETS.iter().all(|name| facts.secrets.contains_key(*name))).await;
        Ok(())
    }

    async fn create_if_absent(
        &self,
        store: &StoreId,
        name: &'static str,
        content: Vec<(&str, String)>,
    ) -> Result<(), KubeError> {
        let data: BTreeMap<_, _> =
            content.into_iter().map(|(key, value)| (key.to_owned(), ByteString(value.into_bytes()))).collect();
        let secret = Secret {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                labels: Some(labels::of_store(store, &self.platform_id)),
                ..ObjectMeta::default()
            },
            type_: Some("Opaque".to_owned()),
            data: Some(data),
            ..Secret::default()
        };
        let secrets = self.secrets(store);
        self.call(name, async {
            match secrets.create(&PostParams::default(), &secret).await {
                Err(kube::Error::Api(status)) if status.is_already_exists() => Ok(()),
                other => other.map(drop),
            }
        })
        .await
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

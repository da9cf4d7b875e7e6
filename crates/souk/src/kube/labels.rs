//! The labels and names by which Souk knows its own objects on a cluster.

use std::collections::BTreeMap;

use souk_domain::StoreId;

/// The store an object belongs to.
pub const STORE: &str = "souk.dev/store";
/// The platform that made a namespace. Two platforms on one cluster have different ids.
pub const PLATFORM: &str = "souk.dev/platform";
/// Which part of a store an object is: `shop` or `database`.
pub const COMPONENT: &str = "app.kubernetes.io/component";

/// Secret with the shop's administrator: `username`, `password`, `email`.
pub const ADMIN_SECRET: &str = "store-admin";
/// Secret with the database's `password`.
pub const DATABASE_SECRET: &str = "store-database";
/// Secret with the `seed` of WordPress's keys and the `check-token` of the shop's own check.
pub const KEYS_SECRET: &str = "store-keys";

/// The keys of one of a store's secrets; `None` for any other secret.
pub fn keys_of(secret: &str) -> Option<&'static [&'static str]> {
    match secret {
        ADMIN_SECRET => Some(&["username", "password", "email"]),
        DATABASE_SECRET => Some(&["password"]),
        KEYS_SECRET => Some(&["seed", "check-token"]),
        _ => None,
    }
}

/// Labels that are the same on every namespace of a store: who manages it, and its pod security.
pub const FIXED: [(&str, &str); 5] = [
    ("app.kubernetes.io/managed-by", "souk"),
    ("app.kubernetes.io/part-of", "souk"),
    ("pod-security.kubernetes.io/enforce", "restricted"),
    ("pod-security.kubernetes.io/audit", "restricted"),
    ("pod-security.kubernetes.io/warn", "restricted"),
];

/// Labels of everything that Souk makes itself for a store.
pub fn of_store(store: &StoreId, platform: &str) -> BTreeMap<String, String> {
    let mut labels = of_namespace(store, platform);
    labels.retain(|key, _| !key.starts_with("pod-security."));
    labels
}

/// The same for the namespace, with the pod security that it enforces.
pub fn of_namespace(store: &StoreId, platform: &str) -> BTreeMap<String, String> {
    let ids = [(STORE, store.as_str()), (PLATFORM, platform)];
    ids.into_iter().chain(FIXED).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

//! Secrets that Souk made for the store. Only metadata is watched, never what is in them: whether one
//! was changed is read from whose its fields are.

use k8s_openapi::{api::core::v1::Secret, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::core::PartialObjectMeta;
use serde_json::Value;

use super::fields::{MANAGER, Shares, display};
use crate::kube::labels;

/// A Secret that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretFact {
    /// It is being removed.
    pub leaving: bool,
    /// What somebody changed of it, and who: `data.password of Secret store-admin was changed by kubectl`.
    pub edited: Option<Box<str>>,
}

impl From<&PartialObjectMeta<Secret>> for SecretFact {
    fn from(secret: &PartialObjectMeta<Secret>) -> Self {
        Self::from(&secret.metadata)
    }
}

impl From<&ObjectMeta> for SecretFact {
    fn from(meta: &ObjectMeta) -> Self {
        Self { leaving: meta.deletion_timestamp.is_some(), edited: edited(meta).map(String::into_boxed_str) }
    }
}

fn edited(meta: &ObjectMeta) -> Option<String> {
    let name = meta.name.as_deref().unwrap_or_default();
    let keys = labels::keys_of(name)?;
    // Whoever made it: Souk under its name, or as an earlier version was called.
    let entries = || meta.managed_fields.iter().flatten();
    let named = entries().any(|entry| entry.manager.as_deref() == Some(MANAGER));
    let oldest = entries().min_by_key(|entry| entry.time.as_ref().map(|time| time.0));
    let maker = if named { Some(MANAGER) } else { oldest?.manager.as_deref() };
    let shares = Shares::split(meta, |manager| Some(manager) == maker);
    let data = shares.own.get("f:data").and_then(Value::as_object);
    let taken = keys.iter().any(|key| !data.is_some_and(|data| data.contains_key(&format!("f:{key}"))));
    if shares.others.is_empty() && !taken {
        return None;
    }
    let fields: Vec<_> = shares.additions().iter().map(|part| display(part)).collect();
    let by: Vec<_> = shares.others.iter().map(|(manager, _)| manager.as_str()).collect();
    let what = match fields.as_slice() {
        [] => "keys".to_owned(),
        some => some.join(", "),
    };
    let who = if by.is_empty() { String::new() } else { format!(" by {}", by.join(", ")) };
    let was = if fields.len() == 1 { "was" } else { "were" };
    Some(format!("{what} of Secret {name} {was} changed{who}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fact(entries: Value) -> Option<String> {
        let meta: ObjectMeta =
            serde_json::from_value(json!({"name": "store-database", "managedFields": entries})).unwrap();
        SecretFact::from(&meta).edited.map(String::from)
    }

    #[test]
    fn a_change_shows_in_whose_the_fields_are() {
        let at = |manager: &str, time: &str, fields: Value| {
            json!({"manager": manager, "operation": "Update",
            "time": time, "fieldsV1": fields})
        };
        let whole = json!({"f:data": {".": {}, "f:password": {}}, "f:type": {}});
        let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        assert_eq!(fact(json!([at("souk", early, whole.clone())])), None);
        // As an earlier version made it.
        assert_eq!(fact(json!([at("unknown", early, whole.clone())])), None);
        let less = json!({"f:data": {}, "f:type": {}});
        let changed =
            json!([at("souk", early, less.clone()), at("kubectl-edit", late, json!({"f:data": {"f:password": {}}}))]);
        assert_eq!(
            fact(changed).as_deref(),
            Some("data.password of Secret store-database was changed by kubectl-edit")
        );
        let taken = json!([at("souk", early, less)]);
        assert_eq!(fact(taken).as_deref(), Some("keys of Secret store-database were changed"));
        let added =
            json!([at("souk", early, whole.clone()), at("kubectl-patch", late, json!({"f:data": {"f:x": {}}}))]);
        assert_eq!(fact(added).as_deref(), Some("data.x of Secret store-database was changed by kubectl-patch"));
        let noted = json!([
            at("souk", early, whole),
            at("reflector", late, json!({"f:metadata": {"f:annotations": {"f:x": {}}}}))
        ]);
        assert_eq!(fact(noted), None);
    }
}

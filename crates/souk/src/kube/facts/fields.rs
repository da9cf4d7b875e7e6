//! Whose the fields of an object are: the cluster's record of it (`metadata.managedFields`), read.
//!
//! Owns the sets of fields, their difference, and the way from a set to what people and a JSON patch
//! call its fields. A set is the cluster's own form: keys `f:<field>`, `k:<keys of a list's item>` and
//! `v:<value of a list>`, a leaf is an empty object, and `.` stands for the item itself.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A set of fields.
pub type Fields = Map<String, Value>;

/// The name under which Souk itself writes.
pub const MANAGER: &str = "souk";

/// The program that asks for a restart by an annotation of the pods' template; to take it away would
/// restart them once more.
const RESTARTED: [&str; 5] =
    ["f:spec", "f:template", "f:metadata", "f:annotations", "f:kubectl.kubernetes.io/restartedAt"];

/// The fields of one object by their managers.
#[derive(Debug, Default)]
pub struct Shares {
    /// What Helm owns.
    pub own: Fields,
    /// What others own and Helm does not, by manager; never empty.
    pub others: Vec<(String, Fields)>,
}

impl Shares {
    /// Reads the record. What controllers report (`status`) and what they note for themselves
    /// (annotations, finalizers) is left out.
    pub fn of(meta: &ObjectMeta) -> Self {
        Self::split(meta, |manager| manager.starts_with("helm"))
    }

    /// The same, with the owner that `is_own` names.
    pub fn split(meta: &ObjectMeta, is_own: impl Fn(&str) -> bool) -> Self {
        let mut shares = Self::default();
        let mut others: Vec<(String, Fields)> = Vec::new();
        for entry in meta.managed_fields.iter().flatten() {
            let manager = entry.manager.as_deref().unwrap_or("unknown");
            let Some(Value::Object(fields)) = entry.fields_v1.as_ref().map(|fields| &fields.0) else { continue };
            if is_own(manager) {
                merge(&mut shares.own, fields);
            } else if entry.subresource.as_deref() != Some("status") && manager != MANAGER {
                let mut fields = fields.clone();
                forget_notes(&mut fields, manager);
                match others.iter_mut().find(|(name, _)| name == manager) {
                    Some((_, known)) => merge(known, &fields),
                    None => others.push((manager.to_owned(), fields)),
                }
            }
        }
        for (manager, fields) in others {
            let alone = without(&fields, &shares.own);
            if !alone.is_empty() {
                shares.others.push((manager, alone));
            }
        }
        shares
    }

    /// Everything that others own and Helm does not, as whole parts: no part lies within another.
    pub fn additions(&self) -> Vec<Vec<String>> {
        let mut all = Fields::new();
        for (_, fields) in &self.others {
            merge(&mut all, fields);
        }
        let mut parts = Vec::new();
        collect(&all, Some(&self.own), &mut Vec::new(), &mut parts);
        parts
    }

    /// Who owns something that Helm does not.
    pub fn is_foreign(&self, manager: &str) -> bool {
        self.others.iter().any(|(name, _)| name == manager)
    }

    /// Names Helm's set; 0 when it is empty.
    pub fn fingerprint(&self) -> u64 {
        if self.own.is_empty() {
            return 0;
        }
        let hash = Sha256::digest(Value::Object(self.own.clone()).to_string());
        hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// What the cluster keeps no owner of: it is what the object is called, or another's report.
const NOBODYS: [&str; 4] = ["apiVersion", "kind", "metadata", "status"];

/// Whether `own` holds every field of `object`, as it was applied.
pub fn owns_object(own: &Fields, object: &Value) -> bool {
    let within = |name: &str, value: &Value| field(own, name).is_some_and(|own| owns(own, value));
    let metadata = ["labels", "annotations"].into_iter().all(|name| {
        let own = field(own, "metadata").and_then(|own| field(own, name));
        is_empty(&object["metadata"][name]) || own.is_some_and(|own| owns(own, &object["metadata"][name]))
    });
    let mut rest = object.as_object().into_iter().flatten().filter(|(name, _)| !NOBODYS.contains(&name.as_str()));
    metadata && rest.all(|(name, value)| is_empty(value) || within(name, value))
}

/// The same of one field. A list of the cluster's own form has its items by their keys, which may hold defaults that
/// were not applied, or by their values; any other one is owned as a whole.
fn owns(own: &Fields, value: &Value) -> bool {
    if own.is_empty() {
        return true;
    }
    let item = |item: &Value| {
        own.iter().any(|(key, own)| match key.split_once(':') {
            Some(("k", keys)) => {
                let keys: Fields = serde_json::from_str(keys).unwrap_or_default();
                let same = keys.iter().all(|(key, value)| item.get(key).is_none_or(|found| found == value));
                same && own.as_object().is_some_and(|own| owns(own, item))
            }
            Some(("v", text)) => serde_json::from_str::<Value>(text).is_ok_and(|value| value == *item),
            _ => false,
        })
    };
    match value {
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| is_empty(value) || field(own, name).is_some_and(|own| owns(own, value)))
        }
        Value::Array(items) => items.iter().all(item),
        _ => true,
    }
}

fn field<'a>(own: &'a Fields, name: &str) -> Option<&'a Fields> {
    own.get(&format!("f:{name}"))?.as_object()
}

/// Applied, it leaves nothing that could be owned.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().all(is_empty),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// How people call a part: `spec.template.spec.containers[php].env[DEBUG]`.
pub fn display(part: &[String]) -> String {
    let mut text = String::new();
    for step in part {
        match step.split_once(':') {
            Some(("f", field)) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(field);
            }
            Some(("k", keys)) => {
                let keys: Fields = serde_json::from_str(keys).unwrap_or_default();
                let values: Vec<_> = keys.values().map(plain).collect();
                text.push_str(&format!("[{}]", values.join(",")));
            }
            Some((_, value)) => text.push_str(&format!("[{}]", value.trim_matches('"'))),
            None => {}
        }
    }
    text
}

/// Where a part lies in `object`, as the steps of a JSON pointer; `None` when it is not there.
pub fn locate(part: &[String], object: &Value) -> Option<Vec<Step>> {
    let mut at = object;
    let mut steps = Vec::new();
    for step in part {
        let (kind, text) = step.split_once(':')?;
        let index = match kind {
            "f" => {
                at = at.get(text)?;
                steps.push(Step::Field(text.to_owned()));
                continue;
            }
            "k" => {
                let keys: Fields = serde_json::from_str(text).ok()?;
                at.as_array()?.iter().position(|item| keys.iter().all(|(key, value)| item.get(key) == Some(value)))?
            }
            "v" => {
                let value: Value = serde_json::from_str(text).ok()?;
                at.as_array()?.iter().position(|item| *item == value)?
            }
            _ => text.parse().ok()?,
        };
        at = at.get(index)?;
        steps.push(Step::Item(index));
    }
    Some(steps)
}

/// One step of a JSON pointer; items of a list are ordered by their place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Field(String),
    Item(usize),
}

/// Where the record has its entry with this number.
pub fn entry(at: usize) -> Vec<Step> {
    vec![Step::Field("metadata".to_owned()), Step::Field("managedFields".to_owned()), Step::Item(at)]
}

/// The steps as a JSON pointer.
pub fn pointer(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |text, step| match step {
        Step::Field(field) => format!("{text}/{}", field.replace('~', "~0").replace('/', "~1")),
        Step::Item(index) => format!("{text}/{index}"),
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn merge(into: &mut Fields, from: &Fields) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => merge(known, more),
            (Some(_), _) => {}
            (None, _) => _ = into.insert(key.clone(), value.clone()),
        }
    }
}

/// What is in `set` and not in `own`.
fn without(set: &Fields, own: &Fields) -> Fields {
    let mut rest = Fields::new();
    for (key, value) in set.iter().filter(|(key, _)| *key != ".") {
        match (own.get(key), value) {
            (None, _) => _ = rest.insert(key.clone(), value.clone()),
            (Some(Value::Object(own)), Value::Object(below)) => {
                let below = without(below, own);
                if !below.is_empty() {
                    rest.insert(key.clone(), Value::Object(below));
                }
            }
            (Some(_), _) => {}
        }
    }
    rest
}

/// Leaves out what is no change of what the object is.
fn forget_notes(fields: &mut Fields, manager: &str) {
    fields.remove("f:status");
    if let Some(Value::Object(metadata)) = fields.get_mut("f:metadata") {
        metadata.remove("f:finalizers");
        metadata.remove("f:ownerReferences");
        // A person's annotation can change what a controller does; a controller's own is its memory.
        if !manager.starts_with("kubectl") {
            metadata.remove("f:annotations");
        }
        if metadata.is_empty() {
            fields.remove("f:metadata");
        }
    }
    forget(fields, &RESTARTED);
}

/// Removes one leaf, and what holds nothing else.
fn forget(fields: &mut Fields, path: &[&str]) -> bool {
    let [first, rest @ ..] = path else { return true };
    let gone = match fields.get_mut(*first) {
        Some(Value::Object(below)) => forget(below, rest) && (rest.is_empty() || below.keys().all(|key| key == ".")),
        _ => false,
    };
    if gone {
        fields.remove(*first);
    }
    gone
}

fn collect(set: &Fields, own: Option<&Fields>, path: &mut Vec<String>, parts: &mut Vec<Vec<String>>) {
    for (key, value) in set.iter().filter(|(key, _)| *key != ".") {
        path.push(key.clone());
        match (own.and_then(|own| own.get(key)), value) {
            (Some(Value::Object(own)), Value::Object(below)) => collect(below, Some(own), path, parts),
            _ => parts.push(path.clone()),
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn meta(entries: Value) -> ObjectMeta {
        serde_json::from_value(json!({"managedFields": entries})).unwrap()
    }

    fn helm() -> Value {
        json!({"manager": "helm", "operation": "Apply", "fieldsV1": {
            "f:metadata": {"f:labels": {"f:souk.dev/store": {}}, "f:annotations": {"f:meta.helm.sh/release-name": {}}},
            "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"php\"}": {
                ".": {}, "f:name": {}, "f:env": {"k:{\"name\":\"DB_HOST\"}": {".": {}, "f:name": {}, "f:value": {}}}}}}}},
        }})
    }

    fn additions(entry: Value) -> Vec<String> {
        let shares = Shares::of(&meta(json!([helm(), entry])));
        shares.additions().iter().map(|part| display(part)).collect()
    }

    #[test]
    fn what_others_own_alone_is_told_by_its_name() {
        let by = |manager: &str, fields: Value| json!({"manager": manager, "operation": "Update", "fieldsV1": fields});
        for (entry, expected) in [
            // Owned by both: set to the very value that Helm wants.
            (by("kubectl", json!({"f:spec": {"f:replicas": {}}})), vec![]),
            (by("kubectl-label", json!({"f:metadata": {"f:labels": {"f:a.b/c": {}}}})), vec!["metadata.labels.a.b/c"]),
            (
                by(
                    "kubectl-edit",
                    json!({"f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"php\"}": {
                    "f:env": {"k:{\"name\":\"DEBUG\"}": {".": {}, "f:name": {}, "f:value": {}}}}}}}}}),
                ),
                vec!["spec.template.spec.containers[php].env[DEBUG]"],
            ),
            (
                by("kubectl-edit", json!({"f:spec": {"f:egress": {}, "f:paused": {}}})),
                vec!["spec.egress", "spec.paused"],
            ),
            (
                by("traefik", json!({"f:metadata": {"f:annotations": {"f:x": {}}, "f:finalizers": {"v:\"y\"": {}}}})),
                vec![],
            ),
            (
                by("kubectl-annotate", json!({"f:metadata": {"f:annotations": {"f:x": {}}}})),
                vec!["metadata.annotations.x"],
            ),
            (by("kube-controller-manager", json!({"f:status": {"f:replicas": {}}})), vec![]),
            (
                by(
                    "kubectl-rollout",
                    json!({"f:spec": {"f:template": {"f:metadata": {"f:annotations": {
                    ".": {}, "f:kubectl.kubernetes.io/restartedAt": {}}}}}}),
                ),
                vec![],
            ),
            (by(MANAGER, json!({"f:spec": {"f:paused": {}}})), vec![]),
        ] {
            assert_eq!(additions(entry.clone()), expected, "{entry}");
        }
        let status = json!({"manager": "kubectl", "operation": "Update", "subresource": "status",
            "fieldsV1": {"f:metadata": {"f:labels": {"f:x": {}}}}});
        assert!(additions(status).is_empty());
        let scale = json!({"manager": "hpa", "operation": "Update", "subresource": "scale",
            "fieldsV1": {"f:spec": {"f:maxReplicas": {}}}});
        assert_eq!(additions(scale), ["spec.maxReplicas"]);
    }

    #[test]
    fn what_was_applied_is_held_against_what_is_owned() {
        let own = json!({
            "f:metadata": {"f:labels": {"f:a": {}}},
            "f:spec": {
                "f:selector": {},
                "f:ports": {"k:{\"port\":80,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}, "f:name": {}}},
                "f:modes": {"v:\"ReadWriteOnce\"": {}},
            },
        });
        let owned = |object: Value| owns_object(own.as_object().unwrap(), &object);
        let metadata = json!({"name": "x", "labels": {"a": "1"}});
        for (spec, expected) in [
            (json!({"selector": {"any": {"depth": 1}}}), true),
            (json!({"ports": [{"port": 80, "name": "http"}], "modes": ["ReadWriteOnce"]}), true),
            (json!({"ports": [{"port": 80, "name": "http", "appProtocol": "h2c"}]}), false),
            (json!({"ports": [{"port": 81, "name": "http"}]}), false),
            (json!({"ports": [{"port": 80, "protocol": "UDP"}]}), false),
            (json!({"modes": ["ReadWriteMany"]}), false),
            (json!({"replicas": 1}), false),
            (json!({"replicas": null, "affinity": {}, "taints": []}), true),
        ] {
            let object = json!({"kind": "X", "metadata": metadata, "spec": spec, "status": {"x": 1}});
            assert_eq!(owned(object), expected, "{spec}");
        }
        assert!(!owned(json!({"metadata": {"labels": {"b": "1"}}})));
        assert!(!owned(json!({"metadata": metadata, "data": {"b": "1"}})));
    }

    #[test]
    fn the_fingerprint_follows_helms_set_alone() {
        let print = |entries: Value| Shares::of(&meta(entries)).fingerprint();
        let whole = print(json!([helm()]));
        let foreign = json!({"manager": "x", "operation": "Update", "fieldsV1": {"f:spec": {"f:paused": {}}}});
        assert_eq!(print(json!([foreign.clone(), helm()])), whole);
        let mut less = helm();
        less["fieldsV1"]["f:spec"].as_object_mut().unwrap().remove("f:replicas");
        assert_ne!(print(json!([less])), whole);
        assert_eq!(print(json!([foreign])), 0);
        assert_eq!(print(json!([])), 0);
    }

    #[test]
    fn parts_are_found_in_the_object() {
        let object = json!({
            "metadata": {"labels": {"a/b~c": "1"}, "finalizers": ["x", "y"]},
            "spec": {"ports": [{"port": 80, "protocol": "TCP"}, {"port": 80, "protocol": "UDP"}]},
        });
        let at = |steps: &[&str]| {
            let steps: Vec<_> = steps.iter().map(ToString::to_string).collect();
            locate(&steps, &object).map(|steps| pointer(&steps))
        };
        assert_eq!(at(&["f:metadata", "f:labels", "f:a/b~c"]).as_deref(), Some("/metadata/labels/a~1b~0c"));
        assert_eq!(at(&["f:metadata", "f:finalizers", "v:\"y\""]).as_deref(), Some("/metadata/finalizers/1"));
        let port = "k:{\"port\":80,\"protocol\":\"UDP\"}";
        assert_eq!(at(&["f:spec", "f:ports", port]).as_deref(), Some("/spec/ports/1"));
        assert_eq!(at(&["f:spec", "f:ports", "i:0", "f:port"]).as_deref(), Some("/spec/ports/0/port"));
        assert_eq!(at(&["f:spec", "f:gone"]), None);
        assert_eq!(display(&["f:spec".into(), "f:ports".into(), port.into()]), "spec.ports[80,UDP]");
    }
}

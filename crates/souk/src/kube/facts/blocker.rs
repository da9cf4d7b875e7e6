//! What keeps a namespace from going, read from its conditions: the cluster's own words, turned into
//! a cause with its remedy.
//!
//! Owns the reading of those conditions and the names of finalizers that are nobody's fault. Which
//! object it is, the cluster is asked elsewhere (`kube/obstacle.rs`).

use k8s_openapi::api::core::v1::Namespace;
use kube::ResourceExt;
use souk_domain::Problem;

use super::quote;

/// Finalizers that the cluster itself sets and takes off in its own time.
const NORMAL: [&str; 6] = [
    "kubernetes.io/",
    "foregroundDeletion",
    "orphan",
    "batch.kubernetes.io/",
    "external-provisioner.volume.kubernetes.io/",
    "external-attacher/",
];

/// A kind of object as a namespace's conditions name it: `configmaps`, or `widgets.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub plural: String,
    /// Empty for the core group.
    pub group: String,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.plural)?;
        if self.group.is_empty() { Ok(()) } else { write!(f, ".{}", self.group) }
    }
}

/// Those finalizers that somebody else has set, and has to take off.
pub fn foreign<'a>(finalizers: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let is_normal = |finalizer: &str| NORMAL.iter().any(|normal| finalizer.starts_with(normal));
    finalizers.into_iter().filter(|finalizer| !is_normal(finalizer)).collect()
}

/// What to do about an object that waits for finalizers. `place` is what kubectl wants to hear of its
/// namespace: `-n store-x`, or nothing.
pub fn held(what: &str, kind: &str, place: &str, name: &str, finalizers: &[&str]) -> Problem {
    let words = if finalizers.len() == 1 { "its finalizer" } else { "its finalizers" };
    let place = if place.is_empty() { String::new() } else { format!("{place} ") };
    Problem::waiting(
        "FinalizerRemaining",
        format!(
            "{what} waits for {words} {}: let the program that set it do its work, or take it off (kubectl {place}patch \
             {kind} {name} --type=merge -p '{{\"metadata\":{{\"finalizers\":null}}}}').",
            finalizers.join(", ")
        ),
    )
}

/// What a namespace that is to go waits for, most telling first. That content remains is normal for a
/// moment and comes last.
pub fn of_namespace(namespace: &Namespace) -> Option<Problem> {
    namespace.metadata.deletion_timestamp.as_ref()?;
    discovery(namespace)
        .or_else(|| content(namespace))
        .or_else(|| finalizers(namespace))
        .or_else(|| own(namespace))
        .or_else(|| {
            let text = message(namespace, "NamespaceContentRemaining")?;
            Some(Problem::waiting(
                "ContentRemaining",
                format!("What is in the namespace is still being removed ({}).", quote(text)),
            ))
        })
}

/// The kinds of which objects remain.
pub fn remaining(namespace: &Namespace) -> Vec<Kind> {
    let text = message(namespace, "NamespaceContentRemaining").unwrap_or_default();
    let list = text.rsplit_once(": ").map_or(text, |(_, list)| list);
    list.split(", ")
        .filter_map(|part| part.split_once(" has ").map(|(kind, _)| kind.trim()))
        .filter_map(|kind| kind.split_once('.'))
        .map(|(plural, group)| Kind { plural: plural.to_owned(), group: group.to_owned() })
        .collect()
}

fn message<'a>(namespace: &'a Namespace, kind: &str) -> Option<&'a str> {
    let mut conditions = namespace.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.find(|condition| condition.type_ == kind && condition.status == "True")?.message.as_deref()
}

/// An API that does not answer hides what might be in the namespace.
fn discovery(namespace: &Namespace) -> Option<Problem> {
    let text = message(namespace, "NamespaceDeletionDiscoveryFailure")
        .or_else(|| message(namespace, "NamespaceDeletionGroupVersionParsingFailure"))?;
    let versions = silent_apis(text);
    let message = match versions.as_slice() {
        [] => format!(
            "The cluster cannot look through the namespace ({}). Repair or remove the APIService that does not answer \
             (kubectl get apiservices).",
            quote(text)
        ),
        several => {
            let apis = several.iter().map(|(group, version)| format!("{group}/{version}"));
            let services: Vec<_> = several.iter().map(|(group, version)| format!("{version}.{group}")).collect();
            format!(
                "The cluster cannot look through the namespace, since its API {} does not answer: repair the server \
                 behind the APIService {}, or remove the APIService (kubectl delete apiservice {}).",
                apis.collect::<Vec<_>>().join(", "),
                services.join(", "),
                services.join(" "),
            )
        }
    };
    Some(Problem::waiting("ApiUnavailable", message))
}

/// Group and version of each API in `...: unable to retrieve the complete list of server APIs:
/// example.com/v1: stale GroupVersion discovery: example.com/v1, other.com/v2: ...`.
fn silent_apis(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for word in text.split([' ', ',']).map(|word| word.trim_end_matches([':', ',', '.'])) {
        let Some((group, version)) = word.split_once('/') else { continue };
        let is_version = version.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            && version.chars().all(|c| c.is_ascii_alphanumeric());
        let is_group = group.contains('.') && group.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
        let api = (group.to_owned(), version.to_owned());
        if is_version && is_group && !found.contains(&api) {
            found.push(api);
        }
    }
    found
}

/// Something refuses to be deleted.
fn content(namespace: &Namespace) -> Option<Problem> {
    let text = message(namespace, "NamespaceDeletionContentFailure")?;
    Some(Problem::waiting(
        "ContentNotRemoved",
        format!(
            "The cluster cannot remove what is in the namespace ({}). Remove what refuses it, such as an admission \
             webhook; the cluster tries again by itself.",
            quote(text)
        ),
    ))
}

/// Something in it waits for a finalizer: `Some content in the namespace has finalizers remaining:
/// example.com/x in 1 resource instances`.
fn finalizers(namespace: &Namespace) -> Option<Problem> {
    let text = message(namespace, "NamespaceFinalizersRemaining")?;
    let list = text.rsplit_once(": ").map_or(text, |(_, list)| list);
    let named = list.split(", ").filter_map(|part| part.split_once(" in ").map(|(finalizer, _)| finalizer.trim()));
    let foreign = foreign(named);
    if foreign.is_empty() {
        return None;
    }
    let kinds: Vec<_> = remaining(namespace).iter().map(Kind::to_string).collect();
    let (name, kinds) = (namespace.name_any(), if kinds.is_empty() { "all".to_owned() } else { kinds.join(",") });
    Some(Problem::waiting(
        "FinalizerRemaining",
        format!(
            "Something in the namespace ({kinds}) waits for the finalizer {}: let the program that set it do its work, \
             or take it off (kubectl -n {name} get {kinds} -o \
             custom-columns=KIND:.kind,NAME:.metadata.name,FINALIZERS:.metadata.finalizers shows where it is).",
            foreign.join(", ")
        ),
    ))
}

/// The namespace itself waits for a finalizer.
fn own(namespace: &Namespace) -> Option<Problem> {
    let of_meta = namespace.metadata.finalizers.iter().flatten().map(String::as_str);
    let of_spec = namespace.spec.iter().flat_map(|spec| spec.finalizers.iter().flatten()).map(String::as_str);
    let foreign = foreign(of_meta.chain(of_spec.filter(|finalizer| *finalizer != "kubernetes")));
    if foreign.is_empty() {
        return None;
    }
    let name = namespace.name_any();
    Some(held(&format!("The namespace {name} itself"), "namespace", "", &name, &foreign))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const DISCOVERY: &str = "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of \
                             server APIs: gone.example.com/v1beta1: stale GroupVersion discovery: gone.example.com/v1beta1";
    const FINALIZERS: &str = "Some content in the namespace has finalizers remaining: example.com/x in 1 resource \
                              instances, kubernetes.io/pvc-protection in 2 resource instances";
    const CONTENT: &str = "Some resources are remaining: configmaps. has 1 resource instances, widgets.example.com has 2 resource instances";

    fn leaving(conditions: &[(&str, &str)], finalizers: &[&str]) -> Namespace {
        let conditions: Vec<Value> = conditions
            .iter()
            .map(|(kind, message)| json!({"type": kind, "status": "True", "message": message}))
            .collect();
        serde_json::from_value(json!({
            "metadata": {"name": "store-s", "deletionTimestamp": "2026-01-01T00:00:00Z", "finalizers": finalizers},
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"conditions": conditions},
        }))
        .unwrap()
    }

    #[test]
    fn each_cause_is_named_with_its_remedy() {
        let table: [(Namespace, &str, &[&str]); 7] = [
            (
                leaving(
                    &[("NamespaceDeletionDiscoveryFailure", DISCOVERY), ("NamespaceContentRemaining", CONTENT)],
                    &[],
                ),
                "ApiUnavailable",
                &["gone.example.com/v1beta1", "kubectl delete apiservice v1beta1.gone.example.com)"],
            ),
            (
                leaving(&[("NamespaceDeletionDiscoveryFailure", "Discovery failed for reasons")], &[]),
                "ApiUnavailable",
                &["for reasons", "kubectl get apiservices"],
            ),
            (
                leaving(&[("NamespaceDeletionContentFailure", "admission webhook \"no\" denied the request")], &[]),
                "ContentNotRemoved",
                &["admission webhook"],
            ),
            (
                leaving(&[("NamespaceContentRemaining", CONTENT), ("NamespaceFinalizersRemaining", FINALIZERS)], &[]),
                "FinalizerRemaining",
                &["finalizer example.com/x:", "kubectl -n store-s get configmaps,widgets.example.com -o"],
            ),
            (
                leaving(&[], &["example.com/a", "example.com/b"]),
                "FinalizerRemaining",
                &[
                    "namespace store-s itself",
                    "finalizers example.com/a, example.com/b",
                    "kubectl patch namespace store-s",
                ],
            ),
            (
                leaving(
                    &[("NamespaceContentRemaining", "Some resources are remaining: pods. has 1 resource instances")],
                    &[],
                ),
                "ContentRemaining",
                &["pods. has 1"],
            ),
            (
                leaving(
                    &[
                        (
                            "NamespaceFinalizersRemaining",
                            "finalizers remaining: kubernetes.io/pvc-protection in 2 resource instances",
                        ),
                        ("NamespaceContentRemaining", CONTENT),
                    ],
                    &[],
                ),
                "ContentRemaining",
                &["configmaps"],
            ),
        ];
        for (namespace, reason, words) in table {
            let problem = of_namespace(&namespace).unwrap();
            assert_eq!(problem.reason, reason, "{}", problem.message);
            for word in words {
                assert!(problem.message.contains(word), "{word} in {}", problem.message);
            }
            assert!(!problem.permanent && !problem.message.contains("pvc-protection"), "{}", problem.message);
        }
    }

    #[test]
    fn what_is_over_and_what_is_not_to_go_blocks_nothing() {
        assert_eq!(of_namespace(&leaving(&[], &[])), None);
        let mut over = leaving(&[("NamespaceFinalizersRemaining", FINALIZERS)], &[]);
        for condition in over.status.iter_mut().flat_map(|status| status.conditions.iter_mut().flatten()) {
            condition.status = "False".into();
        }
        assert_eq!(of_namespace(&over), None);
        let mut living = leaving(&[], &["example.com/a"]);
        living.metadata.deletion_timestamp = None;
        assert_eq!(of_namespace(&living), None);
    }

    #[test]
    fn kinds_and_apis_are_read_from_the_clusters_words() {
        let kinds = remaining(&leaving(&[("NamespaceContentRemaining", CONTENT)], &[]));
        assert_eq!(kinds.iter().map(Kind::to_string).collect::<Vec<_>>(), ["configmaps", "widgets.example.com"]);
        assert_eq!(remaining(&leaving(&[], &[])), []);
        let two =
            "server APIs: a.example.com/v1: the server is currently unable to handle the request, b.io/v2alpha1: stale";
        let found = silent_apis(two);
        let api = |group: &str, version: &str| (group.to_owned(), version.to_owned());
        assert_eq!(found, [api("a.example.com", "v1"), api("b.io", "v2alpha1")]);
        assert_eq!(silent_apis("nothing/here and/or v1/2 https://a.b/c"), []);
    }
}

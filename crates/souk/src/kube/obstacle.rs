//! What is in the way of a removal, by name: the pod, the claim, the volume or the object that keeps
//! the rest.
//!
//! Owns the reading of the objects that the cluster was asked for (`kube/removal.rs` asks), no call.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PersistentVolume, PersistentVolumeClaim, Pod};
use kube::{Resource, ResourceExt, core::PartialObjectMeta};
use souk_domain::Problem;

use super::facts::blocker::{self, Kind};

/// Names listed in one sentence.
const NAMES: usize = 3;

/// Whether the problem is a cause that somebody has to remove, and not the way that every removal
/// goes through for a while.
pub fn is_cause(problem: &Problem) -> bool {
    !matches!(
        problem.reason.as_str(),
        "NamespaceTerminating" | "NamespaceLeaving" | "ContentRemaining" | "PodEnding" | "VolumesLeaving"
    )
}

/// Why claims that are to go stay: a pod uses them, or they have a finalizer of their own.
pub fn of_claims(namespace: &str, claims: &[PersistentVolumeClaim], pods: &[Pod]) -> Option<Problem> {
    let leaving = || claims.iter().filter(|claim| is_leaving(*claim));
    let users: Vec<_> = leaving()
        .flat_map(|claim| pods.iter().filter(move |pod| uses(pod, &claim.name_any())).map(move |pod| (claim, pod)))
        .collect();
    // A pod that nobody has told to end never ends; a finalizer may yet be taken off.
    let idle = users.iter().find(|(_, pod)| !is_leaving(*pod)).map(|(claim, pod)| {
        let (claim, pod) = (claim.name_any(), pod.name_any());
        Problem::waiting(
            "ClaimInUse",
            format!(
                "The claim {claim} is in use by the pod {pod}, which nobody has told to end: delete that pod (kubectl -n \
                 {namespace} delete pod {pod}); the volume is removed by itself then."
            ),
        )
    });
    idle.or_else(|| held_pod(namespace, users.iter().map(|(_, pod)| *pod)))
        .or_else(|| users.first().map(|(_, pod)| ending(namespace, pod)))
        .or_else(|| leaving().find_map(|claim| held(namespace, "claim", "pvc", claim)))
}

/// Why volumes whose claims are gone stay.
pub fn of_volumes(volumes: &[PersistentVolume]) -> Option<Problem> {
    let volume = volumes.first()?;
    let name = volume.name_any();
    let by = volume.annotations().get("pv.kubernetes.io/provisioned-by");
    let by = by.map_or_else(|| "its provisioner".to_owned(), |by| format!("its provisioner {by}"));
    Some(Problem::waiting(
        "VolumesLeaving",
        format!(
            "The volume {name} has been released, and {by} has not removed it yet; if that lasts, look at its log."
        ),
    ))
}

/// Why objects of one kind stay in a namespace that is to go: the first one with a finalizer.
pub fn of_objects<K: Resource<DynamicType = D>, D>(
    namespace: &str,
    kind: &Kind,
    objects: &[PartialObjectMeta<K>],
) -> Option<Problem> {
    let noun = kind.to_string();
    objects.iter().find_map(|object| {
        let finalizers = blocker::foreign(object.finalizers().iter().map(String::as_str));
        let name = object.name_any();
        let what = format!("The object {name} ({noun})");
        let place = format!("-n {namespace}");
        (!finalizers.is_empty()).then(|| blocker::held(&what, &noun, &place, &name, &finalizers))
    })
}

/// Why pods stay in a namespace that is to go.
pub fn of_pods(namespace: &str, pods: &[Pod]) -> Option<Problem> {
    held_pod(namespace, pods).or_else(|| pods.iter().find(|pod| is_leaving(*pod)).map(|pod| ending(namespace, pod)))
}

/// That these objects remain, when nothing tells why.
pub fn of_names(kind: &Kind, names: &BTreeSet<String>) -> Option<Problem> {
    if names.is_empty() {
        return None;
    }
    let more = names.len().saturating_sub(NAMES);
    let mut listed: Vec<_> = names.iter().take(NAMES).cloned().collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    let text = format!("What is in the namespace is still being removed: {kind} {}.", listed.join(", "));
    Some(Problem::waiting("ContentRemaining", text))
}

fn is_leaving(object: &impl ResourceExt) -> bool {
    object.meta().deletion_timestamp.is_some()
}

/// Whether the pod keeps the claim: one that has run to its end does too, one without a node does not.
fn uses(pod: &Pod, claim: &str) -> bool {
    let spec = pod.spec.as_ref().filter(|spec| spec.node_name.is_some());
    let mut claims = spec.into_iter().flat_map(|spec| spec.volumes.iter().flatten());
    claims.any(|volume| volume.persistent_volume_claim.as_ref().is_some_and(|source| source.claim_name == claim))
}

fn held_pod<'a>(namespace: &str, pods: impl IntoIterator<Item = &'a Pod>) -> Option<Problem> {
    pods.into_iter().filter(|pod| is_leaving(*pod)).find_map(|pod| held(namespace, "pod", "pod", pod))
}

fn held(namespace: &str, noun: &str, kind: &str, object: &impl ResourceExt) -> Option<Problem> {
    let finalizers = blocker::foreign(object.finalizers().iter().map(String::as_str));
    let name = object.name_any();
    let place = format!("-n {namespace}");
    (!finalizers.is_empty()).then(|| blocker::held(&format!("The {noun} {name}"), kind, &place, &name, &finalizers))
}

fn ending(namespace: &str, pod: &Pod) -> Problem {
    let name = pod.name_any();
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).unwrap_or("that it has not got");
    Problem::waiting(
        "PodEnding",
        format!(
            "The pod {name} on the node {node} is still ending. A node that is down confirms no end: bring it back, \
             remove it from the cluster, or give the pod up (kubectl -n {namespace} delete pod {name} --force)."
        ),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const GONE: &str = "2026-01-01T00:00:00Z";

    fn pod(name: &str, leaving: bool, finalizers: &[&str], phase: &str) -> Pod {
        let mut pod = json!({
            "metadata": {"name": name, "finalizers": finalizers},
            "spec": {"nodeName": "n1", "containers": [], "volumes": [
                {"name": "tmp", "emptyDir": {}},
                {"name": "content", "persistentVolumeClaim": {"claimName": "content"}},
            ]},
            "status": {"phase": phase},
        });
        if leaving {
            pod["metadata"]["deletionTimestamp"] = json!(GONE);
        }
        serde_json::from_value(pod).unwrap()
    }

    fn claim(name: &str, finalizers: &[&str]) -> PersistentVolumeClaim {
        let metadata: Value = json!({"name": name, "finalizers": finalizers, "deletionTimestamp": GONE});
        serde_json::from_value(json!({"metadata": metadata})).unwrap()
    }

    #[test]
    fn what_keeps_a_claim() {
        let content = claim("content", &["kubernetes.io/pvc-protection"]);
        let held = claim("content", &["kubernetes.io/pvc-protection", "example.com/backup"]);
        let other = claim("other", &["kubernetes.io/pvc-protection"]);
        let mut unscheduled = pod("new", false, &[], "Pending");
        unscheduled.spec.iter_mut().for_each(|spec| spec.node_name = None);
        let table = [
            (&content, vec![pod("debug", false, &[], "Running")], Some(("ClaimInUse", "delete pod debug"))),
            (&content, vec![pod("old", false, &[], "Succeeded")], Some(("ClaimInUse", "delete pod old"))),
            (&content, vec![pod("old", true, &["example.com/x"], "Failed")], Some(("FinalizerRemaining", "pod old"))),
            (&content, vec![unscheduled], None),
            (
                &content,
                vec![pod("shop-1", true, &["example.com/x"], "Running")],
                Some(("FinalizerRemaining", "pod shop-1")),
            ),
            (&content, vec![pod("shop-1", true, &[], "Running")], Some(("PodEnding", "node n1"))),
            (
                &content,
                vec![pod("shop-1", true, &["example.com/x"], "Running"), pod("debug", false, &[], "Running")],
                Some(("ClaimInUse", "debug")),
            ),
            (&held, vec![], Some(("FinalizerRemaining", "claim content"))),
            (&held, vec![pod("shop-1", true, &[], "Running")], Some(("PodEnding", "shop-1"))),
            (&content, vec![], None),
            (&other, vec![pod("debug", false, &[], "Running")], None),
        ];
        for (claim, pods, expected) in table {
            let found = of_claims("store-s", std::slice::from_ref(claim), &pods);
            let (reason, words) = expected.unzip();
            assert_eq!(found.as_ref().map(|problem| problem.reason.as_str()), reason, "{found:?}");
            if let (Some(problem), Some(words)) = (found, words) {
                assert!(problem.message.contains(words) && problem.message.contains("kubectl"), "{}", problem.message);
            }
        }
    }

    #[test]
    fn a_claim_that_nobody_has_deleted_is_not_asked_about() {
        let mut claim = claim("content", &[]);
        claim.metadata.deletion_timestamp = None;
        assert_eq!(of_claims("store-s", &[claim], &[pod("debug", false, &[], "Running")]), None);
    }

    #[test]
    fn what_keeps_a_namespace() {
        let objects: Vec<PartialObjectMeta<Pod>> = serde_json::from_value(json!([
            {"metadata": {"name": "plain"}}, {"metadata": {"name": "settings", "finalizers": ["example.com/x"]}},
        ]))
        .unwrap();
        let kind = Kind { plural: "configmaps".into(), group: String::new() };
        let problem = of_objects("store-s", &kind, &objects).unwrap();
        assert!(problem.message.contains("kubectl -n store-s patch configmaps settings "), "{}", problem.message);
        assert_eq!(of_objects("store-s", &kind, &objects[..1]), None);
        assert_eq!(of_pods("store-s", &[pod("a", true, &[], "Running")]).unwrap().reason, "PodEnding");
        assert_eq!(of_pods("store-s", &[pod("a", false, &["example.com/x"], "Running")]), None);
        let names = (0..5).map(|n| format!("c{n}")).collect();
        assert!(of_names(&kind, &names).unwrap().message.ends_with("configmaps c0, c1, c2, 2 more."));
        assert_eq!(of_names(&kind, &BTreeSet::new()), None);
    }

    #[test]
    fn a_volume_names_who_has_to_remove_it() {
        let volume: PersistentVolume = serde_json::from_value(json!({
            "metadata": {"name": "pvc-1", "annotations": {"pv.kubernetes.io/provisioned-by": "example.com/disks"}},
        }))
        .unwrap();
        let text = of_volumes(&[volume]).unwrap().message;
        assert!(text.contains("pvc-1") && text.contains("example.com/disks"), "{text}");
        assert_eq!(of_volumes(&[]), None);
    }
}

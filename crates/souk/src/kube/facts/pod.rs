//! The store's pods: ready or not, and why not.

use k8s_openapi::api::core::v1::{ContainerStatus, Pod, PodStatus};
use kube::ResourceExt;
use souk_domain::Problem;

use super::quote::{last_line, quote};
use crate::kube::labels;

/// One pod.
#[derive(Debug, Clone, PartialEq)]
pub struct PodFact {
    /// `shop` or `database`.
    pub component: Option<String>,
    pub ready: bool,
    /// It is being removed.
    pub leaving: bool,
    pub problem: Option<Problem>,
}

impl From<&Pod> for PodFact {
    fn from(pod: &Pod) -> Self {
        let status = pod.status.as_ref();
        let condition = |kind: &str| status?.conditions.as_ref()?.iter().find(|condition| condition.type_ == kind);
        let ready = condition("Ready").is_some_and(|condition| condition.status == "True");
        let unscheduled = condition("PodScheduled")
            .filter(|condition| condition.status == "False")
            .map(|condition| unschedulable(condition.message.as_deref().unwrap_or_default()));
        let problem = match status {
            Some(_) if ready => None,
            Some(status) => unscheduled.or_else(|| evicted(status)).or_else(|| stopped(status)),
            None => None,
        };
        Self {
            component: pod.labels().get(labels::COMPONENT).cloned(),
            ready,
            leaving: pod.metadata.deletion_timestamp.is_some(),
            problem,
        }
    }
}

fn unschedulable(message: &str) -> Problem {
    Problem::waiting("Unschedulable", format!("No node of the cluster takes the pod ({}).", quote(message)))
}

fn evicted(status: &PodStatus) -> Option<Problem> {
    (status.phase.as_deref() == Some("Failed")).then(|| {
        let why = status.message.as_deref().or(status.reason.as_deref()).unwrap_or("no reason given");
        Problem::waiting("PodFailed", format!("The pod was ended ({}); another one follows.", quote(why)))
    })
}

/// The first container that cannot go on.
fn stopped(status: &PodStatus) -> Option<Problem> {
    let init = status.init_container_statuses.iter().flatten();
    init.chain(status.container_statuses.iter().flatten()).find_map(container)
}

fn container(status: &ContainerStatus) -> Option<Problem> {
    let state = status.state.as_ref();
    let waiting = state.and_then(|state| state.waiting.as_ref());
    let ended = state
        .and_then(|state| state.terminated.as_ref())
        .filter(|ended| ended.exit_code != 0)
        .or_else(|| status.last_state.as_ref()?.terminated.as_ref());
    let name = &status.name;
    let Some(waiting) = waiting else {
        // It ran and ended badly; while it is running again there is hope.
        let ended = state?.terminated.as_ref().filter(|ended| ended.exit_code != 0)?;
        return Some(Problem::waiting(
            "ContainerFailed",
            format!("The container {name} ended with exit code {}; it is started again.", ended.exit_code),
        ));
    };
    match waiting.reason.as_deref()? {
        reason @ ("ErrImagePull"
        | "ImagePullBackOff"
        | "ErrImageNeverPull"
        | "InvalidImageName"
        | "ErrImageInspect"
        | "RegistryUnavailable") => Some(Problem::waiting(
            "ImageMissing",
            format!("The image {} is not on the node and cannot be pulled ({reason}).", status.image),
        )),
        "CrashLoopBackOff" => {
            let code = ended.map_or(0, |ended| ended.exit_code);
            if ended.is_some_and(|ended| ended.reason.as_deref() == Some("OOMKilled")) {
                return Some(Problem::waiting(
                    "OutOfMemory",
                    format!("The container {name} needs more memory than its limit; choose a larger plan."),
                ));
            }
            let hint = ended.and_then(|ended| last_line(ended.message.as_deref()?));
            let hint = hint.map(|line| format!(", last words: {line}")).unwrap_or_default();
            Some(Problem::waiting(
                "CrashLoop",
                format!(
                    "The container {name} keeps ending (exit code {code}, {} restarts{hint}).",
                    status.restart_count
                ),
            ))
        }
        reason @ ("CreateContainerConfigError" | "CreateContainerError" | "RunContainerError") => {
            Some(Problem::waiting(
                "ContainerRefused",
                format!(
                    "The container {name} cannot be started ({reason}: {}).",
                    quote(waiting.message.as_deref().unwrap_or_default())
                ),
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fact(status: Value) -> PodFact {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": {"labels": {"app.kubernetes.io/component": "shop"}},
            "status": status,
        }))
        .unwrap();
        PodFact::from(&pod)
    }

    fn waiting(reason: &str, message: &str) -> Value {
        json!({"containerStatuses": [{
            "name": "php", "image": "localhost/souk/shop:1", "imageID": "", "ready": false, "restartCount": 3,
            "state": {"waiting": {"reason": reason, "message": message}},
            "lastState": {"terminated": {"exitCode": 1, "message": "starting\nno database\n"}},
        }]})
    }

    #[test]
    fn names_the_cause() {
        for (reason, expected) in [
            ("ErrImageNeverPull", "ImageMissing"),
            ("ImagePullBackOff", "ImageMissing"),
            ("CrashLoopBackOff", "CrashLoop"),
            ("CreateContainerConfigError", "ContainerRefused"),
        ] {
            assert_eq!(fact(waiting(reason, "x")).problem.unwrap().reason, expected);
        }
        assert_eq!(fact(waiting("ContainerCreating", "")).problem, None);
        let crash = fact(waiting("CrashLoopBackOff", "back-off")).problem.unwrap();
        assert!(crash.message.contains("no database"), "{}", crash.message);
    }

    #[test]
    fn the_scheduler_is_quoted() {
        let fact = fact(json!({"conditions": [{
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
            "message": "0/1 nodes are available: 1 Insufficient memory."}]}));
        let problem = fact.problem.unwrap();
        assert_eq!(problem.reason, "Unschedulable");
        assert!(problem.message.contains("1 Insufficient memory)"));
    }

    #[test]
    fn a_ready_pod_has_no_problem() {
        let fact = fact(json!({"conditions": [{"type": "Ready", "status": "True"}]}));
        assert!(fact.ready && fact.problem.is_none());
        assert_eq!(fact.component.as_deref(), Some("shop"));
    }
}

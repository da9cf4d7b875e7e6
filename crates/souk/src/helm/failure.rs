//! What can go wrong with Helm, told apart by what helps: trying again, waiting, or a change.
//!
//! Helm's command line has one exit code for all failures, so its sentence is all there is to go
//! by. A sentence that is not known here counts as transient: trying again does no harm, and the
//! operation's deadline ends it.

use thiserror::Error;

/// Longest sentence that is kept of what Helm said, in characters.
const MAX_SENTENCE: usize = 500;

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelmErrorKind {
    /// The cluster does not answer.
    Unreachable,
    /// Worth another attempt after a pause.
    Transient,
    /// The namespace's quota does not allow it.
    Quota,
    /// Helm believes that another Helm works on this release; it may have been killed.
    InProgress,
    /// An admission webhook of the cluster does not answer, or refuses.
    Webhook,
    /// The chart, the values or the cluster's rules refuse it: it waits for a change.
    Permanent,
    /// A field of the database's StatefulSet cannot be changed: it has to be made anew.
    Immutable,
    /// Something of the store's exists already and is not the release's.
    Foreign,
    /// `helm` cannot be started.
    Missing,
}

/// A failed call of Helm.
#[derive(Debug, Clone, Error)]
#[error("{message}")]
pub struct HelmError {
    /// What helps.
    pub kind: HelmErrorKind,
    /// One sentence for the timeline; never holds values.
    pub message: String,
}

/// Sentences of Helm 4 and of the API server behind it, most telling first.
const SIGNS: &[(&str, HelmErrorKind)] = &[
    ("another operation (install/upgrade/rollback) is in progress", HelmErrorKind::InProgress),
    ("cannot reuse a name that is still in use", HelmErrorKind::InProgress),
    // Before what it quotes: a webhook's own network failures are not the cluster's.
    ("failed calling webhook", HelmErrorKind::Webhook),
    ("admission webhook", HelmErrorKind::Webhook),
    ("cluster unreachable", HelmErrorKind::Unreachable),
    ("connection refused", HelmErrorKind::Unreachable),
    ("no route to host", HelmErrorKind::Unreachable),
    ("network is unreachable", HelmErrorKind::Unreachable),
    ("no such host", HelmErrorKind::Unreachable),
    ("connection reset by peer", HelmErrorKind::Unreachable),
    ("tls handshake timeout", HelmErrorKind::Unreachable),
    ("i/o timeout", HelmErrorKind::Unreachable),
    ("unexpected eof", HelmErrorKind::Unreachable),
    ("http2: client connection lost", HelmErrorKind::Unreachable),
    ("exceeded quota", HelmErrorKind::Quota),
    ("invalid ownership metadata", HelmErrorKind::Foreign),
    ("values don't meet the specifications of the schema", HelmErrorKind::Permanent),
    ("parse error", HelmErrorKind::Permanent),
    ("execution error at", HelmErrorKind::Permanent),
    ("error calling ", HelmErrorKind::Permanent),
    ("chart.yaml file is missing", HelmErrorKind::Permanent),
    ("the object has been modified", HelmErrorKind::Transient),
    ("context deadline exceeded", HelmErrorKind::Transient),
    ("too many requests", HelmErrorKind::Transient),
    ("is being terminated", HelmErrorKind::Transient),
    ("updates to statefulset spec for fields other than", HelmErrorKind::Immutable),
    ("field is immutable", HelmErrorKind::Permanent),
    ("is invalid:", HelmErrorKind::Permanent),
    (" is forbidden:", HelmErrorKind::Permanent),
    ("no matches for kind", HelmErrorKind::Permanent),
];

impl HelmError {
    /// Reads what Helm wrote to its error output.
    pub fn from_output(output: &str) -> Self {
        let lower = output.to_lowercase();
        let kind =
            SIGNS.iter().find(|(sign, _)| lower.contains(sign)).map_or(HelmErrorKind::Transient, |(_, kind)| *kind);
        Self { kind, message: sentence(output) }
    }

    pub(super) fn missing(binary: &str, error: &std::io::Error) -> Self {
        Self {
            kind: HelmErrorKind::Missing,
            message: format!("`{binary}` cannot be started ({error}); install Helm 4 or name it in SOUK_HELM"),
        }
    }

    pub(super) fn transient(message: impl Into<String>) -> Self {
        Self { kind: HelmErrorKind::Transient, message: message.into() }
    }
}

/// Helm's own sentence: from the last line that begins with `Error:`, on one line, trimmed.
fn sentence(output: &str) -> String {
    let from = output.rfind("Error: ").map_or(0, |at| at + "Error: ".len());
    let mut text = output[from..].split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        text = "helm failed without saying why".to_owned();
    }
    match text.char_indices().nth(MAX_SENTENCE) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_failures_apart() {
        for (output, kind) in [
            (
                "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress",
                HelmErrorKind::InProgress,
            ),
            (
                "Error: Kubernetes cluster unreachable: Get \"https://127.0.0.1:6443/version\": dial tcp 127.0.0.1:6443: connect: connection refused",
                HelmErrorKind::Unreachable,
            ),
            (
                "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nwoocommerce:\n- at '/store': missing property 'id'",
                HelmErrorKind::Permanent,
            ),
            (
                "Error: Unable to continue with install: Service \"shop\" in namespace \"store-x\" exists and cannot be imported into the current release: invalid ownership metadata; label validation error",
                HelmErrorKind::Foreign,
            ),
            ("Error: persistentvolumeclaims \"content\" is forbidden: exceeded quota: store", HelmErrorKind::Quota),
            (
                "Error: UPGRADE FAILED: Operation cannot be fulfilled on deployments.apps \"shop\": the object has been modified",
                HelmErrorKind::Transient,
            ),
            (
                "Error: UPGRADE FAILED: server-side apply failed for object store-x/database apps/v1, Kind=StatefulSet: StatefulSet.apps \"database\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template' are forbidden",
                HelmErrorKind::Immutable,
            ),
            (
                "Error: UPGRADE FAILED: failed to create resource: Internal error occurred: failed calling webhook \"x.example.com\": failed to call webhook: Post \"https://x\": connection refused",
                HelmErrorKind::Webhook,
            ),
            (
                "Error: UPGRADE FAILED: admission webhook \"x.example.com\" denied the request: not today",
                HelmErrorKind::Webhook,
            ),
            ("something new", HelmErrorKind::Transient),
        ] {
            assert_eq!(HelmError::from_output(output).kind, kind, "{output}");
        }
    }

    #[test]
    fn keeps_one_trimmed_sentence() {
        let error = HelmError::from_output("level=WARN msg=x\nError: INSTALLATION FAILED:\n  it   broke\n");
        assert_eq!(error.message, "INSTALLATION FAILED: it broke");
        let long = HelmError::from_output(&format!("Error: {}", "ä".repeat(2000)));
        assert_eq!(long.message.chars().count(), MAX_SENTENCE + 1);
        assert!(!HelmError::from_output("").message.is_empty());
    }
}

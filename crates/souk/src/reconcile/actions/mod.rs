//! What the reconciler can do, one file each. Every action may be repeated at any time.
//!
//! Owns the way from a decision to its action, and what failures mean. An action returns the line
//! that the timeline gets, or the problem that stopped it.

mod create_namespace;
mod create_secrets;
mod delete_namespace;
mod delete_volumes;
mod install_release;
mod keep_secrets;
mod note_release;
mod recover_release;
mod relabel_namespace;
mod remake;
pub mod repair_release;
mod uninstall_release;

use souk_domain::{Action, Problem, Store, timeline::NewEvent};

use super::Reconciler;
use crate::{
    db::{Claim, DbError},
    helm::{HelmError, HelmErrorKind},
    kube::{KubeError, KubeErrorKind},
};

/// What came of an action that is one line of the timeline.
pub type Done = Result<NewEvent, Problem>;

/// What came of an action that is any number of lines.
pub type Told = Result<Vec<NewEvent>, Problem>;

/// The name of an action in logs and metrics.
pub fn name(action: Action) -> &'static str {
    match action {
        Action::CreateNamespace => "create-namespace",
        Action::RelabelNamespace => "relabel-namespace",
        Action::ApplySecrets => "create-secrets",
        Action::KeepSecrets => "keep-secrets",
        Action::InstallRelease => "install-release",
        Action::ResetRelease => "reset-release",
        Action::RollBackRelease => "roll-back-release",
        Action::NoteRelease => "note-release",
        Action::RepairRelease => "repair-release",
        Action::UninstallRelease => "uninstall-release",
        Action::DeleteVolumes => "delete-volumes",
        Action::DeleteNamespace => "delete-namespace",
    }
}

/// Runs the action for the store.
pub async fn run(reconciler: &Reconciler, store: &Store, action: Action) -> Told {
    let done = match action {
        Action::CreateNamespace => create_namespace::run(reconciler, store).await,
        Action::RelabelNamespace => return relabel_namespace::run(reconciler, store).await,
        Action::ApplySecrets => return create_secrets::run(reconciler, store).await,
        Action::KeepSecrets => return keep_secrets::run(reconciler, store).await,
        Action::NoteRelease => return note_release::run(reconciler, store).await,
        Action::RepairRelease => return repair_release::run(reconciler, store).await,
        Action::InstallRelease => install_release::run(reconciler, store).await,
        Action::ResetRelease => recover_release::reset(reconciler, store).await,
        Action::RollBackRelease => recover_release::roll_back(reconciler, store).await,
        Action::UninstallRelease => uninstall_release::run(reconciler, store).await,
        Action::DeleteVolumes => delete_volumes::run(reconciler, store).await,
        Action::DeleteNamespace => delete_namespace::run(reconciler, store).await,
    };
    done.map(|event| vec![event])
}

/// The right to write what an action needs to have written.
async fn claim(reconciler: &Reconciler, store: &Store) -> Result<Claim, Problem> {
    let claim = reconciler.claims.take(&reconciler.db, &store.id).await.map_err(|error| unwritten(&error))?;
    claim.ok_or_else(|| Problem::waiting("LeaseLost", "Another replica of Souk works on the store."))
}

/// What a failure of Souk's own database means for the store.
fn unwritten(error: &DbError) -> Problem {
    Problem::waiting("DatabaseFailed", format!("Souk's own database failed ({error})."))
}

/// What a failed call of the API server means for the store.
pub fn refused(error: &KubeError) -> Problem {
    let text = sentence(&error.message);
    match error.kind {
        KubeErrorKind::Unreachable => {
            Problem::waiting("ClusterUnreachable", format!("The cluster did not answer ({}).", error.message))
        }
        KubeErrorKind::Foreign => Problem::permanent(
            "ForeignNamespace",
            format!(
                "The cluster has a namespace of this name that Souk did not make ({}); it is left alone.",
                error.message
            ),
        ),
        KubeErrorKind::Quota => Problem::waiting("QuotaExceeded", text),
        KubeErrorKind::Forbidden => {
            Problem::waiting("Forbidden", format!("The cluster does not allow Souk to do this ({}).", error.message))
        }
        KubeErrorKind::Invalid => Problem::permanent("Refused", text),
        KubeErrorKind::Transient | KubeErrorKind::NotFound => Problem::waiting("ClusterError", text),
    }
}

/// What a failed call of Helm means for the store.
pub fn failed(error: &HelmError) -> Problem {
    let text = sentence(&error.message);
    match error.kind {
        // What Helm says about it fills a page and helps nobody; the log has it.
        HelmErrorKind::Unreachable => Problem::waiting("ClusterUnreachable", "The cluster did not answer Helm."),
        HelmErrorKind::Quota => Problem::waiting("QuotaExceeded", text),
        HelmErrorKind::InProgress => Problem::waiting("ReleaseBusy", text),
        HelmErrorKind::Webhook => Problem::waiting("WebhookRefused", text),
        HelmErrorKind::Transient => Problem::waiting("HelmFailed", text),
        HelmErrorKind::Missing => Problem::waiting("HelmMissing", text),
        HelmErrorKind::Permanent | HelmErrorKind::Immutable => Problem::permanent("ReleaseRefused", text),
        HelmErrorKind::Foreign => Problem::permanent("ForeignObject", text),
    }
}

/// Begins with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(char::to_uppercase).into_iter().flatten().collect();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the API server says, and what it means: the reason, and whether only a change helps.
    #[test]
    fn answers_of_the_api_server() {
        for (code, text, reason, permanent) in [
            (
                409,
                "Operation cannot be fulfilled on namespaces \"store-x\": the object has been modified; please apply your changes to the latest version and try again",
                "ClusterError",
                false,
            ),
            (409, "secrets \"store-admin\" already exists", "ClusterError", false),
            (
                429,
                "Too many requests: the server has received too many requests and has asked us to try again later",
                "ClusterError",
                false,
            ),
            (500, "etcdserver: request timed out", "ClusterError", false),
            (
                500,
                "Internal error occurred: failed calling webhook \"policy.example.com\": failed to call webhook: Post \"https://policy.policy.svc:443/validate\": dial tcp 10.96.7.7:443: connect: connection refused",
                "ClusterError",
                false,
            ),
            (503, "apiserver is shutting down", "ClusterError", false),
            (504, "Timeout: request did not complete within the allotted timeout", "ClusterError", false),
            (
                403,
                "secrets \"store-admin\" is forbidden: exceeded quota: team, requested: count/secrets=1, used: count/secrets=9, limited: count/secrets=9",
                "QuotaExceeded",
                false,
            ),
            (
                403,
                "secrets \"store-admin\" is forbidden: unable to create new content in namespace store-x because it is being terminated",
                "ClusterError",
                false,
            ),
            (
                403,
                "namespaces is forbidden: User \"system:serviceaccount:souk:souk\" cannot create resource \"namespaces\" in API group \"\" at the cluster scope",
                "Forbidden",
                false,
            ),
            (
                403,
                "admission webhook \"policy.example.com\" denied the request: no namespaces on Fridays",
                "Forbidden",
                false,
            ),
            (
                400,
                "admission webhook \"policy.example.com\" denied the request: no namespaces on Fridays",
                "Forbidden",
                false,
            ),
            (
                422,
                "namespaces \"store-x\" is forbidden: ValidatingAdmissionPolicy 'names' with binding 'names' denied request: failed expression: false",
                "Forbidden",
                false,
            ),
            (
                422,
                "Secret \"store-admin\" is invalid: data: Forbidden: field is immutable when `immutable` is set",
                "Refused",
                true,
            ),
            (
                400,
                "the namespace of the provided object does not match the namespace sent on the request",
                "Refused",
                true,
            ),
        ] {
            let status = kube::core::Status { code, message: text.to_owned(), ..kube::core::Status::default() };
            let problem = refused(&KubeError::from(kube::Error::Api(Box::new(status))));
            assert_eq!((problem.reason.as_str(), problem.permanent), (reason, permanent), "{text}");
            let words: String = text.chars().skip(1).take(40).collect();
            assert!(problem.message.contains(&words), "{} does not say {words}", problem.message);
        }
    }

    /// What Helm says. The reasons are told apart in `helm/failure.rs`.
    #[test]
    fn answers_of_helm() {
        for (text, permanent) in [
            (
                "Error: UPGRADE FAILED: Operation cannot be fulfilled on deployments.apps \"shop\": the object has been modified; please apply your changes to the latest version and try again",
                false,
            ),
            ("Error: INSTALLATION FAILED: secrets \"sh.helm.release.v1.store.v1\" already exists", false),
            (
                "Error: INSTALLATION FAILED: failed to create resource: persistentvolumeclaims \"content\" is forbidden: exceeded quota: store, requested: requests.storage=2Gi, used: requests.storage=4Gi, limited: requests.storage=4Gi",
                false,
            ),
            (
                "Error: UPGRADE FAILED: failed to create resource: Internal error occurred: failed calling webhook \"policy.example.com\": failed to call webhook: Post \"https://policy.policy.svc:443/validate?timeout=10s\": dial tcp 10.96.7.7:443: connect: connection refused",
                false,
            ),
            (
                "Error: UPGRADE FAILED: failed to create resource: Internal error occurred: failed calling webhook \"policy.example.com\": failed to call webhook: Post \"https://policy.policy.svc:443/validate?timeout=10s\": context deadline exceeded",
                false,
            ),
            (
                "Error: INSTALLATION FAILED: admission webhook \"policy.example.com\" denied the request: images must be signed",
                false,
            ),
            ("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", false),
            (
                "Error: INSTALLATION FAILED: failed to create resource: the server was unable to return a response in the time allotted, but may still be processing the request",
                false,
            ),
            ("Error: UPGRADE FAILED: etcdserver: leader changed", false),
            (
                "Error: INSTALLATION FAILED: deployments.apps \"shop\" is forbidden: unable to create new content in namespace store-x because it is being terminated",
                false,
            ),
            (
                "Error: values don't meet the specifications of the schema(s) in the following chart(s):\nwoocommerce:\n- at '/store': missing property 'id'",
                true,
            ),
            (
                "Error: UPGRADE FAILED: cannot patch \"content\" with kind PersistentVolumeClaim: PersistentVolumeClaim \"content\" is invalid: spec.storageClassName: Invalid value: field is immutable",
                true,
            ),
            (
                "Error: INSTALLATION FAILED: unable to build kubernetes objects from release manifest: resource mapping not found for name: \"shop\" namespace: \"\" from \"\": no matches for kind \"HTTPRoute\" in version \"gateway.networking.k8s.io/v1\"",
                true,
            ),
        ] {
            let problem = failed(&HelmError::from_output(text));
            assert_eq!(problem.permanent, permanent, "{text}: {}", problem.reason);
            assert!(problem.message.ends_with(['.', '!', '?']), "{}", problem.message);
        }
    }
}

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

//! What can go wrong with the Kubernetes API, told apart by what helps.

use thiserror::Error;

/// What helps against a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KubeErrorKind {
    /// The API server does not answer.
    Unreachable,
    /// Worth another attempt after a pause.
    Transient,
    /// There is no such object.
    NotFound,
    /// Souk's own account lacks a right, or an admission rule refuses.
    Forbidden,
    /// A quota does not allow it.
    Quota,
    /// The name is taken by something that this platform did not make.
    Foreign,
    /// The API server finds the object wrong; it waits for a change.
    Invalid,
}

/// A failed call of the Kubernetes API.
#[derive(Debug, Clone, Error)]
#[error("{message}")]
pub struct KubeError {
    /// What helps.
    pub kind: KubeErrorKind,
    /// One sentence.
    pub message: String,
}

impl KubeError {
    pub fn new(kind: KubeErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The API server did not answer.
    pub fn is_unreachable(&self) -> bool {
        self.kind == KubeErrorKind::Unreachable
    }

    pub(super) fn timed_out(what: &str) -> Self {
        Self::new(KubeErrorKind::Unreachable, format!("the API server did not answer in time ({what})"))
    }
}

impl From<kube::Error> for KubeError {
    fn from(error: kube::Error) -> Self {
        match error {
            kube::Error::Api(status) => {
                let kind = match status.code {
                    404 => KubeErrorKind::NotFound,
                    403 if status.message.contains("exceeded quota") => KubeErrorKind::Quota,
                    // A webhook chooses its status; what it refuses today it may allow tomorrow.
                    400 | 403 | 422 if denied(&status.message) => KubeErrorKind::Forbidden,
                    // Written into a namespace that is going away; it is gone soon.
                    403 if status.message.contains("being terminated") => KubeErrorKind::Transient,
                    401 | 403 => KubeErrorKind::Forbidden,
                    400 | 422 => KubeErrorKind::Invalid,
                    _ => KubeErrorKind::Transient,
                };
                let message = if status.message.is_empty() { &status.reason } else { &status.message };
                Self::new(kind, message.clone())
            }
            kube::Error::SerdeError(error) => {
                Self::new(KubeErrorKind::Transient, format!("an answer that cannot be read: {error}"))
            }
            other => Self::new(KubeErrorKind::Unreachable, root_cause(&other)),
        }
    }
}

/// Whether an admission rule refused, not the API server itself.
fn denied(message: &str) -> bool {
    message.contains("denied the request") || message.contains("denied request:")
}

/// The innermost cause: `client error (Connect)` alone helps nobody.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

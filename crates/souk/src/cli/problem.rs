//! What went wrong between here and the platform, told so that a person knows what to do.
//!
//! Owns problem documents (RFC 9457) as the client reads them, and the next step for each kind.

use serde::Deserialize;

use super::exit::{Exit, Failure};

/// `application/problem+json`, read with patience: something between here and the platform may write its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    pub errors: Vec<FieldError>,
}

impl Problem {
    fn sentence(&self) -> &str {
        if self.detail.is_empty() { &self.title } else { &self.detail }
    }
}

/// One field that is wrong, in JSON path form such as `admin.password`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

/// Why a request has no good answer.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error("cannot reach {url}: {why}")]
    Unreachable { url: String, why: String },
    #[error("{}", .0.sentence())]
    Refused(Box<Problem>),
    #[error("{url} redirects to {to}")]
    Redirected { url: String, to: String },
    /// Something else answered, such as an ingress controller that has no Souk behind it yet.
    #[error("something else than Souk answers at {url} ({status})")]
    Foreign { url: String, status: u16 },
    #[error("the answer of {url} cannot be read: {why}")]
    Unreadable { url: String, why: String },
}

impl RequestError {
    /// The HTTP status, when it was the platform that answered.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }

    /// Whether the same request may succeed in a moment.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused(problem) => matches!(problem.status, 429 | 502..=504),
            Self::Foreign { status, .. } => matches!(status, 404 | 502..=504),
            Self::Redirected { .. } | Self::Unreadable { .. } => false,
        }
    }
}

impl From<RequestError> for Failure {
    fn from(error: RequestError) -> Self {
        let message = error.to_string();
        match error {
            RequestError::Unreachable { .. } => Self::new(Exit::Unreachable, message)
                .next("is the platform up, and the address right? `souk doctor` looks for the cause"),
            RequestError::Redirected { to, .. } => {
                Self::new(Exit::Usage, message).next(format!("use that address: `souk login {to}`"))
            }
            RequestError::Foreign { .. } => Self::new(Exit::Unreachable, message).next(
                "is this the address of Souk? While its pod starts the ingress controller answers for it; `souk status --ready` waits for it",
            ),
            RequestError::Unreadable { .. } => Self::new(Exit::Failure, message)
                .next("do the versions of this command and the platform fit? `souk doctor` tells both"),
            RequestError::Refused(problem) => refused(*problem),
        }
    }
}

fn refused(problem: Problem) -> Failure {
    let exit = match problem.status {
        401 | 403 => Exit::NotSignedIn,
        404 | 410 => Exit::NotFound,
        400 | 413 | 415 | 422 => Exit::Usage,
        // A taken slug is a conflict, and input that was refused all the same.
        _ if !problem.errors.is_empty() => Exit::Usage,
        _ => Exit::Failure,
    };
    let message = problem.sentence().to_owned();
    let next = next_step(&problem);
    // One wrong field is told by the sentence already.
    let said = |error: &FieldError| message == format!("{} {}", error.field, error.message);
    let fields = problem
        .errors
        .iter()
        .filter(|error| !said(error))
        .map(|error| (name_of(&error.field), error.message.clone()))
        .collect();
    Failure { exit, message, fields, next }
}

/// A field as this command line calls it.
fn name_of(field: &str) -> String {
    match flag_of(field) {
        Some(flag) => format!("{field} ({flag})"),
        None => field.to_owned(),
    }
}

fn flag_of(field: &str) -> Option<&'static str> {
    Some(match field {
        "slug" => "--slug",
        "blueprint" => "--blueprint",
        "plan" => "--plan",
        "admin.username" => "--admin-username",
        "admin.email" => "--admin-email",
        "admin.password" => "--admin-password-stdin",
        "component" => "--component",
        "container" => "--container",
        "tail" => "--tail",
        "phase" => "--phase",
        _ => return None,
    })
}

fn next_step(problem: &Problem) -> Option<String> {
    let kind = problem.kind.rsplit('/').next().unwrap_or_default();
    let step = match (problem.status, kind) {
        (401, _) => "sign in with `souk login`, or set SOUK_TOKEN",
        (403, _) => "sign in with a token that may do this",
        (404 | 410, _) => "`souk store list` shows what there is",
        (_, "already-deleting") => "wait for its end with `souk store delete --wait`, or follow `souk store events -f`",
        (_, "not-ready-yet") => "wait for the store with `souk store wait`",
        (412, _) => "somebody changed it meanwhile; look at it again and repeat",
        (429, _) => "try again in a moment",
        (500.., _) => "try again; `souk doctor` looks for the cause",
        _ => {
            return problem.errors.first().and_then(|error| flag_of(&error.field)).map(|flag| format!("change {flag}"));
        }
    };
    Some(step.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(json: serde_json::Value) -> Failure {
        RequestError::Refused(Box::new(serde_json::from_value(json).unwrap())).into()
    }

    fn problem(title: &str, status: u16) -> serde_json::Value {
        serde_json::json!({"type": "about:blank", "title": title, "status": status, "detail": ""})
    }

    #[test]
    fn names_the_field_and_the_flag() {
        let failure = failure(serde_json::json!({
            "type": "https://souk.dev/problems/invalid", "title": "Not valid", "status": 422,
            "detail": "The store cannot be made.",
            "errors": [{"field": "admin.password", "message": "is too short: 12 characters at least"}],
        }));
        assert_eq!(failure.exit, Exit::Usage);
        assert_eq!(
            failure.to_string(),
            "souk: The store cannot be made.\n  \
             admin.password (--admin-password-stdin): is too short: 12 characters at least\n  \
             Next: change --admin-password-stdin"
        );
    }

    #[test]
    fn one_wrong_field_is_told_once() {
        let failure = failure(serde_json::json!({
            "type": "https://souk.dev/problems/slug-taken", "title": "The slug is taken", "status": 409,
            "detail": "slug is taken; choose another", "errors": [{"field": "slug", "message": "is taken; choose another"}],
        }));
        assert_eq!(failure.exit, Exit::Usage);
        assert_eq!(failure.to_string(), "souk: slug is taken; choose another\n  Next: change --slug");
    }

    #[test]
    fn each_status_has_its_exit_code() {
        for (status, exit) in [
            (401, Exit::NotSignedIn),
            (404, Exit::NotFound),
            (410, Exit::NotFound),
            (409, Exit::Failure),
            (422, Exit::Usage),
            (503, Exit::Failure),
        ] {
            assert_eq!(failure(problem("t", status)).exit, exit, "{status}");
        }
    }

    #[test]
    fn a_problem_without_detail_shows_its_title() {
        let failure = failure(problem("Too many requests", 429));
        assert_eq!(failure.message, "Too many requests");
        assert_eq!(failure.next.as_deref(), Some("try again in a moment"));
    }
}

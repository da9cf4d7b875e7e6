//! Every error answer of the API: RFC 9457 problem details. The one file that chooses HTTP statuses.
//!
//! Owns the list of problems, their titles and statuses, and the conversion of every other error
//! into one of them. Internals are logged here once and never sent.

use axum::Json;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::password::PasswordError;
use crate::cluster::ClusterError;
use crate::db::{DbError, Outage};

/// Media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "https://souk.dev/problems/invalid-input",
    "title": "The input is not valid",
    "status": 422,
    "detail": "name must not be empty; give the shop a name",
    "errors": [{"field": "name", "message": "must not be empty; give the shop a name"}],
}))]
pub struct ProblemBody {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, and what to do about it.
    pub detail: String,
    /// The fields of the input that were refused.
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field, nested ones with dots: `admin.password`. Query parameters and headers by their name.
    pub field: String,
    /// What is wrong with it, and what would be right.
    pub message: String,
}

/// An error answer in the making; handlers return it as `Err`.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_seconds: Option<u64>,
    allow: Option<&'static str>,
}

macro_rules! kinds {
    ($($variant:ident = $slug:literal, $status:ident, $title:literal;)+) => {
        /// Every kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($variant),+ }

        impl Kind {
            /// Last part of the problem's URI.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),+ }
            }

            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status),+ }
            }

            fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }
    };
}

kinds! {
    MalformedBody = "malformed-body", BAD_REQUEST, "The body cannot be read";
    InvalidParameter = "invalid-parameter", BAD_REQUEST, "A parameter is not valid";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Sign in first";
    CrossSite = "cross-site", FORBIDDEN, "The request came from another site";
    Forbidden = "forbidden", FORBIDDEN, "You may not do this";
    NotFound = "not-found", NOT_FOUND, "Nothing is there";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "The method is not allowed here";
    AlreadyDeleting = "already-deleting", CONFLICT, "The store is being deleted already";
    Conflict = "conflict", CONFLICT, "Not possible at the moment";
    NotReadyYet = "not-ready-yet", CONFLICT, "Not there yet";
    LastAdmin = "last-admin", CONFLICT, "It is the last administrator";
    SignsInElsewhere = "signs-in-elsewhere", CONFLICT, "The account has no password here";
    NameTaken = "name-taken", CONFLICT, "The name is taken";
    StillOwns = "still-owns", CONFLICT, "Stores still belong to it";
    SlugTaken = "slug-taken", CONFLICT, "Another store has this address";
    StoreLimit = "store-limit", CONFLICT, "No more stores are allowed";
    InviteOver = "invite-over", GONE, "The link cannot be used any more";
    CodeOver = "code-over", GONE, "The code cannot be used any more";
    Gone = "gone", GONE, "The store has been deleted";
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, "Changed by someone else meanwhile";
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body has the wrong type";
    InvalidInput = "invalid-input", UNPROCESSABLE_ENTITY, "The input is not valid";
    KeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The Idempotency-Key belongs to another request";
    TooManyRequests = "too-many-requests", TOO_MANY_REQUESTS, "Too many requests";
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong in Souk";
    ClusterUnreachable = "cluster-unreachable", SERVICE_UNAVAILABLE, "The cluster does not answer";
    StorageFull = "storage-full", SERVICE_UNAVAILABLE, "There is no room to write anything down";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Souk cannot answer at the moment";
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), retry_after_seconds: None, allow: None }
    }

    /// Fields of the input that mean something impossible. `errors` is not empty.
    pub fn invalid_input(errors: Vec<FieldError>) -> Self {
        let detail =
            errors.iter().map(|error| format!("{} {}", error.field, error.message)).collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(Kind::InvalidInput, detail) }
    }

    /// A parameter of the path, the query or a header that cannot be read.
    pub fn invalid_parameter(field: &str, message: impl Into<String>) -> Self {
        Self::about(Kind::InvalidParameter, field, message)
    }

    /// A problem of this kind about one field.
    pub fn about(kind: Kind, field: &str, message: impl Into<String>) -> Self {
        let error = FieldError::new(field, message);
        let detail = format!("{} {}", error.field, error.message);
        Self { errors: vec![error], ..Self::new(kind, detail) }
    }

    pub fn no_such(what: &str, id: &str) -> Self {
        Self::new(Kind::NotFound, format!("There is no {what} with the id {id:?}."))
    }

    /// A method that this path does not answer.
    pub fn method_not_allowed(method: &Method, path: &str) -> Self {
        let detail = format!("{path} does not answer {method}. Its methods are listed at /api/docs.");
        Self::new(Kind::MethodNotAllowed, detail)
    }

    /// The methods that are allowed, where they are others than those of the route.
    pub fn allow(self, methods: &'static str) -> Self {
        Self { allow: Some(methods), ..self }
    }

    /// The caller may try again after this many seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after_seconds: Some(seconds.max(1)), ..self }
    }

    /// Something that should not happen. `error` goes to the log, not to the caller.
    pub fn internal(error: &(dyn std::fmt::Display + Send + Sync)) -> Self {
        tracing::error!(%error, "a request failed for a reason inside of Souk");
        Self::new(Kind::Internal, "The cause is in the server's log; the answer's X-Request-Id finds it.")
    }

    #[cfg(test)]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn body(&self) -> ProblemBody {
        ProblemBody {
            kind: format!("https://souk.dev/problems/{}", self.kind.slug()),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

impl FieldError {
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.kind.status(), Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow {
            headers.insert(header::ALLOW, HeaderValue::from_static(methods));
        }
        if self.kind == Kind::Unauthenticated {
            let challenge = HeaderValue::from_static("Bearer realm=\"souk\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<ClusterError> for Problem {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::NotFound { what } => {
                Self::new(Kind::NotReadyYet, format!("{what} does not exist yet. Try again when the store is further."))
            }
            ClusterError::Unreachable(cause) => {
                tracing::warn!(%cause, "the cluster does not answer a request");
                Self::new(Kind::ClusterUnreachable, "The cluster does not answer. Souk keeps trying; try again soon.")
                    .retry_after(5)
            }
            ClusterError::Refused(cause) => Self::internal(&format!("the cluster refused: {cause}")),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => {
                Self::new(Kind::Unavailable, "Too many passwords are being checked. Try again.").retry_after(2)
            }
            error @ PasswordError::Failed(_) => Self::internal(&error),
        }
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::NoSuchStore => Self::new(Kind::NotFound, "There is no such store."),
            DbError::NoSuchOperation => Self::new(Kind::NotFound, "There is no such operation."),
            DbError::NoSuchUser => Self::new(Kind::NotFound, "There is no such user."),
            DbError::NoSuchTeam => Self::new(Kind::NotFound, "There is no such team."),
            DbError::NoSuchToken => Self::new(Kind::NotFound, "There is no such token."),
            DbError::LastAdmin => Self::new(
                Kind::LastAdmin,
                "Nobody else who can sign in is an administrator. Make somebody else one first.",
            ),
            DbError::SignsInElsewhere => Self::new(
                Kind::SignsInElsewhere,
                "The account signs in with single sign-on; its password is kept there, and is changed there.",
            ),
            DbError::Disabled => Self::new(Kind::Forbidden, "The account is disabled. Ask an administrator."),
            DbError::NameTaken => Self::about(Kind::NameTaken, "name", "is taken; choose another"),
            DbError::StillOwns(1) => Self::new(
                Kind::StillOwns,
                "One store still belongs to it. Delete it, or give it to somebody else first.",
            ),
            DbError::StillOwns(stores) => Self::new(
                Kind::StillOwns,
                format!("{stores} stores still belong to it. Delete them, or give them to somebody else first."),
            ),
            DbError::InviteOver => {
                Self::new(Kind::InviteOver, "It was used, or has ended. Ask an administrator for a new one.")
            }
            DbError::CodeOver(_) => Self::new(
                Kind::CodeOver,
                "It was used, has ended, or belongs to another command line. Begin again with `souk login`.",
            ),
            DbError::SignInsTooFast(wait) => Self::new(
                Kind::TooManyRequests,
                format!("Signing in failed too often. Try again in {} s.", wait.whole_seconds() + 1),
            )
            .retry_after(wait.whole_seconds().unsigned_abs() + 1),
            DbError::SlugTaken => Self::about(Kind::SlugTaken, "slug", "is taken by another store; choose another"),
            DbError::TooManyStores(most) => Self::new(
                Kind::StoreLimit,
                format!("This platform may hold {most} stores (SOUK_MAX_STORES). Delete one, or raise the limit."),
            ),
            DbError::TooManyOwned(most) => Self::new(
                Kind::StoreLimit,
                format!("One owner may have {most} stores (SOUK_MAX_STORES_PER_OWNER). Delete one, or have the limit raised."),
            ),
            DbError::TooManyOwnCreates { most, wait } => Self::new(
                Kind::TooManyRequests,
                format!("One owner may make {most} stores an hour (SOUK_CREATES_PER_HOUR_PER_OWNER). Wait as long as Retry-After says."),
            )
            .retry_after(wait.whole_seconds().unsigned_abs() + 1),
            DbError::TooManyCreates { most, wait } => Self::new(
                Kind::TooManyRequests,
                format!("This platform makes {most} stores an hour (SOUK_CREATES_PER_HOUR). Wait as long as Retry-After says."),
            )
            .retry_after(wait.whole_seconds().unsigned_abs() + 1),
            DbError::IdempotencyMismatch => Self::about(
                Kind::KeyReused,
                "Idempotency-Key",
                "was used for another request; use a new key for a new request",
            ),
            DbError::RevisionMismatch(revision) => Self::about(
                Kind::PreconditionFailed,
                "If-Match",
                format!("is not the store's revision any more, which is {revision}; read the store again"),
            ),
            DbError::AlreadyDeleting => Self::new(Kind::AlreadyDeleting, "Watch the store until its phase is Deleted."),
            DbError::AlreadyDeleted => Self::new(Kind::Gone, "Nothing of the store is left. Create a new one."),
            DbError::OperationConflict(sentence) => Self::new(Kind::Conflict, sentence),
            DbError::IllegalTransition(transition) => Self::new(Kind::Conflict, format!("{transition}.")),
            error @ (DbError::LeaseLost | DbError::Unreadable(_) | DbError::Newer(_)) => Self::internal(&error),
            error @ DbError::Database(_) => match error.outage() {
                Some(outage) => {
                    tracing::error!(%error, "the database failed a request");
                    let (kind, seconds) = match outage {
                        Outage::VolumeFull | Outage::ServerFull => (Kind::StorageFull, 60),
                        Outage::Busy => (Kind::Unavailable, 1),
                        Outage::Away | Outage::ReadOnly | Outage::DiskFailed => (Kind::Unavailable, 5),
                    };
                    Self::new(kind, outage.sentence()).retry_after(seconds)
                }
                None => Self::internal(&error),
            },
        }
    }
}

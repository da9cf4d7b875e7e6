//! The sign-ins of the caller: in which browsers one is signed in, and ending them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::AppState;
use super::params::TextPath;
use super::problem::{Kind, Problem, ProblemBody};
use super::view::ListView;
use crate::auth::{Asker, Caller, Proof};
use crate::db::Session;

/// Characters of a sign-in's hash that tell it from the others.
const ID: usize = 16;

/// A sign-in of a browser.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    id: String,
    /// The one that this request came with.
    current: bool,
    /// How and from which address it was begun.
    #[schema(example = "dashboard 192.0.2.1")]
    source: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Its last use, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    seen_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

impl SessionView {
    fn new(session: Session, caller: &Caller) -> Self {
        Self {
            current: caller.by == Proof::Cookie(session.hash.clone()),
            id: session.hash.chars().take(ID).collect(),
            source: session.source,
            created_at: session.created_at,
            seen_at: session.seen_at,
            expires_at: session.expires_at,
        }
    }
}

/// List one's sign-ins, newest first
#[utoipa::path(
    get, path = "/api/sessions", tag = "session",
    responses(
        (status = 200, description = "All that have not ended", body = ListView<SessionView>),
        (status = 403, description = "The token's scope is too narrow, or it is a machine's", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list_sessions(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<ListView<SessionView>>, Problem> {
    let sessions = state.db.list_sessions(whose(&caller)?).await?;
    Ok(Json(ListView::whole(sessions.into_iter().map(|session| SessionView::new(session, &caller)))))
}

/// End one of one's sign-ins
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "session", params(("id" = String, Path, description = "Id of the sign-in")),
    responses(
        (status = 204, description = "Ended"),
        (status = 403, description = "The token's scope is too narrow, or it is a machine's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such sign-in of yours", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn end_session(
    State(state): State<AppState>,
    caller: Caller,
    Asker(actor): Asker,
    TextPath(id): TextPath,
) -> Result<StatusCode, Problem> {
    let sessions = state.db.list_sessions(whose(&caller)?).await?;
    let session = sessions.iter().find(|session| id.len() == ID && session.hash.starts_with(&id));
    let session = session.ok_or_else(|| Problem::new(Kind::NotFound, "There is no such sign-in of yours."))?;
    state.db.end_session(&session.hash, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The account whose sign-ins are the caller's; none for the admin token's.
///
/// # Errors
/// Machines have none.
pub fn whose(caller: &Caller) -> Result<Option<&str>, Problem> {
    if caller.is_machine() {
        return Err(Problem::new(Kind::Forbidden, "A machine has no sign-ins. Revoke its token instead."));
    }
    Ok(caller.user.as_ref().map(|user| user.id.as_str()))
}

//! The admin account of a shop: the one answer of the API that holds a password.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use serde::Serialize;
use souk_domain::Phase;
use utoipa::ToSchema;

use super::AppState;
use super::params::StorePath;
use super::problem::{Problem, ProblemBody};
use super::view::admin_url;
use crate::auth::Asker;
use crate::db::{DbError, NewAuditEntry};

/// The admin account of a shop.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Credentials)]
struct CredentialsView<'a> {
    #[schema(example = "admin")]
    username: &'a str,
    #[schema(format = Password)]
    password: &'a str,
    email: &'a str,
    #[schema(example = "http://blue-mug-shop.localhost/wp-admin/")]
    admin_url: String,
}

/// Read the admin account of a shop
///
/// Every reading is written to the audit log. Available once the store's secrets are made.
#[utoipa::path(
    get, path = "/api/stores/{id}/credentials", tag = "stores",
    params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 200, description = "The account", body = CredentialsView<'static>),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Not there yet", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The store has been deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The cluster does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn get_credentials(
    State(state): State<AppState>,
    Asker(actor): Asker,
    StorePath(id): StorePath,
) -> Result<Response, Problem> {
    let store = state.db.get_store(&id).await?;
    if store.phase == Phase::Deleted {
        return Err(DbError::AlreadyDeleted.into());
    }
    let credentials = state.cluster.credentials(&id).await?;
    // First on record, then told.
    let entry = NewAuditEntry {
        actor: &actor,
        action: "credentials.read",
        store: Some((&store.id, store.name.as_str())),
        result: "allowed",
        detail: None,
    };
    state.db.record_audit(entry).await?;
    let view = CredentialsView {
        username: &credentials.username,
        password: credentials.password.expose_secret(),
        email: &credentials.email,
        admin_url: admin_url(&state.settings.address.store_url(store.slug.as_str())),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}

//! Links that sign in to a shop's admin pages by one click: who gets one, and that it is on record first.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use souk_domain::{Phase, Store};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::AppState;
use super::params::StorePath;
use super::problem::{Kind, Problem, ProblemBody};
use crate::auth::Asker;
use crate::db::DbError;
use crate::login_link::LoginLink;

/// A link that signs in to a shop's admin pages.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LoginLink)]
struct LoginLinkView {
    /// Good for one use. A secret until then: whoever opens it is signed in.
    #[schema(example = "http://blue-mug-shop.localhost/.well-known/souk/sign-in#eyJhbGciOi...")]
    url: String,
    /// When it ends unused.
    #[serde(with = "time::serde::rfc3339")]
    expires_at: OffsetDateTime,
}

/// Make a link that signs in to the admin pages of a shop
///
/// Open it in a browser within 60 seconds: it signs in as the shop's administrator, once. Every link is written to the
/// audit log, and the shop's log says who used it. Needs the same right as reading the credentials.
#[utoipa::path(
    post, path = "/api/stores/{id}/login-links", tag = "stores",
    params(("id" = String, Path, description = "Id of the store")),
    responses(
        (status = 201, description = "The link", body = LoginLinkView),
        (status = 404, description = "No such store", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "The shop does not run, or its image is too old; or the store is being deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "The store has been deleted", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The cluster does not answer", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create_login_link(
    State(state): State<AppState>,
    Asker(actor): Asker,
    StorePath(id): StorePath,
) -> Result<Response, Problem> {
    let store = state.db.get_store(&id).await?;
    check_runs(&store)?;
    let url = state.settings.address.store_url(store.slug.as_str());
    let seed = state.cluster.keys_seed(&id).await?;
    state.door.takes_links(&id, &url).await.map_err(|why| Problem::new(Kind::NotReadyYet, why))?;
    let link = LoginLink::new(&seed, &id, &actor.name).map_err(|error| Problem::internal(&error))?;
    // First on record, then told.
    state.db.record_login_link(&id, &link.id, &actor).await?;
    let view = LoginLinkView { url: link.url(&url), expires_at: link.expires_at };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(view)).into_response())
}

fn check_runs(store: &Store) -> Result<(), Problem> {
    match store.phase {
        Phase::Deleting => Err(DbError::AlreadyDeleting.into()),
        Phase::Deleted => Err(DbError::AlreadyDeleted.into()),
        _ if store.shop_runs() => Ok(()),
        _ => Err(Problem::new(Kind::NotReadyYet, format!("There is no shop to sign in to: {}", store.sentence()))),
    }
}

//! Which address a shop would get, and whether it is free.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use souk_domain::{DisplayName, Slug};
use utoipa::{IntoParams, ToSchema};

use super::AppState;
use super::params::{ApiQuery, TextPath};
use super::problem::{FieldError, Problem, ProblemBody};

/// How many numbered slugs are tried before one is called taken.
const MOST_TRIED: u32 = 50;

/// A slug, and whether a new store can have it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SlugAnswer)]
pub struct SlugView {
    /// Empty when the name suggests none: the store's id takes its place.
    #[schema(example = "blue-mug-shop")]
    slug: String,
    /// The address that the shop would have. Empty when no shop can have this slug.
    #[schema(example = "http://blue-mug-shop.localhost")]
    url: String,
    available: bool,
    /// Why it is not available, or what is special about it.
    reason: Option<String>,
}

/// The name of a shop to come.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NameQuery {
    #[param(example = "Blue Mug", min_length = 1, max_length = 100)]
    name: String,
}

/// Ask whether a slug is free
#[utoipa::path(
    get, path = "/api/slugs/{slug}", tag = "slugs",
    params(("slug" = String, Path, description = "First label of the host name")),
    responses((status = 200, description = "Whether it is free", body = SlugView))
)]
pub async fn get_slug(State(state): State<AppState>, TextPath(text): TextPath) -> Result<Json<SlugView>, Problem> {
    let slug = match Slug::new(&text) {
        // Not every text makes an address: none is shown.
        Err(error) => {
            let reason = Some(error.to_string());
            return Ok(Json(SlugView { slug: text, url: String::new(), available: false, reason }));
        }
        Ok(slug) => slug,
    };
    let taken = state.db.is_slug_taken(&slug).await?;
    let reason = taken.then(|| "is taken by another store".to_owned());
    let url = state.settings.address.store_url(slug.as_str());
    Ok(Json(SlugView { slug: text, url, available: reason.is_none(), reason }))
}

/// Ask which slug a name would get
#[utoipa::path(
    get, path = "/api/slugs", tag = "slugs", params(NameQuery),
    responses(
        (status = 200, description = "The slug", body = SlugView),
        (status = 422, description = "The name was refused", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn suggest_slug(
    State(state): State<AppState>,
    ApiQuery(query): ApiQuery<NameQuery>,
) -> Result<Json<SlugView>, Problem> {
    let name = DisplayName::new(&query.name)
        .map_err(|error| Problem::invalid_input(vec![FieldError::new("name", error.to_string())]))?;
    let Some(wanted) = Slug::suggest(&name) else {
        let reason = Some("the name suggests no address, so the store's id will be used; or choose one".to_owned());
        return Ok(Json(SlugView { slug: String::new(), url: String::new(), available: true, reason }));
    };
    let mut slug = wanted.clone();
    let mut taken = state.db.is_slug_taken(&slug).await?;
    for number in 2..MOST_TRIED {
        if !taken {
            break;
        }
        slug = wanted.numbered(number);
        taken = state.db.is_slug_taken(&slug).await?;
    }
    let reason = if taken {
        Some("is taken by another store".to_owned())
    } else if slug != wanted {
        Some(format!("{wanted} is taken by another store"))
    } else {
        None
    };
    let url = state.settings.address.store_url(slug.as_str());
    Ok(Json(SlugView { slug: slug.into(), url, available: !taken, reason }))
}

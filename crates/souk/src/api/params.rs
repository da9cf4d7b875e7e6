//! Reads parameters of the path, the query and the headers, with errors that name them.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use souk_domain::StoreId;
use utoipa::IntoParams;

use super::problem::{Kind, Problem};
use super::suspension;

/// Items of a page when nobody says.
const DEFAULT_LIMIT: u64 = 50;
/// Most items of a page.
const MAX_LIMIT: u64 = 200;

/// The store of the path parameter `id`. A text that cannot be an id is an id that nothing has.
pub struct StorePath(pub StoreId);

impl<S: Send + Sync> FromRequestParts<S> for StorePath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let TextPath(id) = TextPath::from_request_parts(parts, state).await?;
        if id.contains(':')
            && let Some(methods) = suspension::methods_of(parts.uri.path())
        {
            // A command to a store has this route too, and takes POST alone.
            return Err(Problem::method_not_allowed(&parts.method, parts.uri.path()).allow(methods));
        }
        id.parse().map(Self).map_err(|_| Problem::no_such("store", &id))
    }
}

/// The only path parameter, as it came.
pub struct TextPath(pub String);

impl<S: Send + Sync> FromRequestParts<S> for TextPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| Self(text)).map_err(|_| Problem::new(Kind::NotFound, "The address cannot be read."))
    }
}

/// The path parameters `id` and `name`.
pub struct MemberPath {
    pub id: String,
    pub name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for MemberPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        path.map(|Path((id, name))| Self { id, name })
            .map_err(|_| Problem::new(Kind::NotFound, "The address cannot be read."))
    }
}

/// The query as a `T`; unknown parameters are refused.
pub struct ApiQuery<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        query.map(|Query(value)| Self(value)).map_err(|rejection| refusal(&rejection.body_text()))
    }
}

/// axum says `Failed to deserialize query string: <parameter>: <cause>`.
fn refusal(text: &str) -> Problem {
    let cause = text.split_once(": ").map_or(text, |(_, cause)| cause);
    if let Some(rest) = cause.split_once("unknown field `").map(|(_, rest)| rest) {
        let (name, known) = rest.split_once('`').unwrap_or((rest, ""));
        let known = known.rsplit_once("expected ").map_or("none", |(_, known)| known);
        let known = known.trim_start_matches("one of ").replace('`', "");
        return Problem::invalid_parameter(name, format!("is not known here; known: {known}"));
    }
    for (start, remedy) in [("missing field `", "is missing"), ("duplicate field `", "is given twice")] {
        if let Some(name) = cause.split_once(start).and_then(|(_, rest)| rest.split('`').next()) {
            return Problem::invalid_parameter(name, remedy);
        }
    }
    match cause.split_once(": ") {
        Some((name, cause)) => Problem::invalid_parameter(name, format!("cannot be used: {cause}")),
        None => Problem::invalid_parameter("query", format!("cannot be read: {cause}")),
    }
}

/// Which page of a list is wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Most items to return, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    /// # Errors
    /// The parameter is out of range.
    pub fn limit(&self) -> Result<u64, Problem> {
        limit(self.limit)
    }

    /// The cursor of a list that is ordered by a number.
    ///
    /// # Errors
    /// The cursor is none of ours.
    pub fn before(&self) -> Result<Option<i64>, Problem> {
        self.cursor.as_deref().map(|text| text.parse().map_err(|_| bad_cursor())).transpose()
    }
}

/// # Errors
/// The number is out of range.
pub fn limit(given: Option<u64>) -> Result<u64, Problem> {
    match given.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        _ => Err(Problem::invalid_parameter("limit", format!("must be from 1 to {MAX_LIMIT}"))),
    }
}

pub fn bad_cursor() -> Problem {
    Problem::invalid_parameter("cursor", "is not one that this list gave; begin again without it")
}

/// The revision that `If-Match` asks for; none when it is absent or `*`.
///
/// # Errors
/// It is not an entity tag of a store.
pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(text) = text(headers, &header::IF_MATCH)? else { return Ok(None) };
    let text = text.trim();
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix("W/").unwrap_or(text);
    let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse().ok());
    revision.map(Some).ok_or_else(|| {
        Problem::invalid_parameter("If-Match", "must be the ETag of the store, such as \"7\" with its quotes")
    })
}

/// The key by which a retried request is recognised.
///
/// # Errors
/// It is empty, too long or not plain text.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    const NAME: HeaderName = HeaderName::from_static("idempotency-key");
    match text(headers, &NAME)? {
        Some(key) if key.is_empty() || key.len() > 255 => {
            Err(Problem::invalid_parameter("Idempotency-Key", "must have 1 to 255 characters"))
        }
        key => Ok(key),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let plain = value.to_str().map_err(|_| Problem::invalid_parameter(name.as_str(), "must be plain ASCII text"))?;
    Ok(Some(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(problem: &Problem) -> String {
        problem.body().errors.iter().map(|error| error.field.clone()).collect()
    }

    #[test]
    fn query_errors_name_the_parameter() {
        for (query, field) in [("limit=x", "limit"), ("limt=1", "limt"), ("limit=1&limit=2", "limit")] {
            let uri = format!("/api/stores?{query}").parse().unwrap();
            let error = Query::<PageQuery>::try_from_uri(&uri).unwrap_err();
            assert_eq!(fields(&refusal(&error.body_text())), field, "{query}: {}", error.body_text());
        }
        let query = |limit| PageQuery { limit, cursor: Some("x".into()) };
        assert_eq!(query(None).limit().unwrap(), 50);
        assert_eq!(fields(&query(Some(0)).limit().unwrap_err()), "limit");
        assert_eq!(fields(&query(Some(201)).limit().unwrap_err()), "limit");
        assert_eq!(fields(&query(None).before().unwrap_err()), "cursor");
    }

    #[test]
    fn entity_tags() {
        for (text, revision) in [("\"7\"", Some(7)), ("W/\"7\"", Some(7)), ("*", None)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_MATCH, text.parse().unwrap());
            assert_eq!(if_match(&headers).unwrap(), revision, "{text}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, "7".parse().unwrap());
        assert_eq!(fields(&if_match(&headers).unwrap_err()), "If-Match");
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
    }
}

//! The dashboard, built into the binary.
//!
//! Owns which file answers which path and how long browsers may keep it. The files are made by
//! `npm run build` in `dashboard/`; a binary built without them says so instead.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::api::problem::{Kind, Problem};

#[derive(Embed)]
#[folder = "../../dashboard/dist"]
struct Files;

const INDEX: &str = "index.html";
/// Files whose names carry a hash of their content.
const HASHED: &str = "assets/";

const ABSENT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Souk</title>\
    <h1>Souk is running</h1><p>This binary was built without the dashboard. Build it with <code>npm ci && npm run \
    build</code> in the folder <code>dashboard</code>, then build the server again. The API is described at \
    <a href=/api/docs>/api/docs</a>.</p></html>";

/// Answers every path that is not the API's: a file, or the page whose script knows the path.
pub async fn serve_file(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(Kind::MethodNotAllowed, "Only GET and HEAD are answered here.").into_response();
    }
    let path = uri.path().trim_start_matches('/');
    match Files::get(path) {
        Some(file) if !path.is_empty() => answer(path, file, &headers),
        _ if path.starts_with(HASHED) => Problem::new(Kind::NotFound, "There is no such file.").into_response(),
        _ => match Files::get(INDEX) {
            Some(index) => answer(INDEX, index, &headers),
            None => Html(ABSENT).into_response(),
        },
    }
}

fn answer(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let keep = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag));
    let mut response = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = file.metadata.mimetype().to_owned();
        ([(header::CONTENT_TYPE, kind)], file.data).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashboard_that_was_built_is_in_the_binary() {
        let built = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboard/dist").join(INDEX);
        assert_eq!(Files::get(INDEX).is_some(), built.is_file());
    }
}

//! Reads request bodies: JSON of a bounded size, with errors that name the field.
//!
//! Owns the order of the checks (size, type, syntax, fields). What the values mean is checked by
//! the handlers.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::{HeaderMap, header};
use futures::StreamExt;
use serde::de::{DeserializeOwned, Error, Unexpected};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::problem::{FieldError, Kind, Problem};

/// Largest body in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;
/// How much of a body that is too large is read and dropped, so that its sender reads the answer
/// instead of a broken connection.
const DRAIN_LIMIT: usize = 16 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// A JSON body of type `T`. The bytes are erased from memory after reading: they may hold a secret.
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        if !is_json(&parts.headers) {
            return Err(Problem::new(
                Kind::UnsupportedMediaType,
                "Send the body as JSON, with the header Content-Type: application/json.",
            ));
        }
        parse(&bytes).map(Self)
    }
}

/// `None` where the body is empty.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = read(&parts.headers, body).await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let whole = Request::from_parts(parts, Body::from(bytes.to_vec()));
        <Self as FromRequest<S>>::from_request(whole, state).await.map(Some)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(kind)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok()).unwrap_or(0);
    let mut bytes = Zeroizing::new(Vec::with_capacity(BODY_LIMIT.min(announced as usize)));
    let mut stream = body.into_data_stream();
    while let Some(chunk) = stream.next().await {
        let chunk =
            chunk.map_err(|error| Problem::new(Kind::MalformedBody, format!("The body ended early: {error}.")))?;
        if bytes.len() + chunk.len() > BODY_LIMIT {
            let rest = stream.scan(0, |seen, chunk| {
                *seen += chunk.map_or(DRAIN_LIMIT, |chunk| chunk.len());
                futures::future::ready((*seen < DRAIN_LIMIT).then_some(()))
            });
            let _ = tokio::time::timeout(DRAIN_TIME, rest.count()).await;
            return Err(Problem::new(Kind::TooLarge, format!("The body may have {} KiB at most.", BODY_LIMIT / 1024)));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        // serde would take an array for an object, its values in the order of the fields.
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).map_err(|error| refusal(".", &error))?;
        let error = FieldError::new("body", "must be a JSON object");
        return Err(Problem::invalid_input(vec![error]));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, error.inner())
    })?;
    reader.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

/// A whole number in any of JSON's forms of it: `90`, `90.0`, `9e1`.
///
/// # Errors
/// It is another value, or one that a `u32` does not hold.
pub fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(deserializer)? else { return Ok(None) };
    // Every u32 is an f64 without loss.
    match number as u32 {
        whole if f64::from(whole) == number => Ok(Some(whole)),
        _ => Err(D::Error::invalid_value(Unexpected::Float(number), &"a whole number")),
    }
}

fn refusal(path: &str, error: &serde_json::Error) -> Problem {
    if !error.is_data() {
        let place = format!("line {}, column {}", error.line(), error.column());
        return Problem::new(
            Kind::MalformedBody,
            format!("The body is not valid JSON at {place}. Send one JSON object."),
        );
    }
    // serde_json ends its message with the place, which says nothing beside the field.
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
    let named =
        ["missing field `", "duplicate field `"].iter().find_map(|start| text.strip_prefix(start)?.split('`').next());
    let field = match named {
        Some(name) if path == "." => name.to_owned(),
        Some(name) => format!("{path}.{name}"),
        None => path.to_owned(),
    };
    Problem::invalid_input(vec![FieldError::new(&field, sentence(text))])
}

/// What serde says, without the value that was sent: it may be a secret.
fn sentence(text: &str) -> String {
    if text.starts_with("missing field") {
        return "is missing; give it a value".to_owned();
    }
    if let Some(rest) = text.strip_prefix("unknown field `") {
        let known = rest.split_once("`, expected ").map_or("none", |(_, known)| known);
        let known = known.trim_start_matches("one of ").replace('`', "");
        return format!("is not known; leave it out. Known here: {known}");
    }
    if text.starts_with("duplicate field") {
        return "is given twice; give it once".to_owned();
    }
    match text.split_once(", expected ") {
        Some((_, wanted)) if wanted.starts_with("struct ") => "has the wrong type; expected a JSON object".to_owned(),
        Some((_, wanted)) => format!("has the wrong type; expected {wanted}"),
        None => "has a value that cannot be used here".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Outer {
        #[allow(dead_code)]
        first_name: String,
        #[allow(dead_code)]
        inner: Option<Inner>,
    }

    #[derive(serde::Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[allow(dead_code)]
        password: Option<String>,
    }

    #[test]
    fn whole_numbers_have_several_forms() {
        #[derive(serde::Deserialize)]
        struct Days {
            #[serde(default, deserialize_with = "whole_number")]
            days: Option<u32>,
        }
        for (body, days) in [
            (r#"{"days":90}"#, Some(Some(90))),
            (r#"{"days":90.0}"#, Some(Some(90))),
            (r#"{"days":9e1}"#, Some(Some(90))),
            (r#"{"days":null}"#, Some(None)),
            (r#"{}"#, Some(None)),
            (r#"{"days":4294967295}"#, Some(Some(u32::MAX))),
            (r#"{"days":4294967296}"#, None),
            (r#"{"days":90.5}"#, None),
            (r#"{"days":-1}"#, None),
            (r#"{"days":"90"}"#, None),
            (r#"{"days":true}"#, None),
        ] {
            let read = parse::<Days>(body.as_bytes());
            assert_eq!(read.as_ref().ok().map(|read| read.days), days, "{body}");
            if let Some(problem) = read.err() {
                assert_eq!(problem.body().errors[0].field, "days", "{body}");
            }
        }
    }

    #[test]
    fn errors_name_the_field_and_never_the_value() {
        let table = [
            (r#"{"firstName":"a","inner":{"passwort":"hunter2"}}"#, 422, "inner.passwort"),
            (r#"{"firstName":"a","inner":{"password":4711}}"#, 422, "inner.password"),
            (r#"{"firstName":"a","inner":"hunter2"}"#, 422, "inner"),
            (r#"{"firstName":"a","firstName":"b"}"#, 422, "firstName"),
            (r#"{"firstName":"a","x":1}"#, 422, "x"),
            (r#"{}"#, 422, "firstName"),
            (r#"["hunter2"]"#, 422, "body"),
            (r#"{"firstName":"a""#, 400, ""),
            (r#"{"firstName":"a"} x"#, 400, ""),
            ("", 400, ""),
        ];
        for (body, status, field) in table {
            let problem = parse::<Outer>(body.as_bytes()).unwrap_err().body();
            assert_eq!(problem.status, status, "{body}: {problem:?}");
            let fields: Vec<_> = problem.errors.iter().map(|error| error.field.as_str()).collect();
            assert_eq!(fields.join(","), field, "{body}");
            let text = serde_json::to_string(&problem).unwrap();
            assert!(!text.contains("hunter2") && !text.contains("4711"), "{text}");
        }
    }
}

//! How values lie in columns: times as milliseconds since 1970 (UTC), so that both databases order and
//! compare them alike; lists as JSON text.

use serde::Serialize;
use serde::de::DeserializeOwned;
use time::OffsetDateTime;

use super::{DbError, Result};
use crate::clock;

pub fn millis(at: OffsetDateTime) -> i64 {
    // Milliseconds of every year that `time` can hold fit.
    (at.unix_timestamp_nanos() / 1_000_000) as i64
}

pub fn moment(millis: i64) -> Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|_| DbError::Unreadable(format!("time {millis}")))
}

pub fn optional_moment(millis: Option<i64>) -> Result<Option<OffsetDateTime>> {
    millis.map(moment).transpose()
}

/// Now, cut to what a column keeps, so that a value reads back as it was written.
pub fn now() -> OffsetDateTime {
    cut(clock::now())
}

/// The time without what a column does not keep.
pub fn cut(at: OffsetDateTime) -> OffsetDateTime {
    moment(millis(at)).unwrap_or(at)
}

pub fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| DbError::Unreadable(error.to_string()))
}

pub fn from_json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| DbError::Unreadable(format!("{column}: {error}")))
}

pub fn parse<T: std::str::FromStr>(column: &str, text: &str) -> Result<T> {
    text.parse().map_err(|_| DbError::Unreadable(format!("{column}: {text:?}")))
}

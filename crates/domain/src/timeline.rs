//! The lines of a store's timeline.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{OperationId, StepName, StoreId};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EventType {
    Normal,
    Warning,
}

impl EventType {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

impl FromStr for EventType {
    type Err = crate::operation::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "Normal" => Ok(Self::Normal),
            "Warning" => Ok(Self::Warning),
            _ => Err(crate::operation::UnknownWord),
        }
    }
}

/// One line of a store's timeline, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineEvent {
    /// Grows with every event of the platform; `Last-Event-ID` of the server-sent events.
    pub id: i64,
    pub store_id: StoreId,
    pub operation_id: Option<OperationId>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    #[serde(rename = "type")]
    pub kind: EventType,
    /// One CamelCase word for machines, such as `NamespaceMade`.
    pub reason: String,
    /// A sentence for people.
    pub message: String,
    pub step: Option<StepName>,
}

/// An event that is about to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub kind: EventType,
    pub reason: String,
    pub message: String,
    pub step: Option<StepName>,
}

impl NewEvent {
    #[must_use]
    pub fn normal(reason: &str, message: impl Into<String>) -> Self {
        Self { kind: EventType::Normal, reason: reason.to_owned(), message: message.into(), step: None }
    }

    #[must_use]
    pub fn warning(reason: &str, message: impl Into<String>) -> Self {
        Self { kind: EventType::Warning, ..Self::normal(reason, message) }
    }

    #[must_use]
    pub fn at_step(self, step: StepName) -> Self {
        Self { step: Some(step), ..self }
    }
}

//! The steps of an operation: what the progress bar shows, in order.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A step of an operation, named after what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepName {
    Namespace,
    Secrets,
    Release,
    Database,
    Storefront,
    Route,
    Shop,
    Volumes,
}

impl StepName {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Secrets => "secrets",
            Self::Release => "release",
            Self::Database => "database",
            Self::Storefront => "storefront",
            Self::Route => "route",
            Self::Shop => "shop",
            Self::Volumes => "volumes",
        }
    }
}

/// The text names no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a step")]
pub struct UnknownStep;

impl FromStr for StepName {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [
            Self::Namespace,
            Self::Secrets,
            Self::Release,
            Self::Database,
            Self::Storefront,
            Self::Route,
            Self::Shop,
            Self::Volumes,
        ]
        .into_iter()
        .find(|step| step.as_str() == text)
        .ok_or(UnknownStep)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepState {
    Pending,
    Running,
    Done,
    Failed,
}

/// One step and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    pub name: StepName,
    /// For people: "Install the release".
    pub title: String,
    pub state: StepState,
    #[serde(with = "time::serde::rfc3339::option")]
    pub started_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// What it waits for, or why it failed.
    pub message: Option<String>,
}

impl Step {
    #[must_use]
    pub fn pending(name: StepName, title: &str) -> Self {
        Self {
            name,
            title: title.to_owned(),
            state: StepState::Pending,
            started_at: None,
            finished_at: None,
            message: None,
        }
    }
}

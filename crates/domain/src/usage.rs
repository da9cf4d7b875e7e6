//! What stores use of the cluster: one measurement, the intervals that measurements are gathered in, and
//! the windows that people look through.
//!
//! Every measurement counts in two intervals: a short one that is kept for some hours, and a long one that
//! is kept for days. So what is kept stays small, and no window has more than a hundred intervals.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::StoreId;

/// Pause between two measurements.
pub const PAUSE: Duration = Duration::MINUTE;
/// A measurement that is older than this is not how things are now.
pub const STALE: Duration = Duration::minutes(3);

/// What the pods of one store use together at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    pub store: StoreId,
    /// Thousandths of a core.
    pub cpu: u32,
    /// MiB.
    pub memory: u32,
}

/// How long an interval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    Short,
    Long,
}

impl Grain {
    pub const ALL: [Self; 2] = [Self::Short, Self::Long];

    /// Length of the interval. An hour has a whole number of them.
    #[must_use]
    pub fn minutes(self) -> u8 {
        match self {
            Self::Short => 5,
            Self::Long => 30,
        }
    }

    /// How long what was gathered is kept.
    #[must_use]
    pub fn kept(self) -> Duration {
        match self {
            Self::Short => Duration::hours(6),
            Self::Long => Duration::hours(48),
        }
    }

    /// The beginning of the interval that `at` lies in.
    #[must_use]
    pub fn beginning(self, at: OffsetDateTime) -> OffsetDateTime {
        let length = i64::from(self.minutes()) * 60;
        let over = at.unix_timestamp().rem_euclid(length);
        at.replace_nanosecond(0).unwrap_or(at) - Duration::seconds(over)
    }

    /// The oldest interval that is kept at `now`.
    #[must_use]
    pub fn oldest(self, now: OffsetDateTime) -> OffsetDateTime {
        self.beginning(now - self.kept())
    }
}

/// How far back somebody looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UsageWindow))]
pub enum Window {
    #[serde(rename = "1h")]
    Hour,
    #[default]
    #[serde(rename = "6h")]
    SixHours,
    #[serde(rename = "24h")]
    Day,
    #[serde(rename = "48h")]
    TwoDays,
}

/// The text is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be 1h, 6h, 24h or 48h")]
pub struct UnknownWindow;

impl Window {
    pub const ALL: [Self; 4] = [Self::Hour, Self::SixHours, Self::Day, Self::TwoDays];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
            Self::TwoDays => "48h",
        }
    }

    #[must_use]
    pub fn span(self) -> Duration {
        match self {
            Self::Hour => Duration::HOUR,
            Self::SixHours => Duration::hours(6),
            Self::Day => Duration::DAY,
            Self::TwoDays => Duration::days(2),
        }
    }

    /// The intervals that it shows.
    #[must_use]
    pub fn grain(self) -> Grain {
        match self {
            Self::Hour | Self::SixHours => Grain::Short,
            Self::Day | Self::TwoDays => Grain::Long,
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Window {
    type Err = UnknownWindow;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|window| window.as_str() == text).ok_or(UnknownWindow)
    }
}

/// Why nothing can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Unmeasured {
    /// The cluster has no metrics API.
    NoMetricsServer,
    /// It has one, which does not answer.
    MetricsServerAway,
    /// Souk's account may not read it.
    NotAllowed,
    /// The cluster itself does not answer.
    ClusterUnreachable,
}

/// The text names no cause.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no cause of missing measurements")]
pub struct UnknownCause;

impl Unmeasured {
    pub const ALL: [Self; 4] =
        [Self::NoMetricsServer, Self::MetricsServerAway, Self::NotAllowed, Self::ClusterUnreachable];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoMetricsServer => "NoMetricsServer",
            Self::MetricsServerAway => "MetricsServerAway",
            Self::NotAllowed => "NotAllowed",
            Self::ClusterUnreachable => "ClusterUnreachable",
        }
    }

    /// For people, with the remedy where there is one.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoMetricsServer => "The cluster has no metrics server. Numbers come once one is installed.",
            Self::MetricsServerAway => "The cluster's metrics server does not answer. Numbers come once it does.",
            Self::NotAllowed => {
                "Souk may not read the cluster's metrics. Its chart grants that since it shows them: upgrade the release."
            }
            Self::ClusterUnreachable => "The cluster does not answer. Numbers come once it does.",
        }
    }
}

impl fmt::Display for Unmeasured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Unmeasured {
    type Err = UnknownCause;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == text).ok_or(UnknownCause)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn intervals_begin_at_whole_minutes() {
        let at = datetime!(2026-03-01 12:47:31.9 UTC);
        assert_eq!(Grain::Short.beginning(at), datetime!(2026-03-01 12:45 UTC));
        assert_eq!(Grain::Long.beginning(at), datetime!(2026-03-01 12:30 UTC));
        assert_eq!(Grain::Long.beginning(datetime!(2026-03-01 12:30 UTC)), datetime!(2026-03-01 12:30 UTC));
        assert_eq!(Grain::Short.oldest(at), datetime!(2026-03-01 6:45 UTC));
    }

    #[test]
    fn a_window_shows_what_is_kept_and_never_many_points() {
        for window in Window::ALL {
            let grain = window.grain();
            assert!(window.span() <= grain.kept(), "{window}");
            assert!(window.span().whole_minutes() / i64::from(grain.minutes()) <= 100, "{window}");
        }
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for window in Window::ALL {
            assert_eq!(window.as_str().parse(), Ok(window));
            assert_eq!(serde_json::to_value(window).unwrap(), window.as_str());
        }
        for cause in Unmeasured::ALL {
            assert_eq!(cause.as_str().parse(), Ok(cause));
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
        assert_eq!("2h".parse::<Window>(), Err(UnknownWindow));
    }
}

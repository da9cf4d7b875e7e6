//! Spans of time as people say them.

use time::{Duration, OffsetDateTime};

/// How long something took: `0.4 s`, `12.3 s`, `2 min 5 s`, `1 h 4 min`.
pub fn took(span: Duration) -> String {
    let seconds = span.as_seconds_f64().max(0.0);
    let whole = span.whole_seconds().max(0);
    match whole {
        0..60 => format!("{seconds:.1} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// How long ago something was: `8s`, `5m`, `3h`, `12d`.
pub fn age(then: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (now - then).whole_seconds().max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7200 => format!("{}m", seconds / 60),
        7200..172_800 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn spans() {
        for (milliseconds, text) in
            [(-5, "0.0 s"), (440, "0.4 s"), (59_900, "59.9 s"), (125_000, "2 min 5 s"), (3_840_000, "1 h 4 min")]
        {
            assert_eq!(took(Duration::milliseconds(milliseconds)), text);
        }
    }

    #[test]
    fn ages() {
        let now = datetime!(2026-02-01 12:00 UTC);
        for (seconds, text) in [(-3, "0s"), (119, "119s"), (300, "5m"), (7_200, "2h"), (200_000, "2d")] {
            assert_eq!(age(now - Duration::seconds(seconds), now), text);
        }
    }
}

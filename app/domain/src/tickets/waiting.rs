//! How long a customer has waited, in the four steps that screens and filters use.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

/// How long a customer has waited for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitBucket {
    /// Less than an hour.
    UnderHour,
    /// From an hour to a day.
    UnderDay,
    /// From one day to two.
    UnderTwoDays,
    /// Two days or more.
    Longer,
}

impl WaitBucket {
    /// All four, shortest first.
    pub const ALL: [Self; 4] = [Self::UnderHour, Self::UnderDay, Self::UnderTwoDays, Self::Longer];

    /// The step of somebody who has waited since `since`.
    #[must_use]
    pub fn of(since: Timestamp, now: Timestamp) -> Self {
        let waited = now.since(since);
        if waited < HOUR {
            Self::UnderHour
        } else if waited < 24 * HOUR {
            Self::UnderDay
        } else if waited < 48 * HOUR {
            Self::UnderTwoDays
        } else {
            Self::Longer
        }
    }

    /// The moments between which such a customer's oldest unanswered message lies: after the first,
    /// and no later than the second.
    #[must_use]
    pub fn bounds(self, now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
        let before = |hours: u32| Some(now.minus(hours * HOUR));
        match self {
            Self::UnderHour => (before(1), None),
            Self::UnderDay => (before(24), before(1)),
            Self::UnderTwoDays => (before(48), before(24)),
            Self::Longer => (None, before(48)),
        }
    }

    /// The word that addresses and the wire use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnderHour => "under_hour",
            Self::UnderDay => "under_day",
            Self::UnderTwoDays => "under_two_days",
            Self::Longer => "longer",
        }
    }

    /// From the word that addresses and the wire use.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bucket| bucket.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_a_step_hold_exactly_those_who_are_in_it() {
        let now = Timestamp::from_millis(1_000_000_000_000);
        let hour = 3_600_000;
        for waited in [0, 1, hour - 1, hour, 24 * hour - 1, 24 * hour, 48 * hour - 1, 48 * hour] {
            let since = Timestamp::from_millis(now.millis() - waited);
            for bucket in WaitBucket::ALL {
                let (after, up_to) = bucket.bounds(now);
                let inside = after.is_none_or(|t| since > t) && up_to.is_none_or(|t| since <= t);
                assert_eq!(inside, WaitBucket::of(since, now) == bucket, "{waited} {bucket:?}");
            }
        }
    }
}

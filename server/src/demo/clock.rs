//! When people write: a clock that runs fast where nobody is awake.
//!
//! *Busy time* grows with the traffic of an hour. Gaps between messages are drawn in busy time and
//! turned back into moments, which puts them into the day, with a peak in the morning and one
//! before supper, and keeps their order.

use domain::time::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Kenya is three hours ahead of UTC all year.
const EAT: i64 = 3 * HOUR;

/// Traffic of each hour of the day; 100 makes busy time run like the wall clock.
const TRAFFIC: [i64; 24] = [
    1, 1, 1, 1, 2, 20, 70, 115, 145, 135, 110, 95, 80, 75, 80, 85, 95, 115, 135, 115, 70, 20, 6, 2,
];
/// Traffic of each day in tenths, from Thursday, the day on which the epoch began.
const SHARE: [i64; 7] = [10, 10, 8, 5, 11, 10, 10];
/// The busy time of a week.
const WEEK: i64 = sum(&TRAFFIC) * sum(&SHARE) * HOUR;
const WEEKDAYS_EN: [&str; 7] =
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const WEEKDAYS_SW: [&str; 7] =
    ["Alhamisi", "Ijumaa", "Jumamosi", "Jumapili", "Jumatatu", "Jumanne", "Jumatano"];

/// So many minutes of busy time.
pub(super) const fn minutes(count: i64) -> i64 {
    count * MINUTE * 1000
}

/// So many average days of busy time.
pub(super) const fn days(count: i64) -> i64 {
    count * WEEK / 7
}

/// The busy time that has passed since the epoch.
pub(super) fn busy(at: Timestamp) -> i64 {
    let local = at.millis() + EAT;
    let mut sum = local.div_euclid(7 * DAY) * WEEK;
    let mut left = local.rem_euclid(7 * DAY);
    for rate in rates() {
        if left <= HOUR {
            return sum + rate * left;
        }
        sum += rate * HOUR;
        left -= HOUR;
    }
    sum
}

/// The moment at which so much busy time has passed.
pub(super) fn moment(busy: i64) -> Timestamp {
    let mut at = busy.div_euclid(WEEK) * 7 * DAY - EAT;
    let mut left = busy.rem_euclid(WEEK);
    for rate in rates() {
        if left < rate * HOUR {
            return Timestamp::from_millis(at + left / rate);
        }
        left -= rate * HOUR;
        at += HOUR;
    }
    Timestamp::from_millis(at)
}

/// So many minutes of the wall clock before.
pub(super) const fn before(at: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_millis(at.millis() - minutes * MINUTE)
}

/// The hour of the day in Kenya.
pub(super) const fn hour(at: Timestamp) -> i64 {
    (at.millis() + EAT).rem_euclid(DAY) / HOUR
}

/// The names of the working day that is about two days ahead, in English and Swahili.
pub(super) fn weekday_ahead(at: Timestamp) -> (&'static str, &'static str) {
    let day = (at.millis() + EAT).div_euclid(DAY) + 2;
    let index = usize::try_from(day.rem_euclid(7)).unwrap_or(0);
    let index = if WEEKDAYS_EN[index] == "Sunday" { index + 1 } else { index };
    (WEEKDAYS_EN[index], WEEKDAYS_SW[index])
}

const fn sum(numbers: &[i64]) -> i64 {
    match numbers {
        [first, rest @ ..] => *first + sum(rest),
        [] => 0,
    }
}

fn rates() -> impl Iterator<Item = i64> {
    SHARE.into_iter().flat_map(|share| TRAFFIC.into_iter().map(move |traffic| traffic * share))
}

#[cfg(test)]
mod tests {
    use super::{DAY, HOUR, before, busy, hour, moment, weekday_ahead};
    use domain::time::Timestamp;

    #[test]
    fn busy_time_and_moments_are_each_others_inverse() {
        for step in 0..2_000 {
            let at = Timestamp::from_millis(1_790_000_000_000 + step * 1_234_567);
            let back = moment(busy(at));
            assert!((back.millis() - at.millis()).abs() <= 1, "{at} came back as {back}");
        }
    }

    #[test]
    fn a_night_counts_less_than_an_hour_of_the_morning() {
        let midnight = Timestamp::from_millis(20_500 * DAY - 3 * HOUR);
        let night = busy(before(midnight, -4 * 60)) - busy(midnight);
        let morning = busy(before(midnight, -9 * 60)) - busy(before(midnight, -8 * 60));
        assert_eq!(hour(before(midnight, -8 * 60)), 8);
        assert!(night * 10 < morning);
    }

    #[test]
    fn the_working_day_ahead_is_never_a_sunday() {
        let friday = Timestamp::from_millis(DAY + 9 * HOUR);
        assert_eq!(weekday_ahead(friday), ("Monday", "Jumatatu"));
        let thursday = Timestamp::from_millis(9 * HOUR);
        assert_eq!(weekday_ahead(thursday), ("Saturday", "Jumamosi"));
    }
}

//! Moments as people here read them. The console's wall clock is East Africa Time, three hours ahead
//! of UTC all year, on the server and in every browser: the same text on both sides.

use super::words::{
    DAY_SHORT, HOUR_SHORT, MINUTE_SHORT, MONTHS, MONTHS_SHORT, NOW, TODAY, WEEKDAYS,
    WEEKDAYS_SHORT, YESTERDAY,
};
use domain::time::Timestamp;
use std::time::Duration;

const OFFSET_MS: i64 = 3 * 3600 * 1000;
const DAY_MS: i64 = 24 * 3600 * 1000;
/// 1970-01-01 was a Thursday: the fourth of a week that starts on Monday.
const FIRST_WEEKDAY: i64 = 3;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i64);

/// Year, month (from 0), day of the month.
struct Date {
    year: i64,
    month: usize,
    day: i64,
}

impl Day {
    /// The day on which a moment lies.
    #[must_use]
    pub const fn of(at: Timestamp) -> Self {
        Self((at.millis() + OFFSET_MS).div_euclid(DAY_MS))
    }

    /// A number that grows by one each day.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// `2026-11-18`, for machines.
    #[must_use]
    pub fn iso(self) -> String {
        let date = self.date();
        format!("{:04}-{:02}-{:02}", date.year, date.month + 1, date.day)
    }

    /// "Today", "Yesterday", "Tuesday 18 November", with the year when it is another one.
    #[must_use]
    pub fn label(self, today: Self) -> String {
        let date = self.date();
        match today.0 - self.0 {
            0 => TODAY.to_owned(),
            1 => YESTERDAY.to_owned(),
            _ => {
                let (weekday, month) = (pick(&WEEKDAYS, self.weekday()), pick(&MONTHS, date.month));
                let year = self.year_unless(today);
                format!("{weekday} {} {month}{year}", date.day)
            }
        }
    }

    /// "18 Nov", with the year when it is another one.
    #[must_use]
    pub fn short(self, today: Self) -> String {
        let date = self.date();
        format!("{} {}{}", date.day, pick(&MONTHS_SHORT, date.month), self.year_unless(today))
    }

    fn year_unless(self, today: Self) -> String {
        let year = self.date().year;
        if year == today.date().year { String::new() } else { format!(" {year}") }
    }

    fn weekday(self) -> usize {
        usize::try_from((self.0 + FIRST_WEEKDAY).rem_euclid(7)).unwrap_or(0)
    }

    /// The civil calendar, counted in eras of 400 years that begin on the first of March.
    fn date(self) -> Date {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096).div_euclid(365);
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * march_month + 2) / 5 + 1;
        let month = (march_month + 2) % 12;
        let year = year_of_era + era * 400 + i64::from(month < 2);
        Date { year, month: usize::try_from(month).unwrap_or(0), day }
    }
}

/// "14:31".
#[must_use]
pub fn clock(at: Timestamp) -> String {
    let minutes = day_ms(at) / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// "14:31:07".
#[must_use]
pub fn clock_seconds(at: Timestamp) -> String {
    format!("{}:{:02}", clock(at), day_ms(at) / 1000 % 60)
}

/// "18 Nov, 08:12".
#[must_use]
pub fn date_clock(at: Timestamp, now: Timestamp) -> String {
    format!("{}, {}", Day::of(at).short(Day::of(now)), clock(at))
}

/// As short as a list needs it: "14:31" today, "Wed" within a week, else "15 Nov".
#[must_use]
pub fn brief(at: Timestamp, now: Timestamp) -> String {
    let (day, today) = (Day::of(at), Day::of(now));
    match today.0 - day.0 {
        ..=0 => clock(at),
        1..=6 => pick(&WEEKDAYS_SHORT, day.weekday()).to_owned(),
        _ => day.short(today),
    }
}

/// How long something has lasted, in one unit: "now", "12 min", "31 h", "4 d".
#[must_use]
pub fn lasting(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    match minutes {
        0 => NOW.to_owned(),
        1..60 => format!("{minutes} {MINUTE_SHORT}"),
        60..2880 => format!("{} {HOUR_SHORT}", minutes / 60),
        _ => format!("{} {DAY_SHORT}", minutes / 1440),
    }
}

/// How long something will last, in two units: "7 h 41 min", "11 min".
#[must_use]
pub fn remaining(span: Duration) -> String {
    let minutes = span.as_secs().div_ceil(60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} {MINUTE_SHORT}"),
        (hours, minutes) => format!("{hours} {HOUR_SHORT} {minutes} {MINUTE_SHORT}"),
    }
}

/// The moment for machines, as `datetime` wants it.
#[must_use]
pub fn iso(at: Timestamp) -> String {
    at.to_string()
}

const fn day_ms(at: Timestamp) -> i64 {
    (at.millis() + OFFSET_MS).rem_euclid(DAY_MS)
}

fn pick(names: &[&'static str], index: usize) -> &'static str {
    names.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        serde_json::from_str(&format!("\"{text}\"")).unwrap()
    }

    #[test]
    fn the_wall_clock_is_three_hours_ahead_of_utc() {
        assert_eq!(clock(at("2026-11-20T11:31:07Z")), "14:31");
        assert_eq!(clock_seconds(at("2026-11-20T23:59:59.999Z")), "02:59:59");
    }

    #[test]
    fn a_day_begins_at_nine_in_the_evening_of_utc() {
        let (before, after) = (at("2026-11-19T20:59:59Z"), at("2026-11-19T21:00:00Z"));
        assert_eq!(Day::of(after).number() - Day::of(before).number(), 1);
        assert_eq!(Day::of(after).iso(), "2026-11-20");
    }

    #[test]
    fn the_calendar_knows_leap_years_and_the_turn_of_a_year() {
        for (moment, iso) in [
            ("2024-02-29T12:00:00Z", "2024-02-29"),
            ("2025-12-31T20:00:00Z", "2025-12-31"),
            ("2025-12-31T21:00:00Z", "2026-01-01"),
            ("1970-01-01T00:00:00Z", "1970-01-01"),
            ("2000-03-01T00:00:00Z", "2000-03-01"),
        ] {
            assert_eq!(Day::of(at(moment)).iso(), iso);
        }
    }

    #[test]
    fn days_are_called_as_people_call_them() {
        let today = Day::of(at("2026-11-20T10:00:00Z"));
        assert_eq!(Day::of(at("2026-11-20T01:00:00Z")).label(today), "Today");
        assert_eq!(Day::of(at("2026-11-19T10:00:00Z")).label(today), "Yesterday");
        assert_eq!(Day::of(at("2026-11-17T10:00:00Z")).label(today), "Tuesday 17 November");
        assert_eq!(Day::of(at("2025-11-17T10:00:00Z")).label(today), "Monday 17 November 2025");
    }

    #[test]
    fn a_list_shows_the_clock_then_the_weekday_then_the_date() {
        let now = at("2026-11-20T10:00:00Z");
        assert_eq!(brief(at("2026-11-20T06:05:00Z"), now), "09:05");
        assert_eq!(brief(at("2026-11-18T06:05:00Z"), now), "Wed");
        assert_eq!(brief(at("2026-11-13T06:05:00Z"), now), "13 Nov");
        assert_eq!(brief(at("2025-12-13T06:05:00Z"), now), "13 Dec 2025");
        assert_eq!(brief(at("2026-11-20T22:05:00Z"), now), "01:05");
    }

    #[test]
    fn a_wait_is_told_in_one_unit() {
        for (minutes, text) in
            [(0, "now"), (12, "12 min"), (180, "3 h"), (2640, "44 h"), (4400, "3 d")]
        {
            assert_eq!(lasting(Duration::from_secs(minutes * 60)), text);
        }
    }

    #[test]
    fn what_remains_is_told_in_two_units() {
        assert_eq!(remaining(Duration::from_secs(461 * 60)), "7 h 41 min");
        assert_eq!(remaining(Duration::from_secs(59)), "1 min");
    }
}

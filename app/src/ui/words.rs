//! Words that no subject owns.
#![expect(missing_docs, reason = "a word says itself what it says")]

use crate::error::Problem;
use domain::refusal::Refusal;

pub const NO_ANSWER: &str = "No answer from the server. Check the connection and try again.";
pub const TODAY: &str = "Today";
pub const YESTERDAY: &str = "Yesterday";
pub const NOW: &str = "now";
pub const MINUTE_SHORT: &str = "min";
pub const HOUR_SHORT: &str = "h";
pub const DAY_SHORT: &str = "d";
pub const CLOSE: &str = "Close";
pub const DISMISS: &str = "Dismiss";
pub const UNDO: &str = "Undo";
pub const SHOW: &str = "Show";
pub const HIDE: &str = "Hide";
pub const SHOW_PASSWORD: &str = "Show password";
pub const THEME: &str = "Theme";
pub const SYSTEM: &str = "System";
pub const LIGHT: &str = "Light";
pub const DARK: &str = "Dark";
pub const WEEKDAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
pub const WEEKDAYS_SHORT: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub const MONTHS_SHORT: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What happened, what is safe and what to do.
#[must_use]
pub fn explain(problem: &Problem) -> String {
    match problem.refusal() {
        // The field is the one on the screen.
        Some(Refusal::Invalid { detail, .. }) => detail.clone().into_owned(),
        Some(refusal) => refusal.detail().into_owned(),
        None => NO_ANSWER.to_owned(),
    }
}

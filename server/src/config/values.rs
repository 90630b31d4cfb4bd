//! The forms that values of settings take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Why the server does not start: one line that names the setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    /// The setting, as it was written, or the file.
    pub name: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl ConfigError {
    /// A fault of the setting `name`.
    pub fn new(name: impl Into<String>, problem: impl Into<String>) -> Self {
        // A library's message may have several lines; the promise is one.
        let problem: String = problem.into();
        let problem = problem.split_whitespace().collect::<Vec<_>>().join(" ");
        Self { name: name.into(), problem }
    }

    /// Makes the error of an action on the file `name`.
    pub fn file<E: fmt::Display>(name: &str) -> impl FnOnce(E) -> Self + use<E> {
        let name = name.to_owned();
        move |error| Self::new(name, error.to_string())
    }
}

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one place that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// How often somebody may try to sign in, per account and per address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginLimit {
    /// So many attempts …
    pub attempts: u16,
    /// … within this span.
    pub within: Duration,
}

/// The form of a line of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Whole seconds within `min..=max`.
pub(super) fn seconds(text: &str, min: u32, max: u32) -> Result<Duration, String> {
    number(text, min, max)
        .map(|n| Duration::from_secs(n.into()))
        .map_err(|_| format!("give whole seconds from {min} to {max}"))
}

/// A whole number within `min..=max`.
pub(super) fn number<N>(text: &str, min: N, max: N) -> Result<N, String>
where
    N: Copy + FromStr + PartialOrd + fmt::Display,
{
    text.parse()
        .ok()
        .filter(|n| *n >= min && *n <= max)
        .ok_or_else(|| format!("give a whole number from {min} to {max}"))
}

/// `1`, `0`, `true` or `false`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err("give 1 or 0".to_owned()),
    }
}

/// `attempts/seconds`, or `off`.
pub(super) fn login_limit(text: &str) -> Result<Option<LoginLimit>, String> {
    if text == "off" {
        return Ok(None);
    }
    let fault = || "give attempts/seconds, like 10/60, or off".to_owned();
    let (attempts, within) = text.split_once('/').ok_or_else(fault)?;
    Ok(Some(LoginLimit {
        attempts: number(attempts, 1, 1000).map_err(|_| fault())?,
        within: seconds(within, 1, 86_400).map_err(|_| fault())?,
    }))
}

/// An address of another service.
pub(super) fn service_url(text: &str) -> Result<String, String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("give an address that begins with https:// or http://".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_limit_is_attempts_by_seconds_or_off() {
        assert_eq!(login_limit("off"), Ok(None));
        let limit = login_limit("10/60").unwrap().unwrap();
        assert_eq!((limit.attempts, limit.within), (10, Duration::from_secs(60)));
        for wrong in ["", "10", "0/60", "10/0", "10/60/1", "ten/60", "-1/60"] {
            assert!(login_limit(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Some(Secret::new("hush"))), "Some([redacted])");
    }

    #[test]
    fn a_message_of_several_lines_becomes_one() {
        let error = ConfigError::new("Leptos.toml", "expected\n  a value\n");
        assert_eq!(error.to_string(), "Leptos.toml: expected a value");
    }
}

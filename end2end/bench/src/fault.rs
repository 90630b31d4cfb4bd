//! What did not work, in words that say what to do about it.

use std::error::Error;
use std::fmt;

/// What a step of a measurement comes to.
pub(crate) type Outcome<T> = Result<T, Fault>;

/// Why a figure could not be measured.
pub(crate) struct Fault(String);

impl Fault {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Libraries put the cause of an error behind it; all of it is told.
impl<E: Error> From<E> for Fault {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let part = error.to_string();
            if !text.contains(&part) {
                text.push_str(": ");
                text.push_str(&part);
            }
            cause = error.source();
        }
        Self(text)
    }
}

/// Says what was being done when something failed.
pub(crate) trait While<T> {
    /// Puts `doing` in front of the error.
    fn during(self, doing: &str) -> Outcome<T>;
}

impl<T, E: Into<Fault>> While<T> for Result<T, E> {
    fn during(self, doing: &str) -> Outcome<T> {
        self.map_err(|error| Fault(format!("{doing}: {}", error.into())))
    }
}

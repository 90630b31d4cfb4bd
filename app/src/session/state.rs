//! The decisions about a session in the browser, without a browser: what state it is in, what a
//! refresh's answer means, when to refresh and how long to wait after a failure.
//!
//! This is the first form of the machine. Offline, several tabs, warnings and the sign-in in place
//! are to join the enum and its steps here; the driver in [`super::keeper`] only carries out.

use crate::error::Problem;
use domain::refusal::Refusal;
use domain::session::SessionFacts;
use domain::time::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// A refresh starts at the latest this long before the access token ends.
const MARGIN: Duration = Duration::from_secs(30);
/// The longest pause between two tries of one refresh.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// The first pause after the repeat that follows at once.
const PAUSE_MIN: Duration = Duration::from_millis(400);

/// Whether the session of this page holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nobody is signed in, as far as this page knows.
    SignedOut,
    /// It holds.
    Active(SessionFacts),
    /// It is over, and only a sign-in helps. What is shown stays readable, nothing may be changed.
    Ended(Refusal),
}

impl State {
    /// Whether things may be changed.
    #[must_use]
    pub const fn holds(&self) -> bool {
        matches!(self, Self::Active(_))
    }

    /// Why it is over, when it is.
    #[must_use]
    pub const fn end(&self) -> Option<&Refusal> {
        match self {
            Self::Ended(why) => Some(why),
            Self::SignedOut | Self::Active(_) => None,
        }
    }
}

/// What came of a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// New tokens are in the cookies.
    Renewed(SessionFacts),
    /// The session is over.
    Over(Refusal),
    /// Nothing is known: the same request may be sent again.
    Unknown {
        /// How long the server asks to wait.
        wait: Option<Duration>,
    },
}

/// What an answer to a refresh means. Final only with status 400 or 401 *and* a code of ours that
/// ends sessions: a proxy's 401, a 403 of a firewall, a 5xx and silence say nothing.
#[must_use]
pub fn judge(status: u16, body: &[u8]) -> Outcome {
    if (200..300).contains(&status) {
        return facts(body).map_or(Outcome::Unknown { wait: None }, Outcome::Renewed);
    }
    let refusal = refusal(body);
    match refusal {
        Some(why) if matches!(status, 400 | 401) && why.ends_session() => Outcome::Over(why),
        other => {
            let seconds = other.and_then(|why| why.retry_after()).map(u64::from);
            Outcome::Unknown { wait: seconds.map(Duration::from_secs) }
        }
    }
}

/// Whether a refusal asks for a refresh and the same request again.
#[must_use]
pub const fn asks_for_refresh(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::TokenExpired | Refusal::ClaimsStale)
}

/// The refusal in the body of an answer: a server function's or a REST call's.
#[must_use]
pub fn refusal(body: &[u8]) -> Option<Refusal> {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) => problem.refusal().cloned(),
        Err(_) => serde_json::from_slice(body).ok(),
    }
}

/// The facts in the body of a refresh's answer: alone, or beside others.
fn facts(body: &[u8]) -> Option<SessionFacts> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Body {
        Beside { session: SessionFacts },
        Alone(SessionFacts),
    }
    match serde_json::from_slice(body).ok()? {
        Body::Beside { session } | Body::Alone(session) => Some(session),
    }
}

/// How long after `sent` the next refresh is due: the token's life by the server's clock, counted
/// from the moment of asking, less a margin that is never more than half of it.
#[must_use]
pub fn refresh_due(facts: &SessionFacts, sent: Timestamp) -> Timestamp {
    let life = facts.access_expires_at.since(facts.server_time);
    sent.plus(life.saturating_sub(MARGIN.min(life / 2)))
}

/// How far the browser's clock is from the server's: `server = browser + skew`. An answer took its
/// time, so the middle between asking and receiving is compared.
#[must_use]
pub fn skew_ms(server_time: Timestamp, sent: Timestamp, received: Timestamp) -> i64 {
    let middle = sent.millis() + (received.millis() - sent.millis()) / 2;
    server_time.millis() - middle
}

/// How long to wait before try number `tries`, counted from one for the first repeat.
///
/// The first repeat comes at once, so that it falls into the reuse interval; the others spread over
/// a span that doubles. `chance` is in `0.0 .. 1.0`.
#[must_use]
pub fn pause_before(tries: u32, chance: f64) -> Duration {
    match tries {
        0 | 1 => Duration::ZERO,
        more => {
            let span = PAUSE_MIN.saturating_mul(1 << (more - 1).min(8)).min(PAUSE_MAX);
            span.mul_f64(chance.clamp(0.05, 1.0))
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;

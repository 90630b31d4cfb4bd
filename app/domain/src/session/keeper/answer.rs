//! What an answer of the server means for a session.

use super::input::Shared;
use crate::refusal::Refusal;
use crate::session::SessionFacts;
use crate::time::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// What came of a refresh or of a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The session holds, and this is how it stands.
    Holds(Shared),
    /// The access token has to be renewed. Only heartbeats are answered so.
    Renew,
    /// The session is over.
    Over(Refusal),
    /// Nothing is known: the same request may be sent again.
    Unknown {
        /// How long the server asks to wait.
        wait: Option<Duration>,
    },
}

/// Reads an answer: `status` and `body` as they came, `sent` and `received` by the device's clock.
///
/// Final only with status 400 or 401 *and* a code of ours that ends sessions: a proxy's 401, a 403 of
/// a firewall, a 429, a 5xx and silence say nothing about the session.
#[must_use]
pub fn judge(status: u16, body: &str, sent: Timestamp, received: Timestamp) -> Answer {
    if (200..300).contains(&status) {
        return facts(body).map_or(Answer::Unknown { wait: None }, |facts| {
            Answer::Holds(Shared::from_facts(&facts, sent, received))
        });
    }
    let refusal = serde_json::from_str::<Refusal>(body).ok();
    match refusal {
        Some(Refusal::TokenExpired | Refusal::ClaimsStale) if status == 401 => Answer::Renew,
        Some(why) if matches!(status, 400 | 401) && why.ends_session() => Answer::Over(why),
        other => {
            let seconds = other.and_then(|why| why.retry_after()).map(u64::from);
            Answer::Unknown { wait: seconds.map(Duration::from_secs) }
        }
    }
}

/// The facts in the body of an answer: alone, or beside others.
fn facts(body: &str) -> Option<SessionFacts> {
    #[derive(Deserialize)]
    struct Beside {
        session: SessionFacts,
    }
    let alone = serde_json::from_str(body);
    alone.or_else(|_| serde_json::from_str::<Beside>(body).map(|body| body.session)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACTS: &str = r#"{"id":"3f2c1f0e-8a52-4f3a-9d3c-0d1d6a3f9a10","user_id":7,"generation":4,
        "claims_version":1,"server_time":"2026-01-01T00:00:00.000Z",
        "access_expires_at":"2026-01-01T00:15:00.000Z","idle_expires_at":"2026-01-01T12:00:00.000Z",
        "absolute_expires_at":"2026-01-01T12:00:00.000Z","authenticated_at":"2026-01-01T00:00:00.000Z"}"#;

    fn at(status: u16, body: &str) -> Answer {
        let (sent, received) = (Timestamp::from_millis(1_000), Timestamp::from_millis(1_400));
        judge(status, body, sent, received)
    }

    #[test]
    fn a_session_ends_only_by_400_or_401_with_one_of_our_codes() {
        let idle = r#"{"type":"about:blank","title":"x","status":401,"code":"session_idle"}"#;
        assert_eq!(at(401, idle), Answer::Over(Refusal::SessionIdle));
        let malformed = r#"{"status":400,"code":"token_malformed"}"#;
        assert_eq!(at(400, malformed), Answer::Over(Refusal::TokenMalformed));
        let unknown = Answer::Unknown { wait: None };
        assert_eq!(at(401, "<html>Sign in to the hotel's network</html>"), unknown);
        assert_eq!(at(403, idle), unknown);
        assert_eq!(at(502, idle), unknown);
        assert_eq!(at(401, r#"{"code":"something_else"}"#), unknown);
        assert_eq!(at(401, r#"{"code":"token_expired"}"#), Answer::Renew);
    }

    #[test]
    fn a_busy_server_says_how_long_to_wait() {
        for (status, code) in [(503, "try_again"), (429, "rate_limited")] {
            let body = format!(r#"{{"code":"{code}","retry_after":3}}"#);
            let wait = Some(Duration::from_secs(3));
            assert_eq!(at(status, &body), Answer::Unknown { wait });
        }
    }

    #[test]
    fn the_facts_are_found_alone_and_beside_others() {
        let Answer::Holds(alone) = at(200, FACTS) else { panic!("not understood") };
        assert_eq!(alone.access_until, Timestamp::from_millis(1_000).plus(alone.life));
        let beside = format!(r#"{{"session":{FACTS},"user":{{}}}}"#);
        assert_eq!(at(200, &beside), Answer::Holds(alone));
        assert_eq!(at(200, "<html>"), Answer::Unknown { wait: None });
    }
}

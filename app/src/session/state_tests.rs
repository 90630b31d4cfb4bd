//! What the decisions about a session must do.

use super::*;

const FACTS: &str = r#"{"id":"3f2c1f0e-8a52-4f3a-9d3c-0d1d6a3f9a10","generation":4,
    "claims_version":1,"server_time":"2026-01-01T00:00:00.000Z",
    "access_expires_at":"2026-01-01T00:15:00.000Z","idle_expires_at":"2026-01-01T12:00:00.000Z",
    "absolute_expires_at":"2026-01-01T12:00:00.000Z","authenticated_at":"2026-01-01T00:00:00.000Z"}"#;

fn known() -> SessionFacts {
    serde_json::from_str(FACTS).unwrap()
}

#[test]
fn a_session_ends_only_by_400_or_401_with_one_of_our_codes() {
    let idle = br#"{"type":"about:blank","title":"x","status":401,"code":"session_idle"}"#;
    assert_eq!(judge(401, idle), Outcome::Over(Refusal::SessionIdle));
    let malformed = br#"{"status":400,"code":"token_malformed"}"#;
    assert_eq!(judge(400, malformed), Outcome::Over(Refusal::TokenMalformed));
    let unknown = Outcome::Unknown { wait: None };
    assert_eq!(judge(401, b"<html>Sign in to the hotel's network</html>"), unknown);
    assert_eq!(judge(403, idle), unknown);
    assert_eq!(judge(502, idle), unknown);
    assert_eq!(judge(401, br#"{"code":"something_else"}"#), unknown);
    assert_eq!(judge(401, br#"{"code":"token_expired"}"#), unknown);
}

#[test]
fn a_busy_server_says_how_long_to_wait() {
    let busy = br#"{"code":"try_again","retry_after":3}"#;
    assert_eq!(judge(503, busy), Outcome::Unknown { wait: Some(Duration::from_secs(3)) });
}

#[test]
fn the_facts_are_found_alone_and_beside_others() {
    assert_eq!(judge(200, FACTS.as_bytes()), Outcome::Renewed(known()));
    let beside = format!(r#"{{"session":{FACTS},"user":{{}}}}"#);
    assert_eq!(judge(200, beside.as_bytes()), Outcome::Renewed(known()));
    assert_eq!(judge(200, b"<html>"), Outcome::Unknown { wait: None });
}

#[test]
fn a_server_functions_refusal_is_read_like_a_rest_calls() {
    let problem = serde_json::to_vec(&Problem::Refused(Refusal::ClaimsStale)).unwrap();
    assert_eq!(refusal(&problem), Some(Refusal::ClaimsStale));
    assert_eq!(refusal(br#"{"code":"claims_stale","status":401}"#), Some(Refusal::ClaimsStale));
}

#[test]
fn a_refresh_is_due_before_the_end_by_the_servers_clock_whatever_ours_says() {
    let sent = Timestamp::from_millis(5_000);
    assert_eq!(refresh_due(&known(), sent), sent.plus(Duration::from_secs(15 * 60 - 30)));
}

#[test]
fn the_margin_of_a_short_token_is_half_its_life() {
    let mut facts = known();
    facts.access_expires_at = facts.server_time.plus(Duration::from_secs(20));
    let sent = Timestamp::from_millis(0);
    assert_eq!(refresh_due(&facts, sent), Timestamp::from_seconds(10));
}

#[test]
fn the_first_repeat_comes_at_once_and_later_ones_within_a_bounded_span() {
    assert_eq!(pause_before(1, 0.9), Duration::ZERO);
    assert!(pause_before(2, 0.5) > Duration::ZERO);
    assert!(pause_before(4_000_000, 1.0) <= Duration::from_secs(30));
}

#[test]
fn the_skew_compares_the_middle_of_the_request() {
    let (sent, received) = (Timestamp::from_millis(1_000), Timestamp::from_millis(1_200));
    assert_eq!(skew_ms(Timestamp::from_millis(5_100), sent, received), 4_000);
}

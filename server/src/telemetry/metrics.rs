//! What is counted and measured, in one list, and its text for Prometheus.
//!
//! Labels have few values by construction: route patterns, methods, codes. Never an id. What an alert
//! goes by is there from the start, at zero: the first theft must be a rise, and not a first sight.

use axum::http::{Method, StatusCode};
use domain::measures::Measures;
use domain::refusal::Refusal;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const REQUESTS: &str = "wardline_http_requests_total";
const DURATION: &str = "wardline_http_request_duration_seconds";
const SIGN_INS: &str = "wardline_sign_in_total";
const REFRESHES: &str = "wardline_session_refresh_total";
const RECOVERIES: &str = "wardline_session_recoveries_total";
const CHECKS: &str = "wardline_session_checks_total";
const CLIENT_TOKENS: &str = "wardline_client_tokens_total";
const CLIENT_REFRESHES: &str = "wardline_client_refreshes_total";
const ENDS: &str = "wardline_session_ends_total";
const LENGTH: &str = "wardline_session_length_seconds";
const INGESTED: &str = "wardline_channel_messages_total";
const EVENTS: &str = "wardline_events_total";
const DELIVERIES: &str = "wardline_deliveries_total";
const DELAY: &str = "wardline_event_delay_seconds";
const SILENCE: &str = "wardline_tail_silence_seconds";
const RECOVERED: &str = "wardline_recovered_events_total";
const RESETS: &str = "wardline_resets_total";
const SOCKETS: &str = "wardline_sockets_open";
const SOCKETS_OPENED: &str = "wardline_sockets_opened_total";
const SOCKETS_REFUSED: &str = "wardline_sockets_refused_total";
const RTT: &str = "wardline_socket_rtt_seconds";
const READY: &str = "wardline_ready";

const COUNTERS: [(&str, &str); 15] = [
    (REQUESTS, "Requests answered, by route, method and status"),
    (SIGN_INS, "Sign-ins attempted at any entrance, by what became of them"),
    (REFRESHES, "Refresh tokens presented, by what became of them"),
    (RECOVERIES, "Refreshes that without leniency would have ended a session, by kind"),
    (CHECKS, "Access tokens checked in memory: passed, or the code they were refused with"),
    (
        CLIENT_TOKENS,
        "Calls of pages that found a token (hit) or had to wait (miss), as they tell it",
    ),
    (
        CLIENT_REFRESHES,
        "Refreshes that pages made, by whether they brought tokens, as they tell it",
    ),
    (
        ENDS,
        "Sessions over, by code: by an act as the log tells it, by time whenever their client returns",
    ),
    (INGESTED, "Messages that a channel delivered, new ones and repeats"),
    (EVENTS, "Events of the log handed out by this node, by name"),
    (DELIVERIES, "Events sent to sockets"),
    (RECOVERED, "Events sent to sockets that had missed them"),
    (RESETS, "Sockets told to load afresh, by reason"),
    (SOCKETS_OPENED, "Sockets let in"),
    (SOCKETS_REFUSED, "Sockets refused, by code"),
];
const GAUGES: [(&str, &str); 3] = [
    (SOCKETS, "Sockets open on this node"),
    (SILENCE, "Seconds since this node last read the log"),
    (READY, "1 while this node may be sent requests, as /readyz says it"),
];
const HISTOGRAMS: [(&str, &str); 4] = [
    (DURATION, "Seconds until an answer began, by route and method"),
    (DELAY, "Seconds from the commit of an event until it was handed out"),
    (LENGTH, "Seconds from sign-in to the end of a session"),
    (RTT, "Seconds of a round trip, as clients measure it"),
];

/// The codes that a session can be over with.
const OVER: [&str; 5] = [
    "session_revoked",
    "session_expired",
    "session_idle",
    "account_disabled",
    "refresh_token_already_used",
];
/// What becomes of a presented token besides, in the words of [`REFRESHES`].
const PRESENTED: [&str; 9] = [
    "rotated",
    "again_in_interval",
    "again_lost_answer",
    "late_copy",
    "reuse",
    "not_issued_yet",
    "token_malformed",
    "try_again",
    "unavailable",
];
const LENIENT: [&str; 3] = ["again_in_interval", "again_lost_answer", "late_copy"];
const CHECKED: [&str; 4] = ["passed", "token_malformed", "token_expired", "claims_stale"];

const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// From a minute to a day: a working day is in the middle.
const LENGTHS: [f64; 9] =
    [60.0, 300.0, 900.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0, 43_200.0, 86_400.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts measuring, once per process however often it is called.
pub fn begin() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?;
        let length = Matcher::Full(LENGTH.to_owned());
        let builder = builder.set_buckets_for_metric(length, &LENGTHS).ok()?;
        let handle = builder.install_recorder().inspect_err(|error| {
            tracing::error!(%error, "nothing is measured: {error}");
        });
        describe();
        at_zero();
        handle.ok()
    });
}

fn describe() {
    for (name, about) in COUNTERS {
        describe_counter!(name, about);
    }
    for (name, about) in GAUGES {
        describe_gauge!(name, about);
    }
    for (name, about) in HISTOGRAMS {
        describe_histogram!(name, about);
    }
}

fn at_zero() {
    for outcome in PRESENTED.into_iter().chain(OVER) {
        counter!(REFRESHES, "outcome" => outcome).absolute(0);
    }
    for kind in LENIENT {
        counter!(RECOVERIES, "kind" => kind).absolute(0);
    }
    for outcome in CHECKED.into_iter().chain(OVER) {
        counter!(CHECKS, "outcome" => outcome).absolute(0);
    }
    for outcome in ["hit", "miss"] {
        counter!(CLIENT_TOKENS, "outcome" => outcome).absolute(0);
    }
    for outcome in ["renewed", "failed"] {
        counter!(CLIENT_REFRESHES, "outcome" => outcome).absolute(0);
    }
    for code in OVER {
        counter!(ENDS, "code" => code).absolute(0);
    }
    for name in [DELIVERIES, RECOVERED, SOCKETS_OPENED] {
        counter!(name).absolute(0);
    }
    for (name, _) in GAUGES {
        gauge!(name).set(0.0);
    }
    for name in [DELAY, LENGTH] {
        // Known from here on, with nothing in it.
        let _ = histogram!(name);
    }
}

/// All measures as Prometheus reads them.
#[must_use]
pub fn render() -> String {
    let Some(handle) = RECORDER.get().and_then(Option::as_ref) else { return String::new() };
    handle.render()
}

/// Moves what was measured into its buckets, which otherwise only [`render`] does: a server that
/// nobody asks for its measures must not collect them without end.
pub fn upkeep() {
    if let Some(handle) = RECORDER.get().and_then(Option::as_ref) {
        handle.run_upkeep();
    }
}

/// A request was answered.
pub fn request(method: &Method, route: &Arc<str>, status: StatusCode, took: Duration) {
    let method = known(method);
    let route = || metrics::SharedString::from(Arc::clone(route));
    let code = metrics::SharedString::from(status.as_str().to_owned());
    counter!(REQUESTS, "route" => route(), "method" => method, "status" => code).increment(1);
    histogram!(DURATION, "route" => route(), "method" => method).record(took);
}

/// A refresh token was presented.
pub fn refresh(outcome: &'static str) {
    counter!(REFRESHES, "outcome" => outcome).increment(1);
    if LENIENT.contains(&outcome) {
        counter!(RECOVERIES, "kind" => outcome).increment(1);
    }
}

/// An access token was checked against what this node remembers.
pub fn check<T>(outcome: &Result<T, Refusal>) {
    let outcome = outcome.as_ref().err().map_or("passed", Refusal::code);
    counter!(CHECKS, "outcome" => outcome).increment(1);
}

/// The most that one heartbeat can have to tell. What claims to be more is cut: anybody may call.
const TOLD_MAX: u64 = 10_000;

/// What a page counted since its last heartbeat: calls that found a token, and calls that had to wait.
pub fn client_tokens(hits: Option<u64>, misses: Option<u64>) {
    count_told(CLIENT_TOKENS, [("hit", hits), ("miss", misses)]);
}

/// What a page counted since its last heartbeat: refreshes that brought tokens, and that brought nothing.
pub fn client_refreshes(renewed: Option<u64>, failed: Option<u64>) {
    count_told(CLIENT_REFRESHES, [("renewed", renewed), ("failed", failed)]);
}

fn count_told(name: &'static str, told: [(&'static str, Option<u64>); 2]) {
    for (outcome, count) in told {
        if let Some(count) = count.filter(|count| *count > 0) {
            counter!(name, "outcome" => outcome).increment(count.min(TOLD_MAX));
        }
    }
}

/// A session is over, so long after its sign-in as far as that is known.
pub fn session_over(code: &'static str, length: Option<Duration>) {
    counter!(ENDS, "code" => code).increment(1);
    if let Some(length) = length {
        histogram!(LENGTH).record(length);
    }
}

/// Measures what the use cases tell.
#[derive(Debug)]
pub struct Prometheus;

impl Measures for Prometheus {
    fn sign_in(&self, outcome: &'static str) {
        counter!(SIGN_INS, "outcome" => outcome).increment(1);
    }
}

/// A channel delivered a message.
pub fn ingested(new: bool) {
    counter!(INGESTED, "repeat" => if new { "no" } else { "yes" }).increment(1);
}

/// An event was handed out, so long after its commit, to so many sockets.
pub fn event(name: &'static str, reached: usize, delay: Duration) {
    counter!(EVENTS, "event" => name).increment(1);
    counter!(DELIVERIES).increment(u64::try_from(reached).unwrap_or(u64::MAX));
    histogram!(DELAY).record(delay);
}

/// The log was last read so long ago.
pub fn tail_silence(span: Duration) {
    gauge!(SILENCE).set(span.as_secs_f64());
}

/// A socket was sent so many events that it had missed.
pub fn recovered(events: usize) {
    counter!(RECOVERED).increment(u64::try_from(events).unwrap_or(u64::MAX));
}

/// A socket was told to load afresh.
pub fn reset(reason: &'static str) {
    counter!(RESETS, "reason" => reason).increment(1);
}

/// So many sockets are open.
pub fn sockets(open: usize) {
    gauge!(SOCKETS).set(f64::from(u32::try_from(open).unwrap_or(u32::MAX)));
}

/// A socket was let in.
pub fn socket_opened() {
    counter!(SOCKETS_OPENED).increment(1);
}

/// A socket was refused.
pub fn socket_refused(code: &'static str) {
    counter!(SOCKETS_REFUSED, "code" => code).increment(1);
}

/// A client measured a round trip.
pub fn round_trip(took: Duration) {
    histogram!(RTT).record(took);
}

/// Whether this node may be sent requests.
pub fn ready(ready: bool) {
    gauge!(READY).set(if ready { 1.0 } else { 0.0 });
}

/// A method as a label: anybody may invent methods, and must not invent labels.
fn known(method: &Method) -> &'static str {
    [Method::GET, Method::POST, Method::PATCH, Method::DELETE, Method::HEAD, Method::PUT]
        .iter()
        .position(|one| one == method)
        .map_or("other", |at| ["GET", "POST", "PATCH", "DELETE", "HEAD", "PUT"][at])
}

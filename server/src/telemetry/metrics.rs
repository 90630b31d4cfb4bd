//! What is counted and measured, in one list, and its text for Prometheus.
//!
//! Labels have few values by construction: route patterns, methods, codes. Never an id.

use axum::http::{Method, StatusCode};
use metrics::{counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const REQUESTS: &str = "wardline_http_requests_total";
const DURATION: &str = "wardline_http_request_duration_seconds";
const REFRESHES: &str = "wardline_session_refresh_total";
const SIGN_INS: &str = "wardline_sign_in_total";
const INGESTED: &str = "wardline_channel_messages_total";

const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts measuring, once per process however often it is called.
pub fn begin() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?;
        let handle = builder.install_recorder().inspect_err(|error| {
            tracing::error!(%error, "nothing is measured: {error}");
        });
        describe_counter!(REQUESTS, "Requests answered, by route, method and status");
        describe_histogram!(DURATION, "Seconds until an answer began, by route and method");
        describe_counter!(REFRESHES, "Refresh tokens presented, by what became of them");
        describe_counter!(SIGN_INS, "Sign-ins attempted, by what became of them");
        describe_counter!(INGESTED, "Messages that a channel delivered, new ones and repeats");
        handle.ok()
    });
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
}

/// Somebody tried to sign in.
pub fn sign_in(outcome: &'static str) {
    counter!(SIGN_INS, "outcome" => outcome).increment(1);
}

/// A channel delivered a message.
pub fn ingested(new: bool) {
    counter!(INGESTED, "repeat" => if new { "no" } else { "yes" }).increment(1);
}

/// A method as a label: anybody may invent methods, and must not invent labels.
fn known(method: &Method) -> &'static str {
    [Method::GET, Method::POST, Method::PATCH, Method::DELETE, Method::HEAD, Method::PUT]
        .iter()
        .position(|one| one == method)
        .map_or("other", |at| ["GET", "POST", "PATCH", "DELETE", "HEAD", "PUT"][at])
}

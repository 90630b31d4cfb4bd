//! Headers of every answer: what a browser may do with it, and how long anybody may keep it.

use crate::pages::csp;
use crate::state::{AppState, Site};
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

const FOREVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const NEVER: &str = "no-store";

/// Middleware: adds what the handler did not set itself.
pub async fn protect(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path: Arc<str> = request.uri().path().into();
    let mut response = next.run(request).await;
    let succeeded = response.status().is_success() || response.status().is_redirection();
    let cache = cache(&path, succeeded, &state.site);
    let headers = response.headers_mut();
    usual(headers, CACHE_CONTROL, cache);
    usual(headers, CONTENT_SECURITY_POLICY, csp::without_page(&path));
    usual(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    usual(headers, X_FRAME_OPTIONS, "DENY");
    usual(headers, REFERRER_POLICY, "same-origin");
    usual(
        headers,
        PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    usual(headers, CROSS_ORIGIN_OPENER_POLICY, "same-origin");
    usual(headers, CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    if state.site.public_url.is_secure() {
        usual(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}

/// How long an answer may be kept. Only files whose name changes with their content are kept
/// unasked; pages and API answers, which are one person's, never.
fn cache(path: &str, succeeded: bool, site: &Site) -> &'static str {
    let file = path.starts_with("/pkg/") || path.starts_with("/vendor/");
    let versioned = path.starts_with("/vendor/") || site.hashed_files;
    match (file && succeeded, versioned && !cfg!(debug_assertions)) {
        (true, true) => FOREVER,
        (true, false) => ASK_AGAIN,
        (false, _) if is_public_file(path) && succeeded => ASK_AGAIN,
        (false, _) => NEVER,
    }
}

/// Files of `public/`: their last part has an ending. Addresses of pages have none.
fn is_public_file(path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    last.contains('.') && !path.starts_with("/api/") && !path.starts_with("/fn/")
}

fn usual(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

//! Keeping a browser's session alive while somebody walks from page to page.

use crate::rest::problem::Problem;
use crate::session::{self, Told};
use crate::state::AppState;
use crate::visitor::caller_of;
use crate::visitor::credentials::Credentials;
use app::ssr::{cleared_cookies, session_cookies};
use axum::extract::Request;
use axum::http::header::{ACCEPT, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use domain::caller::Caller;
use domain::refusal::Refusal;
use domain::session::service::Granted;
use domain::session::{ClientKind, Generation, Receipt};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Where no page lives.
const NOT_PAGES: [&str; 8] =
    ["/api/", "/fn/", "/pkg/", "/vendor/", "/ws/", "/healthz", "/readyz", "/metrics"];

/// What became of the visitor's session.
pub(super) struct Kept {
    /// Who they are now, or why nobody.
    pub(super) caller: Result<Caller, Refusal>,
    /// The cookies to send along.
    pub(super) cookies: Vec<HeaderValue>,
}

/// Whether somebody opens a page.
pub fn is_navigation(request: &Request) -> bool {
    let path = request.uri().path();
    let headers = request.headers();
    let document = match headers.get(SEC_FETCH_DEST) {
        Some(destination) if destination == "document" => true,
        // A service worker asks on the page's behalf: then only what is wanted tells. What a script
        // of ours asks for is never a page.
        Some(destination) if destination == "empty" => wants_html(headers),
        Some(_) => false,
        None => wants_html(headers),
    };
    request.method() == Method::GET
        && document
        && !NOT_PAGES.iter().any(|prefix| path.starts_with(prefix))
}

/// Whether the client would rather read a page than JSON.
pub(super) fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Renews the session of a page's visitor when their access token no longer will do.
///
/// Only a final answer of the rotation takes the cookies away. When it could not be asked, they stay
/// and the visitor is told to come back: "busy" must never look like "signed out".
pub(super) async fn renew(
    state: &AppState,
    caller: Result<Caller, Refusal>,
    credentials: Credentials<'_>,
) -> Kept {
    let renewable = matches!(
        caller,
        Err(Refusal::TokenMissing
            | Refusal::TokenMalformed
            | Refusal::TokenExpired
            | Refusal::ClaimsStale)
    );
    let (true, None, Some(token)) = (renewable, credentials.bearer, credentials.refresh) else {
        return Kept { caller, cookies: Vec::new() };
    };
    let style = state.site.public_url.cookies();
    match session::refresh(&state.desk, token, ClientKind::Web, &Told::by_page()).await {
        Ok(granted) => {
            note_activity(state, &granted);
            let facts = &granted.facts;
            let lives = facts.absolute_expires_at.since(facts.server_time);
            let cookies = session_cookies(style, &granted, lives);
            Kept { caller: Ok(caller_of(&granted)), cookies: values(&cookies) }
        }
        Err(refusal) if refusal.ends_session() => {
            Kept { caller: Err(refusal), cookies: values(&cleared_cookies(style)) }
        }
        // Another tab was faster and this came late, or the token was stolen: the page's own refresh tells.
        Err(Refusal::TokenExpired) => {
            Kept { caller: Err(Refusal::TokenExpired), cookies: Vec::new() }
        }
        Err(refusal) => {
            let retry_after = refusal.retry_after().unwrap_or(1);
            Kept { caller: Err(Refusal::TryAgain { retry_after }), cookies: Vec::new() }
        }
    }
}

/// Opening a page is the person's own act, so the idle end moves. It proves possession of the
/// generation before the one just granted, and nothing about the new one.
fn note_activity(state: &AppState, granted: &Granted) {
    let before = Generation(granted.facts.generation.0.saturating_sub(1));
    state.desk.receipts.seen(Receipt {
        session: granted.facts.id,
        generation: before,
        active_at: Some(granted.facts.server_time),
    });
}

/// "Come back in a moment", as a page that does so by itself, or as JSON.
pub(super) fn come_back(refusal: Refusal, html: bool) -> Response {
    if !html {
        return Problem::from(refusal).into_response();
    }
    let seconds = refusal.retry_after().unwrap_or(1);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"refresh\" content=\"{seconds}\"><title>Wardline is busy</title></head>\
         <body><h1>Wardline is busy</h1><p>You are still signed in and nothing is lost. \
         This page tries again by itself.</p></body></html>"
    );
    let retry = [(RETRY_AFTER, HeaderValue::from(seconds))];
    (StatusCode::SERVICE_UNAVAILABLE, retry, Html(page)).into_response()
}

fn values(lines: &[String]) -> Vec<HeaderValue> {
    lines.iter().filter_map(|line| HeaderValue::from_str(line).ok()).collect()
}

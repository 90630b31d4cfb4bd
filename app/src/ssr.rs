//! The server's side of the app: what the host hands to pages and server functions, and how an
//! outcome of a use case becomes an answer with the right status and cookies.

use crate::error::Problem;
use axum::Extension;
use domain::caller::Caller;
use domain::desk::Desk;
use domain::failure::Failure;
use domain::refusal::Refusal;
use domain::session::cookie::{CookieKind, CookieStyle};
use domain::session::service::Granted;
use http::{HeaderValue, StatusCode, header::SET_COOKIE};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::net::IpAddr;
use std::time::Duration;

/// What the host puts into the context of every page and server function.
#[derive(Clone)]
pub struct Host {
    /// The ports and settings of the server.
    pub desk: Desk,
    /// How session cookies are named and marked.
    pub cookies: CookieStyle,
}

/// Who sent this request. The host's middleware puts it into the request's extensions.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The bearer of a valid access token, or why there is none.
    pub caller: Result<Caller, Refusal>,
    /// Where the request came from, after trusted proxies.
    pub address: Option<IpAddr>,
}

/// The host of the page or server function that is running.
#[must_use]
pub fn host() -> Host {
    expect_context::<Host>()
}

/// Who sent the request that is being answered.
pub async fn visitor() -> Visitor {
    match leptos_axum::extract::<Extension<Visitor>>().await {
        Ok(Extension(visitor)) => visitor,
        Err(_) => Visitor { caller: Err(Refusal::TokenMissing), address: None },
    }
}

/// The desk and the caller, for server functions that need somebody signed in.
pub async fn desk_for_caller() -> Result<(Desk, Caller), Problem> {
    let caller = visitor().await.caller.map_err(told)?;
    Ok((host().desk, caller))
}

/// Turns the outcome of a use case into the answer of a server function, with its HTTP status.
pub fn answer<T>(outcome: Result<T, Failure>) -> Result<T, Problem> {
    outcome.map_err(|failure| told(failure.into_refusal()))
}

/// A refusal as the answer of a server function, with its HTTP status.
#[must_use]
pub fn told(refusal: Refusal) -> Problem {
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(refusal.status())
    {
        response.set_status(status);
    }
    Problem::Refused(refusal)
}

/// Puts a session's tokens into the answer's cookies.
pub fn keep_tokens(host: &Host, granted: &Granted) {
    let facts = &granted.facts;
    let lives = facts.absolute_expires_at.since(facts.server_time);
    set_cookies(&session_cookies(host.cookies, granted, lives));
}

/// Takes the session's cookies away.
pub fn drop_tokens(host: &Host) {
    set_cookies(&cleared_cookies(host.cookies));
}

/// The `Set-Cookie` values that keep a session's tokens. The access cookie lives as long as the
/// session, not as the token: an expired token tells the server more than none.
#[must_use]
pub fn session_cookies(style: CookieStyle, granted: &Granted, lives: Duration) -> [String; 2] {
    [
        style.set(CookieKind::Access, &granted.access_token, lives),
        style.set(CookieKind::Refresh, &granted.refresh_token, lives),
    ]
}

/// The `Set-Cookie` values that take a session's tokens away.
#[must_use]
pub fn cleared_cookies(style: CookieStyle) -> [String; 2] {
    [style.clear(CookieKind::Access), style.clear(CookieKind::Refresh)]
}

fn set_cookies(lines: &[String]) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(line) {
            response.append_header(SET_COOKIE, value);
        }
    }
}

//! The server's side of the app: what the host hands to pages and server functions, and how an
//! outcome of a use case becomes an answer with the right status and cookies.

pub mod reading;

pub use reading::{conversation, inbox, simulated};

use crate::error::Problem;
use crate::session::Me;
use axum::Extension;
use domain::caller::Caller;
use domain::desk::Desk;
use domain::failure::Failure;
use domain::refusal::Refusal;
use domain::session::cookie::{CookieKind, CookieStyle};
use domain::session::service::{self, Granted};
use http::header::{ACCEPT, COOKIE, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
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

/// Who a page is rendered for. The host finds it before the rendering begins and puts it into the
/// request's extensions: what a view has to wait for, it may be built twice for.
#[derive(Clone)]
pub struct Reader(Result<Me, Refusal>);

impl Reader {
    /// Looks up who the caller of a page is.
    pub async fn find(desk: &Desk, caller: &Result<Caller, Refusal>) -> Self {
        let caller = match caller {
            Ok(caller) => caller,
            Err(refusal) => return Self(Err(refusal.clone())),
        };
        let described = service::describe(desk, caller).await;
        let found = described.map(|(facts, profile)| Me { profile, facts, demo: desk.demo });
        Self(found.map_err(Failure::into_refusal))
    }
}

/// Who the page that is being rendered is for.
#[must_use]
pub fn reader() -> Option<Result<Me, Problem>> {
    let parts = use_context::<http::request::Parts>()?;
    let Reader(found) = parts.extensions.get::<Reader>()?;
    Some(found.clone().map_err(Problem::Refused))
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

/// The desk, when this server runs the demo.
pub fn demo_desk() -> Result<Desk, Problem> {
    let desk = host().desk;
    if desk.demo { Ok(desk) } else { Err(told(Refusal::not_found("simulator"))) }
}

/// The refresh token in the request's cookies.
#[must_use]
pub fn refresh_token(host: &Host) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let mut lines = parts.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.find_map(|line| host.cookies.find(CookieKind::Refresh, line).map(str::to_owned))
}

/// What the visitor's device calls itself: its `User-Agent`.
#[must_use]
pub fn device_name() -> Option<String> {
    use_context::<Parts>().and_then(|parts| header_text(&parts, &USER_AGENT))
}

/// A fresh id: 128 bits as hexadecimal digits.
pub fn fresh_id() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "the system has no randomness: {error}");
        Refusal::Unavailable
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Turns the outcome of a use case into the answer of a server function, with its HTTP status.
pub fn answer<T>(outcome: Result<T, Failure>) -> Result<T, Problem> {
    outcome.map_err(|failure| told(failure.into_refusal()))
}

/// A refusal as the answer of a server function, with its HTTP status.
///
/// A form that was sent without JavaScript keeps the redirect back to its page, which shows the
/// refusal; a page keeps its own status unless what it is about does not exist (any more).
#[must_use]
pub fn told(refusal: Refusal) -> Problem {
    let tell = use_context::<Parts>().is_none_or(|parts| {
        let call = parts.uri.path().starts_with("/fn/");
        if call { !wants_html(&parts) } else { matches!(refusal.status(), 404 | 410) }
    });
    if tell
        && let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = StatusCode::from_u16(refusal.status())
    {
        response.set_status(status);
    }
    Problem::Refused(refusal)
}

/// Leads a form on that was sent without JavaScript. A page with scripts goes on by itself.
pub fn lead_form(path: &str) {
    if use_context::<Parts>().is_some_and(|parts| wants_html(&parts)) {
        leptos_axum::redirect(path);
    }
}

/// Puts the tokens of a new session into the answer's cookies. The session that they take the place of ends
/// (ASVS 7.2.4): nobody could use or end it any more.
pub async fn enter(host: &Host, granted: &Granted) {
    if let Some(former) = refresh_token(host)
        && let Err(Failure::Broken(error)) =
            service::sign_out_by_refresh_token(&host.desk, &former).await
    {
        // It goes on until its own end; that is no reason to refuse the new one.
        tracing::warn!(%error, "the session before a sign-in could not be ended");
    }
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

/// Adds `Set-Cookie` lines to the answer.
pub fn set_cookies(lines: &[String]) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    for line in lines {
        if let Ok(value) = HeaderValue::from_str(line) {
            response.append_header(SET_COOKIE, value);
        }
    }
}

fn wants_html(parts: &Parts) -> bool {
    header_text(parts, &ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}

fn header_text(parts: &Parts, name: &HeaderName) -> Option<String> {
    parts.headers.get(name)?.to_str().ok().map(str::to_owned)
}

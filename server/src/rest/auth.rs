//! Sign-in, refresh, sign-out and devices.

use crate::rest::extract::{Answer, Id, JsonBody, MaybeJson, Params, Reply, SignedIn};
use crate::rest::problem::Problem;
use crate::rest::shapes;
use crate::session::{self as presented, Told};
use crate::state::AppState;
use crate::telemetry::metrics;
use crate::visitor::caller_of;
use crate::visitor::credentials::Credentials;
use app::ssr::{Visitor, cleared_cookies, session_cookies};
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use domain::desk::Desk;
use domain::failure::Failure;
use domain::id::SessionId;
use domain::page::Page;
use domain::refusal::Refusal;
use domain::session::cookie::CookieStyle;
use domain::session::service::{self, Granted, SignIn};
use domain::session::{ClientKind, Device, SessionFacts};
use domain::staff::Profile;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa::{IntoParams, ToSchema};

/// What a native client gets at sign-in and at every refresh. It belongs into the system's key store.
#[derive(Serialize, ToSchema)]
pub(super) struct Tokens {
    /// For `Authorization: Bearer …`.
    access_token: String,
    /// For the next refresh; each one replaces the one before.
    refresh_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: u64,
    #[schema(value_type = shapes::SessionFacts)]
    session: SessionFacts,
    #[schema(value_type = shapes::Profile)]
    user: Profile,
}

impl Tokens {
    pub(super) async fn of(desk: &Desk, granted: Granted) -> Answer<Self> {
        let areas = desk.store.areas_of(granted.staff.id).await.map_err(Failure::from)?;
        let facts = granted.facts;
        Ok(Reply(Self {
            access_token: granted.access_token,
            refresh_token: granted.refresh_token,
            token_type: "bearer",
            expires_in: shapes::whole_seconds(facts.access_expires_at.since(facts.server_time)),
            session: facts,
            user: Profile::of(granted.staff, areas),
        }))
    }
}

/// Signs a native client in. Tokens come in the body; browsers sign in on the sign-in page.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "auth",
    request_body = shapes::SignIn,
    responses((status = 200, body = Tokens)),
)]
pub(super) async fn login(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    JsonBody(attempt): JsonBody<SignIn>,
) -> Answer<Tokens> {
    let granted = service::sign_in(&desk, &attempt, ClientKind::Mobile, visitor.address).await?;
    Tokens::of(&desk, granted).await
}

/// Refreshes a browser's session: from cookie to cookie. The body holds no token.
#[utoipa::path(
    post, path = "/api/auth/refresh", tag = "auth",
    responses((status = 200, body = shapes::SessionFacts)),
)]
pub(super) async fn refresh(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let style = state.site.public_url.cookies();
    let token = Credentials::of(&headers, style).refresh.ok_or(Refusal::TokenMissing)?;
    // On a refusal the cookies stay: an answer that is late must not take away those of a sign-in
    // that happened meanwhile. They end by themselves, and nobody accepts them any more.
    let granted =
        presented::refresh(&state.desk, token, ClientKind::Web, &Told::of(&headers)).await;
    let granted = granted.map_err(Problem::of_refresh_token)?;
    let lives = granted.facts.absolute_expires_at.since(granted.facts.server_time);
    let cookies = session_cookies(style, &granted, lives).map(|line| (SET_COOKIE, line));
    Ok((AppendHeaders(cookies), Reply(granted.facts)).into_response())
}

/// A refresh token in a body.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RefreshToken {
    /// The newest refresh token.
    refresh_token: String,
}

/// Refreshes a native client's session. The same token again within the reuse interval, or when the
/// answer was lost, is answered with the same successor.
#[utoipa::path(
    post, path = "/api/auth/refresh-mobile", tag = "auth",
    request_body = RefreshToken,
    responses((status = 200, body = Tokens)),
)]
pub(super) async fn refresh_mobile(
    State(desk): State<Desk>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<RefreshToken>,
) -> Answer<Tokens> {
    let (token, told) = (&body.refresh_token, Told::of(&headers));
    let granted = presented::refresh(&desk, token, ClientKind::Mobile, &told).await;
    Tokens::of(&desk, granted.map_err(Problem::of_refresh_token)?).await
}

/// How far a sign-out goes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Logout {
    /// All sessions of the person, and not only this one.
    #[serde(default)]
    everywhere: bool,
}

/// What a sign-out ended.
#[derive(Serialize, ToSchema)]
pub(super) struct Ended {
    /// How many sessions ended now; 0 when there was nothing left to end.
    ended: u64,
}

/// Signs out. A browser's refresh cookie will do when its access token has ended; its cookies go in
/// any case. It may be repeated, with or without an `Idempotency-Key`: of a session that has ended already
/// the answer is `{"ended":0}`.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "auth",
    request_body = Option<Logout>,
    responses((status = 200, body = Ended)),
)]
pub(super) async fn logout(
    State(state): State<AppState>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    MaybeJson(wish): MaybeJson<Logout>,
) -> Response {
    let style = state.site.public_url.cookies();
    let credentials = Credentials::of(&headers, style);
    let ended = end(&state.desk, visitor, credentials, wish.everywhere).await;
    let ended = ended.map_err(Failure::into_refusal);
    // While the session goes on, its cookies must: else nobody could end it any more.
    let over = ended.as_ref().map_or_else(Refusal::ends_session, |_| true);
    let answer = ended.map(|ended| Reply(Ended { ended })).map_err(Problem::of_access_token);
    let mut response = answer.into_response();
    if over {
        clear_cookies(&mut response, style);
    }
    response
}

async fn end(
    desk: &Desk,
    visitor: Visitor,
    credentials: Credentials<'_>,
    everywhere: bool,
) -> Result<u64, Failure> {
    let refusal = match visitor.caller {
        Ok(caller) => return service::sign_out(desk, &caller, everywhere).await,
        Err(refusal) => refusal,
    };
    let (None, Some(token)) = (credentials.bearer, credentials.refresh) else {
        // Repeated after its answer was lost. For the other sessions this one has no say any more.
        let done = is_over(&refusal) && !everywhere;
        return if done { Ok(0) } else { Err(refusal.into()) };
    };
    let ended = if everywhere {
        // Whose sessions they are is known once the token has been accepted.
        match presented::refresh(desk, token, ClientKind::Web, &Told::default()).await {
            Ok(granted) => service::sign_out(desk, &caller_of(&granted), true).await,
            Err(refusal) => Err(refusal.into()),
        }
    } else {
        service::sign_out_by_refresh_token(desk, token).await.map(u64::from)
    };
    match ended {
        // The session is over or the token none of ours: signed out is what was wanted.
        Err(Failure::Refused(refusal)) if refusal.ends_session() => Ok(0),
        other => other,
    }
}

/// Whether this says of a session of ours that it has ended, for whatever reason.
fn is_over(refusal: &Refusal) -> bool {
    !matches!(refusal, Refusal::TokenMissing | Refusal::TokenMalformed) && refusal.ends_session()
}

/// What a heartbeat says.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Heartbeat {
    /// How long ago the person last did something, in milliseconds. Without it their presence is not
    /// claimed, and the idle end stays where it is.
    idle_ms: Option<u64>,
    /// Calls since the last heartbeat that found a token that serves.
    hits: Option<u64>,
    /// Calls since then that had to wait for one.
    misses: Option<u64>,
    /// Refreshes since then that brought new tokens.
    refreshes: Option<u64>,
    /// Refreshes since then that brought nothing.
    failures: Option<u64>,
}

/// Validates the access token and tells the facts of its session: the heartbeat of a client. It proves
/// that the tokens arrived, and moves the idle end only by what it says of the person.
#[utoipa::path(
    get, path = "/api/auth/session", tag = "auth",
    params(Heartbeat),
    responses((status = 200, body = shapes::SessionFacts)),
)]
pub(super) async fn session(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Params(heartbeat): Params<Heartbeat>,
) -> Answer<SessionFacts> {
    let Heartbeat { idle_ms, hits, misses, refreshes, failures } = heartbeat;
    let idle_for = idle_ms.map(Duration::from_millis);
    let facts = service::heartbeat(&desk, &caller, idle_for).await?;
    metrics::client_tokens(hits, misses);
    metrics::client_refreshes(refreshes, failures);
    Ok(Reply(facts))
}

/// My devices, newest first.
#[utoipa::path(
    get, path = "/api/auth/sessions", tag = "auth",
    responses((status = 200, body = shapes::Page<shapes::Device>)),
)]
pub(super) async fn sessions(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
) -> Answer<Page<Device>> {
    let items = service::devices(&desk, &caller).await?;
    Ok(Reply(Page { items, next: None }))
}

/// Ends one of my devices. Ending the one that asks is a sign-out: a browser's cookies go.
#[utoipa::path(
    delete, path = "/api/auth/sessions/{id}", tag = "auth",
    params(("id" = String, Path, description = "The session")),
    responses((status = 204)),
)]
pub(super) async fn end_session(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Id(id): Id<SessionId>,
) -> Result<Response, Problem> {
    service::end_device(&state.desk, &caller, id).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if id == caller.session {
        clear_cookies(&mut response, state.site.public_url.cookies());
    }
    Ok(response)
}

/// Takes the session's cookies away.
fn clear_cookies(response: &mut Response, style: CookieStyle) {
    for line in cleared_cookies(style) {
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

/// The public keys of the access tokens (RFC 7517).
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "auth", responses((status = 200)))]
pub(super) async fn jwks(State(desk): State<Desk>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    (headers, desk.tokens.jwks())
}

//! Writes that a client repeats: `Idempotency-Key`.
//!
//! Only what succeeded is kept. A refusal changed nothing, so the same request may be judged afresh;
//! that way "busy" or "answered meanwhile" is never replayed to somebody for whom it is no longer so.

use crate::rest::extract::SignedIn;
use crate::rest::problem::Problem;
use crate::router::bounds::BODY_BYTES_MAX;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use domain::desk::Desk;
use domain::failure::Failure;
use domain::id::UserId;
use domain::idempotency::{KEY_BYTES_MAX, KeptResult, Reserved};
use domain::refusal::Refusal;
use sha2::{Digest, Sha256};
use tracing::Instrument;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Tells a client that it got the first result again.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Middleware: carries a write that bears a key out once.
pub(super) async fn once(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if request.method().is_safe() || !request.headers().contains_key(IDEMPOTENCY_KEY) {
        return Ok(next.run(request).await);
    }
    let key = key(&request)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| {
        Problem::unreadable(StatusCode::BAD_REQUEST, "The body did not arrive whole.")
    })?;
    let fingerprint = fingerprint(&parts, &body);
    let now = desk.clock.now();
    let reserved = desk.store.reserve_key(caller.user, &key, &fingerprint, now).await;
    match reserved.map_err(Failure::from)? {
        Reserved::New => {}
        Reserved::Done(kept) => return Ok(replay(kept)),
        Reserved::Running => return Err(Refusal::IdempotencyRunning.into()),
        Reserved::Mismatch => return Err(Refusal::IdempotencyMismatch.into()),
    }
    let request = Request::from_parts(parts, Body::from(body));
    // A task of its own: when the client goes away, which is when it will repeat the request, the
    // first one is still carried out and its result is kept.
    let work = async move {
        let response = next.run(request).await;
        settle(&desk, caller.user, &key, response).await
    };
    let done = tokio::spawn(work.instrument(tracing::Span::current())).await;
    done.map_err(|_| Refusal::Unavailable.into())
}

/// Keeps a success under its key and gives the key of anything else back.
async fn settle(desk: &Desk, user: UserId, key: &str, response: Response) -> Response {
    if !response.status().is_success() {
        if let Err(error) = desk.store.release_key(user, key).await {
            tracing::warn!(%error, "an idempotency key stays reserved for a while");
        }
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "an answer is too large to be kept");
            return Problem::from(Refusal::Unavailable).into_response();
        }
    };
    let text = String::from_utf8_lossy(&body).into_owned();
    let result = KeptResult { status: parts.status.as_u16(), body: text };
    if let Err(error) = desk.store.keep_result(user, key, &result).await {
        // The write is done and is safe to repeat by its own means; only the shortcut is missing.
        tracing::warn!(%error, "the result of a write was not kept");
    }
    Response::from_parts(parts, Body::from(body))
}

fn key(request: &Request) -> Result<String, Problem> {
    let mut given = request.headers().get_all(IDEMPOTENCY_KEY).iter();
    let text = given.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fits = (1..=KEY_BYTES_MAX).contains(&text.len()) && given.next().is_none();
    if fits {
        Ok(text.to_owned())
    } else {
        let detail = format!("Give one key of 1 to {KEY_BYTES_MAX} visible ASCII characters.");
        Err(Refusal::invalid("Idempotency-Key", detail).into())
    }
}

fn fingerprint(parts: &Parts, body: &Bytes) -> String {
    let digest = BASE64_STANDARD.encode(Sha256::digest(body));
    format!("{} {} {digest}", parts.method, parts.uri.path())
}

fn replay(kept: KeptResult) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    if kept.body.is_empty() {
        return (status, [(REPLAYED, "true")]).into_response();
    }
    let headers = [(CONTENT_TYPE, "application/json"), (REPLAYED, "true")];
    (status, headers, kept.body).into_response()
}

//! Bounds on every request: how large its body may be and how long its answer may take; and what
//! becomes of one whose handler panics.

use crate::rest::problem::Problem;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, EXPECT};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use domain::refusal::Refusal;
use futures::{FutureExt, StreamExt};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// The largest body that is accepted.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// How much of a body that is too large is read and thrown away, so that a client which writes
/// before it reads gets to see the answer.
const DISCARDED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(6);
/// How long an answer may take to begin. Shorter than a stop, so that a stop waits for all.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(8);

/// Middleware: takes the whole body in before anybody looks at the request, so that no handler holds
/// a lock or a connection while a slow client types.
pub async fn whole_body(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let promised = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let promised: usize = promised.and_then(|length| length.parse().ok()).unwrap_or(0);
    if promised > BODY_BYTES_MAX && parts.headers.contains_key(EXPECT) {
        return too_large().into_response();
    }
    match tokio::time::timeout(BODY_WITHIN, take_in(body)).await {
        Ok(Ok(whole)) => next.run(Request::from_parts(parts, Body::from(whole))).await,
        Ok(Err(problem)) => problem.into_response(),
        Err(_) if promised > BODY_BYTES_MAX => too_large().into_response(),
        Err(_) => {
            let detail = "The body took too long to arrive.";
            Problem::unreadable(StatusCode::REQUEST_TIMEOUT, detail).into_response()
        }
    }
}

/// Reads a body to its end. What is beyond the limit is read too, up to a limit of its own, and
/// thrown away.
async fn take_in(body: Body) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let mut whole = BytesMut::new();
    let mut seen = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| {
            Problem::unreadable(StatusCode::BAD_REQUEST, "The body did not arrive whole.")
        })?;
        seen += chunk.len();
        if seen <= BODY_BYTES_MAX {
            whole.extend_from_slice(&chunk);
        } else if seen > DISCARDED_BYTES_MAX {
            break;
        }
    }
    if seen > BODY_BYTES_MAX { Err(too_large()) } else { Ok(whole.freeze()) }
}

/// Middleware: an answer that takes too long is given up. What a transaction had done by then is
/// undone, unless it was being committed; each write may be sent again.
pub async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(ANSWER_WITHIN, next.run(request)).await.unwrap_or_else(|_| {
        tracing::warn!("an answer took too long and was given up");
        Problem::from(Refusal::TryAgain { retry_after: 2 }).into_response()
    })
}

/// Middleware: a panic costs its own request and no other.
pub async fn no_panic(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let text = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("something that is not text");
            tracing::error!(panic = text, "a handler panicked: {text}");
            Problem::from(Refusal::Unavailable).into_response()
        }
    }
}

fn too_large() -> Problem {
    let limit = u32::try_from(BODY_BYTES_MAX).unwrap_or(u32::MAX);
    Refusal::TooLarge { limit }.into()
}

//! What is known of every request: its id, a span in the log, a line at its end, and its measures.
//!
//! Never logged: tokens, bodies, and query strings, which hold what people search for.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};
use tracing::Instrument;

use crate::telemetry::metrics;

/// The header that carries a request's id both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Slower answers are worth a warning.
const SLOW: Duration = Duration::from_secs(2);

/// One request, as the log and the client call it.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The caller's own id, when it is one that can be logged as it is.
    fn given(request: &Request) -> Option<Self> {
        let text = request.headers().get(REQUEST_ID)?.to_str().ok()?;
        let fits = (8..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        fits.then(|| Self(text.into()))
    }

    /// A new one: a random word of this process and a count.
    fn new() -> Self {
        static PROCESS: LazyLock<u64> = LazyLock::new(|| {
            let mut bytes = [0; 8];
            // Without randomness ids of two processes may be alike, which only the log's readers mind.
            getrandom::fill(&mut bytes).unwrap_or_default();
            u64::from_le_bytes(bytes)
        });
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(format!("{:016x}-{n:08x}", *PROCESS).into())
    }
}

/// Middleware: the outermost, so that nothing is unaccounted for.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = RequestId::given(&request).unwrap_or_else(RequestId::new);
    let method = request.method().clone();
    let route = route(&request);
    let span = tracing::info_span!("request", id = id.as_str(), method = %method, route = &*route);
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let took = began.elapsed();
    metrics::request(&method, &route, response.status(), took);
    span.in_scope(|| line(&method, response.status(), took));
    response
}

/// The route's pattern, which has no ids in it and only as many values as there are routes.
fn route(request: &Request) -> Arc<str> {
    match request.extensions().get::<MatchedPath>() {
        Some(matched) => matched.as_str().into(),
        None => "(file)".into(),
    }
}

fn line(method: &Method, status: StatusCode, took: Duration) {
    let (status, duration_ms) = (status.as_u16(), took.as_millis());
    if status >= 500 {
        tracing::warn!(status, duration_ms, "answered with a failure");
    } else if took >= SLOW {
        tracing::warn!(status, duration_ms, "answered slowly");
    } else if method == Method::GET {
        tracing::debug!(status, duration_ms, "answered");
    } else {
        tracing::info!(status, duration_ms, "answered");
    }
}

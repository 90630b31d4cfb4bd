//! Whether the process is up, and whether it may be sent requests.

use crate::rest::problem::Problem;
use crate::state::AppState;
use crate::telemetry;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::desk::Desk;
use domain::refusal::Refusal;
use domain::store::StoreError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the database may take to show that it is there.
const DATABASE_WITHIN: Duration = Duration::from_secs(2);

/// Something besides the database that must work for a node to be of use.
type Check = Box<dyn Fn() -> Result<(), &'static str> + Send + Sync>;

/// Whether this node may be sent requests.
pub struct Health {
    stopping: AtomicBool,
    checks: Vec<Check>,
}

impl Health {
    /// A node that is ready when the database is and all `checks` pass.
    #[must_use]
    pub fn new(checks: Vec<Check>) -> Self {
        Self { stopping: AtomicBool::new(false), checks }
    }

    /// From now on load balancers are told to send requests elsewhere.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
    }

    /// Looks, and lets the measures say what was found.
    pub async fn look(&self, desk: &Desk) -> Result<(), &'static str> {
        let found = self.find(desk).await;
        telemetry::metrics::ready(found.is_ok());
        found
    }

    async fn find(&self, desk: &Desk) -> Result<(), &'static str> {
        if self.stopping.load(Ordering::Acquire) {
            return Err("the server is stopping");
        }
        match tokio::time::timeout(DATABASE_WITHIN, desk.store.ready()).await {
            Ok(Ok(())) => {}
            Ok(Err(StoreError::Busy)) => return Err("the database is busy"),
            Ok(Err(error)) => {
                // What a database says of itself is for the log and not for everybody.
                tracing::warn!(%error, "the database is not ready: {error}");
                return Err("the database failed");
            }
            Err(_) => return Err("the database does not answer"),
        }
        self.checks.iter().try_for_each(|check| check())
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

async fn ready(State(desk): State<Desk>, State(health): State<Arc<Health>>) -> Response {
    match health.look(&desk).await {
        Ok(()) => "ready\n".into_response(),
        Err(reason) => {
            tracing::warn!(reason, "not ready: {reason}");
            Problem::with_detail(
                Refusal::TryAgain { retry_after: 2 },
                format!("Not ready: {reason}."),
            )
            .into_response()
        }
    }
}

async fn metrics() -> Response {
    let text = telemetry::metrics::render();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

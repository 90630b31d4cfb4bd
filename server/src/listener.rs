//! Serving HTTP on a listening socket, with the bounds that `axum::serve` does not set: how many
//! connections are open, how long the head of a request may take, how a stopping server ends them.
//!
//! One task per connection. A connection that became a WebSocket has left this count: sockets are
//! bounded per person, by `live`.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use http::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// The bounds of a listener.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections that are open at once. More wait in the operating system's queue.
    pub(crate) connections: usize,
    /// How long the head of a request may take, the wait for it included: what is half sent, or
    /// open and unused, ends after this. Above the minute for which proxies keep connections, so
    /// that it is they who close, never we while they send.
    pub(crate) head_within: Duration,
    /// How long a stopping server waits for the first request of a connection that it took.
    pub(crate) first_within: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 8_192,
            head_within: Duration::from_secs(75),
            first_within: Duration::from_secs(1),
        }
    }
}

/// How long to wait after the operating system had no descriptor left for a connection.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `closing`, then returns when all requests that had begun are answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    closing: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let connections = TaskTracker::new();
    while let Some((stream, peer, place)) =
        closing.run_until_cancelled(next(&listener, &places)).await
    {
        let serving = Connection { router: router.clone(), peer, bounds, closing: closing.clone() };
        connections.spawn(async move {
            serving.run(stream).await;
            drop(place);
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let place = Arc::clone(places).acquire_owned().await;
        let accepted = listener.accept().await;
        match (accepted, place) {
            (Ok((stream, peer)), Ok(place)) => return (stream, peer, place),
            (Err(error), _) if is_of_the_peer(&error) => {}
            (error, _) => {
                let error = error.err().map(|error| error.to_string()).unwrap_or_default();
                tracing::error!(error, "no connection can be taken: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether one connection failed before it was taken, and not the taking of connections.
fn is_of_the_peer(error: &Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// What one connection needs.
struct Connection {
    router: Router,
    peer: SocketAddr,
    bounds: Bounds,
    closing: CancellationToken,
}

impl Connection {
    async fn run(self, stream: TcpStream) {
        // Answers are written whole; waiting for more to send would only delay them.
        stream.set_nodelay(true).ok();
        let asked = Arc::new(AtomicBool::new(false));
        let service = service_fn({
            let (router, peer, asked) = (self.router.clone(), self.peer, Arc::clone(&asked));
            move |request| {
                asked.store(true, Ordering::Relaxed);
                answer(router.clone(), peer, request)
            }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.bounds.head_within);
        let mut connection =
            std::pin::pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
        // What goes wrong on a connection is its peer's business: gone, too slow, not HTTP.
        tokio::select! {
            _ = &mut connection => return,
            () = self.closing.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        tokio::select! {
            _ = &mut connection => {}
            () = never_asked(&asked, self.bounds.first_within) => {}
        }
    }
}

/// Returns when a connection that had brought no request brings none within `limit` either.
async fn never_asked(asked: &AtomicBool, limit: Duration) {
    tokio::time::sleep(limit).await;
    if asked.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}

#[cfg(test)]
#[path = "listener_tests.rs"]
mod tests;

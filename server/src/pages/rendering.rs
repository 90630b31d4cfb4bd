//! Each page is rendered on one thread.
//!
//! While a page is rendered, what it waits for is looked at by tasks of their own, and several of them
//! may build the same part of it. On one thread they take turns; on several they meet in the page's
//! store, and one finds it locked, which a reactive value answers with a panic. So there are a few
//! threads for rendering, each with a runtime of its own, and a page stays on the one it began on.

use crate::visitor::is_navigation;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Handle};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::rest::problem::Problem;

/// More would only wait for each other: a page is a few milliseconds of work.
const THREADS_MAX: usize = 4;
/// No page is larger by far.
const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The threads of this process, started with the first page.
static RENDERERS: LazyLock<Renderers> = LazyLock::new(|| {
    Renderers::start(available_parallelism().map_or(1, usize::from).min(THREADS_MAX))
});

struct Renderers {
    threads: Vec<Handle>,
    turn: AtomicUsize,
}

impl Renderers {
    fn start(count: usize) -> Self {
        let threads = (0..count).filter_map(start_one).collect();
        Self { threads, turn: AtomicUsize::new(0) }
    }

    /// The next thread, in turn; none when the system gave none.
    fn next(&self) -> Option<&Handle> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.threads.get(turn % self.threads.len().max(1))
    }
}

fn start_one(number: usize) -> Option<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build().ok()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name(format!("render-{number}"))
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .ok()?;
    Some(handle)
}

/// Middleware: answers a page from one thread, from the first look into the database to its last byte.
pub async fn on_one_thread(request: Request, next: Next) -> Response {
    if !is_navigation(&request) {
        return next.run(request).await;
    }
    let Some(thread) = RENDERERS.next() else { return next.run(request).await };
    let page = async move { whole(next.run(request).await).await };
    // Whoever goes away takes the work for their page along.
    let work = AbortOnDropHandle::new(thread.spawn(page.in_current_span()));
    match work.await {
        Ok(page) => page,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Problem::from(Refusal::Unavailable).into_response(),
    }
}

/// The answer with its body read to the end: reading it is rendering.
async fn whole(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    match to_bytes(body, PAGE_BYTES_MAX).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(bytes)),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered to its end: {error}");
            Problem::from(Refusal::Unavailable).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::header::ACCEPT;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn names() -> String {
        let here = || std::thread::current().name().unwrap_or_default().to_owned();
        let there = tokio::spawn(async move { here() }).await.unwrap();
        format!("{} {there}", here())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_page_and_the_tasks_it_starts_stay_on_one_thread() {
        let router: Router = Router::new().route("/", get(names)).layer(from_fn(on_one_thread));
        for _ in 0..50 {
            let request =
                Request::get("/").header(ACCEPT, "text/html").body(Body::empty()).unwrap();
            let answer = router.clone().oneshot(request).await.unwrap();
            let body = to_bytes(answer.into_body(), 1_000).await.unwrap();
            let names = String::from_utf8(body.to_vec()).unwrap();
            let (here, there) = names.split_once(' ').unwrap();
            assert!(here.starts_with("render-"), "{names}");
            assert_eq!(here, there);
        }
    }
}

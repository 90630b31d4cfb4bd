//! A page whose rendering got stuck is rendered once more.
//!
//! Very rarely, when several threads work on one page, the rendering waits for a resource that has
//! long been loaded and never ends; the machine is idle meanwhile. It is a known kind of fault of
//! `leptos` (reports 4673 and 4851 there; version 0.8.23 still shows it about once in a thousand
//! pages under load). A page is read and not written, so rendering it again harms nobody, and its reader
//! waits three seconds instead of being told to come back. Each time is logged and counted: when the
//! count stays at zero with a newer version, this goes.

use crate::telemetry::metrics;
use crate::visitor::is_navigation;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Duration;

/// A page takes milliseconds; one that is not there by now is stuck.
const STUCK_AFTER: Duration = Duration::from_secs(3);

/// Middleware: renders a page again when it got stuck.
pub async fn once_more(request: Request, next: Next) -> Response {
    if is_navigation(&request) {
        twice(STUCK_AFTER, request, next).await
    } else {
        next.run(request).await
    }
}

async fn twice(patience: Duration, request: Request, next: Next) -> Response {
    let (parts, _) = request.into_parts();
    let copy = || Request::from_parts(parts.clone(), Body::empty());
    if let Ok(page) = tokio::time::timeout(patience, next.clone().run(copy())).await {
        return page;
    }
    tracing::warn!("a page got stuck while it was rendered; it is rendered again");
    metrics::page_stuck();
    next.run(copy()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_page_that_is_stuck_is_rendered_again_and_one_that_is_not_is_rendered_once() {
        for stuck in [0, 1] {
            let renderings = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&renderings);
            let page = get(move || async move {
                if count.fetch_add(1, Ordering::Relaxed) < stuck {
                    std::future::pending::<()>().await;
                }
                "page"
            });
            let layer = from_fn(|request, next| twice(Duration::from_millis(50), request, next));
            let router: Router = Router::new().route("/", page).layer(layer);
            let answer = router.oneshot(Request::new(Body::empty())).await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(renderings.load(Ordering::Relaxed), stuck + 1);
        }
    }
}

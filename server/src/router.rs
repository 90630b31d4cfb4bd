//! One router. Deny by default: what needs nobody signed in is listed in `rest::open`, everything
//! else below `/api` is behind a lock, and server functions ask for the caller themselves.
//!
//! What a request passes, from the outside in: its id and measures, compression, headers of the answer,
//! the body of a refusal, panics, the time limit, the size limit, the check of where it comes from,
//! who sent it, the thread that renders a page, and where it leads.

pub mod bounds;
pub mod headers;
pub mod observe;
pub mod same_origin;

use crate::state::AppState;
use crate::{health, pages, rest, visitor};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

/// The whole of HTTP, sockets aside.
pub fn build(state: AppState) -> Router {
    let router = Router::new().merge(health::routes()).merge(rest::routes(&state));
    let router = pages::add(router, &state).method_not_allowed_fallback(pages::method_not_allowed);
    let layers = ServiceBuilder::new()
        .layer(from_fn(observe::observe))
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_worth_it),
        )
        .layer(from_fn_with_state(state.clone(), headers::protect))
        .layer(from_fn(rest::problem::write))
        .layer(from_fn(bounds::no_panic))
        .layer(from_fn(bounds::in_time))
        .layer(from_fn(bounds::whole_body))
        .layer(from_fn_with_state(state.clone(), same_origin::same_origin))
        .layer(from_fn_with_state(state.clone(), visitor::identify))
        .layer(from_fn(pages::rendering::on_one_thread))
        .layer(from_fn(pages::lead));
    router.layer(layers).with_state(state)
}

/// Text that was made for this answer. Files come compressed from the build, in a better way.
fn is_worth_it(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    ["application/json", "text/html", "text/css", "text/javascript", "text/plain"]
        .iter()
        .any(|text| kind.starts_with(text))
}

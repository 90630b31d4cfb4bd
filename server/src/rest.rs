//! REST: the same use cases as the pages, for clients that nobody in this project writes.
//!
//! A handler finds out who asks, calls the use case and writes down its outcome; nothing is decided
//! here. Routes are registered together with their description, so the OpenAPI document can't forget
//! one. [`open`] lists what anybody may call; everything in [`locked`] needs a valid access token.
//!
//! | module | what it holds |
//! |---|---|
//! | [`problem`], [`extract`], `idempotency` | refusals, what handlers take in, repeated writes |
//! | [`document`], [`shapes`] | the OpenAPI document |
//! | `auth`, `me`, `staff`, `areas`, `tickets`, `customers`, `events`, `whatsapp` | the calls |

mod areas;
mod auth;
mod customers;
pub mod document;
mod events;
pub mod extract;
mod idempotency;
mod me;
pub mod problem;
pub mod shapes;
mod staff;
mod tickets;
mod whatsapp;

use crate::state::AppState;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use extract::SignedIn;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What anybody may call. Each of these checks for itself what it is handed.
#[must_use]
pub fn open() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(auth::login))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::refresh_mobile))
        .routes(routes!(auth::logout))
        .routes(routes!(staff::accept_invitation))
        .routes(routes!(auth::jwks))
        .routes(routes!(whatsapp::receive))
        .routes(routes!(document::json))
}

/// What needs a valid access token.
#[must_use]
pub fn locked() -> OpenApiRouter<AppState> {
    repeatable().merge(secret())
}

/// Of that, what is answered with a secret. The answer is kept nowhere, so no key repeats it.
fn secret() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(staff::invite)).routes(routes!(staff::reinvite))
}

/// Of that, what a client may repeat with an `Idempotency-Key`.
fn repeatable() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(auth::session))
        .routes(routes!(auth::sessions))
        .routes(routes!(auth::end_session))
        .routes(routes!(me::read, me::change))
        .routes(routes!(me::security_events))
        .routes(routes!(areas::list))
        .routes(routes!(areas::read))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::read))
        .routes(routes!(tickets::messages, tickets::reply))
        .routes(routes!(tickets::resolve))
        .routes(routes!(tickets::reopen))
        .routes(routes!(tickets::mark_read))
        .routes(routes!(customers::list))
        .routes(routes!(customers::read, customers::change))
        .routes(routes!(events::list))
        .routes(routes!(staff::set_rights))
}

/// All calls as routes.
pub fn routes(state: &AppState) -> Router<AppState> {
    let (open, _) = open().split_for_parts();
    let (repeatable, _) = repeatable().split_for_parts();
    let (secret, _) = secret().split_for_parts();
    let locked = repeatable
        .route_layer(from_fn_with_state(state.clone(), idempotency::once))
        .merge(secret)
        .route_layer(from_fn(lock));
    open.merge(locked).merge(document::page())
}

/// Middleware: nobody passes without a valid access token.
async fn lock(_: SignedIn, request: Request, next: Next) -> Response {
    next.run(request).await
}

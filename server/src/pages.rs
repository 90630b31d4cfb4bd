//! The site: pages, server functions, and the files they load.

pub mod csp;
pub mod rendering;

use crate::rest::problem::Problem;
use crate::state::AppState;
use app::{App, offline_shell, shell};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::refusal::Refusal;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos::server_fn::redirect::REDIRECT_HEADER;
use leptos_axum::{
    LeptosRoutes, ResponseOptions, generate_route_list, site_pkg_dir_service_route_path,
};
use tower::ServiceExt;
use tower_http::services::ServeDir;

/// Adds the pages and server functions, and the files of the site for whatever else is asked for.
pub fn add(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let listed = generate_route_list(App);
    let options = state.leptos.clone();
    router
        .leptos_routes_with_context(state, listed, context(state), move || shell(options.clone()))
        .route(&site_pkg_dir_service_route_path(&state.leptos), get(file))
        .route("/vendor/{*path}", get(file))
        .route("/offline", get(offline))
        .fallback(elsewhere)
}

/// Everything a page or a server function finds in its context.
fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let host = state.host();
    let reload_port = state.site.reload_port;
    move || {
        provide_context(host.clone());
        // Server functions and files have no nonce; `router::headers` gives them a policy.
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Some(policy) = csp::page(&nonce, reload_port)
        {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// A file whose absence is an error of its own, and not a page that says so.
async fn file(State(options): State<LeptosOptions>, request: Request) -> Response {
    let files = ServeDir::new(&*options.site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(response) = files.oneshot(request).await;
    if response.status().is_client_error() {
        Problem::from(Refusal::not_found("file")).into_response()
    } else {
        response.into_response()
    }
}

/// The page that opens the app without a network. It is the same for everybody.
async fn offline(State(state): State<AppState>, request: Request) -> Response {
    let options = state.leptos.clone();
    let page = leptos_axum::render_app_async_with_context(context(&state), move || {
        offline_shell(options.clone())
    });
    page(request).await
}

/// What no route knows: below `/api` and `/fn` an error, anywhere else a file or the page that says
/// that there is no such page.
async fn elsewhere(State(state): State<AppState>, uri: Uri, request: Request) -> Response {
    let path = uri.path();
    if ["/api", "/fn", "/ws"].iter().any(|root| {
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }) {
        return Problem::from(Refusal::not_found("address")).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return method_not_allowed().await.into_response();
    }
    let page = leptos_axum::file_and_error_handler_with_context::<AppState, _>(
        context(&state),
        |options: LeptosOptions| shell(options),
    );
    page(uri, State(state), request).await
}

/// Middleware: a page that leads elsewhere says so to everybody. Leptos does to who asks for HTML by name;
/// anybody else gets an empty page, marked as an answer to a server function.
pub async fn lead(request: Request, next: Next) -> Response {
    let page = *request.method() == Method::GET && !request.uri().path().starts_with("/fn/");
    let mut response = next.run(request).await;
    if page && response.headers_mut().remove(REDIRECT_HEADER).is_some() {
        *response.status_mut() = StatusCode::FOUND;
    }
    response
}

/// A known address with a method it does not have.
pub async fn method_not_allowed() -> Problem {
    Problem::unreadable(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not take that method; `Allow` says which it takes.",
    )
}

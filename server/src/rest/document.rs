//! The OpenAPI document, made from the routes themselves, and a page to try it.
//!
//! There are two of it, which differ in one word: the name of the session cookie, which depends on
//! whether browsers reach the site over https.

use crate::rest::shapes::{Problem, TicketStatus, WaitBucket};
use crate::rest::{locked, open};
use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use domain::session::cookie::{CookieKind, CookieStyle};
use std::sync::LazyLock;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Where the document lies.
const PATH: &str = "/api/openapi.json";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Wardline",
        description = "Sessions, tickets, customers and events. Every error is \
            `application/problem+json` with a stable `code`; `token_expired` and `claims_stale` ask \
            for a refresh, 429 and 503 carry `Retry-After`. A write may carry `Idempotency-Key`; \
            the same key by the same person is answered with the first result. Browsers may use the \
            session cookie instead of the bearer token; their writes must come from this origin."
    ),
    // What only parameters name is not found by itself.
    components(schemas(TicketStatus, WaitBucket)),
    tags(
        (name = "auth", description = "Sign-in, refresh, sign-out, my devices"),
        (name = "me", description = "My profile"),
        (name = "staff", description = "Inviting people, and what they may do"),
        (name = "areas", description = "The tree of areas"),
        (name = "tickets", description = "Conversations"),
        (name = "customers", description = "Farmers"),
        (name = "events", description = "What happened after a position"),
        (name = "channels", description = "Messages from outside"),
        (name = "contract", description = "This document"),
    ),
)]
struct Frame;

/// The document of a site whose cookies are of this style.
#[must_use]
pub fn document(cookies: CookieStyle) -> OpenApi {
    let mut document = Frame::openapi();
    let mut behind_lock = locked().into_openapi();
    for operation in operations(&mut behind_lock) {
        operation.security = Some(vec![
            SecurityRequirement::new("bearer", Vec::<String>::new()),
            SecurityRequirement::new("cookie", Vec::<String>::new()),
        ]);
    }
    document.merge(open().into_openapi());
    document.merge(behind_lock);
    for operation in operations(&mut document) {
        let content =
            Content::builder().schema(Some(Ref::from_schema_name(Problem::name()))).build();
        let refused = ResponseBuilder::new()
            .description("Refused; `code` says why")
            .content("application/problem+json", content)
            .build();
        operation.responses.responses.insert("default".to_owned(), RefOr::T(refused));
    }
    let components = document.components.get_or_insert_default();
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    let mut nested = Vec::new();
    Problem::schemas(&mut nested);
    components.schemas.extend(nested);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(key(cookies))));
    document
}

fn key(cookies: CookieStyle) -> ApiKeyValue {
    let name = |secure| CookieStyle { secure }.name(CookieKind::Access);
    let about = format!(
        "The access token of a browser, HttpOnly. `{}` where the site's public address begins with \
         https, `{}` where it begins with http.",
        name(true),
        name(false),
    );
    ApiKeyValue::with_description(cookies.name(CookieKind::Access), &about)
}

/// The document as text.
#[must_use]
pub fn text(cookies: CookieStyle) -> &'static str {
    static OVER_HTTP: LazyLock<String> = LazyLock::new(|| written(CookieStyle { secure: false }));
    static OVER_HTTPS: LazyLock<String> = LazyLock::new(|| written(CookieStyle { secure: true }));
    if cookies.secure { &OVER_HTTPS } else { &OVER_HTTP }
}

fn written(cookies: CookieStyle) -> String {
    document(cookies).to_pretty_json().unwrap_or_default()
}

/// The contract as OpenAPI.
#[utoipa::path(get, path = "/api/openapi.json", tag = "contract", responses((status = 200)))]
pub(super) async fn json(State(state): State<AppState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], text(state.site.public_url.cookies()))
}

/// The page to try it: Swagger UI, with all its files compiled in.
pub(super) fn page() -> Router<AppState> {
    SwaggerUi::new("/api/docs").config(Config::from(PATH)).into()
}

fn operations(document: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    document.paths.paths.values_mut().flat_map(|item: &mut PathItem| {
        [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete]
            .into_iter()
            .flatten()
    })
}

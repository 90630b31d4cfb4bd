//! The OpenAPI document, made from the routes themselves, and a page to try it.

use crate::rest::shapes::{Problem, TicketStatus, WaitBucket};
use crate::rest::{locked, open};
use crate::state::AppState;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
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
        (name = "areas", description = "The tree of areas"),
        (name = "tickets", description = "Conversations"),
        (name = "customers", description = "Farmers"),
        (name = "events", description = "What happened after a position"),
        (name = "channels", description = "Messages from outside"),
        (name = "contract", description = "This document"),
    ),
)]
struct Frame;

/// The document.
#[must_use]
pub fn document() -> OpenApi {
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
    let cookie = ApiKeyValue::new("wardline_access");
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    document
}

/// The document as text.
#[must_use]
pub fn text() -> &'static str {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| document().to_pretty_json().unwrap_or_default());
    &TEXT
}

/// The contract as OpenAPI.
#[utoipa::path(get, path = "/api/openapi.json", tag = "contract", responses((status = 200)))]
pub(super) async fn json() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], text())
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

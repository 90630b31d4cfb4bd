//! What a browser may load and run, per kind of answer.

use axum::http::HeaderValue;

/// For whatever is not a page: it loads and runs nothing, wherever somebody puts it.
const NOTHING: &str =
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

/// For the page that tries the API out. Its bundle is served from here; it styles itself inline.
const API_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'; form-action 'none'";

/// The service worker fetches what it keeps, from here alone.
const WORKER: &str = "default-src 'none'; connect-src 'self'; base-uri 'none'; \
     frame-ancestors 'none'; form-action 'none'";

/// The policy of an answer that is not a page of ours.
#[must_use]
pub fn without_page(path: &str) -> &'static str {
    if path == "/sw.js" {
        return WORKER;
    }
    if path == "/api/docs" || path.starts_with("/api/docs/") { API_DOCS } else { NOTHING }
}

/// The policy of a page. Scripts run when they are our files or bear the page's nonce; inline
/// style attributes are allowed because the width of a bar has to come from somewhere.
#[must_use]
pub fn page(nonce: &str, reload_port: Option<u32>) -> Option<HeaderValue> {
    let reload = reload_port
        .map(|port| format!(" ws://127.0.0.1:{port} ws://localhost:{port}"))
        .unwrap_or_default();
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'{reload}; object-src 'none'; base-uri 'self'; \
         frame-ancestors 'none'; form-action 'self'"
    );
    HeaderValue::from_str(&policy).ok()
}

//! Writes from other sites are refused.
//!
//! A browser sends cookies along with what other sites make it send. `SameSite=Lax` keeps them off
//! most of that; this check stands behind it and also covers the sign-in, which carries no cookie yet.
//! A request with a bearer token is exempt: another site can't make a browser send one. So are clients
//! that say nothing about where they are, as long as they bring no cookie: they are no browsers.

use crate::rest::problem::Problem;
use crate::state::AppState;
use crate::visitor::credentials::Credentials;
use axum::extract::{Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::refusal::Refusal;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware: lets a write pass when it comes from our own pages or from no browser.
pub async fn same_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let public_url = &state.site.public_url;
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let credentials = Credentials::of(request.headers(), public_url.cookies());
    if credentials.bearer.is_none() {
        let cookie = credentials.access.is_some() || credentials.refresh.is_some();
        if let Err(fault) = judge(request.headers(), public_url.origin(), cookie) {
            tracing::warn!(fault, "a write from another site was refused");
            let detail = format!("{fault} Open Wardline at {public_url}.").into();
            return Problem::from(Refusal::Untrusted { detail }).into_response();
        }
    }
    next.run(request).await
}

fn judge(headers: &HeaderMap, ours: &str, cookie: bool) -> Result<(), &'static str> {
    let origin = headers.get(ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let site = headers.get(SEC_FETCH_SITE).map(|value| value.to_str().unwrap_or_default());
    match site {
        None | Some("same-origin" | "none") => {}
        Some(_) => return Err("The request came from another site."),
    }
    match origin {
        Some(origin) if origin.eq_ignore_ascii_case(ours) => Ok(()),
        Some(_) => Err("The request came from another address."),
        None if cookie && site.is_none() => Err("The request does not say where it came from."),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "https://wardline.example";

    fn judged(origin: Option<&str>, site: Option<&str>, cookie: bool) -> bool {
        let mut headers = HeaderMap::new();
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        if let Some(site) = site {
            headers.insert(SEC_FETCH_SITE, site.parse().unwrap());
        }
        judge(&headers, OURS, cookie).is_ok()
    }

    #[test]
    fn our_own_pages_may_write() {
        assert!(judged(Some(OURS), Some("same-origin"), true));
        assert!(judged(Some(OURS), None, true));
        assert!(judged(None, Some("same-origin"), true));
    }

    #[test]
    fn other_sites_may_not_with_or_without_a_cookie() {
        for cookie in [true, false] {
            assert!(!judged(Some("https://evil.example"), None, cookie));
            assert!(!judged(Some("null"), None, cookie));
            assert!(!judged(Some(OURS), Some("cross-site"), cookie));
            assert!(!judged(None, Some("same-site"), cookie));
            assert!(!judged(Some("https://evil.example"), Some("same-origin"), cookie));
        }
    }

    #[test]
    fn a_client_that_is_no_browser_may_write_unless_it_brings_a_cookie() {
        assert!(judged(None, None, false));
        assert!(!judged(None, None, true));
    }
}

//! The tokens that a request brings along.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use domain::session::cookie::{CookieKind, CookieStyle};

/// The tokens that a request brings along. A bearer token counts before a cookie.
#[derive(Clone, Copy, Default)]
pub struct Credentials<'a> {
    /// `Authorization: Bearer …`.
    pub bearer: Option<&'a str>,
    /// The access cookie.
    pub access: Option<&'a str>,
    /// The refresh cookie.
    pub refresh: Option<&'a str>,
}

impl<'a> Credentials<'a> {
    /// Finds them.
    #[must_use]
    pub fn of(headers: &'a HeaderMap, style: CookieStyle) -> Self {
        Self {
            bearer: bearer(headers),
            access: cookie(headers, style, CookieKind::Access),
            refresh: cookie(headers, style, CookieKind::Refresh),
        }
    }

    /// The access token that counts.
    #[must_use]
    pub fn token(&self) -> Option<&'a str> {
        self.bearer.or(self.access)
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Over HTTP/2 a client may send its cookies in several lines.
fn cookie(headers: &HeaderMap, style: CookieStyle, kind: CookieKind) -> Option<&str> {
    let mut lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.find_map(|line| style.find(kind, line))
}

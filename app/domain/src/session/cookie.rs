//! The two cookies of a browser session. Pure text, so that every entrance writes them alike.
//!
//! Under https their names carry the `__Host-` prefix, which binds them to the host, to `Path=/`
//! and to `Secure` (RFC 6265bis, section 4.1.3.2). `SameSite=Lax` keeps them off other sites'
//! writes; the check of `Origin` and `Sec-Fetch-Site` on writes stands behind it.

use std::time::Duration;

/// How cookies are named and marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieStyle {
    /// Whether browsers reach the site over https.
    pub secure: bool,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// The access token.
    Access,
    /// The refresh token.
    Refresh,
}

impl CookieStyle {
    /// The cookie's name.
    #[must_use]
    pub const fn name(self, kind: CookieKind) -> &'static str {
        match (self.secure, kind) {
            (true, CookieKind::Access) => "__Host-wardline_access",
            (true, CookieKind::Refresh) => "__Host-wardline_refresh",
            (false, CookieKind::Access) => "wardline_access",
            (false, CookieKind::Refresh) => "wardline_refresh",
        }
    }

    /// A `Set-Cookie` value that keeps `token` for `lives`.
    #[must_use]
    pub fn set(self, kind: CookieKind, token: &str, lives: Duration) -> String {
        let (name, secure) = (self.name(kind), self.mark());
        let age = lives.as_secs();
        format!("{name}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
    }

    /// A `Set-Cookie` value that removes the cookie.
    #[must_use]
    pub fn clear(self, kind: CookieKind) -> String {
        let (name, secure) = (self.name(kind), self.mark());
        format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}")
    }

    /// The cookie's value in a `Cookie` header, when it is there and not empty.
    #[must_use]
    pub fn find(self, kind: CookieKind, header: &str) -> Option<&str> {
        let name = self.name(kind);
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, value)| *key == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    const fn mark(self) -> &'static str {
        if self.secure { "; Secure" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: CookieStyle = CookieStyle { secure: true };

    #[test]
    fn under_https_a_cookie_is_bound_to_the_host_and_kept_from_scripts() {
        let line = HTTPS.set(CookieKind::Refresh, "t", Duration::from_secs(60));
        assert_eq!(
            line,
            "__Host-wardline_refresh=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
    }

    #[test]
    fn a_cookie_is_found_among_others_and_never_by_part_of_its_name() {
        let header = "xwardline_access=a; wardline_access=b; theme=dark";
        let plain = CookieStyle { secure: false };
        assert_eq!(plain.find(CookieKind::Access, header), Some("b"));
        assert_eq!(plain.find(CookieKind::Refresh, header), None);
        assert_eq!(HTTPS.find(CookieKind::Access, header), None);
    }
}

//! Addresses that a sign-in leads to: only ours.

use leptos::prelude::GetUntracked;
use leptos_router::location::Location;

/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// Where a sign-in leads unless asked otherwise.
pub const HOME: &str = "/inbox";
/// The first steps.
pub const WELCOME: &str = "/welcome";

/// `next` when it is an address of this site, else [`HOME`].
///
/// A browser reads `//host` and `/\host` as addresses of another site, and drops tabs and line
/// breaks inside an address; so anything but printable ASCII without backslashes is refused.
#[must_use]
pub fn local(next: Option<&str>) -> &str {
    next.filter(|next| {
        next.starts_with('/')
            && !next.starts_with("//")
            && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
    })
    .unwrap_or(HOME)
}

/// The address of the page that is shown, with its query.
pub fn of_page(location: &Location) -> String {
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    let query = query.trim_start_matches('?');
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

/// The sign-in page that leads back to `here`.
#[must_use]
pub fn sign_in_from(here: &str) -> String {
    if here == HOME {
        return SIGN_IN.to_owned();
    }
    let escaped = here.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    format!("{SIGN_IN}?next={}", escaped.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_never_leads_to_another_site() {
        for foreign in [
            "https://evil.test",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "evil",
            "",
            "/a b",
        ] {
            assert_eq!(local(Some(foreign)), HOME, "{foreign:?}");
        }
        assert_eq!(local(None), HOME);
    }

    #[test]
    fn an_address_of_ours_is_kept_with_its_query() {
        assert_eq!(local(Some("/inbox/7?unread=true")), "/inbox/7?unread=true");
    }

    #[test]
    fn the_way_back_survives_as_one_parameter() {
        assert_eq!(sign_in_from("/inbox?a=1&b=2"), "/sign-in?next=/inbox%3Fa%3D1%26b%3D2");
        assert_eq!(sign_in_from("/inbox"), "/sign-in");
    }
}

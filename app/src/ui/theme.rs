//! Light or dark. The choice is a cookie, so that the server renders the page in it and nothing
//! flashes; without one the system decides.

use http::header::COOKIE;
use http::request::Parts;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

const COOKIE_NAME: &str = "wardline_theme";
const ATTRIBUTE: &str = "data-theme";
const YEAR_SECONDS: u32 = 365 * 24 * 3600;

/// Which colours a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word for it; the system's is empty.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From the word for it.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word).unwrap_or_default()
    }

    /// The theme that the page has now.
    #[must_use]
    pub fn of_page() -> Self {
        let root = document().document_element();
        let word = root.and_then(|root| root.get_attribute(ATTRIBUTE));
        Self::parse(&word.unwrap_or_default())
    }

    /// The cookie that keeps it for a year.
    #[must_use]
    pub fn cookie(self) -> String {
        let age = if self == Self::System { 0 } else { YEAR_SECONDS };
        format!("{COOKIE_NAME}={}; path=/; max-age={age}; samesite=lax", self.as_str())
    }

    /// Shows the page in it and keeps it for a year.
    pub fn choose(self) {
        let (word, root) = (self.as_str(), document().document_element());
        let shown = root.map(|root| match self {
            Self::System => root.remove_attribute(ATTRIBUTE),
            Self::Light | Self::Dark => root.set_attribute(ATTRIBUTE, word),
        });
        let kept =
            document().dyn_into::<HtmlDocument>().map(|page| page.set_cookie(&self.cookie()));
        if !matches!((shown, kept), (Some(Ok(())), Ok(Ok(())))) {
            tracing::warn!("this browser did not keep the theme");
        }
    }
}

/// What the visitor's cookie asks for, as `html[data-theme]`; `None` leaves it to the system.
#[must_use]
pub fn asked_for() -> Option<&'static str> {
    let parts = use_context::<Parts>()?;
    let mut lines = parts.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let theme = lines.find_map(in_cookies).unwrap_or_default();
    (theme != Theme::System).then(|| theme.as_str())
}

fn in_cookies(line: &str) -> Option<Theme> {
    let mut pairs = line.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, word)| Theme::parse(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_an_unknown_word_is_the_systems() {
        assert_eq!(in_cookies("a=b; wardline_theme=dark; c=d"), Some(Theme::Dark));
        assert_eq!(in_cookies("wardline_theme=pink"), Some(Theme::System));
        assert_eq!(in_cookies("xwardline_theme=dark"), None);
    }
}

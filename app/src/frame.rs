//! What is around every page for those who are signed in: the truth strip, the rail, the banners,
//! the toasts.

mod banner;
mod diagnostics;
mod me;
mod rail;
mod strip;
mod viewport;
pub mod words;

use crate::ui::toast::{ToastList, provide_toasts};
use banner::SessionBanner;
use leptos::prelude::*;
use rail::Rail;
use strip::Strip;

/// The frame around a page.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    provide_toasts();
    viewport::follow();
    view! {
        <a class="skip-link" href="#main">
            {words::SKIP}
        </a>
        <div class="frame">
            <Strip />
            <Rail />
            <div class="frame__banners" role="region" aria-label=words::SESSION>
                <SessionBanner />
            </div>
            <main class="frame__page" id="main" tabindex="-1">
                {children()}
            </main>
            <ToastList />
        </div>
    }
}

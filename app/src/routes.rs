//! The document around every page, and the map of addresses.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};

/// The HTML document.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <AutoReload options=options.clone() />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The whole application.
#[component]
#[must_use]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! { <Title text="Wardline" /> }
}

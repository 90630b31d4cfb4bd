//! The document around every page, and the map of addresses.

mod lazy;

use crate::browser;
use crate::frame::Frame;
use crate::live::provide_live;
use crate::session::{Protected, next, provide_session};
use crate::tickets::conversation::NoConversation;
use crate::tickets::list::Inbox;
use crate::ui::theme;
use lazy::{
    ConversationRoute, InvitationRoute, MeRoute, SignInRoute, SimulatorRoute, WelcomeRoute,
};
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Outlet, ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

/// The HTML document.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    document(options, false)
}

/// The document that opens the app without a network: nobody's page yet, so it may be kept by the
/// browser. The app is put into it there.
#[must_use]
pub fn offline_shell(options: LeptosOptions) -> impl IntoView {
    document(options, true)
}

fn document(options: LeptosOptions, empty: bool) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme::asked_for()>
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f7f4" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0f1311" />
                <AutoReload options=options.clone() />
                <HydrationScripts options=options.clone() />
                <HashedStylesheet id="leptos" options />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <MetaTags />
            </head>
            <body data-empty=empty.then_some("")>{(!empty).then(|| view! { <App /> })}</body>
        </html>
    }
}

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // A redirect of a server function begins a new document: after a sign-in or a sign-out nothing
    // of the former person may stay in memory. The first hook that is set counts.
    let _ = server_fn::redirect::set_redirect_hook(follow);
    provide_session();
    provide_live();
    view! {
        <Title text="" formatter=titled />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=|| view! { <Redirect path=next::HOME /> } />
                <Route path=path!("/sign-in") view={Lazy::<SignInRoute>::new()} ssr=SsrMode::Async />
                <Route path=path!("/invitation/:token") view={Lazy::<InvitationRoute>::new()} ssr=SsrMode::Async />
                <Route path=path!("/welcome") view={Lazy::<WelcomeRoute>::new()} ssr=SsrMode::Async />
                <Route path=path!("/simulator") view={Lazy::<SimulatorRoute>::new()} ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Inside ssr=SsrMode::Async>
                    <ParentRoute path=path!("/inbox") view=Inbox>
                        <Route path=path!("") view=NoConversation />
                        <Route path=path!(":id") view={Lazy::<ConversationRoute>::new()} />
                    </ParentRoute>
                    <Route path=path!("/me") view={Lazy::<MeRoute>::new()} />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// A page's title with the name of the product.
fn titled(page: String) -> String {
    if page.is_empty() { "Wardline".to_owned() } else { format!("{page} · Wardline") }
}

/// The pages for those who are signed in, in their frame.
///
/// They are rendered as a whole before the answer begins: that is a few milliseconds of reading, and
/// gives a page that works without JavaScript, real redirects and a real status.
#[component]
fn Inside() -> impl IntoView {
    view! {
        <Protected>
            <Frame>
                <Outlet />
            </Frame>
        </Protected>
    }
}

/// What stands at an address that leads nowhere.
#[component]
fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main class="not-found">
            <h1>"There is no such page"</h1>
            <p>"The address may be mistyped, or what stood here is gone."</p>
            <p>
                <a href=next::HOME>"Go to the inbox"</a>
            </p>
        </main>
    }
}

/// Goes where the answer of a server function leads. A sign-out is left to the session's driver: it forgets the
/// person and leaves the page, and two ways out at once would only break each other off.
fn follow(path: &str) {
    if path != next::SIGN_IN {
        browser::go(path);
    }
}

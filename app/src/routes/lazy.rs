//! The pages whose code is loaded when they are first gone to.
//!
//! A release cuts them out of the module that every page loads (feature `split`, which has to go with
//! `cargo-leptos build --split`: see the Makefile). The browser fetches them beside the page's data, or
//! with the page when they are its first view. Development builds keep everything in one module,
//! so that a plain `cargo leptos watch` works; the way a page is shown is the same.

use crate::me::page::MePage;
use crate::sign_in::SignInPage;
use crate::simulator::page::SimulatorPage;
use crate::tickets::conversation::Conversation;
use crate::welcome::{InvitationPage, WelcomePage};
use leptos::prelude::*;
use leptos_router::LazyRoute;
#[cfg(feature = "split")]
use leptos_router::lazy_route;

/// A route of its own module in a release.
macro_rules! lazy {
    ($(#[$doc:meta])* $route:ident, $page:expr) => {
        $(#[$doc])*
        pub(super) struct $route;

        #[cfg(feature = "split")]
        #[lazy_route]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            fn view(_this: Self) -> AnyView {
                $page().into_any()
            }
        }

        #[cfg(not(feature = "split"))]
        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_this: Self) -> AnyView {
                $page().into_any()
            }
        }
    };
}

lazy!(
    /// The sign-in page: who has a session never loads it.
    SignInRoute,
    SignInPage
);
lazy!(
    /// One's own devices, and what happened to one's sessions and rights.
    MeRoute,
    MePage
);
lazy!(
    /// The page of an invitation: seen once in a working life.
    InvitationRoute,
    InvitationPage
);
lazy!(
    /// The first steps: once as well.
    WelcomeRoute,
    WelcomePage
);
lazy!(
    /// The customer simulator.
    SimulatorRoute,
    SimulatorPage
);
lazy!(
    /// The open conversation: the inbox alone does not need it.
    ConversationRoute,
    Conversation
);

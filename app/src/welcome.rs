//! Coming on board: the page of an invitation, and the first steps behind it. Their forms work without
//! JavaScript.
//!
//! ```text
//! /invitation/… ── password ──▶ /welcome ── profile ──▶ /welcome?step=areas ── finish ──▶ /inbox
//! ```
//!
//! Where somebody who is signed in belongs, here or into the inbox, is for the guard of pages to say
//! ([`crate::session::guard`]).

pub mod api;
mod areas;
mod field;
mod invitation;
mod profile;
mod steps;
mod words;

pub use invitation::InvitationPage;
pub use steps::WelcomePage;

use crate::ui::Icon;
use leptos::prelude::*;

/// One card in the middle of the page, as on the sign-in page.
#[component]
fn Card(children: Children) -> impl IntoView {
    view! {
        <main class="sign-in">
            <p class="sign-in__brand">{Icon::Leaf.draw()} "Wardline"</p>
            <div class="card sign-in__card">{children()}</div>
        </main>
    }
}

//! The main navigation: with words when wide, as icons at medium width, a bar at the foot of a phone.

use super::me::MePanel;
use super::words;
use crate::browser;
use crate::error::Problem;
use crate::session::{Session, next, use_session};
use crate::ui::toast::use_toasts;
use crate::ui::words::explain;
use crate::ui::{Avatar, Icon};
use leptos::prelude::*;
use leptos_router::components::A;

/// The rail, with the person who is signed in at its end.
#[component]
pub(super) fn Rail() -> impl IntoView {
    let session = use_session();
    let demo = move || session.me.with(|me| me.as_ref().is_some_and(|me| me.demo));
    view! {
        <nav class="rail" aria-label=words::MAIN>
            <a class="rail__brand" href="/inbox">
                {Icon::Leaf.draw()} <span class="rail__label">{words::NAME}</span>
            </a>
            <ul class="rail__list">
                <RailItem icon=Icon::Inbox label=words::INBOX href="/inbox" />
                <Show when=demo>
                    <RailItem icon=Icon::Phone label=words::SIMULATOR href="/simulator" />
                </Show>
            </ul>
            <MeButton />
        </nav>
    }
}

/// A page of the rail; the router marks the one that is open.
#[component]
fn RailItem(icon: Icon, label: &'static str, href: &'static str) -> impl IntoView {
    view! {
        <li class="rail__item">
            <A href=href attr:class="rail__link">
                {icon.draw()}
                <span class="rail__label">{label}</span>
            </A>
        </li>
    }
}

/// Who is signed in; opens their panel.
#[component]
fn MeButton() -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    leave_when_signed_out(session);
    let name = Signal::derive(move || {
        session.me.with(|me| me.as_ref().map(|me| me.profile.full_name.clone())).unwrap_or_default()
    });
    view! {
        <button
            class="rail__me"
            type="button"
            aria-expanded=move || open.get().to_string()
            aria-controls="me"
            on:click=move |_| open.update(|open| *open = !*open)
        >
            <Avatar name />
            <span class="rail__label rail__label--wide">{name}</span>
            <span class="rail__label rail__label--phone" aria-hidden="true">
                {words::ME}
            </span>
        </button>
        <MePanel open />
    }
}

/// Tells why the server refused a sign-out, or goes to the sign-in page when the session was over already: the
/// socket may have told so first. Every other way out is the session's own.
fn leave_when_signed_out(session: Session) {
    let toasts = use_toasts();
    Effect::new(move |_| {
        let refused = match session.sign_out.value().get() {
            None | Some(Ok(()) | Err(Problem::Transport(_))) => return,
            Some(Err(problem @ Problem::Refused(_))) => explain(&problem),
        };
        if session.session_expired.with(Option::is_some) {
            browser::go(next::SIGN_IN);
        } else {
            toasts.say(refused);
        }
    });
}

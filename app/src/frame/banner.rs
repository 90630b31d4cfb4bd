//! What the session has to say, under the strip: it pushes the page down and never takes the focus.

use super::words;
use crate::browser;
use crate::live::use_now;
use crate::session::{Warning, driver, use_session};
use crate::sign_in::SignInHere;
use crate::ui::Icon;
use crate::ui::words::CLOSE;
use domain::session::keeper::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The end of the session: five minutes before it, and once it is there.
#[component]
pub(super) fn SessionBanner() -> impl IntoView {
    let session = use_session();
    let expired = Memo::new(move |_| session.session_expired.with(Option::is_some));
    let warning = Memo::new(move |_| session.session_warning.get());
    let again = RwSignal::new(false);
    // Whoever signs in again before the end has no need of the form any more.
    Effect::new(move |_| {
        if warning.with(Option::is_none) {
            again.set(false);
        }
    });
    view! {
        <Show when=move || expired.get()>
            <Expired />
        </Show>
        {move || warning.get().map(|warning| view! { <Ending warning again /> })}
    }
}

/// The end is near. What can be done about it depends on which end it is: the idle end moves when the
/// person is there, the absolute one only by a new sign-in.
#[component]
fn Ending(warning: Warning, again: RwSignal<bool>) -> impl IntoView {
    let (session, now) = (use_session(), use_now());
    let busy = RwSignal::new(false);
    let minutes = Memo::new(move |_| {
        now.track();
        warning.ends_at.since(browser::now()).as_secs().div_ceil(60)
    });
    let act = move |_| {
        if warning.final_end {
            again.set(true);
            return;
        }
        busy.set(true);
        spawn_local(async move {
            session.refresh_session().await;
            busy.try_set(false);
        });
    };
    let label = if warning.final_end { words::SIGN_IN_AGAIN } else { words::REFRESH_NOW };
    view! {
        <div class="banner banner--warning">
            {Icon::Clock.draw()}
            <p class="banner__text" role="status">
                {move || words::ending(minutes.get(), warning.final_end)}
            </p>
            <div class="banner__actions">
                <Show
                    when=move || !again.get()
                    fallback=move || view! { <SignInHere /> }
                >
                    <button class="button" type="button" disabled=move || busy.get() on:click=act>
                        {label}
                    </button>
                </Show>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label=CLOSE
                    on:click=|_| driver::hear(Input::Dismissed)
                >
                    {Icon::Close.draw()}
                </button>
            </div>
        </div>
    }
}

/// The session is over. What is on the screen stays readable, drafts stay, and the way back is here.
#[component]
fn Expired() -> impl IntoView {
    let session = use_session();
    let why = move || session.session_expired.get().map(|why| words::expired(&why));
    view! {
        <div class="banner banner--expired">
            {Icon::Alert.draw()} <p class="banner__text" role="alert">
                {why}
            </p> <div class="banner__actions">
                <SignInHere />
            </div>
        </div>
    }
}

//! What the session has to say, under the strip: it pushes the page down and never takes the focus.

use super::words;
use crate::browser;
use crate::live::use_now;
use crate::session::{driver, use_session};
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
    // The moment moves a little with every answer of the server; the banner stays the same one.
    let which =
        Memo::new(move |_| session.session_warning.with(|w| w.as_ref().map(|w| w.final_end)));
    let again = RwSignal::new(false);
    // Whoever signs in again before the end has no need of the form any more.
    Effect::new(move |_| {
        if which.with(Option::is_none) {
            again.set(false);
        }
    });
    view! {
        <Show when=move || expired.get()>
            <Expired />
        </Show>
        {move || which.get().map(|final_end| view! { <Ending final_end again /> })}
    }
}

/// The end is near. What can be done about it depends on which end it is: the idle end moves when the
/// person is there, the absolute one only by a new sign-in.
#[component]
fn Ending(final_end: bool, again: RwSignal<bool>) -> impl IntoView {
    let (session, now) = (use_session(), use_now());
    let busy = RwSignal::new(false);
    let minutes = Memo::new(move |_| {
        now.track();
        let ends_at = session.session_warning.with(|w| w.as_ref().map(|w| w.ends_at));
        ends_at.map_or(0, |ends_at| ends_at.since(browser::now()).as_secs().div_ceil(60))
    });
    let act = move |_| {
        if final_end {
            again.set(true);
            return;
        }
        busy.set(true);
        spawn_local(async move {
            session.refresh_session().await;
            busy.try_set(false);
        });
    };
    let label = if final_end { words::SIGN_IN_AGAIN } else { words::REFRESH_NOW };
    view! {
        <div class="banner banner--warning">
            {Icon::Clock.draw()}
            <p class="banner__text" role="status">
                {move || words::ending(minutes.get(), final_end)}
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

//! The sign-in in place: the same person goes on where they were.

use super::words;
use crate::browser;
use crate::session::{api, driver, next, use_session};
use crate::ui::words::explain;
use domain::session::keeper::{Input, Shared};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Asks for the password of whoever is on this page.
#[component]
pub fn SignInHere() -> impl IntoView {
    let session = use_session();
    let email = Memo::new(move |_| {
        session.me.with(|me| me.as_ref().map(|me| me.profile.email.clone())).unwrap_or_default()
    });
    let field = NodeRef::<html::Input>::new();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(String::new()));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(password) = field.get_untracked().map(|field| field.value()) else { return };
        busy.set(true);
        spawn_local(async move {
            let sent = browser::now();
            match api::sign_in_here(email.get_untracked(), password).await {
                Ok(facts) => {
                    let shared = Shared::from_facts(&facts, sent, browser::now());
                    driver::hear(Input::SignedIn(shared));
                }
                Err(problem) => {
                    error.try_set(explain(&problem));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form class="sign-in-here" on:submit=submit>
            <input type="hidden" name="username" autocomplete="username" value=move || email.get() />
            <input
                class="field__input"
                id="password-here"
                type="password"
                autocomplete="current-password"
                aria-label=move || words::password_of(&email.get())
                placeholder=words::PASSWORD
                aria-invalid=move || (!error.read().is_empty()).then_some("true")
                aria-describedby="password-here-note"
                required
                node_ref=field
            />
            <button class="button button--primary" type="submit" disabled=move || busy.get()>
                {words::SUBMIT}
            </button>
            <a class="sign-in-here__other" rel="external" href=next::SIGN_IN>
                {words::SOMEBODY_ELSE}
            </a>
            <p class="field__note is-error" id="password-here-note" role="alert">
                {error}
            </p>
        </form>
    }
}

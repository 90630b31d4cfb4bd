//! A password to be typed, which can be shown.

use super::words;
use leptos::prelude::*;

/// The password, with what is wrong below it.
#[component]
pub fn PasswordField(
    /// What it is called.
    label: &'static str,
    /// `current-password` or `new-password`: what a browser may fill in.
    autocomplete: &'static str,
    /// What would be right, for as long as nothing is wrong.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong; empty when nothing is.
    error: Signal<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    // Without JavaScript the button could do nothing, so it is not there.
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let wrong = move || !error.read().is_empty();
    view! {
        <div class="field">
            <label class="field__label" for="password">
                {label}
            </label>
            <div class="field__box">
                <input
                    class="field__input"
                    id="password"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    required
                    aria-describedby="password-note"
                    aria-invalid=move || wrong().then_some("true")
                />
                <button
                    class="button button--quiet"
                    type="button"
                    aria-label=words::SHOW_PASSWORD
                    aria-pressed=move || shown.get().to_string()
                    aria-controls="password"
                    hidden=move || !ready.get()
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { words::HIDE } else { words::SHOW }}
                </button>
            </div>
            <p
                class="field__note"
                class:is-error=wrong
                id="password-note"
                role=move || wrong().then_some("alert")
            >
                {move || if wrong() { error.get() } else { hint.to_owned() }}
            </p>
        </div>
    }
}

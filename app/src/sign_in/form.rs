//! Address and password.

use super::words;
use crate::session::api::SignIn;
use crate::ui::words::explain;
use leptos::prelude::*;

/// Address and password, with what went wrong under the password.
#[component]
pub fn SignInForm(
    /// The sign-in.
    action: ServerAction<SignIn>,
    /// Where it leads.
    #[prop(into)]
    next: Signal<String>,
) -> impl IntoView {
    let value = action.value();
    let error = Signal::derive(move || {
        value.with(|value| value.as_ref()?.as_ref().err().map(explain)).unwrap_or_default()
    });
    let pending = action.pending();
    view! {
        <ActionForm action attr:class="sign-in__form">
            <input type="hidden" name="next" value=move || next.get() />
            <div class="field">
                <label class="field__label" for="email">
                    {words::EMAIL}
                </label>
                <input
                    class="field__input"
                    id="email"
                    name="email"
                    type="email"
                    autocomplete="username"
                    required
                />
                <p class="field__note"></p>
            </div>
            <Password error />
            <button
                class="button button--primary button--wide"
                type="submit"
                disabled=move || pending.get()
            >
                {words::SUBMIT}
            </button>
        </ActionForm>
    }
}

/// The password, which can be shown.
#[component]
fn Password(error: Signal<String>) -> impl IntoView {
    let shown = RwSignal::new(false);
    // Without JavaScript the button could do nothing, so it is not there.
    let ready = RwSignal::new(false);
    Effect::new(move |_| ready.set(true));
    let wrong = move || !error.read().is_empty();
    view! {
        <div class="field">
            <label class="field__label" for="password">
                {words::PASSWORD}
            </label>
            <div class="field__box">
                <input
                    class="field__input"
                    id="password"
                    name="password"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete="current-password"
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
                {error}
            </p>
        </div>
    }
}

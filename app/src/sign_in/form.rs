//! Address and password.

use super::words;
use crate::session::api::SignIn;
use crate::ui::PasswordField;
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
            <PasswordField label=words::PASSWORD autocomplete="current-password" error />
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

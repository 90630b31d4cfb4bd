//! Light, dark, or as the system is set: one of three, side by side.

use super::theme::Theme;
use super::words;
use leptos::prelude::*;

/// The choice of a theme. It shows at once and is kept by the browser; a form that holds it sends it
/// as `theme`.
#[component]
pub fn ThemeChoice(
    /// What is chosen.
    theme: RwSignal<Theme>,
) -> impl IntoView {
    let option = |one: Theme| {
        let label = match one {
            Theme::System => words::SYSTEM,
            Theme::Light => words::LIGHT,
            Theme::Dark => words::DARK,
        };
        view! {
            <label>
                <input
                    type="radio"
                    name="theme"
                    value=one.as_str()
                    checked=move || theme.get() == one
                    prop:checked=move || theme.get() == one
                    on:change=move |_| {
                        theme.set(one);
                        one.choose();
                    }
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="choice">
            <legend>{words::THEME}</legend>
            <div class="segmented">{Theme::ALL.map(option).into_iter().collect_view()}</div>
        </fieldset>
    }
}

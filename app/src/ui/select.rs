//! A native select with our chevron.

use super::Icon;
use leptos::prelude::*;

/// A choice out of many; its children are the options, which say themselves which is chosen.
#[component]
pub fn Select(
    /// The form's name for it.
    name: &'static str,
    /// What is chosen, for ears.
    label: &'static str,
    /// The options.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="select">
            <select name=name aria-label=label>
                {children()}
            </select>
            {Icon::Down.draw_small()}
        </span>
    }
}

/// One option.
#[component]
pub fn Choice(
    /// What the form sends.
    #[prop(into)]
    value: String,
    /// What it is called.
    #[prop(into)]
    label: String,
    /// Whether it is chosen.
    #[prop(into)]
    chosen: Signal<bool>,
) -> impl IntoView {
    view! {
        <option value=value selected=move || chosen.get() prop:selected=move || chosen.get()>
            {label}
        </option>
    }
}

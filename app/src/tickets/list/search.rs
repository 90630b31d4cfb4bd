//! The search over all tickets.

use crate::tickets::place::use_place;
use crate::tickets::words;
use crate::ui::Icon;
use leptos::html;
use leptos::prelude::*;

/// The search over all tickets.
#[component]
pub(super) fn Search(
    /// Called with every letter.
    typed: Callback<()>,
) -> impl IntoView {
    let place = use_place();
    let field = NodeRef::<html::Input>::new();
    let asked = move || place.filter.with(|filter| filter.q.clone().unwrap_or_default());
    let first = untrack(asked);
    // Follows the address, but never what is being typed.
    Effect::new(move |_| {
        let asked = asked();
        if let Some(field) = field.get()
            && field.value().trim() != asked
            && document().active_element().as_ref() != Some(&field)
        {
            field.set_value(&asked);
        }
    });
    view! {
        <div class="search">
            {Icon::Search.draw_small()}
            <input
                type="search"
                name="q"
                id="search"
                value=first
                aria-label=words::SEARCH
                placeholder=words::SEARCH
                autocomplete="off"
                node_ref=field
                on:input=move |_| typed.run(())
            />
            <kbd class="kbd">"/"</kbd>
        </div>
    }
}

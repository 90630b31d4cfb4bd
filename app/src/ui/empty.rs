//! Nothing here: what would be, and how to get it.

use super::Icon;
use leptos::prelude::*;

/// An empty place that says what would stand there.
#[component]
pub fn Empty(
    /// The drawing above the words.
    #[prop(default = Icon::Inbox)]
    icon: Icon,
    /// What is not there.
    #[prop(into)]
    title: Signal<String>,
    /// Why, and what brings it; then a way on.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.draw()} <p class="empty__title">{title}</p> {children()}
        </div>
    }
}

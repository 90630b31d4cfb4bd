//! The shape of what is still to come.

use leptos::prelude::*;

/// How many rows stand for a list that is not there yet.
const ROWS: usize = 8;

/// Grey bars of the size of ticket rows.
#[component]
pub fn SkeletonRows() -> impl IntoView {
    let row = || {
        view! {
            <li class="ticket-row ticket-row--skeleton">
                <span class="skeleton skeleton--half"></span>
                <span class="skeleton"></span>
                <span class="skeleton skeleton--short"></span>
            </li>
        }
    };
    view! {
        <div class="pane__scroll" tabindex="-1">
            <ul class="ticket-list" aria-busy="true">
                {(0..ROWS).map(|_| row()).collect_view()}
            </ul>
        </div>
    }
}

//! What is new and waits for the reader, so that no row moves under their hand.

use crate::live::use_board;
use crate::tickets::words;
use crate::ui::{Icon, dom};
use leptos::prelude::*;

/// "3 new". A click brings them in and goes to the top.
#[component]
pub(super) fn NewPill() -> impl IntoView {
    let board = use_board();
    let news = board.news();
    let merge = move |_| {
        board.merge();
        if let Some(list) = dom::first(".list-pane .pane__scroll") {
            list.set_scroll_top(0);
        }
    };
    view! {
        <span role="status">
            <Show when=move || { news.get() > 0 }>
                <button class="new-pill" type="button" on:click=merge>
                    {Icon::Up.draw_small()}
                    {move || words::news(news.get())}
                </button>
            </Show>
        </span>
    }
}

//! The rows of the list, and what stands there when there are none.

use super::row::TicketRow;
use crate::browser::{self, Timer};
use crate::live::{BoardStoreFields, use_board};
use crate::tickets::place::use_place;
use crate::tickets::{filters, words};
use crate::ui::Empty;
use domain::tickets::TicketFilter;
use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use web_sys::PointerEvent;

/// A pointer that has not moved for so long is no hand on the list any more.
const RESTS: Duration = Duration::from_secs(3);
/// The list counts as scrolled to its top above this.
const TOP_PX: i32 = 8;
/// The next page is loaded when less than this is left below.
const AHEAD_PX: i32 = 600;

/// The rows. News move them by themselves only while the list stands at its top and no hand is on it.
#[component]
pub(super) fn Rows() -> impl IntoView {
    let board = use_board();
    let pane = NodeRef::<html::Div>::new();
    let at_top = move || pane.get_untracked().is_none_or(|list| list.scroll_top() < TOP_PX);
    let hand = StoredValue::new(None::<Timer>);
    let away = move || {
        hand.set_value(None);
        board.set_at_top(at_top());
    };
    let moved = move |event: PointerEvent| {
        if event.pointer_type() == "mouse" {
            board.set_at_top(false);
            hand.set_value(browser::after(RESTS, away));
        }
    };
    let scrolled = move |_| {
        let Some(list) = pane.get_untracked() else { return };
        board.set_at_top(at_top() && hand.with_value(Option::is_none));
        if list.scroll_height() - list.scroll_top() - list.client_height() < AHEAD_PX {
            board.more();
        }
    };
    let some = Memo::new(move |_| !board.store.rows().read().is_empty());
    view! {
        <Show when=move || some.get() fallback=NoRows>
            <div
                class="pane__scroll"
                tabindex="-1"
                node_ref=pane
                on:scroll=scrolled
                on:pointermove=moved
                on:pointerleave=move |_| away()
            >
                <ul class="ticket-list">
                    <For
                        each=move || board.store.rows()
                        key=|row| row.read().ticket.id
                        let:row
                    >
                        <TicketRow row />
                    </For>
                </ul>
                <More />
            </div>
        </Show>
    }
}

/// The way to the next page: a link, for those without JavaScript.
#[component]
fn More() -> impl IntoView {
    let (board, place) = (use_board(), use_place());
    let loading = board.loading();
    let href = move || {
        let after = board.store.more().get();
        place
            .filter
            .with(|filter| filters::address(&TicketFilter { after, ..filter.clone() }, None))
    };
    let more = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        board.more();
    };
    view! {
        <Show when=move || board.store.more().read().is_some()>
            <p class="list-more">
                <a class="button button--quiet" href=href on:click=more>
                    {move || if loading.get() { words::LOADING } else { words::LOAD_MORE }}
                </a>
            </p>
        </Show>
    }
}

/// Nothing fits.
#[component]
fn NoRows() -> impl IntoView {
    let place = use_place();
    let narrowed = Memo::new(move |_| place.filter.with(filters::narrows));
    let text = move || if narrowed.get() { words::EMPTY_FILTERED } else { words::EMPTY_OPEN };
    view! {
        <Empty title=words::EMPTY_TITLE>
            <p>{text}</p>
            <Show when=move || narrowed.get()>
                <a class="button" href=filters::INBOX>
                    {words::CLEAR}
                </a>
            </Show>
        </Empty>
    }
}

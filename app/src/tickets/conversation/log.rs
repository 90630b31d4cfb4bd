//! The messages by day. The log stands at its end by itself (it is laid out from below), stays there
//! when a message arrives, and earlier messages put on top move nothing.

mod day;

use super::Opened;
use super::timeline::{self, DayOf};
use crate::browser;
use crate::live::{BoardStoreFields, use_board};
use crate::tickets::words;
use crate::ui::{Icon, dom};
use day::DayView;
use domain::id::MessageId;
use domain::tickets::Source;
use leptos::prelude::*;
use leptos::{ev, html};

/// The end counts as in view when less than this is below it.
const END_PX: i32 = 40;

/// The log.
#[component]
pub(super) fn Log(opened: StoredValue<Opened>) -> impl IntoView {
    let board = use_board();
    let (ticket, unread_from) = opened.with_value(|opened| (opened.ticket, opened.unread_from));
    let days = Memo::new(move |_| {
        let resolved_at = ticket.with(|ticket| ticket.resolved_at);
        timeline::days(&board.store.lines().read(), unread_from, resolved_at)
    });
    let log = NodeRef::<html::Div>::new();
    let at_end = RwSignal::new(true);
    let scrolled = move |_| {
        if let Some(log) = log.get_untracked() {
            at_end.set(log.scroll_top() > -END_PX);
        }
    };
    read_at_the_end(at_end);
    Effect::new(move |_| {
        if unread_from.is_some() {
            request_animation_frame(move || show_unread(log));
        }
    });
    view! {
        <div class="conversation__body">
            <div
                class="pane__scroll conversation__log"
                role="log"
                aria-label=words::MESSAGES
                tabindex="0"
                node_ref=log
                on:scroll=scrolled
            >
                <div class="conversation__days">
                    <Earlier />
                    <For
                        each=move || days.get().into_iter().map(|DayOf { day, .. }| day)
                        key=|day| day.number()
                        let:day
                    >
                        <DayView day days ticket />
                    </For>
                </div>
            </div>
            <Below at_end log />
        </div>
    }
}

/// The way to older messages.
#[component]
fn Earlier() -> impl IntoView {
    let board = use_board();
    let older = board.store.older();
    view! {
        <Show when=move || older.get()>
            <p class="log-more">
                <button class="button button--quiet" type="button" on:click=move |_| board.older()>
                    {words::EARLIER}
                </button>
            </p>
        </Show>
    }
}

/// What arrived below while the reader was further up.
#[component]
fn Below(at_end: RwSignal<bool>, log: NodeRef<html::Div>) -> impl IntoView {
    let board = use_board();
    let newest = move || board.store.lines().read().iter().filter_map(|line| line.id).max();
    // The newest message that was there when the end was last in view.
    let seen =
        Memo::new(
            move |before: Option<&Option<MessageId>>| {
                if at_end.get() { newest() } else { before.copied().unwrap_or_else(newest) }
            },
        );
    let below = Memo::new(move |_| {
        let seen = seen.get();
        let lines = board.store.lines();
        let lines = lines.read();
        let new =
            lines.iter().filter(|line| line.id > seen && line.from_source == Source::Customer);
        new.count()
    });
    let down = move |_| {
        if let Some(log) = log.get_untracked() {
            log.set_scroll_top(0);
        }
    };
    view! {
        <Show when=move || { below.get() > 0 }>
            <button class="new-pill new-pill--float" type="button" on:click=down>
                {Icon::Down.draw_small()}
                {move || words::news(below.get())}
            </button>
        </Show>
    }
}

/// Notes what was read: whenever the end is in view on a page that is in front.
fn read_at_the_end(at_end: RwSignal<bool>) {
    let board = use_board();
    let read = move || {
        if at_end.get_untracked() && browser::visible() {
            board.mark_read();
        }
    };
    Effect::new(move |_| {
        board.store.lines().track();
        if at_end.get() {
            read();
        }
    });
    Effect::new(move |_| {
        dom::listen(ev::focus, move |_| read());
        dom::listen(ev::visibilitychange, move |_| read());
    });
}

/// Begins at the first unread message, where it is further up than what is shown.
fn show_unread(log: NodeRef<html::Div>) {
    let (Some(mark), Some(log)) = (dom::by_id("unread"), log.get_untracked()) else { return };
    if mark.get_bounding_client_rect().top() < log.get_bounding_client_rect().top() {
        mark.scroll_into_view();
    }
}

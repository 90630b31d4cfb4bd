//! The pane of a conversation, and the one with its context.

use super::Opened;
use super::head::ConversationHead;
use super::log::Log;
use super::nothing::Gone;
use super::reply::ReplyArea;
use crate::live::{BoardStoreFields, use_board};
use crate::tickets::api::ConversationPage;
use crate::tickets::context::ContextPane;
use crate::tickets::place::use_place;
use crate::ui::dom;
use leptos::prelude::*;
use leptos_meta::Title;

/// The conversation and its context, or where it went.
#[component]
pub(super) fn Pane(page: ConversationPage) -> impl IntoView {
    let (board, place) = (use_board(), use_place());
    let opened = StoredValue::new(Opened::of(&page, board));
    let there = Memo::new(move |_| board.store.open().read().is_some());
    Effect::new(move |_| {
        place.details.set(false);
        if place.by_key.get_value() || dom::phone() {
            place.by_key.set_value(false);
            dom::focus_soon("ticket-title");
        }
    });
    view! {
        <Show when=move || there.get() fallback=Gone>
            <Title text=opened.with_value(|opened| opened.first.customer.full_name.clone()) />
            <section class="pane conversation" aria-labelledby="ticket-title">
                <ConversationHead opened />
                <Log opened />
                <ReplyArea opened />
            </section>
            <ContextPane opened />
        </Show>
    }
}

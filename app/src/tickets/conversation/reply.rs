//! The foot of a conversation: what stands in the way of a reply, and the composer.

use super::Opened;
use super::composer::{Composer, provide_composer};
use super::conflict::ConflictBlock;
use crate::tickets::actions::use_actions;
use crate::tickets::words;
use crate::ui::time;
use domain::tickets::Ticket;
use leptos::prelude::*;

/// The foot.
#[component]
pub(super) fn ReplyArea(opened: StoredValue<Opened>) -> impl IntoView {
    let refused = use_actions().refused();
    let (resolved, ticket) = opened.with_value(|opened| (opened.resolved(), opened.ticket));
    provide_composer(opened);
    view! {
        <div class="reply">
            <p class="reply__presence" aria-live="off"></p>
            {move || {
                refused.get().map(|why| {
                    view! {
                        <p class="field__note is-error" role="alert">
                            {why}
                        </p>
                    }
                })
            }}
            <ConflictBlock opened />
            <Show
                when=move || resolved.get()
                fallback=move || view! { <Composer opened /> }
            >
                <Closed ticket />
            </Show>
        </div>
    }
}

/// A resolved ticket takes no replies.
#[component]
fn Closed(ticket: Memo<Ticket>) -> impl IntoView {
    let by = move || ticket.with(|ticket| words::resolved_by(ticket.resolved_by.as_deref()));
    let at = move || ticket.with(|ticket| ticket.resolved_at);
    view! {
        <p class="reply__closed">
            <span>
                {by} " " <time datetime=move || at().map(time::iso)>{move || at().map(time::clock)}</time>
                ". " {words::REOPEN_TO_REPLY}
            </span>
        </p>
    }
}

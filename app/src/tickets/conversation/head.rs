//! The head of a conversation: who, which ticket, where, and the way to close it.

use super::Opened;
use crate::session::use_session;
use crate::tickets::actions::use_actions;
use crate::tickets::place::use_place;
use crate::tickets::words;
use crate::ui::Icon;
use leptos::prelude::*;

/// The head.
#[component]
pub(super) fn ConversationHead(opened: StoredValue<Opened>) -> impl IntoView {
    let place = use_place();
    let ticket = opened.with_value(|opened| opened.ticket);
    view! {
        <header class="conversation__head">
            <a
                class="button button--quiet button--icon conversation__back"
                href=move || place.address(None)
                aria-label=words::BACK
            >
                {Icon::Back.draw()}
            </a>
            <div class="conversation__title">
                <h2 id="ticket-title" tabindex="-1">
                    {move || ticket.with(|ticket| ticket.customer.full_name.clone())}
                </h2>
                <Path opened />
            </div>
            <Move opened />
            <button
                class="button button--quiet button--icon conversation__details"
                type="button"
                aria-label=words::DETAILS
                aria-expanded=move || place.details.get().to_string()
                aria-controls="context"
                on:click=move |_| place.details.update(|shown| *shown = !*shown)
            >
                {Icon::Details.draw()}
            </button>
        </header>
    }
}

/// The ticket's number and the way down to its ward.
#[component]
fn Path(opened: StoredValue<Opened>) -> impl IntoView {
    let ticket = opened.with_value(|opened| opened.ticket);
    let (above, home) = opened.with_value(|opened| (opened.above(), opened.first.ward_id));
    let above = move || {
        let stays = ticket.with(|ticket| ticket.ward_id == home);
        if stays && !above.is_empty() { format!("{above} ›") } else { String::new() }
    };
    let ward = move || {
        ticket.with(|ticket| ticket.ward_name.clone()).unwrap_or_else(|| words::NO_WARD.to_owned())
    };
    view! {
        <p class="path">
            <span class="num">{move || ticket.with(|ticket| ticket.ticket_number.clone())}</span>
            <span aria-hidden="true">"·"</span>
            <span class="path__above">{above}</span>
            <span class="path__ward">{ward}</span>
        </p>
    }
}

/// Resolve, or reopen what is resolved.
#[component]
fn Move(opened: StoredValue<Opened>) -> impl IntoView {
    let (actions, session) = (use_actions(), use_session());
    let (resolved, id) = opened.with_value(|opened| (opened.resolved(), opened.id()));
    let barred = move || {
        let pending = actions.resolve.pending().get() || actions.reopen.pending().get();
        pending || !session.can_mutate.get()
    };
    view! {
        <Show
            when=move || resolved.get()
            fallback=move || {
                view! {
                    <ActionForm action=actions.resolve>
                        <input type="hidden" name="ticket" value=id.to_string() />
                        <button class="button" type="submit" id="resolve" disabled=barred>
                            {Icon::Check.draw_small()}
                            {words::RESOLVE}
                            <kbd class="kbd">"e"</kbd>
                        </button>
                    </ActionForm>
                }
            }
        >
            <ActionForm action=actions.reopen>
                <input type="hidden" name="ticket" value=id.to_string() />
                <button class="button" type="submit" disabled=barred>
                    {Icon::Retry.draw_small()}
                    {words::REOPEN}
                </button>
            </ActionForm>
        </Show>
    }
}

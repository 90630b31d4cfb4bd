//! One row of the list: who, when, the first words, where, how long they have waited.

use crate::live::{Row, use_now};
use crate::tickets::place::use_place;
use crate::tickets::words;
use crate::ui::{Icon, time};
use domain::tickets::{Source, Ticket, TicketStatus, WaitBucket};
use leptos::prelude::*;
use reactive_stores::Field;

/// One row. It stays while its ticket changes.
#[component]
pub(super) fn TicketRow(#[prop(into)] row: Field<Row>) -> impl IntoView {
    let (place, now) = (use_place(), use_now());
    let ticket = lasting(row);
    let id = ticket.with_untracked(|ticket| ticket.id);
    let unread = Memo::new(move |_| ticket.with(|ticket| ticket.unread.unwrap_or(0) > 0));
    let current = Memo::new(move |_| place.ticket.get() == Some(id));
    // Among the open ones: in a list of resolved ones it goes without saying.
    let resolved = Memo::new(move |_| {
        let among_open = place.filter.with(|filter| filter.status != Some(TicketStatus::Resolved));
        among_open && ticket.with(|ticket| ticket.status == TicketStatus::Resolved)
    });
    let at = move || ticket.with(|ticket| ticket.last_message_at);
    view! {
        <li class="ticket-row" class:is-unread=move || unread.get()>
            <a
                class="ticket-row__link"
                href=move || place.address(Some(id))
                aria-current=move || current.get().then_some("true")
            >
                <span class="ticket-row__name">
                    <Show when=move || unread.get()>
                        <span class="visually-hidden">{words::UNREAD} ": "</span>
                    </Show>
                    {move || ticket.with(|ticket| ticket.customer.full_name.clone())}
                </span>
                <time class="ticket-row__time" datetime=move || time::iso(at())>
                    {move || time::brief(at(), now.get())}
                </time>
                <span class="ticket-row__text">{move || ticket.with(first_words)}</span>
                <span class="ticket-row__place">
                    {move || ticket.with(ward)} " · "
                    <span class="num">
                        {move || ticket.with(|ticket| ticket.ticket_number.clone())}
                    </span>
                </span>
                <span class="ticket-row__marks">
                    <Show when=move || resolved.get()>
                        <span class="badge">{words::RESOLVED}</span>
                    </Show>
                    <Wait ticket />
                </span>
            </a>
        </li>
    }
}

/// How long the customer has waited, in four steps; nothing when nobody waits.
#[component]
fn Wait(ticket: Memo<Ticket>) -> impl IntoView {
    let now = use_now();
    let waited = Memo::new(move |_| {
        let since = ticket.with(|ticket| ticket.waiting_since)?;
        let now = now.get();
        Some((WaitBucket::of(since, now), time::lasting(now.since(since))))
    });
    move || {
        waited.get().map(|(bucket, span)| {
            view! {
                <span class=class(bucket)>
                    {Icon::Clock.draw_small()}
                    <span class="visually-hidden">{words::WAITING} " "</span>
                    {span}
                </span>
            }
        })
    }
}

/// The ticket of a row, also in the moment between its row's going and its view's.
fn lasting(row: Field<Row>) -> Memo<Ticket> {
    let first = row.get_untracked().ticket;
    Memo::new(move |before: Option<&Ticket>| {
        let now = row.try_get().map(|row| row.ticket);
        now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    })
}

fn first_words(ticket: &Ticket) -> String {
    let who = match ticket.last_from {
        Some(Source::Staff) => words::STAFF_WROTE,
        Some(Source::Ai) => words::AI_WROTE,
        Some(Source::Customer) | None => "",
    };
    format!("{who}{}", ticket.excerpt)
}

fn ward(ticket: &Ticket) -> String {
    ticket.ward_name.clone().unwrap_or_else(|| words::NO_WARD.to_owned())
}

const fn class(bucket: WaitBucket) -> &'static str {
    match bucket {
        WaitBucket::UnderHour => "wait wait--0",
        WaitBucket::UnderDay => "wait wait--1",
        WaitBucket::UnderTwoDays => "wait wait--2",
        WaitBucket::Longer => "wait wait--3",
    }
}

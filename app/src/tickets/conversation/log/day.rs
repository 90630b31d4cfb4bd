//! One day of a conversation.

use crate::live::{BoardStoreFields, use_board, use_now};
use crate::tickets::conversation::message::MessageView;
use crate::tickets::conversation::timeline::{DayOf, Entry};
use crate::tickets::words;
use crate::ui::time::{self, Day};
use domain::tickets::Ticket;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// The day's name and what stands in it.
#[component]
pub(super) fn DayView(day: Day, days: Memo<Vec<DayOf>>, ticket: Memo<Ticket>) -> impl IntoView {
    let now = use_now();
    let entries = Memo::new(move |_| {
        days.with(|days| {
            let here = days.iter().find(|of| of.day == day);
            here.map(|of| of.entries.clone()).unwrap_or_default()
        })
    });
    let id = format!("day-{}", day.number());
    let labelled = id.clone();
    let label = Memo::new(move |_| day.label(Day::of(now.get())));
    view! {
        <section class="day" aria-labelledby=labelled>
            <h3 class="day__label" id=id>
                <span>
                    <time datetime=day.iso()>{label}</time>
                </span>
            </h3>
            <ol class="messages">
                <For each=move || entries.get() key=|entry| entry.key().to_owned() let:entry>
                    <EntryView entry entries ticket />
                </For>
            </ol>
        </section>
    }
}

/// A message, or a line across the log.
#[component]
fn EntryView(entry: Entry, entries: Memo<Vec<Entry>>, ticket: Memo<Ticket>) -> impl IntoView {
    let board = use_board();
    match entry {
        Entry::Line { key, .. } => {
            let line = board.store.lines().at_key(key.clone());
            let grouped = Memo::new(move |_| {
                entries.with(|all| all.iter().any(|entry| entry.key() == key && entry.grouped()))
            });
            EitherOf3::A(view! { <MessageView line grouped /> })
        }
        Entry::Unread => EitherOf3::B(view! {
            <li class="event-line event-line--unread" id="unread">
                <span>{words::NEW}</span>
            </li>
        }),
        Entry::Resolved => EitherOf3::C(view! { <Resolved ticket /> }),
    }
}

/// The ticket was closed here.
#[component]
fn Resolved(ticket: Memo<Ticket>) -> impl IntoView {
    let by = move || ticket.with(|ticket| words::resolved_by(ticket.resolved_by.as_deref()));
    let at = move || ticket.with(|ticket| ticket.resolved_at);
    view! {
        <li class="event-line">
            <span>
                {by} " " <time datetime=move || at().map(time::iso)>{move || at().map(time::clock)}</time>
            </span>
        </li>
    }
}

//! The other tickets of a customer.

use crate::live::use_now;
use crate::tickets::conversation::Opened;
use crate::tickets::place::use_place;
use crate::tickets::{api, words};
use crate::ui::time;
use domain::tickets::{Ticket, TicketFilter};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How many of them are shown, this one not counted.
const SHOWN: usize = 5;

/// The newest of them; nothing where there are none. They are looked for once the page is there, so
/// that it does not wait for them.
#[component]
pub(super) fn OtherTickets(opened: StoredValue<Opened>) -> impl IntoView {
    let (id, customer) = opened.with_value(|opened| (opened.id(), opened.first.customer.clone()));
    let others = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let q = Some(customer.phone_number.clone());
        let filter = TicketFilter { q, ..TicketFilter::default() };
        spawn_local(async move {
            let Ok(page) = api::inbox(filter).await else { return };
            let found = page.page.items.into_iter().filter(|ticket| ticket.id != id);
            // Another conversation may be open by now.
            others.try_set(found.take(SHOWN).collect());
        });
    });
    view! {
        <Show when=move || !others.read().is_empty()>
            <List others=others.get() />
        </Show>
    }
}

/// The list.
#[component]
fn List(others: Vec<Ticket>) -> impl IntoView {
    let (place, now) = (use_place(), use_now());
    let rows = others.into_iter().map(|ticket| {
        let at = ticket.last_message_at;
        view! {
            <li>
                <a href=move || place.address(Some(ticket.id))>
                    <span>{ticket.excerpt}</span>
                    <time datetime=time::iso(at)>{move || time::brief(at, now.get())}</time>
                </a>
            </li>
        }
    });
    view! {
        <section aria-labelledby="other-tickets">
            <h3 id="other-tickets">{words::EARLIER_TICKETS}</h3>
            <ul class="earlier">{rows.collect_view()}</ul>
        </section>
    }
}

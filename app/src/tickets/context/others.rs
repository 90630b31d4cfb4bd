//! The other tickets of a customer.

use crate::live::use_now;
use crate::tickets::conversation::Opened;
use crate::tickets::place::use_place;
use crate::tickets::{api, words};
use crate::ui::time;
use domain::tickets::{Ticket, TicketFilter};
use leptos::prelude::*;

/// How many of them are shown, this one not counted.
const SHOWN: usize = 5;

/// The newest of them; nothing where there are none.
#[component]
pub(super) fn OtherTickets(opened: StoredValue<Opened>) -> impl IntoView {
    let (id, customer) =
        opened.with_value(|opened| (opened.id(), opened.first.customer.clone()));
    let tickets = Resource::new(
        move || customer.phone_number.clone(),
        |number| api::inbox(TicketFilter { q: Some(number), ..TicketFilter::default() }),
    );
    let list = move || {
        Suspend::new(async move {
            let page = tickets.await.ok()?;
            let others = page.page.items.into_iter().filter(|ticket| ticket.id != id);
            let others: Vec<Ticket> = others.take(SHOWN).collect();
            (!others.is_empty()).then(|| view! { <List others /> })
        })
    };
    view! { <Suspense>{list}</Suspense> }
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

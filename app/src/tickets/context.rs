//! What is known beside a conversation: the customer, the ticket, their other tickets.

mod others;

use super::conversation::Opened;
use super::place::use_place;
use super::words;
use crate::live::use_now;
use crate::ui::words::CLOSE;
use crate::ui::{Avatar, Icon, dom, time};
use domain::tickets::{Ticket, TicketStatus};
use leptos::prelude::*;
use others::OtherTickets;

/// The pane beside a conversation; it floats at medium width and takes the whole of a phone.
#[component]
pub(super) fn ContextPane(opened: StoredValue<Opened>) -> impl IntoView {
    let place = use_place();
    let close = move |_| {
        place.details.set(false);
        dom::focus(dom::first(".conversation__details").as_ref());
    };
    view! {
        <aside class="pane context" id="context" aria-labelledby="context-title">
            <div class="context__head">
                <h2 id="context-title">{words::CUSTOMER}</h2>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label=CLOSE
                    on:click=close
                >
                    {Icon::Close.draw()}
                </button>
            </div>
            <Customer opened />
            <ThisTicket opened />
            <OtherTickets opened />
        </aside>
    }
}

/// Name, number, ward.
#[component]
fn Customer(opened: StoredValue<Opened>) -> impl IntoView {
    let ticket = opened.with_value(|opened| opened.ticket);
    let name = Signal::derive(move || ticket.with(|ticket| ticket.customer.full_name.clone()));
    let phone = Memo::new(move |_| ticket.with(|ticket| ticket.customer.phone_number.clone()));
    let (above, home) = opened.with_value(|opened| (opened.above(), opened.first.ward_id));
    let ward = move || {
        ticket.with(|ticket| match &ticket.ward_name {
            Some(ward) if ticket.ward_id == home && !above.is_empty() => {
                format!("{above} › {ward}")
            }
            Some(ward) => ward.clone(),
            None => words::NO_WARD.to_owned(),
        })
    };
    view! {
        <div class="context__who">
            <Avatar name class="avatar avatar--large" />
            <p>
                <strong>{name}</strong>
                <a href=move || format!("tel:{}", phone.get())>{move || spaced(&phone.read())}</a>
            </p>
        </div>
        <dl class="facts">
            <dt>{words::WARD}</dt>
            <dd>{ward}</dd>
        </dl>
    }
}

/// Number, state, dates.
#[component]
fn ThisTicket(opened: StoredValue<Opened>) -> impl IntoView {
    let now = use_now();
    let ticket = opened.with_value(|opened| opened.ticket);
    let state = move || ticket.with(|ticket| state(ticket, now.get()));
    let dated = move |at| time::date_clock(at, now.get());
    view! {
        <section aria-labelledby="this-ticket">
            <h3 id="this-ticket">{words::THIS_TICKET}</h3>
            <dl class="facts">
                <dt>{words::NUMBER}</dt>
                <dd>{move || ticket.with(|ticket| ticket.ticket_number.clone())}</dd>
                <dt>{words::STATE}</dt>
                <dd>{state}</dd>
                <dt>{words::OPENED}</dt>
                <dd>{move || dated(ticket.with(|ticket| ticket.created_at))}</dd>
                {move || {
                    ticket.with(|ticket| ticket.resolved_at).map(|at| {
                        view! {
                            <dt>{words::RESOLVED_AT}</dt>
                            <dd>{dated(at)}</dd>
                        }
                    })
                }}
            </dl>
        </section>
    }
}

fn state(ticket: &Ticket, now: domain::time::Timestamp) -> String {
    match (ticket.status, ticket.waiting_since) {
        (TicketStatus::Resolved, _) => words::STATE_RESOLVED.to_owned(),
        (TicketStatus::Open, Some(since)) => words::open_waiting(&time::lasting(now.since(since))),
        (TicketStatus::Open, None) => words::STATE_OPEN.to_owned(),
    }
}

/// A Kenyan number in the groups people read it in; any other as it is.
fn spaced(number: &str) -> String {
    let groups = |digits: &str| {
        Some(format!("+254 {} {} {}", digits.get(..3)?, digits.get(3..6)?, digits.get(6..)?))
    };
    let digits = number.strip_prefix("+254").filter(|digits| digits.len() == 9);
    digits.and_then(groups).unwrap_or_else(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn a_kenyan_number_is_written_in_groups() {
        assert_eq!(spaced("+254712004418"), "+254 712 004 418");
        assert_eq!(spaced("+255712004418"), "+255712004418");
        assert_eq!(spaced("+254"), "+254");
    }
}

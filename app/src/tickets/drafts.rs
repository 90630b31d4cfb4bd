//! What a person has begun to write, kept by the browser for each ticket until it is sent.

use crate::session::driver::{DRAFT, key_of};
use crate::ui::dom;
use domain::id::{TicketId, UserId};

/// What was begun for this ticket.
#[must_use]
pub fn kept(user: UserId, ticket: TicketId) -> Option<String> {
    dom::kept(&key(user, ticket))
}

/// Keeps what was begun; nothing forgets it.
pub fn keep(user: UserId, ticket: TicketId, text: &str) {
    dom::keep(&key(user, ticket), text);
}

fn key(user: UserId, ticket: TicketId) -> String {
    key_of(user, &format!("{DRAFT}{ticket}"))
}

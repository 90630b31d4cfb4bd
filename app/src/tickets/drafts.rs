//! What a person has begun to write, kept by the browser for each ticket until it is sent.

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

/// Forgets everything that this person began: they sign out.
pub fn forget_all(user: UserId) {
    dom::forget(&all_of(user));
}

fn key(user: UserId, ticket: TicketId) -> String {
    format!("{}{ticket}", all_of(user))
}

fn all_of(user: UserId) -> String {
    format!("wardline:draft:{user}:")
}

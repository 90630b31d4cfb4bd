//! What the browser keeps of a person's last view, for a page that is opened without a network: the
//! list, the conversations that were open lately, and who they are. It goes with the sign-out.

use super::board::{Board, Line, Sending};
use crate::session::Me;
use crate::session::driver::key_of;
use crate::tickets::api::{ConversationPage, InboxPage};
use crate::ui::dom;
use domain::event::Head;
use domain::id::{TicketId, UserId};
use domain::page::Page;
use domain::tickets::{Message, Source, Ticket, TicketFilter};
use domain::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How many conversations are kept.
const CONVERSATIONS: usize = 30;
/// How many rows of the list.
const ROWS: usize = 100;
/// How many of the newest messages of a conversation.
const MESSAGES: usize = 50;

#[derive(Serialize, Deserialize)]
struct Listed {
    filter: TicketFilter,
    page: InboxPage,
}

/// Keeps who the person is.
pub fn keep_me(me: &Me) {
    put(me.profile.id, "me", me);
}

/// Who the person was when the server was last asked.
#[must_use]
pub fn me(user: UserId) -> Option<Me> {
    get(user, "me")
}

/// Keeps what is on the screen, which is complete up to `head`.
pub fn keep(user: UserId, board: &Board, head: Head, now: Timestamp) {
    if !board.rows.is_empty() {
        let items = board.rows.iter().take(ROWS).map(|row| row.ticket.clone()).collect();
        // Without a network there is no further page to be had.
        let page = Page { items, next: None };
        let wards = board.listed.wards.clone();
        let page = InboxPage { head, now, page, wards };
        put(user, "inbox", &Listed { filter: board.listed.filter.clone(), page });
    }
    if let Some(ticket) = &board.open {
        put(user, &name(ticket.id), &conversation_of(board, ticket, head, now));
        remember(user, ticket.id);
    }
}

/// Forgets list and conversations: the person may not see all of them any more. What they may see is kept
/// again a moment later.
pub fn forget(user: UserId) {
    for id in get::<Vec<TicketId>>(user, "tickets").unwrap_or_default() {
        dom::keep(&key_of(user, &name(id)), "");
    }
    dom::keep(&key_of(user, "tickets"), "");
    dom::keep(&key_of(user, "inbox"), "");
}

/// The list as it was last seen, when it was of this filter.
#[must_use]
pub fn inbox(user: UserId, filter: &TicketFilter) -> Option<InboxPage> {
    let listed: Listed = get(user, "inbox")?;
    let asked = TicketFilter { after: None, ..filter.clone() };
    (TicketFilter { after: None, ..listed.filter } == asked).then_some(listed.page)
}

/// A conversation as it was last seen.
#[must_use]
pub fn conversation(user: UserId, id: TicketId) -> Option<ConversationPage> {
    get(user, &name(id))
}

fn conversation_of(board: &Board, ticket: &Ticket, head: Head, now: Timestamp) -> ConversationPage {
    let stored = board.lines.iter().rev().filter(|line| line.sending == Sending::Stored);
    let items = stored.filter_map(|line| message(line, ticket)).take(MESSAGES).collect();
    ConversationPage {
        head,
        now,
        ticket: ticket.clone(),
        messages: Page { items, next: None },
        ward_path: Vec::new(),
        reply_id: String::new(),
    }
}

fn message(line: &Line, ticket: &Ticket) -> Option<Message> {
    Some(Message {
        id: line.id?,
        ticket_id: ticket.id,
        body: line.body.clone(),
        from_source: line.from_source,
        user_id: line.user_id,
        customer_id: (line.from_source == Source::Customer).then_some(ticket.customer.id),
        sender_name: line.sender_name.clone(),
        client_id: line.client_id.clone(),
        delivery_status: line.delivery_status,
        media_url: line.media_url.clone(),
        media_type: line.media_type.clone(),
        ts: line.ts,
    })
}

/// Notes that a conversation was seen, and forgets the one that was seen longest ago.
fn remember(user: UserId, id: TicketId) {
    let mut seen: Vec<TicketId> = get(user, "tickets").unwrap_or_default();
    seen.retain(|other| *other != id);
    seen.push(id);
    while seen.len() > CONVERSATIONS {
        dom::keep(&key_of(user, &name(seen.remove(0))), "");
    }
    put(user, "tickets", &seen);
}

fn name(id: TicketId) -> String {
    format!("ticket:{id}")
}

fn put(user: UserId, what: &str, value: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(value) {
        dom::keep(&key_of(user, what), &text);
    }
}

fn get<T: DeserializeOwned>(user: UserId, what: &str) -> Option<T> {
    serde_json::from_str(&dom::kept(&key_of(user, what))?).ok()
}

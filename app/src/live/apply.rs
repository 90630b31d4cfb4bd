//! What an event changes on the board. Plain functions: the same events in the same order lead to
//! the same board, however often and from wherever they arrive.

use super::board::{Board, Line, Listed, Row, Sending};
use super::snapshot;
use domain::event::{
    AccessChanged, EventBody, MessageReceived, MessageUpdated, TicketRead, TicketResolved,
};
use domain::id::{AreaId, MessageId, TicketId, UserId};
use domain::tickets::{Message, Source, Ticket, TicketStatus, WaitBucket, text};
use domain::time::Timestamp;

/// Applies one event. `now` decides which waiting time a new ticket falls into.
pub fn apply(board: &mut Board, event: &EventBody, now: Timestamp) {
    match event {
        EventBody::MessageReceived(message) => message_received(board, message, now),
        EventBody::MessageUpdated(message) => message_updated(board, message),
        EventBody::TicketCreated(ticket) | EventBody::TicketUpdated(ticket) => {
            ticket_changed(board, ticket, now);
        }
        EventBody::TicketMovedAway(moved) => drop_ticket(board, moved.ticket_id),
        EventBody::TicketResolved(resolved) => ticket_resolved(board, resolved),
        EventBody::TicketRead(read) => ticket_read(board, read),
        EventBody::AccessRevoked(access) => access_revoked(board, access),
        EventBody::AccessGranted(_) => board.stale = true,
        // Whom these concern is the keeper: they change no row.
        EventBody::ClaimsChanged(_) | EventBody::SessionEnded(_) | EventBody::Unreadable { .. } => {
        }
    }
}

/// Brings the waiting news into the list: the newest activity first again, without what the filter
/// no longer shows. What can't be known from events stays for a reload: see [`Board::stale`].
pub fn merge(board: &mut Board, now: Timestamp) {
    let shown = |ticket: &Ticket| matches(&board.listed, board.me, ticket, now);
    if board.news.iter().any(|id| !board.rows.iter().any(|row| row.ticket.id == *id)) {
        board.stale = true;
    }
    board.rows.retain(|row| shown(&row.ticket));
    board.rows.sort_by_key(|row| std::cmp::Reverse((row.ticket.last_message_at, row.ticket.id)));
    board.news.clear();
}

/// Whether a list with this filter shows the ticket, as far as that can be told from its row.
#[must_use]
pub fn matches(listed: &Listed, me: Option<UserId>, ticket: &Ticket, now: Timestamp) -> bool {
    let filter = &listed.filter;
    let waits = |bucket: WaitBucket| {
        ticket.waiting_since.is_some_and(|since| WaitBucket::of(since, now) == bucket)
    };
    filter.status.is_none_or(|status| status == ticket.status)
        && in_wards(listed, ticket.ward_id)
        && filter.q.as_deref().is_none_or(|q| found(q, ticket))
        && (!filter.unread || ticket.unread.is_none_or(|unread| unread > 0))
        && (!filter.unanswered || ticket.waiting_since.is_some())
        && filter.waiting.is_none_or(waits)
        // Who answered last is not in the row; what is in doubt is shown.
        && (!filter.mine || ticket.assigned_to.is_none() || ticket.assigned_to == me)
}

fn in_wards(listed: &Listed, ward: Option<AreaId>) -> bool {
    let Some(wards) = &listed.wards else { return true };
    ward.is_some_and(|ward| wards.contains(&ward))
}

fn found(q: &str, ticket: &Ticket) -> bool {
    let q = q.trim().to_lowercase();
    let customer = &ticket.customer;
    [&customer.full_name, &customer.phone_number, &ticket.ticket_number]
        .into_iter()
        .any(|text| text.to_lowercase().contains(&q))
}

fn row(board: &mut Board, id: TicketId) -> Option<&mut Ticket> {
    board.rows.iter_mut().map(|row| &mut row.ticket).find(|ticket| ticket.id == id)
}

fn opened(board: &mut Board, id: TicketId) -> Option<&mut Ticket> {
    board.open.as_mut().filter(|ticket| ticket.id == id)
}

/// Changes the ticket wherever it stands, where `version` is newer than what stands there.
fn renew(board: &mut Board, id: TicketId, version: i64, change: impl Fn(&mut Ticket)) {
    let row = row(board, id).filter(|ticket| ticket.version < version);
    if let Some(ticket) = row {
        change(ticket);
        ticket.version = version;
    }
    if let Some(ticket) = opened(board, id).filter(|ticket| ticket.version < version) {
        change(ticket);
        ticket.version = version;
    }
}

fn message_received(board: &mut Board, message: &MessageReceived, now: Timestamp) {
    let known = row(board, message.ticket_id).map(|ticket| ticket.version);
    match known {
        Some(version) if version >= message.ticket_version => {}
        Some(_) => {
            let first = board.rows.first().map(|row| row.ticket.id);
            if first != Some(message.ticket_id) {
                board.news.insert(message.ticket_id);
            }
        }
        None if may_show(&board.listed, message, now) => {
            board.news.insert(message.ticket_id);
        }
        None => {}
    }
    renew(board, message.ticket_id, message.ticket_version, |ticket| hear(ticket, message));
    if board.open.as_ref().is_some_and(|ticket| ticket.id == message.ticket_id) {
        append(&mut board.lines, Line::stored(as_message(message)));
    }
}

/// Whether the list may show the ticket of a message that it has no row of.
fn may_show(listed: &Listed, message: &MessageReceived, now: Timestamp) -> bool {
    let filter = &listed.filter;
    let from_customer = message.from_source == Source::Customer;
    filter.status != Some(TicketStatus::Resolved)
        && in_wards(listed, message.ward_id)
        && filter.q.is_none()
        && (from_customer || !(filter.unread || filter.unanswered))
        && filter.waiting.is_none_or(|b| from_customer && WaitBucket::of(message.ts, now) == b)
        && !filter.mine
}

fn hear(ticket: &mut Ticket, message: &MessageReceived) {
    ticket.excerpt = text::excerpt(&message.body);
    ticket.last_message_id = Some(message.message_id);
    ticket.last_message_at = message.ts;
    ticket.last_from = Some(message.from_source);
    if message.from_source == Source::Customer {
        ticket.waiting_since.get_or_insert(message.ts);
        ticket.unread = ticket.unread.map(|unread| unread + 1);
    } else {
        ticket.waiting_since = None;
    }
}

fn as_message(event: &MessageReceived) -> Message {
    Message {
        id: event.message_id,
        ticket_id: event.ticket_id,
        body: event.body.clone(),
        from_source: event.from_source,
        user_id: event.user_id,
        customer_id: event.customer_id,
        sender_name: event.sender_name.clone(),
        client_id: event.client_id.clone(),
        delivery_status: event.delivery_status,
        media_url: event.media_url.clone(),
        media_type: event.media_type.clone(),
        ts: event.ts,
    }
}

/// Puts a stored message into its place: once, settling the one on its way that it is, stored ones
/// in the order of their ids, before those still on their way.
pub fn append(lines: &mut Vec<Line>, mut line: Line) {
    if lines.iter().any(|known| known.id.is_some() && known.id == line.id) {
        return;
    }
    let own = lines.iter().position(|known| {
        known.sending != Sending::Stored
            && known.client_id.is_some()
            && known.client_id == line.client_id
    });
    if let Some(own) = own {
        line.key = lines.remove(own).key;
    }
    let place = lines.iter().position(|known| known.id.is_none_or(|id| Some(id) > line.id));
    lines.insert(place.unwrap_or(lines.len()), line);
}

fn message_updated(board: &mut Board, message: &MessageUpdated) {
    let line = board.lines.iter_mut().find(|line| line.id == Some(message.message_id));
    if let Some(line) = line {
        line.delivery_status = message.delivery_status;
    }
}

fn ticket_changed(board: &mut Board, ticket: &Ticket, now: Timestamp) {
    let known = row(board, ticket.id).is_some();
    renew(board, ticket.id, ticket.version, |shown| {
        // An event goes to many people, so it can't say what each has not read.
        let unread = ticket.unread.or(shown.unread);
        *shown = Ticket { unread, ..ticket.clone() };
    });
    if !known && matches(&board.listed, board.me, ticket, now) {
        board.news.insert(ticket.id);
    }
}

fn ticket_resolved(board: &mut Board, resolved: &TicketResolved) {
    renew(board, resolved.ticket_id, resolved.version, |ticket| {
        ticket.status = TicketStatus::Resolved;
        ticket.resolved_at = Some(resolved.resolved_at);
        ticket.resolved_by = Some(resolved.resolved_by.clone());
        ticket.waiting_since = None;
    });
}

fn ticket_read(board: &mut Board, read: &TicketRead) {
    if board.me.is_none_or(|me| me == read.user_id) {
        read_up_to(board, read.ticket_id, read.last_read_message_id);
    }
}

/// The person has read a ticket up to a message, here or on another device. How many are left is
/// known only when none is.
pub fn read_up_to(board: &mut Board, id: TicketId, last: MessageId) {
    let all = |ticket: &&mut Ticket| ticket.last_message_id.is_none_or(|newest| newest <= last);
    if let Some(ticket) = row(board, id).filter(all) {
        ticket.unread = Some(0);
    }
    if let Some(ticket) = opened(board, id).filter(all) {
        ticket.unread = Some(0);
    }
}

fn access_revoked(board: &mut Board, access: &AccessChanged) {
    let gone = |ward: Option<AreaId>| ward.is_some_and(|ward| access.ward_ids.contains(&ward));
    let tickets: Vec<TicketId> = board
        .rows
        .iter()
        .map(|row| &row.ticket)
        .chain(&board.open)
        .filter(|ticket| gone(ticket.ward_id))
        .map(|ticket| ticket.id)
        .collect();
    for ticket in tickets {
        drop_ticket(board, ticket);
    }
    // News of tickets without a row name no ward: the server knows which of them are left.
    if !board.news.is_empty() {
        board.stale = true;
    }
}

/// Takes everything of a ticket off the board, but what the person themselves wrote and did not send.
fn drop_ticket(board: &mut Board, id: TicketId) {
    board.rows.retain(|row: &Row| row.ticket.id != id);
    board.news.remove(&id);
    if board.open.as_ref().is_some_and(|ticket| ticket.id == id) {
        snapshot::close(board);
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;

//! Tickets, messages and events for the tests of this module.

use super::board::{Board, Listed};
use super::snapshot;
use crate::tickets::api::{ConversationPage, InboxPage};
use domain::event::{EventBody, Head, MessageReceived};
use domain::id::{AreaId, CustomerId, EventId, MessageId, TicketId, UserId};
use domain::page::Page;
use domain::tickets::{
    DeliveryStatus, Message, Source, Ticket, TicketCustomer, TicketFilter, TicketStatus,
};
use domain::time::Timestamp;

/// Who looks at the board.
pub(super) const ME: UserId = UserId(7);

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

pub(super) fn head(id: i64) -> Head {
    let epoch = "11111111-1111-4111-8111-111111111111".parse().unwrap();
    Head { epoch, head: EventId(id) }
}

/// An open ticket of ward 1, at version 1, whose newest message has the id and second `id * 10`.
pub(super) fn ticket(id: i64) -> Ticket {
    Ticket {
        id: TicketId(id),
        ticket_number: format!("T-{id:06}"),
        status: TicketStatus::Open,
        ward_id: Some(AreaId(1)),
        ward_name: Some("Kabras".to_owned()),
        customer: TicketCustomer {
            id: CustomerId(id),
            full_name: format!("Farmer {id}"),
            phone_number: format!("+25471200{id:04}"),
        },
        assigned_to: None,
        unread: Some(0),
        last_message_id: Some(MessageId(id * 10)),
        last_message_at: at(id * 10),
        last_from: Some(Source::Staff),
        excerpt: "Asante".to_owned(),
        waiting_since: None,
        created_at: at(0),
        resolved_at: None,
        resolved_by: None,
        version: 1,
    }
}

pub(super) fn message(ticket: i64, id: i64, from: Source) -> Message {
    Message {
        id: MessageId(id),
        ticket_id: TicketId(ticket),
        body: format!("message {id}"),
        from_source: from,
        user_id: (from == Source::Staff).then_some(ME),
        customer_id: (from == Source::Customer).then_some(CustomerId(ticket)),
        sender_name: "Somebody".to_owned(),
        client_id: None,
        delivery_status: DeliveryStatus::Received,
        media_url: None,
        media_type: "text".to_owned(),
        ts: at(id),
    }
}

/// The event of a message that made its ticket `version`.
pub(super) fn received(message: &Message, version: i64) -> EventBody {
    EventBody::MessageReceived(MessageReceived {
        ticket_id: message.ticket_id,
        message_id: message.id,
        client_id: message.client_id.clone(),
        phone_number: "+254712000001".to_owned(),
        body: message.body.clone(),
        from_source: message.from_source,
        ts: message.ts,
        ticket_number: "T-000001".to_owned(),
        sender_name: message.sender_name.clone(),
        user_id: message.user_id,
        customer_id: message.customer_id,
        ward_id: Some(AreaId(1)),
        media_url: None,
        media_type: "text".to_owned(),
        delivery_status: message.delivery_status,
        ticket_version: version,
    })
}

pub(super) fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

pub(super) fn conversation(id: i64, messages: Vec<Message>) -> ConversationPage {
    ConversationPage {
        head: head(100),
        now: at(1_000),
        ticket: ticket(id),
        messages: page(messages),
        ward_path: Vec::new(),
        reply_id: "r".to_owned(),
    }
}

pub(super) fn inbox(ids: &[i64]) -> InboxPage {
    let page = page(ids.iter().map(|id| ticket(*id)).collect());
    InboxPage { head: head(100), now: at(1_000), page, wards: None }
}

/// The open tickets 3, 2 and 1 in the list, with ticket 2 open and its messages 19 and 20.
pub(super) fn board() -> Board {
    let mut board = Board { me: Some(ME), ..Board::default() };
    let filter = TicketFilter { status: Some(TicketStatus::Open), ..TicketFilter::default() };
    snapshot::show_list(&mut board, filter, inbox(&[3, 2, 1]));
    let messages = vec![message(2, 20, Source::Staff), message(2, 19, Source::Customer)];
    snapshot::show_conversation(&mut board, conversation(2, messages));
    board
}

/// What the board lists, narrowed by `with`.
pub(super) fn listing(with: impl FnOnce(&mut Listed)) -> Listed {
    let mut listed = board().listed;
    with(&mut listed);
    listed
}

pub(super) fn ids(board: &Board) -> Vec<i64> {
    board.rows.iter().map(|row| row.ticket.id.get()).collect()
}

pub(super) fn texts(board: &Board) -> Vec<&str> {
    board.lines.iter().map(|line| line.body.as_str()).collect()
}

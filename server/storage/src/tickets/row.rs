//! The rows of tickets and messages, and what they mean.

use crate::db::Tx;
use crate::error::impossible;
use crate::sql::Sql;
use domain::event::MessageReceived;
use domain::id::{AreaId, CustomerId, MessageId, TicketId, UserId};
use domain::store::{StoreError, Stored};
use domain::tickets::{DeliveryStatus, Message, Source, Ticket, TicketCustomer, TicketStatus};
use domain::time::Timestamp;
use sqlx::FromRow;

const TICKET_COLUMNS: &str = "t.id, t.ticket_number, t.status, t.ward_id, w.name AS ward_name, \
     t.customer_id, c.full_name AS customer_name, c.phone_number AS customer_phone, \
     t.assigned_to, t.last_message_id, t.last_message_at, t.last_from, t.excerpt, \
     t.waiting_since, t.created_at, t.resolved_at, resolver.full_name AS resolved_by, t.version";

const TICKET_JOINS: &str = " JOIN customers c ON c.id = t.customer_id \
     LEFT JOIN areas w ON w.id = t.ward_id \
     LEFT JOIN users resolver ON resolver.id = t.resolved_by";

/// What [`MessageRow`] is read from.
pub(super) const SELECT_MESSAGES: &str = "SELECT m.id, m.ticket_id, m.body, m.from_source, \
     m.user_id, m.customer_id, COALESCE(u.full_name, c.full_name, 'Assistant') AS sender_name, \
     m.client_id, m.delivery_status, m.media_url, m.media_type, m.created_at \
     FROM messages m LEFT JOIN users u ON u.id = m.user_id \
     LEFT JOIN customers c ON c.id = m.customer_id ";

#[derive(FromRow)]
pub(super) struct TicketRow {
    id: i64,
    ticket_number: String,
    status: String,
    ward_id: Option<i64>,
    ward_name: Option<String>,
    customer_id: i64,
    customer_name: String,
    customer_phone: String,
    assigned_to: Option<i64>,
    last_message_id: Option<i64>,
    last_message_at: i64,
    last_from: Option<i64>,
    excerpt: String,
    waiting_since: Option<i64>,
    created_at: i64,
    resolved_at: Option<i64>,
    resolved_by: Option<String>,
    version: i64,
    unread: Option<i64>,
}

impl TryFrom<TicketRow> for Ticket {
    type Error = StoreError;

    fn try_from(row: TicketRow) -> Stored<Self> {
        Ok(Self {
            id: TicketId(row.id),
            ticket_number: row.ticket_number,
            status: status(&row.status)?,
            ward_id: row.ward_id.map(AreaId),
            ward_name: row.ward_name,
            customer: TicketCustomer {
                id: CustomerId(row.customer_id),
                full_name: row.customer_name,
                phone_number: row.customer_phone,
            },
            assigned_to: row.assigned_to.map(UserId),
            unread: row.unread,
            last_message_id: row.last_message_id.map(MessageId),
            last_message_at: Timestamp::from_millis(row.last_message_at),
            last_from: row.last_from.map(source).transpose()?,
            excerpt: row.excerpt,
            waiting_since: row.waiting_since.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            resolved_at: row.resolved_at.map(Timestamp::from_millis),
            resolved_by: row.resolved_by,
            version: row.version,
        })
    }
}

#[derive(FromRow)]
pub(super) struct MessageRow {
    id: i64,
    ticket_id: i64,
    body: String,
    from_source: i64,
    user_id: Option<i64>,
    customer_id: Option<i64>,
    sender_name: String,
    client_id: Option<String>,
    delivery_status: String,
    media_url: Option<String>,
    media_type: String,
    created_at: i64,
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Stored<Self> {
        Ok(Self {
            id: MessageId(row.id),
            ticket_id: TicketId(row.ticket_id),
            body: row.body,
            from_source: source(row.from_source)?,
            user_id: row.user_id.map(UserId),
            customer_id: row.customer_id.map(CustomerId),
            sender_name: row.sender_name,
            client_id: row.client_id,
            delivery_status: DeliveryStatus::parse(&row.delivery_status)
                .ok_or_else(|| impossible("the delivery of a message", &row.delivery_status))?,
            media_url: row.media_url,
            media_type: row.media_type,
            ts: Timestamp::from_millis(row.created_at),
        })
    }
}

/// Goes on with `SELECT …` of tickets from `from`, which names them `t`. Without a person, `unread`
/// is NULL.
pub(super) fn push_select(sql: &mut Sql, for_user: Option<UserId>, from: &str) {
    sql.push("SELECT ").push(TICKET_COLUMNS).push(", ");
    match for_user {
        Some(user) => {
            sql.push(
                "(SELECT COUNT(*) FROM messages m
                  WHERE m.ticket_id = t.id AND m.from_source = 1 AND m.id > COALESCE(
                    (SELECT r.last_read_message_id FROM ticket_reads r
                     WHERE r.ticket_id = t.id AND r.user_id = ",
            );
            sql.push_bind(user).push("), 0))");
        }
        None => {
            sql.push("CAST(NULL AS BIGINT)");
        }
    }
    sql.push(" AS unread FROM ").push(from).push(TICKET_JOINS);
}

/// One ticket.
pub(super) fn select_one(id: TicketId, for_user: Option<UserId>) -> Sql {
    let mut sql = Sql::new("");
    push_select(&mut sql, for_user, "tickets t");
    sql.push(" WHERE t.id = ").push_bind(id);
    sql
}

/// A ticket's row as events carry it: without anybody's count of unread messages.
pub(crate) async fn ticket_for_events(tx: &mut Tx, id: TicketId) -> Stored<Ticket> {
    let row: TicketRow = tx.one(select_one(id, None)).await?;
    row.try_into()
}

/// What a message's event says of its ticket.
pub(super) struct About {
    pub(super) number: String,
    pub(super) ward: Option<AreaId>,
    pub(super) phone_number: String,
    pub(super) version: i64,
}

/// The event of a message that was stored.
pub(super) fn received(message: &Message, ticket: About) -> MessageReceived {
    MessageReceived {
        ticket_id: message.ticket_id,
        message_id: message.id,
        client_id: message.client_id.clone(),
        phone_number: ticket.phone_number,
        body: message.body.clone(),
        from_source: message.from_source,
        ts: message.ts,
        ticket_number: ticket.number,
        sender_name: message.sender_name.clone(),
        user_id: message.user_id,
        customer_id: message.customer_id,
        ward_id: ticket.ward,
        media_url: message.media_url.clone(),
        media_type: message.media_type.clone(),
        delivery_status: message.delivery_status,
        ticket_version: ticket.version,
    }
}

/// A ticket's state as the database keeps it.
pub(super) fn status(word: &str) -> Stored<TicketStatus> {
    TicketStatus::parse(word).ok_or_else(|| impossible("the status of a ticket", word))
}

fn source(number: i64) -> Stored<Source> {
    Source::from_number(number).ok_or_else(|| impossible("the source of a message", number))
}

//! Messages: pages of them, and storing one.

use super::list::cut;
use super::row::{MessageRow, SELECT_MESSAGES};
use crate::db::{Storage, Tx};
use crate::sql::Sql;
use domain::id::{CustomerId, MessageId, TicketId, UserId};
use domain::page::{PAGE_ITEMS_MAX, Page};
use domain::store::Stored;
use domain::tickets::{Channel, DeliveryStatus, Message, MessageQuery, Source, text};
use domain::time::Timestamp;

/// Who wrote a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Author {
    Customer(CustomerId),
    /// Over the channel that the answer goes out by.
    Staff(UserId, Channel),
}

/// A message to be stored in a ticket whose row is locked.
pub(super) struct NewMessage<'a> {
    pub(super) ticket: TicketId,
    pub(super) author: Author,
    pub(super) sender_name: &'a str,
    pub(super) body: &'a str,
    pub(super) client_id: Option<&'a str>,
    pub(super) external_id: Option<&'a str>,
    pub(super) media_url: Option<&'a str>,
    pub(super) media_type: Option<&'a str>,
}

impl Storage {
    pub(super) async fn page_of_messages(&self, query: MessageQuery) -> Stored<Page<Message>> {
        let limit = query.limit.clamp(1, PAGE_ITEMS_MAX);
        let mut sql = Sql::new(SELECT_MESSAGES);
        sql.push("WHERE m.ticket_id = ").push_bind(query.ticket);
        if let Some(before) = query.before {
            sql.push(" AND m.id < ").push_bind(before);
        }
        sql.push(" ORDER BY m.id DESC LIMIT ").push_bind(limit + 1);
        let rows: Vec<MessageRow> = self.all(sql).await?;
        let items: Vec<Message> = rows.into_iter().map(Message::try_from).collect::<Stored<_>>()?;
        Ok(cut(items, limit, |message| message.id.to_string()))
    }
}

/// The messages that `condition` (beginning with WHERE) finds.
pub(super) async fn find(tx: &mut Tx, condition: Sql) -> Stored<Vec<Message>> {
    let rows: Vec<MessageRow> = tx.all(condition).await?;
    rows.into_iter().map(Message::try_from).collect()
}

/// Stores a message and keeps the ticket's row in step; answers the ticket's version too.
///
/// `version_step` is zero for the first message of a ticket that was opened for it.
pub(super) async fn store(
    tx: &mut Tx,
    new: &NewMessage<'_>,
    version_step: i64,
) -> Stored<(Message, i64)> {
    let message = insert(tx, new).await?;
    let version = follow(tx, &message, version_step).await?;
    Ok((message, version))
}

async fn insert(tx: &mut Tx, new: &NewMessage<'_>) -> Stored<Message> {
    let (from_source, user_id, customer_id, delivery_status) = match new.author {
        Author::Customer(id) => (Source::Customer, None, Some(id), DeliveryStatus::Received),
        Author::Staff(id, channel) => (Source::Staff, Some(id), None, channel.on_storing()),
    };
    let media_type = new.media_type.map_or_else(text::plain, ToOwned::to_owned);
    let sql = Sql::new(
        "INSERT INTO messages (ticket_id, body, from_source, user_id, customer_id, client_id,
            external_id, delivery_status, media_url, media_type, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, {now}) RETURNING id, created_at",
    )
    .bind(new.ticket)
    .bind(new.body)
    .bind(from_source.number())
    .bind(user_id)
    .bind(customer_id)
    .bind(new.client_id)
    .bind(new.external_id)
    .bind(delivery_status.as_str())
    .bind(new.media_url)
    .bind(media_type.as_str());
    let (id, created_at): (i64, i64) = tx.one(sql).await?;
    Ok(Message {
        id: MessageId(id),
        ticket_id: new.ticket,
        body: new.body.to_owned(),
        from_source,
        user_id,
        customer_id,
        sender_name: new.sender_name.to_owned(),
        client_id: new.client_id.map(ToOwned::to_owned),
        delivery_status,
        media_url: new.media_url.map(ToOwned::to_owned),
        media_type,
        ts: Timestamp::from_millis(created_at),
    })
}

/// What the ticket's row repeats of its newest message. A customer's message begins a wait unless
/// one is on; a staff answer ends it.
async fn follow(tx: &mut Tx, message: &Message, version_step: i64) -> Stored<i64> {
    let mut sql = Sql::new(
        "UPDATE tickets SET last_message_id = $2, last_message_at = $3, last_from = $4,
            excerpt = $5, version = version + $6, ",
    )
    .bind(message.ticket_id)
    .bind(message.id)
    .bind(message.ts)
    .bind(message.from_source.number())
    .bind(text::excerpt(&message.body))
    .bind(version_step);
    match message.user_id {
        Some(user) => sql.push("waiting_since = NULL, answered_by = ").push_bind(user),
        None => {
            sql.push("waiting_since = COALESCE(waiting_since, $3), last_customer_message_id = $2")
        }
    };
    sql.push(" WHERE id = $1 RETURNING version");
    let (version,): (i64,) = tx.one(sql).await?;
    Ok(version)
}

//! Storing a reply of a member of staff.

use super::messages::{Author, NewMessage, find, store};
use super::reads::move_mark;
use super::row::{About, SELECT_MESSAGES, received, status};
use crate::db::{Storage, Tx};
use crate::error::{impossible, is_unique_violation};
use crate::log::append;
use crate::sql::Sql;
use domain::caller::OfficerOf;
use domain::event::EventBody;
use domain::id::{AreaId, MessageId, TicketId, UserId};
use domain::page::PAGE_ITEMS_MAX;
use domain::store::{StoreError, Stored};
use domain::tickets::{Channel, Message, NewReply, ReplyOutcome, TicketStatus};
use sqlx::FromRow;

/// How often a reply is tried that collides with its own repeat in another ticket.
const TRIES: usize = 3;

#[derive(FromRow)]
struct Conversation {
    ticket_number: String,
    status: String,
    ward_id: Option<i64>,
    customer_id: i64,
}

/// Who answers whom, and over what.
#[derive(FromRow)]
struct Sides {
    sender_name: String,
    phone_number: String,
    channel: String,
}

impl Storage {
    pub(super) async fn store_reply(
        &self,
        officer: &OfficerOf,
        reply: &NewReply,
    ) -> Stored<ReplyOutcome> {
        for _ in 0..TRIES {
            match self.try_reply(officer, reply).await {
                Err(error) if is_unique_violation(&error) => {}
                done => return done,
            }
        }
        Err(StoreError::Busy)
    }

    async fn try_reply(&self, officer: &OfficerOf, reply: &NewReply) -> Stored<ReplyOutcome> {
        let author = officer.caller().user;
        let mut tx = self.begin().await?;
        let Some(ticket) = locked(&mut tx, reply.ticket).await? else {
            return Ok(ReplyOutcome::Unknown);
        };
        if let Some(first) = earlier(&mut tx, author, &reply.client_id).await? {
            return Ok(ReplyOutcome::Repeat(first));
        }
        if ticket.ward_id.map(AreaId) != officer.ward() {
            return Ok(ReplyOutcome::Unknown);
        }
        if status(&ticket.status)? == TicketStatus::Resolved {
            return Ok(ReplyOutcome::Resolved);
        }
        if let Some(base) = reply.base.filter(|_| !reply.force) {
            let meanwhile = answers_after(&mut tx, reply.ticket, base, author).await?;
            if !meanwhile.is_empty() {
                return Ok(ReplyOutcome::Meanwhile(meanwhile));
            }
        }

        let Sides { sender_name, phone_number, channel } =
            sides(&mut tx, author, ticket.customer_id).await?;
        let channel = Channel::parse(&channel)
            .ok_or_else(|| impossible("the channel of a customer", &channel))?;
        let new = NewMessage {
            ticket: reply.ticket,
            author: Author::Staff(author, channel),
            sender_name: &sender_name,
            body: &reply.body,
            client_id: Some(&reply.client_id),
            external_id: None,
            media_url: None,
            media_type: None,
        };
        let (message, version) = store(&mut tx, &new, 1).await?;
        move_mark(&mut tx, author, reply.ticket, message.id).await?;
        let about =
            About { number: ticket.ticket_number, ward: officer.ward(), phone_number, version };
        let event = EventBody::MessageReceived(received(&message, about));
        append(&mut tx, &[event], Some(author)).await?;
        tx.commit().await?;
        Ok(ReplyOutcome::Sent(message))
    }
}

async fn locked(tx: &mut Tx, id: TicketId) -> Stored<Option<Conversation>> {
    let sql = Sql::new(
        "SELECT ticket_number, status, ward_id, customer_id FROM tickets WHERE id = $1 {lock}",
    );
    tx.maybe(sql.bind(id)).await
}

/// What the author stored earlier under this client id.
async fn earlier(tx: &mut Tx, author: UserId, client_id: &str) -> Stored<Option<Message>> {
    let mut sql = Sql::new(SELECT_MESSAGES);
    sql.push("WHERE m.user_id = ").push_bind(author);
    sql.push(" AND m.client_id = ").push_bind(client_id);
    Ok(find(tx, sql).await?.pop())
}

/// What others answered after `base`, oldest first.
async fn answers_after(
    tx: &mut Tx,
    ticket: TicketId,
    base: MessageId,
    author: UserId,
) -> Stored<Vec<Message>> {
    let mut sql = Sql::new(SELECT_MESSAGES);
    sql.push("WHERE m.ticket_id = ").push_bind(ticket);
    sql.push(" AND m.id > ").push_bind(base);
    sql.push(" AND (m.from_source = 3 OR (m.from_source = 2 AND m.user_id <> ").push_bind(author);
    sql.push(")) ORDER BY m.id LIMIT ").push_bind(PAGE_ITEMS_MAX);
    find(tx, sql).await
}

async fn sides(tx: &mut Tx, author: UserId, customer: i64) -> Stored<Sides> {
    let sql = Sql::new(
        "SELECT u.full_name AS sender_name, c.phone_number, c.channel
         FROM users u, customers c WHERE u.id = $1 AND c.id = $2",
    );
    tx.one(sql.bind(author).bind(customer)).await
}

//! Taking in a message of a customer: who wrote it, which conversation it belongs to, and whether it
//! is here already.

use super::messages::{Author, NewMessage, find, store};
use super::row::{About, SELECT_MESSAGES, received, ticket_for_events};
use crate::customers::fold;
use crate::db::{Storage, Tx};
use crate::error::is_unique_violation;
use crate::log::append;
use crate::sql::Sql;
use domain::event::EventBody;
use domain::id::{AreaId, CustomerId, TicketId};
use domain::staff::Locale;
use domain::store::{StoreError, Stored};
use domain::tickets::{Channel, Inbound, Ingested};
use sqlx::FromRow;

/// How often a message is tried that collides with its own repeat. The second try finds the repeat.
const TRIES: usize = 3;

#[derive(FromRow)]
struct Writer {
    id: i64,
    full_name: String,
    ward_id: Option<i64>,
}

#[derive(FromRow)]
struct Conversation {
    id: i64,
    ticket_number: String,
    ward_id: Option<i64>,
}

impl Storage {
    pub(super) async fn take_in(&self, channel: Channel, inbound: &Inbound) -> Stored<Ingested> {
        for _ in 0..TRIES {
            match self.try_take_in(channel, inbound).await {
                // The same external id under another number was committed meanwhile.
                Err(error) if is_unique_violation(&error) => {}
                done => return done,
            }
        }
        Err(StoreError::Busy)
    }

    async fn try_take_in(&self, channel: Channel, inbound: &Inbound) -> Stored<Ingested> {
        let mut tx = self.begin().await?;
        // From here on one at a time per customer.
        let writer = writer(&mut tx, inbound).await?;
        let mut known = Sql::new(SELECT_MESSAGES);
        known.push("WHERE m.external_id = ").push_bind(inbound.external_id.as_str());
        if let Some(message) = find(&mut tx, known).await?.pop() {
            return Ok(Ingested { message, new: false });
        }
        reached_over(&mut tx, &writer, channel).await?;

        let (ticket, opened) = match open_ticket(&mut tx, &writer).await? {
            Some(ticket) => (ticket, false),
            None => (begin_ticket(&mut tx, &writer).await?, true),
        };
        let new = NewMessage {
            ticket: TicketId(ticket.id),
            author: Author::Customer(CustomerId(writer.id)),
            sender_name: &writer.full_name,
            body: &inbound.body,
            client_id: None,
            external_id: Some(&inbound.external_id),
            media_url: inbound.media_url.as_deref(),
            media_type: inbound.media_type.as_deref(),
        };
        let (message, version) = store(&mut tx, &new, i64::from(!opened)).await?;

        let mut events = Vec::with_capacity(2);
        if opened {
            let row = ticket_for_events(&mut tx, message.ticket_id).await?;
            events.push(EventBody::TicketCreated(row));
        }
        let about = About {
            number: ticket.ticket_number,
            ward: ticket.ward_id.map(AreaId),
            phone_number: inbound.phone_number.clone(),
            version,
        };
        events.push(EventBody::MessageReceived(received(&message, about)));
        append(&mut tx, &events, None).await?;
        tx.commit().await?;
        Ok(Ingested { message, new: true })
    }
}

/// The customer with this number, added when new; their row is locked.
async fn writer(tx: &mut Tx, inbound: &Inbound) -> Stored<Writer> {
    let by_number = || {
        Sql::new("SELECT id, full_name, ward_id FROM customers WHERE phone_number = $1 {lock}")
            .bind(inbound.phone_number.as_str())
    };
    if let Some(known) = tx.maybe(by_number()).await? {
        return Ok(known);
    }
    let name = inbound.profile_name.as_deref().unwrap_or(&inbound.phone_number);
    let insert = Sql::new(
        "INSERT INTO customers (full_name, name_key, phone_number, locale, created_at)
         VALUES ($1, $2, $3, $4, {now}) ON CONFLICT (phone_number) DO NOTHING",
    )
    .bind(name)
    .bind(fold(name))
    .bind(inbound.phone_number.as_str())
    .bind(Locale::default().as_str());
    tx.run(insert).await?;
    // Added here or, a moment ago, by somebody else: now it is there.
    tx.one(by_number()).await
}

/// Notes the channel that the customer is answered over from now on.
async fn reached_over(tx: &mut Tx, writer: &Writer, channel: Channel) -> Stored<()> {
    let update = Sql::new("UPDATE customers SET channel = $2 WHERE id = $1 AND channel <> $2");
    tx.run(update.bind(writer.id).bind(channel.as_str())).await.map(|_| ())
}

async fn open_ticket(tx: &mut Tx, writer: &Writer) -> Stored<Option<Conversation>> {
    let sql = Sql::new(
        "SELECT id, ticket_number, ward_id FROM tickets
         WHERE customer_id = $1 AND status = 'open' {lock}",
    );
    tx.maybe(sql.bind(writer.id)).await
}

async fn begin_ticket(tx: &mut Tx, writer: &Writer) -> Stored<Conversation> {
    let number = next_number(tx).await?;
    let insert = Sql::new(
        "INSERT INTO tickets
            (ticket_number, customer_id, ward_id, status, last_message_at, created_at)
         VALUES ($1, $2, $3, 'open', {now}, {now}) RETURNING id, ticket_number, ward_id",
    );
    tx.one(insert.bind(number_text(number)).bind(writer.id).bind(writer.ward_id)).await
}

async fn next_number(tx: &mut Tx) -> Stored<i64> {
    let sql = if tx.is_postgres() {
        Sql::new("SELECT nextval('ticket_numbers')")
    } else {
        Sql::new(
            "UPDATE counters SET value = value + 1 WHERE name = 'ticket_number' RETURNING value",
        )
    };
    let (number,): (i64,) = tx.one(sql).await?;
    Ok(number)
}

/// A ticket's number as people read it.
pub(crate) fn number_text(number: i64) -> String {
    format!("T-{number:06}")
}

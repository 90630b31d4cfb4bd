//! Closing a ticket and opening it again.

use super::row::{TicketRow, select_one, status};
use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::log::append;
use crate::sql::Sql;
use domain::caller::OfficerOf;
use domain::event::{EventBody, TicketResolved};
use domain::id::{AreaId, TicketId, UserId};
use domain::store::Stored;
use domain::tickets::{MoveOutcome, Ticket, TicketStatus};

impl Storage {
    pub(super) async fn close_ticket(
        &self,
        officer: &OfficerOf,
        id: TicketId,
    ) -> Stored<MoveOutcome> {
        let user = officer.caller().user;
        let mut tx = self.begin().await?;
        let Some(now) = standing(&mut tx, officer, id).await? else {
            return Ok(MoveOutcome::Unknown);
        };
        if now == TicketStatus::Resolved {
            return Ok(MoveOutcome::Already);
        }
        let update = Sql::new(
            "UPDATE tickets SET status = 'resolved', resolved_at = {now}, resolved_by = $2,
                waiting_since = NULL, version = version + 1
             WHERE id = $1",
        );
        tx.run(update.bind(id).bind(user)).await?;
        let ticket = ticket(&mut tx, id, user).await?;
        let resolved = EventBody::TicketResolved(resolution(&ticket, user)?);
        let events = [resolved, EventBody::TicketUpdated(for_everybody(&ticket))];
        append(&mut tx, &events, Some(user)).await?;
        tx.commit().await?;
        Ok(MoveOutcome::Done(Box::new(ticket)))
    }

    pub(super) async fn open_ticket_again(
        &self,
        officer: &OfficerOf,
        id: TicketId,
    ) -> Stored<MoveOutcome> {
        let user = officer.caller().user;
        let mut tx = self.begin().await?;
        // The customer first, as everywhere: their next message must not open another ticket
        // between the look for one and this.
        let customer = Sql::new(
            "SELECT id FROM customers
             WHERE id = (SELECT customer_id FROM tickets WHERE id = $1) {lock}",
        );
        let customer: Option<(i64,)> = tx.maybe(customer.bind(id)).await?;
        let Some((customer,)) = customer else { return Ok(MoveOutcome::Unknown) };
        let Some(now) = standing(&mut tx, officer, id).await? else {
            return Ok(MoveOutcome::Unknown);
        };
        if now == TicketStatus::Open {
            return Ok(MoveOutcome::Already);
        }
        let other = Sql::new("SELECT id FROM tickets WHERE customer_id = $1 AND status = 'open'");
        let other: Option<(i64,)> = tx.maybe(other.bind(customer)).await?;
        if other.is_some() {
            return Ok(MoveOutcome::OtherOpen);
        }
        tx.run(open_again(id)).await?;
        let ticket = ticket(&mut tx, id, user).await?;
        let event = EventBody::TicketUpdated(for_everybody(&ticket));
        append(&mut tx, &[event], Some(user)).await?;
        tx.commit().await?;
        Ok(MoveOutcome::Done(Box::new(ticket)))
    }
}

/// Who waits again when a ticket is opened again: the customer, since the oldest of their messages
/// that no answer followed.
fn open_again(id: TicketId) -> Sql {
    Sql::new(
        "UPDATE tickets SET status = 'open', resolved_at = NULL, resolved_by = NULL,
            waiting_since = (
                SELECT m.created_at FROM messages m
                WHERE m.ticket_id = $1 AND m.from_source = 1 AND m.id > COALESCE(
                    (SELECT MAX(a.id) FROM messages a
                     WHERE a.ticket_id = $1 AND a.from_source <> 1), 0)
                ORDER BY m.id LIMIT 1),
            version = version + 1
         WHERE id = $1",
    )
    .bind(id)
}

/// Whether the ticket goes on, its row locked; `None` when it is not one of the proof's ward.
async fn standing(tx: &mut Tx, officer: &OfficerOf, id: TicketId) -> Stored<Option<TicketStatus>> {
    let sql = Sql::new("SELECT status, ward_id FROM tickets WHERE id = $1 {lock}");
    let found: Option<(String, Option<i64>)> = tx.maybe(sql.bind(id)).await?;
    found
        .filter(|(_, ward)| ward.map(AreaId) == officer.ward())
        .map(|(word, _)| status(&word))
        .transpose()
}

async fn ticket(tx: &mut Tx, id: TicketId, user: UserId) -> Stored<Ticket> {
    let row: TicketRow = tx.one(select_one(id, Some(user))).await?;
    row.try_into()
}

fn for_everybody(ticket: &Ticket) -> Ticket {
    Ticket { unread: None, ..ticket.clone() }
}

fn resolution(ticket: &Ticket, user: UserId) -> Stored<TicketResolved> {
    let (Some(resolved_at), Some(resolved_by)) = (ticket.resolved_at, ticket.resolved_by.clone())
    else {
        return Err(impossible("a resolved ticket without its end", ticket.id));
    };
    Ok(TicketResolved {
        ticket_id: ticket.id,
        resolved_at,
        resolved_by,
        resolved_by_id: user,
        ward_id: ticket.ward_id,
        version: ticket.version,
    })
}

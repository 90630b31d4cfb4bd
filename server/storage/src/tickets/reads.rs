//! How far each person has read.

use crate::db::{Storage, Tx};
use crate::log::append;
use crate::sql::Sql;
use domain::event::{EventBody, TicketRead};
use domain::id::{MessageId, TicketId, UserId};
use domain::store::Stored;
use domain::tickets::ReadOutcome;

impl Storage {
    pub(super) async fn note_read(
        &self,
        user: UserId,
        ticket: TicketId,
        up_to: MessageId,
    ) -> Stored<ReadOutcome> {
        let belongs = Sql::new("SELECT id FROM messages WHERE id = $1 AND ticket_id = $2");
        let mut tx = self.begin().await?;
        let found: Option<(i64,)> = tx.maybe(belongs.bind(up_to).bind(ticket)).await?;
        if found.is_none() {
            return Ok(ReadOutcome::Unknown);
        }
        if !move_mark(&mut tx, user, ticket, up_to).await? {
            return Ok(ReadOutcome::Already);
        }
        let read = TicketRead { ticket_id: ticket, last_read_message_id: up_to, user_id: user };
        append(&mut tx, &[EventBody::TicketRead(read)], Some(user)).await?;
        tx.commit().await?;
        Ok(ReadOutcome::Moved)
    }
}

/// Moves a person's mark forward, never back; answers whether it moved.
pub(super) async fn move_mark(
    tx: &mut Tx,
    user: UserId,
    ticket: TicketId,
    up_to: MessageId,
) -> Stored<bool> {
    let sql = Sql::new(
        "INSERT INTO ticket_reads (user_id, ticket_id, last_read_message_id) VALUES ($1, $2, $3)
         ON CONFLICT (user_id, ticket_id)
         DO UPDATE SET last_read_message_id = excluded.last_read_message_id
         WHERE ticket_reads.last_read_message_id < excluded.last_read_message_id
         RETURNING ticket_id",
    );
    let moved: Option<(i64,)> = tx.maybe(sql.bind(user).bind(ticket).bind(up_to)).await?;
    Ok(moved.is_some())
}

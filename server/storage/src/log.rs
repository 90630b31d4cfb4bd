//! Appending to the ordered log. **The order of ids is the order of commits.**
//!
//! A sequence alone does not give that: a later id can commit first, and a reader that has seen it
//! skips the earlier one for good. So on PostgreSQL whoever appends first takes one lock, which is
//! held until the commit is visible, and only then draws ids. [`append`] is therefore the last step
//! of a transaction: nothing slow may come after it, and no row may be locked after it. SQLite has one
//! writer and needs no lock.

use crate::db::Tx;
use crate::error::impossible;
use crate::sql::{Sql, Value};
use crate::wake::CHANNEL;
use domain::event::{Audience, EventBody};
use domain::id::{EventId, UserId};
use domain::store::Stored;

/// Any number will do, as long as nothing else in the database locks it: "wardline" in ASCII.
const LOG_LOCK: i64 = 0x7761_7264_6c69_6e65;

/// Appends what happened and answers the positions. The transaction must commit right after it.
pub(crate) async fn append(
    tx: &mut Tx,
    bodies: &[EventBody],
    actor: Option<UserId>,
) -> Stored<Vec<EventId>> {
    if bodies.is_empty() {
        return Ok(Vec::new());
    }
    if tx.is_postgres() {
        let lock = Sql::new("SELECT pg_advisory_xact_lock($1), pg_notify($2, '')");
        tx.run(lock.bind(LOG_LOCK).bind(CHANNEL)).await?;
    }
    let mut insert = Sql::new(
        "INSERT INTO event_log (kind, audience, ward_id, left_ward_id, user_id, ticket_id,
            entity_version, actor_id, client_key, payload, at)
         VALUES ",
    );
    for (nth, body) in bodies.iter().enumerate() {
        insert.push(if nth == 0 { "(" } else { ", (" });
        insert.push_list(columns(body, actor)?).push(", {now})");
    }
    insert.push(" RETURNING id");
    let mut ids: Vec<(i64,)> = tx.all(insert).await?;
    tx.note_appended();
    // Rows are given out in the order of insertion; RETURNING promises no order of its own.
    ids.sort_unstable();
    Ok(ids.into_iter().map(|(id,)| EventId(id)).collect())
}

fn columns(body: &EventBody, actor: Option<UserId>) -> Stored<[Value; 10]> {
    let (audience, ward, left, person) = match body.audience() {
        Audience::Ward(ward) => ("ward", ward, None, None),
        Audience::OnlyWard { left, entered } => ("only_ward", entered, left, None),
        Audience::Person(user) => ("person", None, None, Some(user)),
        Audience::Nobody => return Err(impossible("an event to append", body.name())),
    };
    let payload = body.payload().map_err(|error| impossible("an event's payload", error))?;
    Ok([
        body.name().into(),
        audience.into(),
        ward.into(),
        left.into(),
        person.into(),
        body.ticket().into(),
        entity_version(body).into(),
        actor.into(),
        client_key(body).into(),
        payload.into(),
    ])
}

const fn entity_version(body: &EventBody) -> Option<i64> {
    match body {
        EventBody::MessageReceived(message) => Some(message.ticket_version),
        EventBody::TicketCreated(ticket) | EventBody::TicketUpdated(ticket) => Some(ticket.version),
        EventBody::TicketMovedAway(moved) => Some(moved.version),
        EventBody::TicketResolved(resolved) => Some(resolved.version),
        EventBody::ClaimsChanged(claims) => Some(claims.claims_version),
        EventBody::MessageUpdated(_)
        | EventBody::TicketRead(_)
        | EventBody::AccessGranted(_)
        | EventBody::AccessRevoked(_)
        | EventBody::SessionEnded(_)
        | EventBody::Unreadable { .. } => None,
    }
}

fn client_key(body: &EventBody) -> Option<&str> {
    match body {
        EventBody::MessageReceived(message) => message.client_id.as_deref(),
        _ => None,
    }
}

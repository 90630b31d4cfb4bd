//! What the ordered log says, and who may hear it.
//!
//! Every durable change is a row of one log, written in the transaction that caused it. A row's id
//! is its position; ids ascend in commit order, so whoever has seen everything up to a position has
//! missed nothing before it. Sockets only carry what the log says.
//!
//! The payload of a row is the JSON that clients get, without `id` and `epoch`, which
//! [`Event::wire`] adds. Rights are decided from [`Audience`] when the event is sent, never when it
//! is written.

mod payload;
mod position;

pub use payload::{
    AccessChanged, ClaimsChanged, MessageReceived, MessageUpdated, SessionEnded, TicketMovedAway,
    TicketRead, TicketResolved,
};
pub use position::{MISSED_MAX, Reset, resumable};

use crate::id::{AreaId, EventId, LogEpoch, TicketId, UserId};
use crate::store::Stored;
use crate::tickets::Ticket;
use crate::time::Timestamp;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its position.
    pub id: EventId,
    /// When it was committed, by the database's clock.
    pub at: Timestamp,
    /// What happened.
    pub body: EventBody,
}

/// What happened. [`EventBody::payload`] is its form in the log and on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBody {
    /// A message was stored, from either side.
    MessageReceived(MessageReceived),
    /// The channel told how far a message came. A word of the contract that clients understand already;
    /// nothing says it before there is a channel out.
    MessageUpdated(MessageUpdated),
    /// A conversation began.
    TicketCreated(Ticket),
    /// A row of the ticket list changed.
    TicketUpdated(Ticket),
    /// A ticket left a ward: whoever covers only that ward drops it.
    TicketMovedAway(TicketMovedAway),
    /// A conversation was closed.
    TicketResolved(TicketResolved),
    /// A person read up to a message, on one of their devices.
    TicketRead(TicketRead),
    /// An officer covers more than before.
    AccessGranted(AccessChanged),
    /// An officer covers less than before.
    AccessRevoked(AccessChanged),
    /// A person's role, areas or state changed: their tokens are stale.
    ClaimsChanged(ClaimsChanged),
    /// A session is over.
    SessionEnded(SessionEnded),
    /// A row that this program can't read: of a newer version, or damaged. Nobody is told of it, and
    /// it stops nothing.
    Unreadable {
        /// The kind that the row names.
        kind: String,
    },
}

/// Who may hear an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// All admins, and the officers whose areas cover the ward; without a ward the admins alone.
    Ward(Option<AreaId>),
    /// Whoever covers `left` and does not cover `entered`. Never admins: they cover both.
    OnlyWard {
        /// The ward it left.
        left: Option<AreaId>,
        /// The ward it is in now.
        entered: Option<AreaId>,
    },
    /// One person, on all their devices.
    Person(UserId),
    /// Nobody.
    Nobody,
}

impl EventBody {
    /// The event's name on the wire and in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MessageReceived(_) => "message_received",
            Self::MessageUpdated(_) => "message_updated",
            Self::TicketCreated(_) => "ticket_created",
            Self::TicketUpdated(_) => "ticket_updated",
            Self::TicketMovedAway(_) => "ticket_moved_away",
            Self::TicketResolved(_) => "ticket_resolved",
            Self::TicketRead(_) => "ticket_read",
            Self::AccessGranted(_) => "access_granted",
            Self::AccessRevoked(_) => "access_revoked",
            Self::ClaimsChanged(_) => "claims_changed",
            Self::SessionEnded(_) => "session_ended",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// Who may hear it.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        match self {
            Self::MessageReceived(m) => Audience::Ward(m.ward_id),
            Self::MessageUpdated(m) => Audience::Ward(m.ward_id),
            Self::TicketCreated(t) | Self::TicketUpdated(t) => Audience::Ward(t.ward_id),
            Self::TicketMovedAway(t) => {
                Audience::OnlyWard { left: t.ward_id, entered: t.to_ward_id }
            }
            Self::TicketResolved(t) => Audience::Ward(t.ward_id),
            Self::TicketRead(r) => Audience::Person(r.user_id),
            Self::AccessGranted(a) | Self::AccessRevoked(a) => Audience::Person(a.user_id),
            Self::ClaimsChanged(c) => Audience::Person(c.user_id),
            Self::SessionEnded(s) => Audience::Person(s.user_id),
            Self::Unreadable { .. } => Audience::Nobody,
        }
    }

    /// The ticket it is about, for the log's own column.
    #[must_use]
    pub const fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::MessageReceived(m) => Some(m.ticket_id),
            Self::MessageUpdated(m) => Some(m.ticket_id),
            Self::TicketCreated(t) | Self::TicketUpdated(t) => Some(t.id),
            Self::TicketMovedAway(t) => Some(t.ticket_id),
            Self::TicketResolved(t) => Some(t.ticket_id),
            Self::TicketRead(r) => Some(r.ticket_id),
            Self::AccessGranted(_)
            | Self::AccessRevoked(_)
            | Self::ClaimsChanged(_)
            | Self::SessionEnded(_)
            | Self::Unreadable { .. } => None,
        }
    }

    /// The payload as the log keeps it.
    pub fn payload(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::MessageReceived(x) => serde_json::to_string(x),
            Self::MessageUpdated(x) => serde_json::to_string(x),
            Self::TicketCreated(x) | Self::TicketUpdated(x) => write_row(x),
            Self::TicketMovedAway(x) => serde_json::to_string(x),
            Self::TicketResolved(x) => serde_json::to_string(x),
            Self::TicketRead(x) => serde_json::to_string(x),
            Self::AccessGranted(x) | Self::AccessRevoked(x) => serde_json::to_string(x),
            Self::ClaimsChanged(x) => serde_json::to_string(x),
            Self::SessionEnded(x) => serde_json::to_string(x),
            Self::Unreadable { kind } => Err(unreadable(kind)),
        }
    }

    /// From the log's columns. An unknown name or a payload of another shape is an error.
    pub fn read(name: &str, payload: &str) -> Result<Self, serde_json::Error> {
        let from = payload;
        Ok(match name {
            "message_received" => Self::MessageReceived(serde_json::from_str(from)?),
            "message_updated" => Self::MessageUpdated(serde_json::from_str(from)?),
            "ticket_created" => Self::TicketCreated(read_row(from)?),
            "ticket_updated" => Self::TicketUpdated(read_row(from)?),
            "ticket_moved_away" => Self::TicketMovedAway(serde_json::from_str(from)?),
            "ticket_resolved" => Self::TicketResolved(serde_json::from_str(from)?),
            "ticket_read" => Self::TicketRead(serde_json::from_str(from)?),
            "access_granted" => Self::AccessGranted(serde_json::from_str(from)?),
            "access_revoked" => Self::AccessRevoked(serde_json::from_str(from)?),
            "claims_changed" => Self::ClaimsChanged(serde_json::from_str(from)?),
            "session_ended" => Self::SessionEnded(serde_json::from_str(from)?),
            other => return Err(unreadable(other)),
        })
    }
}

fn unreadable(kind: &str) -> serde_json::Error {
    serde::de::Error::custom(format!("unknown event `{kind}`"))
}

/// A ticket's row has an `id` of its own, but on the wire `id` is the position in the log. In a
/// payload the row's `id` is therefore called `ticket_id`, as in every other event.
fn write_row(ticket: &Ticket) -> Result<String, serde_json::Error> {
    let mut row = serde_json::to_value(ticket)?;
    if let Some(fields) = row.as_object_mut()
        && let Some(id) = fields.remove("id")
    {
        fields.insert("ticket_id".into(), id);
    }
    serde_json::to_string(&row)
}

fn read_row(payload: &str) -> Result<Ticket, serde_json::Error> {
    let mut row: serde_json::Value = serde_json::from_str(payload)?;
    if let Some(fields) = row.as_object_mut()
        && let Some(id) = fields.remove("ticket_id")
    {
        fields.insert("id".into(), id);
    }
    serde_json::from_value(row)
}

impl Event {
    /// The JSON object that clients get: the payload with `id` and `epoch` in front.
    pub fn wire(&self, epoch: LogEpoch) -> Result<String, serde_json::Error> {
        let payload = self.body.payload()?;
        let rest = payload.strip_prefix('{').unwrap_or(&payload);
        let comma = if rest.starts_with('}') { "" } else { "," };
        Ok(format!("{{\"id\":{},\"epoch\":\"{epoch}\"{comma}{rest}", self.id))
    }
}

/// Where the log stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The life of the database.
    pub epoch: LogEpoch,
    /// The newest position; zero in an empty log.
    pub head: EventId,
}

/// The log in the database.
#[async_trait]
pub trait EventStore {
    /// Where the log stands now.
    async fn head(&self) -> Stored<Head>;

    /// The oldest position still kept; zero when nothing was ever removed.
    async fn oldest_kept(&self) -> Stored<EventId>;

    /// Up to `limit` events after a position, ascending, whoever may hear them.
    async fn events_after(&self, after: EventId, limit: u32) -> Stored<Vec<Event>>;

    /// Up to `limit` events in `(after, up_to]` that `user` may hear, by their rights as they are
    /// now, ascending.
    async fn events_for(
        &self,
        user: UserId,
        after: EventId,
        up_to: EventId,
        limit: u32,
    ) -> Stored<Vec<Event>>;

    /// Waits until something may have been committed since the last call, or `patience` is over.
    async fn wait_for_commit(&self, patience: Duration);

    /// Removes events older than `before`, but never the newest one. Answers how many went.
    async fn forget_events(&self, before: Timestamp) -> Stored<u64>;
}

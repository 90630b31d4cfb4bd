//! What the ordered log says, and who may hear it.
//!
//! Every durable change is a row of one log, written in the transaction that caused it. A row's id
//! is its position; ids ascend in commit order, so whoever has seen everything up to a position has
//! missed nothing before it. Sockets only carry what the log says.
//!
//! The payload of a row is the JSON that clients get, without `id` and `epoch`, which
//! [`Event::wire`] adds. Rights are decided from [`Audience`] when the event is sent, never when it
//! is written.

use crate::id::{AreaId, CustomerId, EventId, LogEpoch, MessageId, SessionId, TicketId, UserId};
use crate::session::EndReason;
use crate::staff::Role;
use crate::store::Stored;
use crate::tickets::{DeliveryStatus, Source, Ticket};
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
    /// The channel told how far a message came.
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
}

/// Payload of `message_received`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageReceived {
    /// The conversation.
    pub ticket_id: TicketId,
    /// The message.
    pub message_id: MessageId,
    /// The author's own id for it, when they gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub client_id: Option<String>,
    /// The customer's number.
    pub phone_number: String,
    /// The text.
    pub body: String,
    /// 1 customer, 2 staff, 3 AI.
    pub from_source: Source,
    /// When it was stored.
    pub ts: Timestamp,
    /// The ticket's number, as people read it.
    pub ticket_number: String,
    /// Who wrote it, by name.
    pub sender_name: String,
    /// The member of staff, when staff wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<UserId>,
    /// The customer, when the customer wrote it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_id: Option<CustomerId>,
    /// The ticket's ward; `null` until the customer is placed.
    pub ward_id: Option<AreaId>,
    /// A picture or recording, when there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub media_url: Option<String>,
    /// `text`, or the media type of the attachment.
    pub media_type: String,
    /// The state of delivery at the time of storing.
    pub delivery_status: DeliveryStatus,
    /// The ticket's version after this message.
    pub ticket_version: i64,
}

/// Payload of `message_updated`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageUpdated {
    /// The conversation.
    pub ticket_id: TicketId,
    /// The message.
    pub message_id: MessageId,
    /// How far it came.
    pub delivery_status: DeliveryStatus,
    /// When the channel said so.
    pub ts: Timestamp,
    /// The ticket's ward.
    pub ward_id: Option<AreaId>,
}

/// Payload of `ticket_moved_away`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketMovedAway {
    /// The conversation.
    pub ticket_id: TicketId,
    /// The ward it left; `null` when it had none.
    pub ward_id: Option<AreaId>,
    /// The ward it is in now.
    pub to_ward_id: Option<AreaId>,
    /// The ticket's version after the move.
    pub version: i64,
}

/// Payload of `ticket_resolved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketResolved {
    /// The conversation.
    pub ticket_id: TicketId,
    /// When.
    pub resolved_at: Timestamp,
    /// Who, by name.
    pub resolved_by: String,
    /// Who, by id.
    pub resolved_by_id: UserId,
    /// The ticket's ward.
    pub ward_id: Option<AreaId>,
    /// The ticket's version after this.
    pub version: i64,
}

/// Payload of `ticket_read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRead {
    /// The conversation.
    pub ticket_id: TicketId,
    /// Everything up to this message was read.
    pub last_read_message_id: MessageId,
    /// Whose reading it is.
    pub user_id: UserId,
}

/// Payload of `access_granted` and `access_revoked`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChanged {
    /// Whose access.
    pub user_id: UserId,
    /// The area that was assigned or taken away.
    pub area_id: AreaId,
    /// The wards that this adds or takes, beyond what other assignments still cover.
    pub ward_ids: Vec<AreaId>,
}

/// Payload of `claims_changed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsChanged {
    /// Whose claims.
    pub user_id: UserId,
    /// The version that tokens must carry from now on.
    pub claims_version: i64,
    /// The role from now on.
    pub role: Role,
    /// Whether the account is deactivated.
    pub disabled: bool,
}

/// Payload of `session_ended`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnded {
    /// Whose session.
    pub user_id: UserId,
    /// The session.
    pub session_id: SessionId,
    /// The code its tokens are refused with from now on.
    pub code: EndReason,
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
            | Self::SessionEnded(_) => None,
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
            other => {
                return Err(serde::de::Error::custom(format!("unknown event `{other}`")));
            }
        })
    }
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

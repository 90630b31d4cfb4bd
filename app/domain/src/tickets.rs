//! Tickets: one conversation of one customer in one ward, and its messages.

pub mod channel;
pub mod service;
pub mod store;
pub mod text;
pub mod waiting;

pub use channel::Channel;
pub use store::{
    Inbound, Ingested, MessageQuery, MoveOutcome, NewReply, ReadOutcome, ReplyOutcome, TicketStore,
};
pub use waiting::WaitBucket;

use crate::id::{AreaId, CustomerId, MessageId, TicketId, UserId};
use crate::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Whether a conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    /// It goes on.
    Open,
    /// It was closed; the customer's next message begins a new one.
    Resolved,
}

impl TicketStatus {
    /// The word that the database and the wire use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
        }
    }

    /// From the word that the database and the wire use.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Resolved].into_iter().find(|status| status.as_str() == word)
    }
}

/// Which side wrote a message. A number on the wire: 1 customer, 2 staff, 3 AI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The farmer.
    Customer,
    /// A member of staff.
    Staff,
    /// The assistant.
    Ai,
}

impl Source {
    /// The number that the database and the wire use.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Customer => 1,
            Self::Staff => 2,
            Self::Ai => 3,
        }
    }

    /// From the number that the database and the wire use.
    #[must_use]
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::Customer),
            2 => Some(Self::Staff),
            3 => Some(Self::Ai),
            _ => None,
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| de::Error::custom("from_source is 1, 2 or 3"))
    }
}

/// How far a message to the customer came. A customer's own message is `received`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Written by the customer; it is here.
    Received,
    /// Stored, not yet handed to the channel.
    Queued,
    /// The channel has it.
    Sent,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// The channel gave up on it.
    Failed,
}

impl DeliveryStatus {
    const ALL: [Self; 6] =
        [Self::Received, Self::Queued, Self::Sent, Self::Delivered, Self::Read, Self::Failed];

    /// The word that the database and the wire use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
        }
    }

    /// From the word that the database and the wire use.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A ticket as lists, pages and events show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Its number, as people read it: `T-000123`.
    pub ticket_number: String,
    /// Whether it goes on.
    pub status: TicketStatus,
    /// Its ward; `None` until the customer is placed.
    pub ward_id: Option<AreaId>,
    /// The ward's name.
    pub ward_name: Option<String>,
    /// Whose it is.
    pub customer: TicketCustomer,
    /// The member of staff it is assigned to.
    pub assigned_to: Option<UserId>,
    /// How many messages of the customer the asking person has not read. `None` in events, which
    /// go to many people.
    pub unread: Option<i64>,
    /// Its newest message.
    pub last_message_id: Option<MessageId>,
    /// When its newest message was stored.
    pub last_message_at: Timestamp,
    /// Which side wrote its newest message.
    pub last_from: Option<Source>,
    /// The first words of its newest message, at most [`text::EXCERPT_CHARS`].
    pub excerpt: String,
    /// When the oldest message that nobody answered was stored; `None` when nobody waits.
    pub waiting_since: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was closed.
    pub resolved_at: Option<Timestamp>,
    /// Who closed it, by name.
    pub resolved_by: Option<String>,
    /// Grows with every change.
    pub version: i64,
}

/// The customer as a ticket shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCustomer {
    /// Their id.
    pub id: CustomerId,
    /// First and last name, or what the channel calls them.
    pub full_name: String,
    /// In international form.
    pub phone_number: String,
}

/// A message of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The conversation.
    pub ticket_id: TicketId,
    /// The text.
    pub body: String,
    /// Which side wrote it.
    pub from_source: Source,
    /// The member of staff who wrote it.
    pub user_id: Option<UserId>,
    /// The customer, when they wrote it.
    pub customer_id: Option<CustomerId>,
    /// Who wrote it, by name.
    pub sender_name: String,
    /// The author's own id for it, when they gave one.
    pub client_id: Option<String>,
    /// How far it came.
    pub delivery_status: DeliveryStatus,
    /// A picture or recording, when there is one.
    #[serde(default)]
    pub media_url: Option<String>,
    /// `text`, or the media type of the attachment.
    #[serde(default = "text::plain")]
    pub media_type: String,
    /// When it was stored.
    pub ts: Timestamp,
}

/// Which tickets a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketFilter {
    /// Open or resolved; both when not given.
    pub status: Option<TicketStatus>,
    /// An area: tickets of the wards at or below it.
    pub ward: Option<AreaId>,
    /// Part of the customer's name, number or of the ticket's number.
    pub q: Option<String>,
    /// Only those with messages the asking person has not read.
    #[serde(default)]
    pub unread: bool,
    /// Only those whose customer waits for an answer.
    #[serde(default)]
    pub unanswered: bool,
    /// Only those whose customer has waited this long.
    pub waiting: Option<WaitBucket>,
    /// Only those assigned to the asking person, or last answered by them.
    #[serde(default)]
    pub mine: bool,
    /// The cursor of an earlier page.
    pub after: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
}

//! The port of tickets and messages.

use crate::caller::{Caller, OfficerOf, Reach};
use crate::id::{CustomerId, MessageId, TicketId, UserId};
use crate::page::Page;
use crate::store::Stored;
use crate::tickets::{Channel, Message, Ticket, TicketFilter};
use crate::time::Timestamp;
use async_trait::async_trait;

/// A message that came in over a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The channel's own id for it; the same twice is one message.
    pub external_id: String,
    /// Who wrote it, in international form.
    pub phone_number: String,
    /// What the channel calls them, used when the number is new.
    pub profile_name: Option<String>,
    /// The text; may be empty when there is a picture.
    pub body: String,
    /// A picture or recording.
    pub media_url: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// What became of a message that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingested {
    /// The stored message, now or earlier.
    pub message: Message,
    /// Whether it was stored now; `false` for a repeat.
    pub new: bool,
}

/// A reply to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// The conversation.
    pub ticket: TicketId,
    /// The text.
    pub body: String,
    /// The author's own id for it, unique per author.
    pub client_id: String,
    /// The newest message the author had seen.
    pub base: Option<MessageId>,
    /// Whether to send even when somebody answered meanwhile.
    pub force: bool,
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyOutcome {
    /// Stored now.
    Sent(Message),
    /// Stored earlier under the same client id: the first result.
    Repeat(Message),
    /// Somebody else answered after `base`: these messages, oldest first. Nothing was stored.
    Meanwhile(Vec<Message>),
    /// The ticket is resolved. Nothing was stored.
    Resolved,
    /// There is no such ticket any more, or it left the ward of the proof.
    Unknown,
}

/// What became of resolving or reopening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveOutcome {
    /// Done; the new state.
    Done(Box<Ticket>),
    /// It was so already.
    Already,
    /// The customer has another open ticket.
    OtherOpen,
    /// There is no such ticket any more, or it left the ward of the proof.
    Unknown,
}

/// What became of noting how far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadOutcome {
    /// The mark moved.
    Moved,
    /// They had read so far, or farther, already. Nothing happened.
    Already,
    /// The message is not one of the ticket.
    Unknown,
}

/// Which messages of a ticket a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageQuery {
    /// The conversation.
    pub ticket: TicketId,
    /// Only messages older than this one.
    pub before: Option<MessageId>,
    /// How many at most.
    pub limit: u32,
}

/// Tickets and messages in the database.
#[async_trait]
pub trait TicketStore {
    /// A page of the tickets within `reach`, newest activity first. `for_user` decides `unread` and
    /// `mine`, `now` decides `waiting`. An `after` that is no cursor is an
    /// [unreadable one](crate::store::StoreError::UnreadableCursor).
    async fn tickets(
        &self,
        reach: Reach,
        for_user: UserId,
        filter: &TicketFilter,
        now: Timestamp,
    ) -> Stored<Page<Ticket>>;

    /// One ticket, whoever asks, with `unread` of `for_user`.
    async fn ticket(&self, id: TicketId, for_user: UserId) -> Stored<Option<Ticket>>;

    /// A page of a ticket's messages, newest first.
    async fn messages(&self, query: MessageQuery) -> Stored<Page<Message>>;

    /// Stores a message that came in: finds or adds the customer, notes the channel they are reached
    /// over, finds or opens the ticket, and appends `ticket_created` (when opened) and
    /// `message_received`.
    async fn ingest(&self, channel: Channel, inbound: &Inbound) -> Stored<Ingested>;

    /// Stores a reply and appends `message_received`. How far it has come by that, the customer's
    /// channel says.
    async fn reply(&self, officer: &OfficerOf, reply: &NewReply) -> Stored<ReplyOutcome>;

    /// Closes a ticket and appends `ticket_resolved` and `ticket_updated`.
    async fn resolve(&self, officer: &OfficerOf, ticket: TicketId) -> Stored<MoveOutcome>;

    /// Opens a ticket again and appends `ticket_updated`.
    async fn reopen(&self, officer: &OfficerOf, ticket: TicketId) -> Stored<MoveOutcome>;

    /// Notes how far a person has read, never back, and appends `ticket_read` when it moved.
    async fn mark_read(
        &self,
        caller: &Caller,
        ticket: TicketId,
        up_to: MessageId,
    ) -> Stored<ReadOutcome>;

    /// The newest conversation of a customer with its newest messages, oldest first: what the
    /// customer's phone would show. For the simulator.
    async fn conversation_of(&self, customer: CustomerId, limit: u32) -> Stored<Vec<Message>>;
}

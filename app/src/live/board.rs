//! What is on the screen and changes by itself: the list of tickets and the open conversation.
//!
//! The board is plain data, changed by plain functions ([`super::apply`], [`super::outbox`]) and
//! shown through a store: each row and each message is patched by its key, so an event re-renders
//! the one row it is about.

use crate::error::Problem;
use domain::id::{AreaId, EventId, MessageId, TicketId, UserId};
use domain::tickets::service::ReplyDraft;
use domain::tickets::{DeliveryStatus, Message, Source, Ticket, TicketFilter};
use domain::time::Timestamp;
use reactive_stores::{KeyMap, PatchField, Store, StorePath};
use std::collections::BTreeSet;

/// The list and the open conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Store)]
pub struct Board {
    /// The rows of the list, in the order they are shown.
    #[store(key: TicketId = |row| row.ticket.id)]
    pub rows: Vec<Row>,
    /// Where the list goes on, `None` at its end.
    pub more: Option<String>,
    /// What the list shows.
    pub listed: Listed,
    /// Tickets whose news wait above the list until the reader asks for them.
    pub news: BTreeSet<TicketId>,
    /// Whether the list, as it was loaded, can't be brought up to date by events alone.
    pub stale: bool,
    /// The ticket of the open conversation.
    pub open: Option<Ticket>,
    /// Its messages, oldest first; those on their way come last.
    #[store(key: String = |line| line.key.clone())]
    pub lines: Vec<Line>,
    /// Whether older messages are to be had.
    pub older: bool,
    /// Messages of other conversations that did not go out.
    pub unsent: Vec<(TicketId, Line)>,
    /// Replies that were held back because somebody else answered first, in any conversation.
    pub conflicts: Vec<Conflict>,
    /// Whose screen this is.
    pub me: Option<UserId>,
    /// When the server gave what is shown, where that is not the present: the page was opened without
    /// a network.
    pub as_of: Option<Timestamp>,
    /// The position in the log up to which the board is complete.
    pub heard: Option<EventId>,
}

/// What the list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// The filter.
    pub filter: TicketFilter,
    /// The wards at or below the filter's area; `None` without one.
    pub wards: Option<Vec<AreaId>>,
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The ticket as it is now.
    pub ticket: Ticket,
}

/// A message of the open conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Stays the same from the moment it appears, also when a message on its way is stored.
    pub key: String,
    /// Its id, once it is stored.
    pub id: Option<MessageId>,
    /// The author's own id for it.
    pub client_id: Option<String>,
    /// The text.
    pub body: String,
    /// Which side wrote it.
    pub from_source: Source,
    /// Who wrote it, by name.
    pub sender_name: String,
    /// The member of staff who wrote it.
    pub user_id: Option<UserId>,
    /// How far it came to the customer.
    pub delivery_status: DeliveryStatus,
    /// A picture or recording.
    pub media_url: Option<String>,
    /// `text`, or the media type of the attachment.
    pub media_type: String,
    /// When it was stored, or written while it is on its way.
    pub ts: Timestamp,
    /// How far it came to our server.
    pub sending: Sending,
}

/// How far a message came to our server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// The server has it.
    Stored,
    /// It is on its way.
    Pending,
    /// There is no way to the server. It is kept, and goes out by itself once there is.
    Waiting,
    /// It did not arrive, or was refused. The text is kept, and sending again can't double it.
    Failed(Problem),
}

/// A reply that was held back because somebody else answered first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The conversation.
    pub ticket: TicketId,
    /// The reply, as it was to be sent.
    pub draft: ReplyDraft,
    /// What was written since the author's last look, oldest first.
    pub messages: Vec<Message>,
}

impl Line {
    /// A message that the server has.
    #[must_use]
    pub fn stored(message: Message) -> Self {
        Self {
            key: format!("m{}", message.id),
            id: Some(message.id),
            client_id: message.client_id,
            body: message.body,
            from_source: message.from_source,
            sender_name: message.sender_name,
            user_id: message.user_id,
            delivery_status: message.delivery_status,
            media_url: message.media_url,
            media_type: message.media_type,
            ts: message.ts,
            sending: Sending::Stored,
        }
    }
}

/// A row is one unit of change: its text nodes are few, and comparing them is cheap.
macro_rules! whole {
    ($($name:ty),+ $(,)?) => {$(
        impl PatchField for $name {
            fn patch_field(
                &mut self,
                new: Self,
                path: &StorePath,
                notify: &mut dyn FnMut(&StorePath),
                _keys: Option<&KeyMap>,
            ) {
                if *self != new {
                    *self = new;
                    notify(path);
                }
            }
        }
    )+};
}

whole!(Row, Line);

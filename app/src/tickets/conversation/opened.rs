//! What a conversation was when it was opened, and its ticket as it is now.

use crate::live::{BoardHandle, BoardStoreFields};
use crate::tickets::api::ConversationPage;
use domain::areas::{Area, AreaLevel};
use domain::id::{MessageId, TicketId};
use domain::tickets::{Message, Source, Ticket, TicketStatus};
use leptos::prelude::*;

/// A conversation at the moment it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tickets) struct Opened {
    /// The ticket, as it was then.
    pub(in crate::tickets) first: Ticket,
    /// The ticket, as it is now.
    pub(in crate::tickets) ticket: Memo<Ticket>,
    /// The areas down to its ward, without the country.
    pub(in crate::tickets) areas: Vec<Area>,
    /// The oldest message that had not been read.
    pub(in crate::tickets) unread_from: Option<MessageId>,
    /// The newest message, for a reply without JavaScript.
    pub(in crate::tickets) newest: Option<MessageId>,
    /// The id of such a reply.
    pub(in crate::tickets) reply_id: String,
}

impl Opened {
    /// From the page that opens it.
    pub(super) fn of(page: &ConversationPage, board: BoardHandle) -> Self {
        let first = page.ticket.clone();
        let then = first.clone();
        let ticket = Memo::new(move |before: Option<&Ticket>| {
            let open = board.store.open().get().filter(|ticket| ticket.id == then.id);
            open.or_else(|| before.cloned()).unwrap_or_else(|| then.clone())
        });
        let areas = page.ward_path.iter().filter(|area| area.level != AreaLevel::Country);
        Self {
            first,
            ticket,
            areas: areas.cloned().collect(),
            unread_from: unread_from(&page.messages.items, page.ticket.unread),
            newest: page.messages.items.iter().map(|message| message.id).max(),
            reply_id: page.reply_id.clone(),
        }
    }

    /// The ticket's id.
    pub(in crate::tickets) const fn id(&self) -> TicketId {
        self.first.id
    }

    /// Whether it is resolved, now.
    pub(in crate::tickets) fn resolved(&self) -> Memo<bool> {
        let ticket = self.ticket;
        Memo::new(move |_| ticket.with(|ticket| ticket.status == TicketStatus::Resolved))
    }

    /// The names of the areas above its ward, as long as it stays in that ward.
    pub(in crate::tickets) fn above(&self) -> String {
        let names: Vec<&str> = self.areas.iter().map(|area| area.name.as_str()).collect();
        let above = names.split_last().map(|(_, above)| above.join(" › "));
        above.unwrap_or_default()
    }
}

/// The oldest of the customer's newest `unread` messages. `messages` are newest first.
fn unread_from(messages: &[Message], unread: Option<i64>) -> Option<MessageId> {
    let unread = usize::try_from(unread.unwrap_or(0)).unwrap_or(0);
    let theirs = messages.iter().filter(|message| message.from_source == Source::Customer);
    theirs.take(unread).last().map(|message| message.id)
}

//! Server functions of tickets.
//!
//! Each snapshot names the position in the log that was read *before* its rows: whoever applies all
//! events after it has missed nothing.

use crate::client::KeptClient;
use crate::error::Problem;
use domain::areas::Area;
use domain::event::Head;
use domain::id::{AreaId, MessageId, TicketId};
use domain::page::Page;
use domain::tickets::service::ReplyDraft;
use domain::tickets::{Message, Ticket, TicketFilter};
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// How many tickets a page of the inbox holds.
pub const TICKETS_SHOWN: u32 = 50;

/// A page of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxPage {
    /// Where the log stood before the rows were read.
    pub head: Head,
    /// The server's clock at that moment.
    pub now: Timestamp,
    /// The tickets, newest activity first.
    pub page: Page<Ticket>,
    /// The wards at or below the area of the filter; `None` without such a filter.
    pub wards: Option<Vec<AreaId>>,
}

/// A conversation with its newest messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    /// Where the log stood before the rows were read.
    pub head: Head,
    /// The server's clock at that moment.
    pub now: Timestamp,
    /// The ticket.
    pub ticket: Ticket,
    /// Its newest messages, newest first.
    pub messages: Page<Message>,
    /// The areas from the root down to the ticket's ward; empty without a ward.
    pub ward_path: Vec<Area>,
    /// A fresh id for a reply that is sent by a form, without JavaScript.
    pub reply_id: String,
}

/// A page of the tickets that the signed-in person covers.
#[server(prefix = "/fn", endpoint = "tickets/inbox", input = Json, client = KeptClient)]
pub async fn inbox(
    /// Which tickets.
    filter: TicketFilter,
) -> Result<InboxPage, Problem> {
    use crate::ssr;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(ssr::inbox(&desk, &caller, filter).await)
}

/// A conversation that the signed-in person covers.
#[server(prefix = "/fn", endpoint = "tickets/conversation", input = Json, client = KeptClient)]
pub async fn conversation(
    /// The ticket.
    id: TicketId,
) -> Result<ConversationPage, Problem> {
    use crate::ssr;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(ssr::conversation(&desk, &caller, id).await)
}

/// The messages before one that is known, newest first.
#[server(prefix = "/fn", endpoint = "tickets/older-messages", input = Json, client = KeptClient)]
pub async fn older_messages(
    /// The conversation.
    ticket: TicketId,
    /// The oldest message that is known.
    before: MessageId,
) -> Result<Page<Message>, Problem> {
    use crate::ssr;
    use domain::tickets::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::messages(&desk, &caller, ticket, Some(before), None).await)
}

/// Answers the customer.
#[server(prefix = "/fn", endpoint = "tickets/reply", client = KeptClient)]
pub async fn reply(
    /// The conversation.
    ticket: TicketId,
    /// What to say.
    draft: ReplyDraft,
) -> Result<Message, Problem> {
    use crate::ssr;
    use domain::tickets::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::reply(&desk, &caller, ticket, &draft).await)
}

/// Closes a conversation.
#[server(prefix = "/fn", endpoint = "tickets/resolve", client = KeptClient)]
pub async fn resolve(
    /// The conversation.
    ticket: TicketId,
) -> Result<Ticket, Problem> {
    use crate::ssr;
    use domain::tickets::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::resolve(&desk, &caller, ticket).await)
}

/// Opens a conversation again.
#[server(prefix = "/fn", endpoint = "tickets/reopen", client = KeptClient)]
pub async fn reopen(
    /// The conversation.
    ticket: TicketId,
) -> Result<Ticket, Problem> {
    use crate::ssr;
    use domain::tickets::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::reopen(&desk, &caller, ticket).await)
}

/// Notes that the signed-in person has read up to a message.
#[server(prefix = "/fn", endpoint = "tickets/mark-read", input = Json, client = KeptClient)]
pub async fn mark_read(
    /// The conversation.
    ticket: TicketId,
    /// The newest message that was read.
    up_to: MessageId,
) -> Result<(), Problem> {
    use crate::ssr;
    use domain::tickets::service;
    let (desk, caller) = ssr::desk_for_caller().await?;
    ssr::answer(service::mark_read(&desk, &caller, ticket, up_to).await)
}

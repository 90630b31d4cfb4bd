//! The use cases of tickets, shared by REST, pages and sockets.

use crate::caller::{Caller, OfficerOf};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::id::{MessageId, TicketId};
use crate::page::{Page, page_size};
use crate::refusal::Refusal;
use crate::tickets::{
    Channel, Inbound, Ingested, Message, MessageQuery, MoveOutcome, NewReply, ReadOutcome,
    ReplyOutcome, Ticket, TicketFilter, text,
};
use serde::{Deserialize, Serialize};

/// How many messages a page holds unless asked otherwise.
pub const MESSAGES_USUAL: u32 = 50;

/// A reply as an author sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyDraft {
    /// The text.
    pub body: String,
    /// The author's own id for it; the same again is the same message.
    pub client_id: String,
    /// The newest message the author had seen.
    #[serde(default)]
    pub base_message_id: Option<MessageId>,
    /// Send even when somebody answered meanwhile.
    #[serde(default)]
    pub force: bool,
}

/// A page of the tickets the caller covers.
pub async fn list(
    desk: &Desk,
    caller: &Caller,
    filter: &TicketFilter,
) -> Result<Page<Ticket>, Failure> {
    text::search(filter.q.as_deref())?;
    let now = desk.clock.now();
    Ok(desk.store.tickets(caller.reach(), caller.user, filter, now).await?)
}

/// One ticket the caller covers.
pub async fn read(desk: &Desk, caller: &Caller, id: TicketId) -> Result<Ticket, Failure> {
    covered(desk, caller, id).await.map(|(ticket, _)| ticket)
}

/// A page of the messages of a ticket the caller covers, newest first.
pub async fn messages(
    desk: &Desk,
    caller: &Caller,
    ticket: TicketId,
    before: Option<MessageId>,
    limit: Option<u32>,
) -> Result<Page<Message>, Failure> {
    covered(desk, caller, ticket).await?;
    let query = MessageQuery { ticket, before, limit: page_size(limit, MESSAGES_USUAL) };
    Ok(desk.store.messages(query).await?)
}

/// Answers the customer. A repeat with the same client id is answered with the first result.
pub async fn reply(
    desk: &Desk,
    caller: &Caller,
    ticket: TicketId,
    draft: &ReplyDraft,
) -> Result<Message, Failure> {
    let reply = NewReply {
        ticket,
        body: text::body(&draft.body)?,
        client_id: text::client_id(&draft.client_id)?,
        base: draft.base_message_id,
        force: draft.force,
    };
    let (_, officer) = covered(desk, caller, ticket).await?;
    match desk.store.reply(&officer, &reply).await? {
        ReplyOutcome::Sent(message) | ReplyOutcome::Repeat(message) => Ok(message),
        ReplyOutcome::Meanwhile(messages) => Err(Refusal::AnsweredMeanwhile { messages }.into()),
        ReplyOutcome::Resolved => Err(Refusal::TicketResolved.into()),
        ReplyOutcome::Unknown => Err(unknown().into()),
    }
}

/// Closes a ticket.
pub async fn resolve(desk: &Desk, caller: &Caller, id: TicketId) -> Result<Ticket, Failure> {
    let (_, officer) = covered(desk, caller, id).await?;
    moved(desk.store.resolve(&officer, id).await?, Refusal::TicketResolved)
}

/// Opens a resolved ticket again.
pub async fn reopen(desk: &Desk, caller: &Caller, id: TicketId) -> Result<Ticket, Failure> {
    let (_, officer) = covered(desk, caller, id).await?;
    moved(desk.store.reopen(&officer, id).await?, Refusal::TicketOpen)
}

/// Notes that the caller has read a ticket up to a message. That they had already is fine: a page tells
/// it as often as the end of the conversation comes into view.
pub async fn mark_read(
    desk: &Desk,
    caller: &Caller,
    id: TicketId,
    up_to: MessageId,
) -> Result<(), Failure> {
    match read_up_to(desk, caller, id, Some(up_to)).await {
        Err(Failure::Refused(Refusal::AlreadyRead)) => Ok(()),
        other => other,
    }
}

/// The same up to the newest message unless one is named, and refused when there was nothing to note.
pub async fn read_up_to(
    desk: &Desk,
    caller: &Caller,
    id: TicketId,
    up_to: Option<MessageId>,
) -> Result<(), Failure> {
    let (ticket, _) = covered(desk, caller, id).await?;
    let up_to = up_to.or(ticket.last_message_id).ok_or(Refusal::AlreadyRead)?;
    match desk.store.mark_read(caller, id, up_to).await? {
        ReadOutcome::Moved => Ok(()),
        ReadOutcome::Already => Err(Refusal::AlreadyRead.into()),
        ReadOutcome::Unknown => {
            Err(Refusal::invalid("message_id", "That message is not one of this ticket.").into())
        }
    }
}

/// Takes in a message of the built-in simulator.
pub async fn ingest(desk: &Desk, inbound: Inbound) -> Result<Ingested, Failure> {
    ingest_from(desk, Channel::Simulator, inbound).await
}

/// Takes in a message from a channel. The same external id twice is one message.
pub async fn ingest_from(
    desk: &Desk,
    channel: Channel,
    inbound: Inbound,
) -> Result<Ingested, Failure> {
    if inbound.external_id.is_empty() || inbound.external_id.len() > 128 {
        return Err(Refusal::invalid("MessageSid", "Give the channel's id of the message.").into());
    }
    text::whole("MessageSid", &inbound.external_id)?;
    text::whole("MediaUrl0", inbound.media_url.as_deref().unwrap_or_default())?;
    text::whole("MediaContentType0", inbound.media_type.as_deref().unwrap_or_default())?;
    let body = match (&inbound.media_url, inbound.body.trim().is_empty()) {
        (Some(_), true) => String::new(),
        _ => text::body(&inbound.body)?,
    };
    let inbound = Inbound {
        phone_number: text::phone("From", &inbound.phone_number)?,
        profile_name: inbound.profile_name.and_then(|name| text::name("ProfileName", &name).ok()),
        body,
        ..inbound
    };
    Ok(desk.store.ingest(channel, &inbound).await?)
}

/// The ticket and the proof that the caller covers its ward. A stranger learns nothing: for them a
/// ticket of another ward is one that does not exist.
async fn covered(
    desk: &Desk,
    caller: &Caller,
    id: TicketId,
) -> Result<(Ticket, OfficerOf), Failure> {
    let ticket = desk.store.ticket(id, caller.user).await?.ok_or_else(unknown)?;
    let officer = desk.officer_of(caller, ticket.ward_id).await?.ok_or_else(unknown)?;
    Ok((ticket, officer))
}

fn moved(outcome: MoveOutcome, already: Refusal) -> Result<Ticket, Failure> {
    match outcome {
        MoveOutcome::Done(ticket) => Ok(*ticket),
        MoveOutcome::Already => Err(already.into()),
        MoveOutcome::OtherOpen => Err(Refusal::OtherTicketOpen.into()),
        MoveOutcome::Unknown => Err(unknown().into()),
    }
}

fn unknown() -> Refusal {
    Refusal::not_found("ticket")
}

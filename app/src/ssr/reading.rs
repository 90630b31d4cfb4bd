//! Snapshots as pages show them, put together from use cases; and the simulator's way in.

use super::{answer, fresh_id};
use crate::error::Problem;
use crate::tickets::api::{ConversationPage, InboxPage, TICKETS_SHOWN};
use domain::caller::Caller;
use domain::desk::Desk;
use domain::failure::Failure;
use domain::id::TicketId;
use domain::tickets::{Inbound, Message, TicketFilter, service};

/// A page of the inbox. The position is read before the rows.
pub async fn inbox(
    desk: &Desk,
    caller: &Caller,
    filter: TicketFilter,
) -> Result<InboxPage, Failure> {
    let filter = TicketFilter { limit: filter.limit.or(Some(TICKETS_SHOWN)), ..filter };
    let (head, now) = (desk.store.head().await?, desk.clock.now());
    let page = service::list(desk, caller, &filter).await?;
    let wards = match filter.ward {
        Some(area) => Some(desk.store.wards_below(area).await?),
        None => None,
    };
    Ok(InboxPage { head, now, page, wards })
}

/// A conversation with its newest messages. The position is read before the rows.
pub async fn conversation(
    desk: &Desk,
    caller: &Caller,
    id: TicketId,
) -> Result<ConversationPage, Failure> {
    let (head, now) = (desk.store.head().await?, desk.clock.now());
    let ticket = service::read(desk, caller, id).await?;
    let messages = service::messages(desk, caller, id, None, None).await?;
    let ward = match ticket.ward_id {
        Some(ward) => desk.store.area(ward).await?,
        None => None,
    };
    let ward_path = ward.map_or_else(Vec::new, |detail| {
        detail.path.into_iter().chain(std::iter::once(detail.area)).collect()
    });
    Ok(ConversationPage { head, now, ticket, messages, ward_path, reply_id: fresh_id()? })
}

/// Takes in what the simulated customer wrote, the way a channel's message comes in.
pub async fn simulated(
    desk: &Desk,
    phone_number: String,
    profile_name: Option<String>,
    body: String,
) -> Result<Message, Problem> {
    let inbound = Inbound {
        external_id: format!("simulator-{}", answer(fresh_id())?),
        phone_number,
        profile_name,
        body,
        media_url: None,
        media_type: None,
    };
    Ok(answer(service::ingest(desk, inbound).await)?.message)
}

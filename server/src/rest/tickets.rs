//! Conversations.

use crate::rest::extract::{Answer, Id, JsonBody, MaybeJson, Params, Reply, SignedIn, switch};
use crate::rest::problem::Problem;
use crate::rest::shapes;
use axum::extract::State;
use axum::http::StatusCode;
use domain::desk::Desk;
use domain::id::{AreaId, MessageId, TicketId};
use domain::page::Page;
use domain::tickets::service::{self, ReplyDraft};
use domain::tickets::{Message, Ticket, TicketFilter, TicketStatus, WaitBucket};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which tickets a list shows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TicketParams {
    /// `open` or `resolved`; both when not given.
    #[param(value_type = Option<shapes::TicketStatus>)]
    status: Option<TicketStatus>,
    /// An area: tickets of the wards at or below it.
    #[param(value_type = Option<i64>)]
    ward: Option<AreaId>,
    /// Part of the customer's name, number or of the ticket's number.
    q: Option<String>,
    /// Only those with messages I have not read.
    #[serde(default, deserialize_with = "switch")]
    unread: bool,
    /// Only those whose customer waits for an answer.
    #[serde(default, deserialize_with = "switch")]
    unanswered: bool,
    /// Only those whose customer has waited this long.
    #[param(value_type = Option<shapes::WaitBucket>)]
    waiting: Option<WaitBucket>,
    /// Only those assigned to me, or last answered by me.
    #[serde(default, deserialize_with = "switch")]
    mine: bool,
    /// `next` of an earlier page.
    after: Option<String>,
    /// How many at most, up to 100.
    limit: Option<u32>,
}

impl From<TicketParams> for TicketFilter {
    fn from(params: TicketParams) -> Self {
        Self {
            status: params.status,
            ward: params.ward,
            q: params.q,
            unread: params.unread,
            unanswered: params.unanswered,
            waiting: params.waiting,
            mine: params.mine,
            after: params.after,
            limit: params.limit,
        }
    }
}

/// The tickets I cover, newest activity first.
#[utoipa::path(
    get, path = "/api/tickets", tag = "tickets", params(TicketParams),
    responses((status = 200, body = shapes::Page<shapes::Ticket>)),
)]
pub(super) async fn list(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Params(params): Params<TicketParams>,
) -> Answer<Page<Ticket>> {
    Ok(Reply(service::list(&desk, &caller, &params.into()).await?))
}

/// One ticket I cover.
#[utoipa::path(
    get, path = "/api/tickets/{id}", tag = "tickets",
    params(("id" = i64, Path, description = "The ticket")),
    responses((status = 200, body = shapes::Ticket)),
)]
pub(super) async fn read(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<TicketId>,
) -> Answer<Ticket> {
    Ok(Reply(service::read(&desk, &caller, id).await?))
}

/// Which messages of a ticket.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MessageParams {
    /// `next` of an earlier page: messages older than that one.
    #[param(value_type = Option<i64>)]
    before: Option<MessageId>,
    /// How many at most, up to 100.
    limit: Option<u32>,
}

/// The messages of a ticket, newest first.
#[utoipa::path(
    get, path = "/api/tickets/{id}/messages", tag = "tickets",
    params(("id" = i64, Path, description = "The ticket"), MessageParams),
    responses((status = 200, body = shapes::Page<shapes::Message>)),
)]
pub(super) async fn messages(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<TicketId>,
    Params(params): Params<MessageParams>,
) -> Answer<Page<Message>> {
    Ok(Reply(service::messages(&desk, &caller, id, params.before, params.limit).await?))
}

/// Answers the customer. 409 `answered_meanwhile`, with the newer messages, when somebody else
/// answered after `base_message_id` and `force` is not set.
#[utoipa::path(
    post, path = "/api/tickets/{id}/messages", tag = "tickets",
    params(("id" = i64, Path, description = "The ticket")),
    request_body = shapes::ReplyDraft,
    responses((status = 200, body = shapes::Message)),
)]
pub(super) async fn reply(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<TicketId>,
    JsonBody(draft): JsonBody<ReplyDraft>,
) -> Answer<Message> {
    Ok(Reply(service::reply(&desk, &caller, id, &draft).await?))
}

/// Closes a ticket. 409 `ticket_resolved` when it is closed already.
#[utoipa::path(
    post, path = "/api/tickets/{id}/resolve", tag = "tickets",
    params(("id" = i64, Path, description = "The ticket")),
    responses((status = 200, body = shapes::Ticket)),
)]
pub(super) async fn resolve(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<TicketId>,
) -> Answer<Ticket> {
    Ok(Reply(service::resolve(&desk, &caller, id).await?))
}

/// Opens a ticket again. 409 `ticket_open` when it is open, `other_ticket_open` when the customer has
/// another open one.
#[utoipa::path(
    post, path = "/api/tickets/{id}/reopen", tag = "tickets",
    params(("id" = i64, Path, description = "The ticket")),
    responses((status = 200, body = shapes::Ticket)),
)]
pub(super) async fn reopen(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<TicketId>,
) -> Answer<Ticket> {
    Ok(Reply(service::reopen(&desk, &caller, id).await?))
}

/// How far I have read.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadUpTo {
    /// Everything up to this message; the newest one when not given.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    message_id: Option<MessageId>,
}

/// Notes how far I have read, on all my devices. It never goes back. 409 `already_read` when I had read so
/// far already.
#[utoipa::path(
    post, path = "/api/tickets/{id}/read", tag = "tickets",
    params(("id" = i64, Path, description = "The ticket")),
    request_body = Option<ReadUpTo>,
    responses((status = 204)),
)]
pub(super) async fn mark_read(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<TicketId>,
    MaybeJson(body): MaybeJson<ReadUpTo>,
) -> Result<StatusCode, Problem> {
    service::read_up_to(&desk, &caller, id, body.message_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

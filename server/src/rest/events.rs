//! The log over HTTP, for clients that can't hold a socket or want to check what one brought.

use crate::rest::extract::{Answer, Params, Reply, SignedIn};
use crate::rest::problem::Problem;
use axum::extract::State;
use domain::desk::Desk;
use domain::event::{Event, EventBody, Reset, resumable};
use domain::failure::Failure;
use domain::id::{EventId, UserId};
use domain::page::{PAGE_ITEMS_MAX, page_size};
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

/// From which position on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventParams {
    /// The life of the database that `after` belongs to.
    epoch: Option<String>,
    /// The last position already seen. Without it the answer says only where the log stands.
    #[param(value_type = Option<i64>)]
    after: Option<EventId>,
    /// How many at most, up to 100. Fewer come only when there are no more.
    limit: Option<u32>,
}

/// The events after a position, or why they can't be had.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct Events {
    /// The life of the database.
    epoch: String,
    /// The newest position.
    head: i64,
    /// What the caller may see after their position, ascending.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Vec<Item>>,
    /// Set when the position is of no use: load the present state instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    reset: Option<bool>,
    /// Why, in the words that sockets use: `unreadable_position`, `epoch_changed`,
    /// `unknown_position`, `too_old` or `too_far_behind`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Events {
    fn reset(self, reason: Reset) -> Self {
        Self { reset: Some(true), reason: Some(reason.as_str()), ..self }
    }
}

/// One event.
#[derive(Serialize, ToSchema)]
pub(super) struct Item {
    /// Its position.
    id: i64,
    /// Its name.
    event: &'static str,
    /// Its payload, as sockets carry it.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
}

/// The durable events I may see after a position.
///
/// Whoever is far behind reads on from the last `id` of each page, for as long as pages are full.
///
/// A person is answered at most 300 requests per minute, and refused with 429 beyond that.
#[utoipa::path(
    get, path = "/api/events", tag = "events", params(EventParams),
    responses((status = 200, body = Events)),
)]
pub(super) async fn list(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Params(params): Params<EventParams>,
) -> Answer<Events> {
    desk.limits.read_log(caller.user)?;
    let head = desk.store.head().await.map_err(Failure::from)?;
    let here = Events { epoch: head.epoch.to_string(), head: head.head.get(), ..Events::default() };
    let Some(after) = params.after else { return Ok(Reply(here)) };
    let epoch = params
        .epoch
        .ok_or_else(|| Refusal::invalid("epoch", "Give the epoch that the position belongs to."))?;
    let oldest = desk.store.oldest_kept().await.map_err(Failure::from)?;
    let position = epoch.parse().map_err(|_| Reset::Unreadable);
    if let Err(reason) = position.and_then(|epoch| resumable(head, oldest, epoch, after)) {
        return Ok(Reply(here.reset(reason)));
    }
    let limit = page_size(params.limit, PAGE_ITEMS_MAX);
    let events = page(&desk, caller.user, (after, head.head), limit).await?;
    let items = events.iter().map(item).collect::<Result<_, _>>()?;
    Ok(Reply(Events { items: Some(items), ..here }))
}

/// The first `limit` events of a span that can be told. Rows that this program can't read are passed
/// over, and do not make a page short: a short page is the last one.
async fn page(
    desk: &Desk,
    user: UserId,
    (mut from, up_to): (EventId, EventId),
    limit: u32,
) -> Result<Vec<Event>, Failure> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    loop {
        let rows = desk.store.events_for(user, from, up_to, limit).await?;
        let (full, last) = (rows.len() >= most, rows.last().map(|event| event.id));
        let readable = |event: &Event| !matches!(event.body, EventBody::Unreadable { .. });
        found.extend(rows.into_iter().filter(readable));
        found.truncate(most);
        match last {
            Some(last) if full && found.len() < most => from = last,
            _ => return Ok(found),
        }
    }
}

fn item(event: &Event) -> Result<Item, Problem> {
    let data = event.body.payload().and_then(RawValue::from_string).map_err(|error| {
        tracing::error!(%error, id = %event.id, "an event can't be written: {error}");
        Refusal::Unavailable
    })?;
    Ok(Item { id: event.id.get(), event: event.body.name(), data })
}

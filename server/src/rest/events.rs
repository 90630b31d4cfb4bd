//! The log over HTTP, for clients that can't hold a socket or want to check what one brought.

use crate::rest::extract::{Answer, Params, Reply, SignedIn};
use crate::rest::problem::Problem;
use axum::extract::State;
use domain::desk::Desk;
use domain::event::{Event, Head};
use domain::failure::Failure;
use domain::id::{EventId, LogEpoch};
use domain::page::{PAGE_ITEMS_MAX, page_size};
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

/// Whoever missed more than this loads the present state, which is less work for both sides.
const MISSED_MAX: u32 = 500;
/// How far back in the log a position may lie, whoever may see the events since.
const DISTANCE_MAX: i64 = 100_000;

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
    /// `unknown_position`, `too_old`, `too_far_behind` or `too_many_events`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
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
#[utoipa::path(
    get, path = "/api/events", tag = "events", params(EventParams),
    responses((status = 200, body = Events)),
)]
pub(super) async fn list(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Params(params): Params<EventParams>,
) -> Answer<Events> {
    let head = desk.store.head().await.map_err(Failure::from)?;
    let here = Events { epoch: head.epoch.to_string(), head: head.head.get(), ..Events::default() };
    let Some(after) = params.after else { return Ok(Reply(here)) };
    let epoch = params
        .epoch
        .ok_or_else(|| Refusal::invalid("epoch", "Give the epoch that the position belongs to."))?;
    if let Some(reason) = useless(&desk, head, &epoch, after).await? {
        return Ok(Reply(Events { reset: Some(true), reason: Some(reason), ..here }));
    }
    let most = MISSED_MAX + 1;
    let missed = desk.store.events_for(caller.user, after, head.head, most).await;
    let missed = missed.map_err(Failure::from)?;
    if missed.len() > usize::try_from(MISSED_MAX).unwrap_or(usize::MAX) {
        return Ok(Reply(Events { reset: Some(true), reason: Some("too_many_events"), ..here }));
    }
    let limit = usize::try_from(page_size(params.limit, PAGE_ITEMS_MAX)).unwrap_or(usize::MAX);
    let items =
        missed.into_iter().take(limit).map(|event| item(&event)).collect::<Result<_, _>>()?;
    Ok(Reply(Events { items: Some(items), ..here }))
}

/// Why the log can't be read from a position, when it can't.
async fn useless(
    desk: &Desk,
    head: Head,
    epoch: &str,
    after: EventId,
) -> Result<Option<&'static str>, Failure> {
    let Ok(epoch) = epoch.parse::<LogEpoch>() else { return Ok(Some("unreadable_position")) };
    if after.get() < 0 {
        return Ok(Some("unreadable_position"));
    }
    if epoch != head.epoch {
        return Ok(Some("epoch_changed"));
    }
    if after > head.head {
        return Ok(Some("unknown_position"));
    }
    if head.head.get() - after.get() > DISTANCE_MAX {
        return Ok(Some("too_far_behind"));
    }
    let oldest = desk.store.oldest_kept().await?;
    Ok((after.get().saturating_add(1) < oldest.get()).then_some("too_old"))
}

fn item(event: &Event) -> Result<Item, Problem> {
    let data = event.body.payload().and_then(RawValue::from_string).map_err(|error| {
        tracing::error!(%error, id = %event.id, "an event can't be written: {error}");
        Refusal::Unavailable
    })?;
    Ok(Item { id: event.id.get(), event: event.body.name(), data })
}

//! What a socket missed: from its position to the live stream, or the word that this is impossible.

use super::Hub;
use super::conn::Conn;
use super::packet::{self, Auth};
use super::stream::{Outgoing, Step};
use crate::telemetry::metrics;
use domain::event::{Event, Head, MISSED_MAX, Reset, resumable};
use domain::id::{EventId, LogEpoch};
use domain::session::device::DeviceLabel;
use domain::store::Stored;
use serde_json::json;
use std::sync::Arc;

/// How many events one look takes.
const PAGE: u32 = 100;

/// Where a client says it stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// It asked for nothing: it loads state by itself and hears what comes from now on.
    Nothing,
    /// A position of a life of the database.
    Position(LogEpoch, EventId),
    /// Something that is no position.
    Unreadable,
}

impl Asked {
    pub(super) fn of(auth: &Auth) -> Self {
        Self::from_parts(auth.epoch.as_deref(), auth.after.as_deref())
    }

    pub(super) fn from_parts(epoch: Option<&str>, after: Option<&str>) -> Self {
        match (epoch, after) {
            (_, None) => Self::Nothing,
            (None, Some(_)) => Self::Unreadable,
            (Some(epoch), Some(after)) => match (epoch.parse(), after.parse::<EventId>()) {
                (Ok(epoch), Ok(after)) if after.get() >= 0 => Self::Position(epoch, after),
                _ => Self::Unreadable,
            },
        }
    }
}

/// Brings a socket from what it asked for into its room. Answers how many missed events it got.
pub(super) async fn bring_up(hub: &Hub, conn: &Arc<Conn>, asked: &Asked) -> Stored<usize> {
    let _alone = conn.catching_up.lock().await;
    hub.registry.lock().leave(conn);
    conn.go_back();
    // Nothing ever closes the semaphore; without a permit there is just no limit.
    let _turn = hub.catch_ups.acquire().await.ok();
    look_at_device(hub, conn).await?;
    let head = hub.desk.store.head().await?;
    let mut recovered = 0;
    let mut from = match start(hub, asked, head).await? {
        Start::Now => hub.stream.lock().await.cursor(),
        Start::After(after) => after,
        Start::Reset(reason) => reset(hub, conn, reason).await,
    };
    conn.seen_up_to(from);
    while !conn.is_closed() {
        let stream = hub.stream.lock().await;
        let step = stream.step_in(hub, conn, from, MISSED_MAX - recovered);
        let up_to = stream.cursor();
        drop(stream);
        let page = match step {
            Step::In(sent) => return Ok(recovered + sent),
            Step::TooFar => hub.desk.store.events_for(conn.user(), from, up_to, PAGE).await?,
            Step::TooMany => Vec::new(),
        };
        if matches!(step, Step::TooMany) || recovered + page.len() > MISSED_MAX {
            from = reset(hub, conn, Reset::TooMany).await;
            conn.seen_up_to(from);
            recovered = 0;
            continue;
        }
        recovered += page.len();
        from = hand_over(hub, conn, &page).unwrap_or(up_to);
    }
    Ok(recovered)
}

/// Finds out what the log may say of the device, once per socket. Here, because here it is its turn.
async fn look_at_device(hub: &Hub, conn: &Conn) -> Stored<()> {
    if !conn.knows_device() {
        let name = hub.desk.store.device_name(conn.session()).await?;
        conn.note_device(DeviceLabel::of(&name.unwrap_or_default()));
    }
    Ok(())
}

/// Sends a page; answers where the next one begins, or `None` when this was the last.
fn hand_over(hub: &Hub, conn: &Conn, page: &[Event]) -> Option<EventId> {
    for event in page {
        if conn.wants(event.body.audience())
            && let Ok(out) = Outgoing::encode(event, hub.epoch)
        {
            conn.send_durable(out.id, &out.frame);
        }
    }
    let full = u32::try_from(page.len()).is_ok_and(|count| count >= PAGE);
    page.last().filter(|_| full).map(|event| event.id)
}

enum Start {
    Now,
    After(EventId),
    Reset(Reset),
}

async fn start(hub: &Hub, asked: &Asked, head: Head) -> Stored<Start> {
    let (epoch, after) = match asked {
        Asked::Nothing => return Ok(Start::Now),
        Asked::Unreadable => return Ok(Start::Reset(Reset::Unreadable)),
        Asked::Position(epoch, after) => (*epoch, *after),
    };
    let oldest = hub.desk.store.oldest_kept().await?;
    Ok(match resumable(head, oldest, epoch, after) {
        Ok(()) => Start::After(after),
        Err(reason) => Start::Reset(reason),
    })
}

/// Tells the client to load state afresh; it goes on from the node's present position.
async fn reset(hub: &Hub, conn: &Conn, reason: Reset) -> EventId {
    let reason = reason.as_str();
    metrics::reset(reason);
    conn.send(packet::event("reset", &json!({ "reason": reason })));
    hub.stream.lock().await.cursor()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH: &str = "018f3d3c-0000-7000-8000-000000000001";

    #[test]
    fn a_position_is_an_epoch_and_a_number_and_nothing_else() {
        assert_eq!(Asked::from_parts(None, None), Asked::Nothing);
        assert_eq!(Asked::from_parts(Some(EPOCH), None), Asked::Nothing);
        let asked = Asked::from_parts(Some(EPOCH), Some("12"));
        assert_eq!(asked, Asked::Position(EPOCH.parse().unwrap(), EventId(12)));
        for (epoch, after) in
            [(None, "12"), (Some("x"), "12"), (Some(EPOCH), "-1"), (Some(EPOCH), "1e3")]
        {
            assert_eq!(Asked::from_parts(epoch, Some(after)), Asked::Unreadable);
        }
    }
}

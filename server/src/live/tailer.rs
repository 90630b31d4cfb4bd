//! The one reader of the log on this node: what it reads it applies to the node itself, then hands
//! out, in order.

use super::stream::Outgoing;
use super::{Hub, gate};
use crate::telemetry::metrics;
use domain::event::{Event, EventBody, SessionEnded};
use domain::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Looked at least this often, also when no commit was announced.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// How many events one look takes.
const BATCH: u32 = 256;
/// How long to wait after a failed look.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// Follows the log until `stop`.
pub(super) async fn run(hub: Arc<Hub>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match advance(&hub).await {
            Ok(true) => {}
            Ok(false) => {
                let commit = hub.desk.store.wait_for_commit(POLL_EVERY);
                stop.run_until_cancelled(commit).await;
            }
            Err(error) => {
                tracing::warn!(error = %error, "the event log could not be read: {error}");
                stop.run_until_cancelled(tokio::time::sleep(AFTER_FAILURE)).await;
            }
        }
    }
}

/// Reads and hands out one batch. `false` when there was nothing new.
async fn advance(hub: &Hub) -> domain::store::Stored<bool> {
    let cursor = hub.stream.lock().await.cursor();
    let events = hub.desk.store.events_after(cursor, BATCH).await?;
    hub.heard_at.store(hub.desk.clock.now().millis(), Ordering::Release);
    for event in &events {
        take(hub, event).await;
        // Lets the writers of the sockets run, so that a burst flows instead of filling buffers.
        tokio::task::yield_now().await;
    }
    Ok(!events.is_empty())
}

async fn take(hub: &Hub, event: &Event) {
    let mut stream = hub.stream.lock().await;
    stream.audience.apply(&event.body);
    remember(hub, &event.body);
    match Outgoing::encode(event, hub.epoch) {
        Ok(out) => {
            let reached = stream.hand_out(hub, out);
            metrics::event(event.body.name(), reached, hub.desk.clock.now().since(event.at));
        }
        Err(error) => {
            tracing::error!(event = %event.id, error = %error, "an event can't be encoded");
            stream.skip(event.id);
        }
    }
    drop(stream);
    act(hub, event);
}

/// What concerns the node itself, before anybody is told.
fn remember(hub: &Hub, event: &EventBody) {
    match event {
        EventBody::SessionEnded(ended) => hub.standing.end(ended.session_id, ended.code),
        EventBody::ClaimsChanged(claims) => {
            hub.standing.require_claims(claims.user_id, claims.claims_version);
        }
        _ => {}
    }
}

/// What concerns open sockets, after everybody was told.
fn act(hub: &Hub, event: &Event) {
    match &event.body {
        EventBody::SessionEnded(ended) => {
            measure_end(hub, ended, event.at);
            for conn in hub.registry.of_session(ended.user_id, ended.session_id) {
                gate::dismiss(hub, &conn, ended.code.as_str());
            }
        }
        EventBody::ClaimsChanged(claims) => {
            // They may stay for the usual grace, and come back with new claims until then.
            let now = hub.desk.clock.now();
            for conn in hub.registry.of_user(claims.user_id) {
                let mut caller = conn.caller();
                if caller.claims_version < claims.claims_version {
                    caller.access_expires_at = caller.access_expires_at.min(now);
                    conn.renew(caller);
                }
            }
        }
        _ => {}
    }
}

/// Counts a session that ended, and how long it had lasted; nobody waits for that.
fn measure_end(hub: &Hub, ended: &SessionEnded, at: Timestamp) {
    let (store, session, code) = (hub.desk.store.clone(), ended.session_id, ended.code.as_str());
    tokio::spawn(async move {
        let found = store.session(session).await.ok().flatten();
        metrics::session_over(code, found.map(|(row, _)| at.since(row.authenticated_at)));
    });
}

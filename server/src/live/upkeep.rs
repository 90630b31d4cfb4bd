//! What sockets need without being asked: pulses, the end of those whose token is over, the drain.

use super::{Hub, gate, packet};
use crate::telemetry::metrics;
use domain::id::EventId;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Each socket gets a pulse once in so many ticks of a second.
const PULSE_TICKS: u64 = 20;
/// How long a socket may stay after its access token has ended: the time to show a new one.
const GRACE: Duration = Duration::from_secs(30);
/// How long a drained socket has to read its last packet.
const LAST_WORDS: Duration = Duration::from_millis(500);

impl Hub {
    /// Payload of `ready`: where the log stands for this socket.
    pub(super) fn head_facts(&self, head: EventId) -> Value {
        json!({ "epoch": self.epoch, "head": head })
    }
}

/// Works once a second until `stop`.
pub(super) async fn run(hub: Arc<Hub>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut tick = 0_u64;
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        end_expired(&hub);
        pulse(&hub, tick).await;
        count(&hub);
        tick += 1;
    }
}

/// Closes sockets whose token ended longer ago than the grace, or whose session is over.
fn end_expired(hub: &Hub) {
    let now = hub.desk.clock.now();
    for conn in hub.registry.all() {
        let caller = conn.caller();
        if let Some(reason) = hub.desk.receipts.ended(caller.session) {
            gate::dismiss(hub, &conn, reason.as_str());
        } else if now > caller.access_expires_at.plus(GRACE) {
            conn.close("token_expired");
        }
    }
}

/// Tells a part of the sockets where the log stands and how much they were sent. Under the lock of
/// the stream, so that the two figures belong together.
async fn pulse(hub: &Hub, tick: u64) {
    let stream = hub.stream.lock().await;
    let now = hub.desk.clock.now();
    for conn in hub.registry.all() {
        if conn.is_live() && conn.number() % PULSE_TICKS == tick % PULSE_TICKS {
            let facts = json!({ "head": stream.cursor(), "sent": conn.sent(), "server_time": now });
            conn.send(packet::event("pulse", &facts));
        }
    }
}

fn count(hub: &Hub) {
    metrics::sockets(hub.registry.len());
    metrics::tail_silence(hub.silence());
}

/// Tells every socket when to come back, each at a time of its own, then closes them.
pub(super) async fn drain(hub: &Hub, within: Duration) {
    let span = u64::try_from(within.as_millis()).unwrap_or(u64::MAX).max(1);
    let all = hub.registry.all();
    for conn in &all {
        // Spreads consecutive numbers evenly over the span (Fibonacci hashing).
        let spread = conn.number().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        conn.send(packet::event("drain", &json!({ "reconnect_in_ms": spread % span })));
    }
    if !all.is_empty() {
        tokio::time::sleep(LAST_WORDS).await;
    }
    for conn in all {
        conn.close("draining");
    }
}

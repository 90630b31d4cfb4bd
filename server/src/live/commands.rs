//! What clients may ask for on an open socket. Each command is acknowledged `{ok, error?}`.

use super::catch_up::Asked;
use super::conn::Conn;
use super::{Hub, gate, packet};
use crate::session::identify;
use crate::telemetry::metrics;
use domain::id::AreaId;
use domain::refusal::Refusal;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How many wards a socket may narrow to.
const WARDS_MAX: usize = 2_000;
/// What a look into the log costs, where any other command costs 1.
const RESUME_COST: f64 = 10.0;

/// Takes a command. One over the limit is told so, and the socket is cut.
///
/// What needs no database is carried out here and now, so that commands take effect in the order in
/// which they came. A `resume` goes on by itself: it waits its turn, and holds nothing else up.
pub(super) fn receive(hub: &Arc<Hub>, conn: Arc<Conn>, name: &str, data: &Value, ack: Option<u64>) {
    let cost = if name == "resume" { RESUME_COST } else { 1.0 };
    if !conn.afford(cost, hub.desk.clock.now()) {
        answer(&conn, ack, Err(&Refusal::RateLimited { retry_after: 1 }));
        gate::dismiss(hub, &conn, "rate_limited");
        return;
    }
    let outcome = match name {
        "resume" => return resume(hub, conn, data, ack),
        "authenticate" => authenticate(hub, &conn, data),
        "subscribe_wards" => narrow(&conn, data),
        "latency" => note_latency(data),
        _ => Err(Refusal::not_found("command")),
    };
    answer(&conn, ack, outcome.as_ref().copied());
}

fn answer(conn: &Conn, ack: Option<u64>, outcome: Result<(), &Refusal>) {
    let Some(id) = ack else { return };
    let body = match outcome {
        Ok(()) => json!({ "ok": true }),
        Err(refusal) => json!({ "ok": false, "error": refusal.code() }),
    };
    conn.send(packet::ack(id, &body));
}

/// Sends again what came after a position, then `ready`.
fn resume(hub: &Arc<Hub>, conn: Arc<Conn>, data: &Value, ack: Option<u64>) {
    let text = |name: &str| match &data[name] {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let asked = Asked::from_parts(text("epoch").as_deref(), text("after").as_deref());
    if asked == Asked::Nothing || asked == Asked::Unreadable {
        let refusal = Refusal::invalid("after", "Give the epoch and the position.");
        return answer(&conn, ack, Err(&refusal));
    }
    answer(&conn, ack, Ok(()));
    let hub = Arc::clone(hub);
    tokio::spawn(async move { gate::enter(&hub, &conn, &asked).await });
}

/// Takes a new token of the same session. A browser can't show one, for scripts can't read it: it
/// opens a new socket with its new cookie and its position instead.
fn authenticate(hub: &Hub, conn: &Conn, data: &Value) -> Result<(), Refusal> {
    let token = data["token"].as_str().ok_or(Refusal::TokenMissing)?;
    let caller = identify(&hub.desk, token, false)?;
    if caller.session != conn.session() {
        return Err(Refusal::TokenMalformed);
    }
    conn.renew(caller);
    Ok(())
}

fn narrow(conn: &Conn, data: &Value) -> Result<(), Refusal> {
    let wrong = || Refusal::invalid("ward_ids", "Give a list of ward ids.");
    let ids = data["ward_ids"].as_array().ok_or_else(wrong)?;
    if ids.len() > WARDS_MAX {
        return Err(wrong());
    }
    let wards = ids.iter().map(|id| id.as_i64().map(AreaId)).collect::<Option<Vec<_>>>();
    conn.narrow(wards.ok_or_else(wrong)?);
    Ok(())
}

fn note_latency(data: &Value) -> Result<(), Refusal> {
    let rtt = data["rtt_ms"].as_f64().filter(|ms| (0.0..600_000.0).contains(ms));
    let rtt = rtt.ok_or_else(|| Refusal::invalid("rtt_ms", "Give milliseconds."))?;
    metrics::round_trip(Duration::from_secs_f64(rtt / 1000.0));
    Ok(())
}

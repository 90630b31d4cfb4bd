//! Who is let in: the handshake, and what Engine.IO calls on each socket.

use super::catch_up::{self, Asked};
use super::conn::{Conn, Slot};
use super::packet::{self, Auth, Incoming};
use super::{Hub, commands};
use crate::session::identify;
use crate::telemetry::metrics;
use crate::visitor::credentials::Credentials;
use bytes::Bytes;
use domain::caller::Caller;
use domain::id::EventId;
use domain::refusal::Refusal;
use engineioxide::handler::EngineIoHandler;
use engineioxide::socket::DisconnectReason;
use engineioxide::{Socket, Str};
use http::header::ORIGIN;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A client that has not asked to connect by then is closed.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// How long a refused client has to read why.
const REFUSED_STAYS: Duration = Duration::from_secs(2);
/// How many sockets may be open without having been let in.
pub const UNADMITTED_MAX: usize = 2_000;

/// What Engine.IO calls.
#[derive(Debug, Clone)]
pub struct Gate {
    hub: Arc<Hub>,
}

impl Gate {
    pub(super) fn new(hub: Arc<Hub>) -> Self {
        Self { hub }
    }
}

impl EngineIoHandler for Gate {
    type Data = Slot;

    fn on_connect(self: Arc<Self>, socket: Arc<Socket<Slot>>) {
        if self.hub.unadmitted.fetch_add(1, Ordering::AcqRel) >= UNADMITTED_MAX {
            let code = "too_many_waiting";
            metrics::socket_refused(code);
            tracing::warn!(code, "a socket was closed: {UNADMITTED_MAX} others wait to be let in");
            socket.close(DisconnectReason::TransportClose);
            return;
        }
        tokio::spawn(async move {
            tokio::time::sleep(CONNECT_WITHIN).await;
            if !socket.data.is_admitted() {
                socket.close(DisconnectReason::TransportClose);
            }
        });
    }

    fn on_disconnect(&self, socket: Arc<Socket<Slot>>, reason: DisconnectReason) {
        if !socket.data.leave() {
            self.hub.unadmitted.fetch_sub(1, Ordering::AcqRel);
        }
        if let Some(conn) = self.hub.registry.remove(socket.id) {
            log_end(&self.hub, &conn, conn.ended_by().unwrap_or(describe(&reason)));
        }
    }

    fn on_message(self: &Arc<Self>, message: Str, socket: Arc<Socket<Slot>>) {
        match packet::read(&message) {
            Incoming::Connect(auth) => {
                if socket.data.begin_connect() {
                    let hub = Arc::clone(&self.hub);
                    tokio::spawn(async move { connect(&hub, socket, auth).await });
                }
            }
            Incoming::ConnectElsewhere(namespace) => {
                let refusal = packet::refused(Some(namespace), "Invalid namespace", "not_found");
                socket.emit(refusal).ok();
            }
            Incoming::Disconnect => {
                socket.close(DisconnectReason::TransportClose);
            }
            Incoming::Event { name, data, ack } => match self.hub.registry.get(socket.id) {
                Some(conn) => commands::receive(&self.hub, conn, &name, &data, ack),
                None => socket.close(DisconnectReason::PacketParsingError),
            },
            Incoming::Ack => {}
            Incoming::Unusable => socket.close(DisconnectReason::PacketParsingError),
        }
    }

    fn on_binary(self: &Arc<Self>, _data: Bytes, socket: Arc<Socket<Slot>>) {
        socket.close(DisconnectReason::PacketParsingError);
    }
}

async fn connect(hub: &Arc<Hub>, socket: Arc<Socket<Slot>>, auth: Auth) {
    let caller = match admit(hub, &socket, &auth) {
        Ok(caller) => caller,
        Err(refusal) => return refuse(&socket, &refusal).await,
    };
    if !socket.data.admit() {
        return;
    }
    hub.unadmitted.fetch_sub(1, Ordering::AcqRel);
    let number = hub.next_number.fetch_add(1, Ordering::Relaxed);
    let now = hub.desk.clock.now();
    let conn = Arc::new(Conn::new(Arc::clone(&socket), number, caller, now));
    for oldest in hub.registry.add(&conn, hub.settings.sockets_per_person) {
        let limit = hub.settings.sockets_per_person;
        let why = json!({ "reason": "too_many_sockets", "limit": limit });
        oldest.send(packet::event("evicted", &why));
        dismiss(hub, &oldest, "too_many_sockets");
    }
    metrics::socket_opened();
    conn.send(packet::connected(&socket.id.to_string()));
    // The session may have ended while this was on its way; its event found no socket then.
    if let Some(reason) = hub.desk.receipts.ended(conn.session()) {
        return dismiss(hub, &conn, reason.as_str());
    }
    enter(hub, &conn, &Asked::of(&auth)).await;
    // It may have gone before it was in the registry; then nobody took it out.
    if conn.is_closed()
        && let Some(conn) = hub.registry.remove(socket.id)
    {
        log_end(hub, &conn, conn.ended_by().unwrap_or("transport_error"));
    }
}

/// Takes a socket out of everything at once, tells it so, and closes it: from here on it hears
/// nothing, however slowly it fetches its last packets.
pub(super) fn dismiss(hub: &Hub, conn: &Conn, reason: &'static str) {
    if let Some(conn) = hub.registry.remove(conn.sid()) {
        conn.dismiss(reason);
        log_end(hub, &conn, reason);
    }
}

/// Brings a socket up to the live stream; when the database can't, the socket is closed and comes
/// back.
pub(super) async fn enter(hub: &Hub, conn: &Arc<Conn>, asked: &Asked) {
    match catch_up::bring_up(hub, conn, asked).await {
        Ok(recovered) => log_start(conn, recovered),
        Err(error) => {
            tracing::warn!(error = %error, "a socket could not catch up: {error}");
            conn.close("catch_up_failed");
        }
    }
}

/// Who the socket speaks for: the token of the handshake, else a bearer header, else the cookie.
fn admit(hub: &Hub, socket: &Socket<Slot>, auth: &Auth) -> Result<Caller, Refusal> {
    let headers = &socket.req_parts.headers;
    let credentials = Credentials::of(headers, hub.settings.cookies);
    if let Some(token) = auth.token.as_deref().or(credentials.bearer) {
        return identify(&hub.desk, token, false);
    }
    let cookie = credentials.access.ok_or(Refusal::TokenMissing)?;
    // Browsers send the cookie along from any site; only our own pages may use it.
    if headers.get(ORIGIN).is_some_and(|origin| *origin != *hub.settings.allowed_origin) {
        return Err(Refusal::Untrusted { detail: "The page is of another origin.".into() });
    }
    identify(&hub.desk, cookie, false)
}

/// Says why, and closes: a client of good manners is gone by then.
async fn refuse(socket: &Socket<Slot>, refusal: &Refusal) {
    metrics::socket_refused(refusal.code());
    tracing::info!(code = refusal.code(), "a socket was refused: {}", refusal.code());
    socket.emit(packet::refused(None, &refusal.detail(), refusal.code())).ok();
    tokio::time::sleep(REFUSED_STAYS).await;
    socket.close(DisconnectReason::TransportClose);
}

fn log_start(conn: &Conn, recovered: usize) {
    let caller = conn.caller();
    metrics::recovered(recovered);
    tracing::info!(
        socket = %conn.sid(), user = %caller.user, session = %caller.session,
        generation = %caller.generation, device = %conn.device(), transport = conn.transport(),
        room = %format_args!("user:{}", caller.user), recovered, position = %conn.last_id(),
        "a socket is live"
    );
}

fn log_end(hub: &Hub, conn: &Conn, reason: &'static str) {
    let caller = conn.caller();
    let lasted = hub.desk.clock.now().since(conn.opened_at());
    let EventId(position) = conn.last_id();
    tracing::info!(
        socket = %conn.sid(), user = %caller.user, session = %caller.session,
        device = %conn.device(), transport = conn.transport(), reason, lasted_ms = %lasted.as_millis(),
        sent = conn.sent(), position,
        "a socket has closed"
    );
}

fn describe(reason: &DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::TransportClose => "transport_close",
        DisconnectReason::MultipleHttpPollingError => "two_polls_at_once",
        DisconnectReason::PacketParsingError => "unreadable_packet",
        DisconnectReason::TransportError => "transport_error",
        DisconnectReason::HeartbeatTimeout => "heartbeat_timeout",
        DisconnectReason::ClosingServer => "server_closing",
    }
}

//! One socket that was let in: who it is, how long it may stay, what it has been sent.

use super::packet;
use domain::caller::Caller;
use domain::event::Audience;
use domain::id::{AreaId, EventId, SessionId, UserId};
use domain::session::device::DeviceLabel;
use domain::time::Timestamp;
use engineioxide::socket::{DisconnectReason, Sid};
use engineioxide::{Socket, Str};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How long a polling client has to fetch the last packets before its socket is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What Engine.IO keeps with each socket: how far its Socket.IO connect has come.
#[derive(Debug, Default)]
pub struct Slot {
    phase: AtomicU8,
}

const FRESH: u8 = 0;
const CONNECTING: u8 = 1;
const ADMITTED: u8 = 2;
const GONE: u8 = 3;

impl Slot {
    /// Takes the one chance to connect. `false` when it was taken.
    pub(super) fn begin_connect(&self) -> bool {
        self.step(FRESH, CONNECTING)
    }

    /// Lets it in. `false` when it is gone already.
    pub(super) fn admit(&self) -> bool {
        self.step(CONNECTING, ADMITTED)
    }

    /// Notes that it is gone; answers whether it had been let in.
    pub(super) fn leave(&self) -> bool {
        self.phase.swap(GONE, Ordering::AcqRel) == ADMITTED
    }

    pub(super) fn is_admitted(&self) -> bool {
        self.phase.load(Ordering::Acquire) == ADMITTED
    }

    fn step(&self, from: u8, to: u8) -> bool {
        self.phase.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A socket that was let in.
pub(super) struct Conn {
    socket: Arc<Socket<Slot>>,
    number: u64,
    caller: Mutex<Caller>,
    opened_at: Timestamp,
    /// Known once it begins to catch up.
    device: OnceLock<DeviceLabel>,
    /// Held while it catches up: two at once would send in no order.
    pub(super) catching_up: tokio::sync::Mutex<()>,
    /// Whether it was told `ready` and has not asked to resume since.
    live: AtomicBool,
    /// Durable events sent since the last `ready`.
    sent: AtomicU64,
    /// The position of the newest durable event sent.
    last_id: AtomicI64,
    narrowed_to: Mutex<Option<HashSet<AreaId>>>,
    budget: Mutex<Budget>,
    ended_by: Mutex<Option<&'static str>>,
}

impl Conn {
    pub(super) fn new(
        socket: Arc<Socket<Slot>>,
        number: u64,
        caller: Caller,
        now: Timestamp,
    ) -> Self {
        Self {
            socket,
            number,
            caller: Mutex::new(caller),
            opened_at: now,
            device: OnceLock::new(),
            catching_up: tokio::sync::Mutex::new(()),
            live: AtomicBool::new(false),
            sent: AtomicU64::new(0),
            last_id: AtomicI64::new(0),
            narrowed_to: Mutex::new(None),
            budget: Mutex::new(Budget::full(now)),
            ended_by: Mutex::new(None),
        }
    }

    pub(super) fn sid(&self) -> Sid {
        self.socket.id
    }

    /// Ascends in the order of arrival.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Who it speaks for.
    pub(super) fn caller(&self) -> Caller {
        *lock(&self.caller)
    }

    /// Takes on a new token of the same session.
    pub(super) fn renew(&self, caller: Caller) {
        *lock(&self.caller) = caller;
    }

    pub(super) fn user(&self) -> UserId {
        self.caller().user
    }

    pub(super) fn session(&self) -> SessionId {
        self.caller().session
    }

    pub(super) fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// What the log may say of the device. Its name is never logged: people put theirs into it.
    pub(super) fn device(&self) -> DeviceLabel {
        self.device.get().copied().unwrap_or_default()
    }

    /// Whether [`Conn::device`] has been told.
    pub(super) fn knows_device(&self) -> bool {
        self.device.get().is_some()
    }

    /// Keeps the label of the device; the first one stays.
    pub(super) fn note_device(&self, label: DeviceLabel) {
        self.device.get_or_init(|| label);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.socket.is_closed()
    }

    pub(super) fn transport(&self) -> &'static str {
        match self.socket.transport_type() {
            engineioxide::TransportType::Polling => "polling",
            engineioxide::TransportType::Websocket => "websocket",
        }
    }

    /// How many durable events went out since the last `ready`.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Acquire)
    }

    /// It is `ready`: from here on it hears live, and what it is sent is counted anew.
    pub(super) fn go_live(&self) {
        self.sent.store(0, Ordering::Release);
        self.live.store(true, Ordering::Release);
    }

    /// It asked to resume: until it is `ready` again it is told no figures.
    pub(super) fn go_back(&self) {
        self.live.store(false, Ordering::Release);
    }

    pub(super) fn is_live(&self) -> bool {
        self.live.load(Ordering::Acquire)
    }

    /// The position of the newest durable event sent.
    pub(super) fn last_id(&self) -> EventId {
        EventId(self.last_id.load(Ordering::Acquire))
    }

    /// Notes that the client has everything up to a position, wherever from.
    pub(super) fn seen_up_to(&self, id: EventId) {
        self.last_id.store(id.get(), Ordering::Release);
    }

    /// Whether it wants to hear an event of this audience, having perhaps narrowed to some wards.
    pub(super) fn wants(&self, audience: Audience) -> bool {
        match (audience, lock(&self.narrowed_to).as_ref()) {
            (Audience::Ward(Some(ward)), Some(wards)) => wards.contains(&ward),
            _ => true,
        }
    }

    /// Narrows what it hears; an empty list is everything again.
    pub(super) fn narrow(&self, wards: Vec<AreaId>) {
        *lock(&self.narrowed_to) =
            if wards.is_empty() { None } else { Some(wards.into_iter().collect()) };
    }

    /// Sends a durable event. A socket whose buffer is full is closed: it comes back and resumes,
    /// so nothing is lost, while an event left out in silence would be.
    pub(super) fn send_durable(&self, id: EventId, frame: &Str) -> bool {
        if self.send(frame.clone()) {
            self.sent.fetch_add(1, Ordering::AcqRel);
            self.last_id.store(id.get(), Ordering::Release);
            return true;
        }
        false
    }

    /// Sends a packet that must arrive, or closes the socket.
    pub(super) fn send(&self, frame: impl Into<Str>) -> bool {
        let sent = self.socket.emit(frame).is_ok();
        if !sent && !self.socket.is_closed() {
            self.note_end("buffer_full");
            self.socket.close(DisconnectReason::TransportError);
        }
        sent
    }

    /// Takes it out of the namespace, so that its library does not come back by itself, and closes.
    pub(super) fn dismiss(&self, reason: &'static str) {
        self.note_end(reason);
        self.socket.emit(Str::from(packet::DISCONNECT)).ok();
        self.close_after_last_words();
    }

    /// Closes it, so that its library comes back by itself.
    pub(super) fn close(&self, reason: &'static str) {
        self.note_end(reason);
        self.close_after_last_words();
    }

    /// A websocket sends what is queued before it closes; a polling client must fetch it first.
    fn close_after_last_words(&self) {
        if self.transport() == "websocket" {
            self.socket.close(DisconnectReason::TransportClose);
            return;
        }
        let socket = Arc::clone(&self.socket);
        tokio::spawn(async move {
            tokio::time::sleep(LAST_WORDS).await;
            socket.close(DisconnectReason::TransportClose);
        });
    }

    fn note_end(&self, reason: &'static str) {
        lock(&self.ended_by).get_or_insert(reason);
    }

    /// Why we ended it, when we did.
    pub(super) fn ended_by(&self) -> Option<&'static str> {
        *lock(&self.ended_by)
    }

    /// Takes what a command costs from its budget; `false` when it is used up.
    pub(super) fn afford(&self, cost: f64, now: Timestamp) -> bool {
        lock(&self.budget).take(cost, now)
    }
}

/// A token bucket: bursts of [`Budget::BURST`] commands, [`Budget::PER_SECOND`] on average.
struct Budget {
    left: f64,
    at: Timestamp,
}

impl Budget {
    const BURST: f64 = 40.0;
    const PER_SECOND: f64 = 10.0;

    fn full(now: Timestamp) -> Self {
        Self { left: Self::BURST, at: now }
    }

    fn take(&mut self, cost: f64, now: Timestamp) -> bool {
        let gained = now.since(self.at).as_secs_f64() * Self::PER_SECOND;
        self.left = (self.left + gained).min(Self::BURST);
        self.at = now;
        if self.left < cost {
            return false;
        }
        self.left -= cost;
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is guarded is replaced as a whole, so a panic can't leave it half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_refills_with_time_and_never_beyond_its_burst() {
        let start = Timestamp::from_millis(1_000_000);
        let mut budget = Budget::full(start);
        let affordable = (0..100).filter(|_| budget.take(1.0, start)).count();
        assert_eq!(affordable, 40);
        let later = start.plus(Duration::from_secs(1));
        assert_eq!((0..100).filter(|_| budget.take(1.0, later)).count(), 10);
        let much_later = start.plus(Duration::from_secs(3600));
        assert_eq!((0..100).filter(|_| budget.take(1.0, much_later)).count(), 40);
    }
}

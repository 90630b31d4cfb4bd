//! The socket's messages, in order, to whom they concern: the board, the truth strip, the keeper.

use super::handle::BoardHandle;
use super::known;
use super::socket::{Listener, Socket};
use super::tally::Tally;
use super::truth::{Truth, Turn};
use super::wire::{self, Heard};
use crate::browser::{self, Timer};
use crate::session::{Session, driver};
use domain::event::{EventBody, Head};
use domain::session::Generation;
use domain::session::keeper::Input;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde_json::json;
use std::cell::{Cell, OnceCell, RefCell};
use std::time::Duration;

/// The least pause before a connection that the server closed is made again.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest pause before a connection that the server refused is made again.
const PAUSE_MAX: Duration = Duration::from_secs(20);

/// The one socket of the page and those it tells.
struct Hub {
    session: Session,
    board: BoardHandle,
    truth: RwSignal<Truth>,
    socket: OnceCell<Socket>,
    tally: Cell<Tally>,
    timer: RefCell<Option<Timer>>,
    /// Nothing may connect by itself: the session is over, or the person has too many pages open.
    parked: Cell<bool>,
    /// The generation of the tokens that the last connection was asked for with.
    generation: Cell<Generation>,
}

thread_local! {
    static HUB: Cell<Option<&'static Hub>> = const { Cell::new(None) };
}

/// Connects, once per page.
pub fn open(session: Session, board: BoardHandle, truth: RwSignal<Truth>) {
    if HUB.get().is_some() {
        return;
    }
    // One per page, for the page's whole life: the callbacks of the socket borrow it.
    let hub: &'static Hub = Box::leak(Box::new(Hub {
        session,
        board,
        truth,
        socket: OnceCell::new(),
        tally: Cell::default(),
        timer: RefCell::default(),
        parked: Cell::new(false),
        generation: Cell::new(Generation::NONE),
    }));
    HUB.set(Some(hub));
    hub.socket.get_or_init(|| Socket::open(hub));
    driver::on_renewed(|| hub.renew());
    browser::on_wake(|| hub.woke());
}

/// Ends the connection: the session is over.
pub fn close() {
    if let Some(hub) = HUB.get() {
        hub.park();
    }
}

/// Asks for everything after a position, when connected; else the next connection asks.
pub(super) fn resume(position: Head) {
    if let Some(hub) = HUB.get() {
        hub.resume(position);
    }
}

/// Tells that the page's state was loaded afresh after a reset.
pub(super) fn restored() {
    if let Some(hub) = HUB.get()
        && hub.socket.get().is_some_and(Socket::stands)
    {
        hub.turn(Turn::Complete, driver::server_now());
    }
}

/// What comes from the server.
impl Hub {
    fn durable(&self, at: Head, body: Option<EventBody>) {
        let mut tally = self.tally.get();
        tally.count();
        self.tally.set(tally);
        let new = self.board.cursor(|cursor| cursor.admit(at.epoch, at.head));
        let Some(body) = body.filter(|_| new) else { return };
        self.board.cursor(|cursor| cursor.keep(at.head, body.clone()));
        match &body {
            EventBody::ClaimsChanged(changed) => {
                driver::hear(Input::ClaimsChanged(changed.claims_version));
            }
            EventBody::AccessRevoked(_) | EventBody::TicketMovedAway(_) => {
                if let Some(user) = driver::user() {
                    known::forget(user);
                }
            }
            EventBody::SessionEnded(ended) => {
                let why = Some(ended.code.refusal());
                driver::hear(Input::HeardEnd { session: ended.session_id, why });
            }
            _ => {}
        }
        self.board.hear(std::slice::from_ref(&body));
    }

    fn ready(&self, head: Head) {
        self.tally.set(Tally::default());
        if self.board.complete_to(head) {
            self.complete(driver::server_now());
        } else {
            self.board.reset();
        }
    }

    fn pulse(&'static self, head: Head, sent: i64, server_time: Timestamp) {
        if self.tally.get().agrees(sent) {
            self.board.complete_to(head);
            self.complete(server_time);
        } else if let Some(position) = self.board.cursor(|cursor| cursor.position()) {
            self.resume(position);
        }
    }

    /// Everything up to `now` is on the page, unless its state is still being loaded afresh.
    fn complete(&self, now: Timestamp) {
        if !self.board.is_void() {
            self.turn(Turn::Complete, now);
        }
    }

    fn turn(&self, turn: Turn, now: Timestamp) {
        let before = self.truth.get_untracked();
        let after = before.after(turn, now);
        if after != before {
            self.truth.set(after);
        }
    }
}

/// What the page does to the connection.
impl Hub {
    fn with_socket(&self, with: impl FnOnce(&Socket)) {
        if let Some(socket) = self.socket.get() {
            with(socket);
        }
    }

    fn stands(&self) -> bool {
        self.socket.get().is_some_and(Socket::stands)
    }

    fn resume(&'static self, position: Head) {
        if !self.stands() {
            return;
        }
        self.turn(Turn::Behind, driver::server_now());
        let asked = json!({ "epoch": position.epoch, "after": position.head }).to_string();
        self.with_socket(|socket| {
            socket.tell("resume", &asked, |ok| {
                if !ok {
                    self.reconnect_in(spread());
                }
            });
        });
    }

    /// Brings the connection under the new token. Scripts can't read it, so a new connection takes
    /// the place of the old one: it brings the new cookie, and the position from which to go on.
    fn renew(&'static self) {
        self.parked.set(false);
        self.with_socket(Socket::reconnect);
    }

    fn woke(&'static self) {
        if !driver::online() {
            self.turn(Turn::NetworkGone, driver::server_now());
        } else if browser::visible() && !self.session_over() && !self.stands() {
            self.parked.set(false);
            self.with_socket(Socket::reconnect);
        }
    }

    fn session_over(&self) -> bool {
        self.session.session_expired.with_untracked(Option::is_some)
    }

    fn park(&self) {
        self.parked.set(true);
        self.timer.borrow_mut().take();
        self.with_socket(Socket::close);
    }

    fn reconnect_in(&'static self, pause: Duration) {
        let timer = browser::after(pause, || {
            if !self.parked.get() && !self.stands() {
                self.with_socket(Socket::reconnect);
            }
        });
        *self.timer.borrow_mut() = timer;
    }

    /// Goes away by itself, so that the library does not come back before the time it was given.
    fn drain(&'static self, pause: Duration) {
        self.with_socket(Socket::close);
        self.reconnect_in(pause);
    }

    fn broken(&self) {
        let turn = if driver::online() { Turn::Lost } else { Turn::NetworkGone };
        self.turn(turn, driver::server_now());
    }
}

impl Listener for Hub {
    fn present(&self) -> String {
        self.generation.set(driver::generation());
        let position = self.board.cursor(|cursor| cursor.position());
        position.map_or_else(
            || "{}".to_owned(),
            |at| json!({ "epoch": at.epoch, "after": at.head }).to_string(),
        )
    }

    fn connected(&'static self) {
        driver::reached();
        self.turn(Turn::Connected, driver::server_now());
        self.board.send_queued();
    }

    fn heard(&'static self, event: &str, json: &str) {
        match wire::read(event, json) {
            Ok(Heard::Durable { at, body }) => self.durable(at, body.map(|body| *body)),
            Ok(Heard::Ready(head)) => self.ready(head),
            Ok(Heard::Pulse { head, sent, server_time }) => {
                if let Some(at) = self.board.cursor(|cursor| cursor.position()) {
                    self.pulse(Head { head, ..at }, sent, server_time);
                }
            }
            Ok(Heard::Reset) => {
                self.turn(Turn::Behind, driver::server_now());
                self.board.reset();
            }
            Ok(Heard::Drain(pause)) => self.drain(pause),
            Ok(Heard::Evicted) => self.parked.set(true),
            Ok(Heard::Other) => {}
            Err(error) => tracing::error!(event, %error, "the server said something unreadable"),
        }
    }

    fn lost(&'static self, dismissed: bool) {
        self.broken();
        if dismissed && !self.parked.get() {
            self.reconnect_in(spread());
        }
    }

    fn refused(&'static self, code: Option<String>) {
        self.broken();
        // Without a code of ours the library tries again by itself.
        let Some(code) = code else { return };
        driver::reached();
        // The refresh, once it succeeds, makes the connection.
        if let Some(why) = wire::refusal(&code) {
            driver::hear(Input::Refused { why, generation: self.generation.get() });
        }
        if !self.session_over() {
            self.reconnect_in(PAUSE_MAX.mul_f64(0.5 + browser::chance() / 2.0));
        }
    }
}

/// Somewhere between the least pause and four times that.
fn spread() -> Duration {
    PAUSE_MIN.mul_f64(1.0 + 3.0 * browser::chance())
}

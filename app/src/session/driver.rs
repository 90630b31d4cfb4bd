//! Drives the keeper of this page: the only place that touches timers, wake-ups, locks and other tabs for
//! the sake of the session.
//!
//! [`hear`] is the one entrance. It gives what happened to [`Keeper::step`], which decides, and does
//! what that asks for, in its order. Nothing here decides anything.
//!
//! | file | holds |
//! |---|---|
//! | `driver` | the loop, calls that wait, what views are shown |
//! | `leaving` | a sign-out without a network |
//! | `lock` | the lock that the tabs of a browser share |
//! | `requests` | the two requests that only a keeper sends |
//! | `tabs` | what tabs tell each other, and what is kept for the next page |
//! | `wakes` | the moments at which a page may have slept, and the person's acts |

mod leaving;
mod lock;
mod requests;
mod tabs;
mod wakes;

pub use leaving::{is_leaving, leave_without_network};
pub use tabs::{DRAFT, REPLIES, key_of, may_keep};

use super::Session;
use crate::browser::{self, Timer};
use domain::id::{SessionId, UserId};
use domain::refusal::Refusal;
use domain::session::Generation;
use domain::session::SessionFacts;
use domain::session::keeper::{
    Effect, Follow, Gate, Input, Keeper, Line, Phase, Shared, Stamp, Status, Wake,
};
use domain::time::Timestamp;
use futures::channel::oneshot;
use leptos::prelude::*;
use lock::Held;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Duration;
use web_sys::AbortController;

/// The longest single timer: a timer sleeps with the machine and drifts, a look at the clock does not.
const LOOK: Duration = Duration::from_secs(60);
/// How many lines about refreshes are kept for the diagnostics panel.
const JOURNAL_LINES: usize = 40;

/// What the driver remembers. There is one per page.
#[derive(Default)]
struct Driver {
    session: Cell<Option<Session>>,
    keeper: RefCell<Keeper>,
    timer: RefCell<Option<Timer>>,
    lock: RefCell<Option<Held>>,
    /// The refresh that is under way, to be broken off.
    refreshing: RefCell<Option<(u32, AbortController)>>,
    /// Calls that wait for new tokens, in their order.
    waiting: RefCell<VecDeque<oneshot::Sender<()>>>,
    /// Whoever wants to know when the refresh that is under way has ended.
    landing: RefCell<Vec<oneshot::Sender<()>>>,
    renewed: RefCell<Vec<Box<dyn Fn()>>>,
    journal: RefCell<VecDeque<Line>>,
}

thread_local! {
    static DRIVER: Driver = Driver::default();
}

fn driver<T>(with: impl FnOnce(&Driver) -> T) -> T {
    DRIVER.with(with)
}

/// Takes over the session of this page. Called once, in the browser.
pub fn begin(session: Session) {
    driver(|driver| driver.session.set(Some(session)));
    tabs::listen();
    wakes::listen();
    leaving::go_on();
    let requested = browser::page_requested();
    leptos::prelude::Effect::new(move |begun: Option<bool>| {
        let facts = session.me.with(|me| me.as_ref().map(|me| me.facts.clone()));
        let begins = begun != Some(true) && facts.is_some();
        if begins && let Some(facts) = &facts {
            rendered(facts, requested);
        }
        begun == Some(true) || begins
    });
}

/// The page was rendered for somebody, between `requested` and now.
fn rendered(facts: &SessionFacts, requested: Timestamp) {
    let known = driver(|driver| driver.keeper.borrow().known().is_some());
    if known || leaving::concerns(facts.id) {
        return;
    }
    tabs::keep_only(facts.user_id);
    let shared = Shared::from_facts(facts, requested, requested);
    hear(Input::Begin { shared, verified: true });
    if let Some(stored) = tabs::stored() {
        hear(Input::Heard(stored));
    }
}

/// This page was opened without a network: it is the shell that the browser kept.
pub fn begin_without_network() {
    hear(Input::WentOffline);
}

/// Something arrived from the server: whatever pauses because it could not be reached goes on.
pub fn reached() {
    let away = driver(|driver| *driver.keeper.borrow().phase() == Phase::Offline);
    if away || !online() {
        hear(Input::Woke(Wake::Online));
    }
}

/// Whether there is a network, as far as is known: the browser's word, and what was tried since.
pub fn online() -> bool {
    driver(|driver| driver.keeper.borrow().online())
}

/// Goes on with what an earlier page of this browser kept: the server could not be asked yet. Answers
/// whose session it is.
pub fn restore() -> Option<UserId> {
    let shared = tabs::stored()?;
    let user = shared.user;
    if shared.is_over(browser::now()) {
        // Nobody may look at what was left behind when its session is over. What they wrote stays for
        // their return.
        tabs::forget_views(user);
        return None;
    }
    hear(Input::Begin { shared, verified: false });
    Some(user)
}

/// Takes in what happened, and does what is to be done about it.
pub fn hear(input: Input) {
    let (now, chance) = (browser::now(), browser::chance());
    let effects = driver(|driver| {
        let keeper = driver.keeper.take();
        let (keeper, effects) = keeper.step(input, now, chance);
        driver.keeper.replace(keeper);
        effects
    });
    for effect in effects {
        carry_out(effect);
    }
    show();
}

fn carry_out(effect: Effect) {
    match effect {
        Effect::TakeLock => lock::take(),
        Effect::ReleaseLock => driver(|driver| drop(driver.lock.take())),
        Effect::Refresh { id } => requests::refresh(id),
        Effect::Abort { id } => requests::abort(id),
        Effect::Check { id, idle_for, figures } => requests::check(id, idle_for, figures),
        Effect::WakeAt(at) => wake_at(at),
        Effect::Tell(shared) => tabs::tell(&shared),
        Effect::TellEnd { session, why } => tabs::tell_end(session, why),
        Effect::Go => go(),
        Effect::Renewed => driver(|driver| driver.renewed.borrow().iter().for_each(|then| then())),
        Effect::Remount { .. } => with_session(Session::remount),
        Effect::Purge { user, .. } => purge(user),
        Effect::Ended(_) => {
            // What is on the screen stays readable; what was kept for another page does not.
            if let Some(user) = user() {
                tabs::forget_views(user);
            }
            // Calls that wait are told by the gate.
            go();
        }
        Effect::Log(line) => journal(line),
    }
}

fn with_session(with: impl FnOnce(&Session)) {
    if let Some(session) = driver(|driver| driver.session.get()) {
        with(&session);
    }
}

/// Brings what views see up to date.
fn show() {
    let (phase, verified, refreshing) = driver(|driver| {
        let keeper = driver.keeper.borrow();
        let status = keeper.status(browser::now());
        (keeper.phase().clone(), status.verified, status.refreshing)
    });
    with_session(|session| session.show(phase, verified));
    if !refreshing {
        for waiting in driver(|driver| driver.landing.take()) {
            // Whoever no longer waits need not be told.
            let _ = waiting.send(());
        }
    }
}

fn wake_at(at: Timestamp) {
    let span = at.since(browser::now()).min(LOOK);
    let timer = browser::after(span, || hear(Input::Tick));
    driver(|driver| *driver.timer.borrow_mut() = timer);
}

/// Lets the calls that wait look at the gate again, in their order.
fn go() {
    for waiting in driver(|driver| driver.waiting.take()) {
        let _ = waiting.send(());
    }
}

/// Nothing of this page's person may stay: not on the device, and not on the screen. What is kept of
/// somebody who came after them is not this page's to touch.
fn purge(user: Option<UserId>) {
    if let Some(user) = user {
        tabs::forget(user);
    }
    go();
    browser::leave_page();
}

fn journal(line: Line) {
    driver(|driver| {
        let mut journal = driver.journal.borrow_mut();
        if journal.len() == JOURNAL_LINES {
            journal.pop_front();
        }
        journal.push_back(line);
    });
}

/// Calls `then` after every refresh that brought new tokens: the socket uses them.
pub fn on_renewed(then: impl Fn() + 'static) {
    driver(|driver| driver.renewed.borrow_mut().push(Box::new(then)));
}

/// Why a call may not go out.
pub enum Closed {
    /// The session is over.
    Over(Refusal),
    /// The server can't be reached, and the tokens that are there don't serve any more.
    Away,
}

/// Waits until a call may go out.
///
/// # Errors
/// When it is not sent.
pub async fn admit() -> Result<(), Closed> {
    loop {
        hear(Input::Call);
        match driver(|driver| driver.keeper.borrow().gate(browser::now())) {
            Gate::Go => return Ok(()),
            Gate::Over(why) => return Err(Closed::Over(why)),
            Gate::Away => return Err(Closed::Away),
            Gate::Wait => {
                let (told, waiting) = oneshot::channel();
                driver(|driver| driver.waiting.borrow_mut().push_back(told));
                // It is told or, when the page goes, dropped.
                let _ = waiting.await;
            }
        }
    }
}

/// Renews the session and its claims now, and waits for the outcome. Answers whether the session
/// holds with tokens that the server gave after this was called.
pub async fn refresh_session() -> bool {
    let before = generation();
    hear(Input::Asked);
    let (told, landed) = oneshot::channel();
    let under_way = driver(|driver| {
        let refreshing = driver.keeper.borrow().status(browser::now()).refreshing;
        if refreshing {
            driver.landing.borrow_mut().push(told);
        }
        refreshing
    });
    if under_way {
        let _ = landed.await;
    }
    generation() > before
}

/// What a call is for that was just asked for.
pub fn stamp() -> Stamp {
    driver(|driver| driver.keeper.borrow().stamp())
}

/// What to remember of a call that goes out now; `None` when it must not.
pub fn set_out(asked: &Stamp, repeated: bool) -> Option<Stamp> {
    driver(|driver| driver.keeper.borrow().set_out(asked, repeated))
}

/// What becomes of the answer to a call.
pub fn follow(sent: &Stamp, why: Option<&Refusal>) -> Follow {
    driver(|driver| driver.keeper.borrow().follow(sent, why))
}

/// Whose session it is.
pub fn user() -> Option<UserId> {
    driver(|driver| driver.keeper.borrow().user())
}

/// Which life of the signed-in part of the page this is: answers to calls of older ones are dropped.
pub fn epoch() -> u64 {
    driver(|driver| driver.keeper.borrow().epoch())
}

/// The generation of the tokens that a call sent now goes out with.
pub fn generation() -> Generation {
    driver(|driver| driver.keeper.borrow().generation())
}

/// The session of this page.
pub fn session_id() -> Option<SessionId> {
    driver(|driver| driver.keeper.borrow().session())
}

/// The server's clock, as well as this page knows it.
pub fn server_now() -> Timestamp {
    let now = browser::now();
    driver(|driver| driver.keeper.borrow().server_time(now)).unwrap_or(now)
}

/// The figures of the keeper, for the diagnostics panel.
pub fn status() -> Status {
    driver(|driver| driver.keeper.borrow().status(browser::now()))
}

/// How long the session still lasts unless something is done.
pub fn ends_in() -> Option<Duration> {
    driver(|driver| driver.keeper.borrow().ends_at()).map(|end| end.since(browser::now()))
}

/// What a refresh is called in the logs of both sides.
pub fn refresh_id(id: u32) -> String {
    format!("{}-{id}", browser::page_id())
}

/// The last refreshes, oldest first, for the diagnostics panel.
pub fn last_refreshes() -> Vec<Line> {
    driver(|driver| driver.journal.borrow().iter().cloned().collect())
}

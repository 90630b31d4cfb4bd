//! The one place that refreshes. It carries out what [`super::state`] decides.
//!
//! One refresh runs at a time; whoever asks meanwhile shares its outcome. It starts before the
//! access token ends, when a call is told to, when the socket is, and on every wake-up if it is due
//! by then: a timer sleeps with the machine, a look at the clock does not.

use super::state::{self, Outcome};
use super::{Session, next};
use crate::browser::{self, Timer};
use crate::client::{self, Silence};
use domain::refusal::Refusal;
use domain::session::SessionFacts;
use domain::time::Timestamp;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// How long one request of a refresh may take.
const PATIENCE: Duration = Duration::from_secs(4);
/// How often one refresh asks before it reports that nothing is known.
const TRIES: u32 = 4;
/// How long after such a report the next refresh starts by itself.
const COOL_DOWN: Duration = Duration::from_secs(20);
/// The longest single timer: longer ones drift.
const LOOK: Duration = Duration::from_secs(60);

type Refresh = Shared<LocalBoxFuture<'static, Outcome>>;

/// What the keeper remembers. There is one per page.
#[derive(Default)]
struct Memory {
    session: Cell<Option<Session>>,
    epoch: Cell<u64>,
    running: RefCell<Option<Refresh>>,
    due: Cell<Option<Timestamp>>,
    timer: RefCell<Option<Timer>>,
    skew_ms: Cell<i64>,
    renewed: RefCell<Vec<Box<dyn Fn()>>>,
}

thread_local! {
    static MEMORY: Memory = Memory::default();
}

/// Takes over the session of this page. Called once, in the browser.
pub fn begin(session: Session) {
    MEMORY.with(|memory| memory.session.set(Some(session)));
    browser::on_wake(look);
    let first = browser::page_requested();
    Effect::new(move |known: Option<bool>| {
        let facts = session.me.with(|me| me.as_ref().map(|me| me.facts.clone()));
        if known != Some(true)
            && let Some(facts) = &facts
        {
            schedule(facts, first);
        }
        known == Some(true) || facts.is_some()
    });
}

/// Calls `then` after every refresh that brought new tokens: the socket uses them.
pub fn on_renewed(then: impl Fn() + 'static) {
    MEMORY.with(|memory| memory.renewed.borrow_mut().push(Box::new(then)));
}

/// Which session of this page calls belong to. It grows when another begins.
#[must_use]
pub fn epoch() -> u64 {
    MEMORY.with(|memory| memory.epoch.get())
}

/// The server's clock, as well as this page knows it.
#[must_use]
pub fn server_now() -> Timestamp {
    let skew = MEMORY.with(|memory| memory.skew_ms.get());
    Timestamp::from_millis(browser::now().millis().saturating_add(skew))
}

/// Waits until no refresh runs.
pub async fn settled() {
    if let Some(running) = MEMORY.with(|memory| memory.running.borrow().clone()) {
        running.await;
    }
}

/// Refreshes, or joins the refresh that runs.
pub async fn refresh() -> Outcome {
    let known = MEMORY.with(|memory| memory.running.borrow().clone());
    let running = known.unwrap_or_else(|| {
        let running = attempt().boxed_local().shared();
        MEMORY.with(|memory| *memory.running.borrow_mut() = Some(running.clone()));
        // It goes on when whoever asked no longer waits.
        spawn_local(running.clone().map(|_| ()));
        running
    });
    running.await
}

/// Restores a session whose access token was over when the page was rendered. When it is over as a
/// whole, a sign-in leads back to `here`.
pub fn restore(session: Session, here: &str) {
    let sign_in = next::sign_in_from(here);
    spawn_local(async move {
        match refresh().await {
            Outcome::Renewed(_) => session.look_again(),
            Outcome::Over(_) => browser::go(&sign_in),
            Outcome::Unknown { wait } => {
                browser::pause(wait.unwrap_or(COOL_DOWN)).await;
                session.look_again();
            }
        }
    });
}

/// Notes that the server refused a call, in case it says that the session is over.
pub fn told(refusal: &Refusal) {
    let session = MEMORY.with(|memory| memory.session.get());
    if let Some(session) = session
        && refusal.ends_session()
        && session.state.with_untracked(state::State::holds)
    {
        over(session, refusal.clone());
    }
}

/// Another session begins, or none: answers on their way to the old one are dropped from now on.
pub fn leave() {
    MEMORY.with(|memory| {
        memory.epoch.set(memory.epoch.get() + 1);
        memory.due.set(None);
        memory.timer.borrow_mut().take();
    });
}

/// One refresh with its repeats, from asking to telling everybody.
async fn attempt() -> Outcome {
    let epoch = epoch();
    let mut tries = 0;
    let outcome = loop {
        let sent = browser::now();
        let outcome = judge(client::refresh_once(PATIENCE).await);
        tries += 1;
        if let Outcome::Renewed(facts) = &outcome {
            note_clock(facts, sent);
        }
        let Outcome::Unknown { wait } = &outcome else { break outcome };
        if tries >= TRIES || !browser::online() {
            break outcome;
        }
        let pause = state::pause_before(tries, browser::chance());
        browser::pause(wait.map_or(pause, |wait| wait.max(pause))).await;
    };
    MEMORY.with(|memory| memory.running.borrow_mut().take());
    if epoch == self::epoch() {
        tell(&outcome);
    }
    outcome
}

fn judge(answer: Result<client::Answer, Silence>) -> Outcome {
    answer.map_or(Outcome::Unknown { wait: None }, |a| state::judge(a.status, &a.body))
}

fn tell(outcome: &Outcome) {
    let Some(session) = MEMORY.with(|memory| memory.session.get()) else { return };
    match outcome {
        Outcome::Renewed(facts) => {
            session.renew(facts);
            MEMORY.with(|memory| memory.renewed.borrow().iter().for_each(|then| then()));
        }
        Outcome::Over(why) if session.state.with_untracked(state::State::holds) => {
            over(session, why.clone());
        }
        // Nobody was signed in here: the guard finds out by itself.
        Outcome::Over(_) => {}
        Outcome::Unknown { wait } => {
            wake_at(browser::now().plus(wait.unwrap_or(COOL_DOWN).max(COOL_DOWN)));
        }
    }
}

fn over(session: Session, why: Refusal) {
    leave();
    session.end(why);
}

fn note_clock(facts: &SessionFacts, sent: Timestamp) {
    let skew = state::skew_ms(facts.server_time, sent, browser::now());
    MEMORY.with(|memory| memory.skew_ms.set(skew));
    wake_at(state::refresh_due(facts, sent));
}

/// Sets the first refresh by what the server said while it rendered the page. It answered some time
/// between `sent` and now, so the skew is not known better than that.
fn schedule(facts: &SessionFacts, sent: Timestamp) {
    let known = MEMORY.with(|memory| memory.due.get()).is_some();
    if !known {
        let skew = state::skew_ms(facts.server_time, sent, sent);
        MEMORY.with(|memory| memory.skew_ms.set(skew));
        wake_at(state::refresh_due(facts, sent));
    }
}

fn wake_at(due: Timestamp) {
    MEMORY.with(|memory| memory.due.set(Some(due)));
    arm();
}

/// Sets the timer for the next look.
fn arm() {
    let Some(due) = MEMORY.with(|memory| memory.due.get()) else { return };
    let timer = browser::after(due.since(browser::now()).min(LOOK), look);
    MEMORY.with(|memory| *memory.timer.borrow_mut() = timer);
}

/// Refreshes when that is due by the clock, else looks again later.
fn look() {
    let due = MEMORY.with(|memory| memory.due.get());
    match due {
        Some(due) if due <= browser::now() => spawn_local(async {
            refresh().await;
        }),
        Some(_) => arm(),
        None => {}
    }
}

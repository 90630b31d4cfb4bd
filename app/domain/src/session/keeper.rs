//! The client's half of a session, as a pure state machine: what to do about it, and when.
//!
//! [`Keeper::step`] takes what happened and the present moment, and answers what is to be done. It
//! reads no clock, sends nothing and draws nothing by chance, so the same machine runs in a browser, in a
//! native client and, by the thousand, in a simulated world against the real rotation. No decision
//! about a session is taken anywhere else.
//!
//! ```text
//!                    Begin (not confirmed)          answer of the server
//!   ┌───────────┐ ───────────────────────▶ ┌───────────┐ ────────────▶ ┌────────┐
//!   │ signed out│                          │ restoring │               │ active │◀─┐
//!   └───────────┘ ◀─ sign-out, other ────  └───────────┘ ◀─ woke after │        │  │ renewed, or the
//!         ▲          person: purge                          long sleep └────────┘  │ person was active
//!         │                                                   │   ▲  │             │
//!         │                                     no network    │   │  │ 5 min left ┌─────────┐
//!         │                                                   ▼   │  └──────────▶ │ warning │
//!         │                                              ┌─────────┐              └─────────┘
//!         │                                              │ offline │                   │ the end
//!         │               a final code, or the end       └─────────┘                   ▼
//!         └── another person signs in ──  ┌─────────┐ ◀─────────────────────────────────
//!                                         │ expired │ ── the same person signs in: active,
//!                                         └─────────┘    new epoch, route and drafts stay
//! ```
//!
//! The refresh itself is the small machine in `flight`: take the lock, *then* look again whether a
//! refresh is still needed, send, judge the answer, repeat or pause. Everything that could want a
//! refresh (a call, a 401, the clock, a wake-up, the socket, a button) only leaves a wish; one
//! place turns wishes into a flight.
//!
//! | file | holds |
//! |---|---|
//! | `keeper` | the state and what moves it |
//! | `news` | what other tabs, and answers to them, tell |
//! | `flight` | one refresh with its repeats |
//! | `heart` | the heartbeat and the look after a wake-up |
//! | `view` | what it says about itself: gate, phase, figures |
//! | [`call`] | what becomes of the answer to a call |
//! | [`input`] | what happens to it and what it asks for |
//! | [`answer`] | what an answer of the server means |
//! | [`timing`] | margins, back-off, skew |
//!
//! Sources: the failure modes of Supabase's, Auth0's and `SuperTokens`' clients, each of which
//! is a case of the simulation; RFC 9700 on rotation; MDN on Web Locks and the page lifecycle.

pub mod answer;
pub mod call;
mod flight;
mod heart;
pub mod input;
mod news;
pub mod timing;
mod view;

pub use answer::{Answer, judge};
pub use call::{Follow, Stamp};
pub use input::{Effect, Figures, Gate, Input, Line, Phase, Shared, Status, Wake};

use crate::id::SessionId;
use crate::refusal::Refusal;
use crate::session::Generation;
use crate::time::Timestamp;
use flight::Flight;
use heart::Heart;
use std::time::Duration;

/// The client's half of one session. One per tab, one per native client.
#[derive(Debug, Clone)]
pub struct Keeper {
    /// Which life of the signed-in part of the page this is. It grows with the claims and the person.
    epoch: u64,
    /// What is known of the session, by this device's clock.
    known: Option<Shared>,
    /// Whether the server has confirmed it since the page was shown.
    verified: bool,
    /// Why it is over, once the server has said so.
    ended: Option<Refusal>,
    /// The claims version that the page was made with.
    mounted: i64,
    /// The claims version that the server told about and no token has yet.
    wanted: i64,
    /// How often in a row new tokens came without it.
    behind: u32,
    /// The server refused the access token that it told of at this moment of its clock.
    distrusted: Option<Timestamp>,
    /// The person asked for new tokens.
    asked: bool,
    /// A call waits for a token.
    waiting: bool,
    flight: Flight,
    heart: Heart,
    page: Page,
    /// The end that the person has dismissed the warning of, by the server's clock: by this device's it
    /// moves with every estimate of the difference.
    dismissed: Option<(Timestamp, Refusal)>,
    phase: Phase,
    counts: Counts,
    /// What the server has been told of them.
    told: Figures,
}

/// Which tokens a request went out with.
#[derive(Debug, Clone, Copy)]
struct Had {
    session: Option<SessionId>,
    generation: Generation,
}

/// What the browser says about the page.
#[derive(Debug, Clone, Copy)]
struct Page {
    /// Whether there is a network. What it says against one is believed, what it says for one is tried.
    online: bool,
    /// Whether the page is in front.
    visible: bool,
}

/// How long after a browser's word against the network it is looked at.
const PROBE_AFTER: Duration = Duration::from_secs(15);

/// What the clocks of browser, cookies and server may differ by about the end of a session.
const NEAR_END: Duration = Duration::from_secs(10);

/// What is counted for the diagnostics panel.
#[derive(Debug, Clone, Copy)]
struct Counts {
    flights: u32,
    hits: u64,
    misses: u64,
    refreshes: u64,
    failures: u64,
    adopted: u64,
}

impl Counts {
    const NONE: Self =
        Self { flights: 0, hits: 0, misses: 0, refreshes: 0, failures: 0, adopted: 0 };
}

/// What one step works with.
struct Step {
    now: Timestamp,
    /// In `0.0 .. 1.0`.
    chance: f64,
    effects: Vec<Effect>,
}

impl Step {
    fn say(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new()
    }
}

impl Keeper {
    /// A page on which nobody is known to be signed in.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            epoch: 0,
            known: None,
            verified: false,
            ended: None,
            mounted: 0,
            wanted: 0,
            behind: 0,
            distrusted: None,
            asked: false,
            waiting: false,
            flight: Flight::Idle,
            heart: Heart::new(),
            page: Page { online: true, visible: true },
            dismissed: None,
            phase: Phase::SignedOut,
            counts: Counts::NONE,
            told: Figures::NONE,
        }
    }

    /// Takes in what happened at `now` (the device's clock) and answers what is to be done about it,
    /// in this order. `chance` is in `0.0 .. 1.0` and spreads what must not happen everywhere at once.
    #[must_use]
    pub fn step(mut self, input: Input, now: Timestamp, chance: f64) -> (Self, Vec<Effect>) {
        let mut step = Step { now, chance, effects: Vec::new() };
        self.take(input, &mut step);
        self.break_off_needless(&mut step);
        self.take_off(&mut step);
        self.beat(&mut step);
        self.settle(&mut step);
        (self, step.effects)
    }

    fn take(&mut self, input: Input, step: &mut Step) {
        match input {
            Input::Begin { shared, verified } => self.begin(shared, verified, step),
            Input::SignedIn(shared) => self.signed_in(shared, step),
            Input::SignedOut => self.sign_out(step),
            Input::Tick => self.look_at_pause(step.now),
            Input::Woke(wake) => self.woke(wake, step.now),
            Input::Hidden => self.page.visible = false,
            Input::WentOffline => self.went_offline(step.now),
            Input::Acted => self.heart.acted(step.now),
            Input::Asked => self.ask(step.now),
            Input::Call => self.call(step.now),
            Input::Refused { why, generation } => self.refused(&why, generation, step),
            Input::Locked { held, shared } => self.locked(held, shared.as_ref(), step),
            Input::Refreshed { id, answer, shared } => {
                self.refreshed(id, answer, shared.as_ref(), step);
            }
            Input::Checked { id, answer, shared } => {
                self.checked(id, answer, shared.as_ref(), step);
            }
            Input::Heard(shared) => self.heard(&shared, step),
            Input::HeardEnd { session, why } => self.heard_end(session, why, step),
            Input::ClaimsChanged(version) => self.wanted = self.wanted.max(version),
            Input::Dismissed => self.dismissed = self.end_on_server(),
        }
    }

    /// Shows what came with the page, or was kept on this device.
    fn begin(&mut self, shared: Shared, verified: bool, step: &mut Step) {
        self.mounted = shared.claims_version;
        self.verified = verified;
        self.ended = None;
        if verified {
            self.heart.checked(step.now, step.chance);
            // Another tab may still show somebody else.
            step.say(Effect::Tell(shared.clone()));
        }
        self.known = Some(shared);
    }

    /// Somebody proved who they are, on this page.
    fn signed_in(&mut self, shared: Shared, step: &mut Step) {
        if self.is_somebody_else(&shared) {
            step.say(Effect::Tell(shared));
            self.purge(step);
            return;
        }
        let first = self.known.is_none();
        self.begin(shared, true, step);
        self.land(step);
        if !first {
            self.remount(step);
        }
        step.say(Effect::Renewed);
    }

    fn sign_out(&mut self, step: &mut Step) {
        if let Some(known) = &self.known {
            step.say(Effect::TellEnd { session: known.session, why: None });
        }
        self.purge(step);
    }

    /// The person wants new tokens now. That is an act of theirs as well.
    fn ask(&mut self, now: Timestamp) {
        self.asked = self.known.is_some() && self.ended.is_none();
        self.heart.acted(now);
        self.heart.want();
        self.flight.hurry();
    }

    /// A call is about to be sent: [`Self::gate`] says whether it may.
    fn call(&mut self, now: Timestamp) {
        match self.gate(now) {
            Gate::Go => self.counts.hits += 1,
            Gate::Wait => {
                self.waiting = true;
                self.counts.misses += 1;
            }
            Gate::Away | Gate::Over(_) => {}
        }
    }

    /// The browser says so. That is a hint: it is looked at a moment later, and again with growing pauses.
    fn went_offline(&mut self, now: Timestamp) {
        self.page.online = false;
        self.heart.look_by(now.plus(PROBE_AFTER));
    }

    /// Something arrived: there is a network, whatever the browser says.
    const fn reached(&mut self) {
        self.page.online = true;
    }

    /// The server refused a call that was sent with the tokens of `generation`.
    fn refused(&mut self, why: &Refusal, generation: Generation, step: &mut Step) {
        if generation < self.generation() {
            // That was said of older tokens: the same call goes out again with the newer ones.
        } else if matches!(why, Refusal::TokenExpired | Refusal::ClaimsStale) {
            self.distrust();
        } else if why.ends_session() {
            self.close(why.clone(), step);
        }
    }

    /// The access token must not be used again.
    pub(super) fn distrust(&mut self) {
        self.distrusted = self.known.as_ref().map(Shared::told_at);
    }

    fn woke(&mut self, wake: Wake, now: Timestamp) {
        match wake {
            Wake::Online => self.page.online = true,
            Wake::Restored => {
                self.verified = false;
                self.page.visible = true;
            }
            Wake::Visible | Wake::Resumed => self.page.visible = true,
        }
        self.heart.want();
        self.flight.hurry();
        self.look_at_pause(now);
    }

    /// The claims or the session are others now: what was fetched before must not be shown any more.
    fn remount(&mut self, step: &mut Step) {
        self.epoch += 1;
        step.say(Effect::Remount { epoch: self.epoch });
    }

    /// Somebody left, or somebody else came: nothing of this page's person may stay.
    fn purge(&mut self, step: &mut Step) {
        let (epoch, page, counts, told) = (self.epoch + 1, self.page, self.counts, self.told);
        let user = self.user();
        self.release(step);
        *self = Self { epoch, page, counts, told, ..Self::new() };
        step.say(Effect::Purge { epoch, user });
    }

    /// The server has said that the session is over.
    fn close(&mut self, why: Refusal, step: &mut Step) {
        let why = self.named(why, step.now);
        let Some(known) = &self.known else { return };
        if self.ended.is_none() {
            step.say(Effect::TellEnd { session: known.session, why: Some(why.clone()) });
            step.say(Effect::Ended(why.clone()));
        }
        self.ended = Some(why);
        self.asked = false;
        self.land(step);
    }

    /// Cookies go with the session's end, so a browser that asks after it is told that it brought no token.
    /// Which end it was is known here.
    fn named(&self, why: Refusal, now: Timestamp) -> Refusal {
        match (why, self.end()) {
            (Refusal::TokenMissing, Some((end, reason))) if now.plus(NEAR_END) >= end => reason,
            (why, _) => why,
        }
    }

    /// Puts the phase in order and says when to look again.
    fn settle(&mut self, step: &mut Step) {
        self.phase = self.phase_at(step.now);
        if self.waiting && self.gate(step.now) != Gate::Wait {
            self.waiting = false;
            step.say(Effect::Go);
        }
        if let Some(at) = self.next_look(step.now) {
            step.say(Effect::WakeAt(at));
        }
    }
}

#[cfg(test)]
mod tests;

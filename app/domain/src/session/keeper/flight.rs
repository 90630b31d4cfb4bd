//! One refresh with its repeats: the single-flight section of a tab.
//!
//! ```text
//!   idle ──wish──▶ locking ──locked, still needed──▶ sent ──answer──▶ idle
//!     ▲               │                              │  ▲
//!     └── not needed ─┘              nothing known ──┘  └── the first repeat comes at once,
//!     ▲                                  │                  with the lock still held
//!     └────────── the pause is over ── pausing (the lock is given back)
//! ```
//!
//! Whether a refresh is needed is decided *inside* the lock, from what the tabs know by then. The lock
//! only saves requests: whoever can't have it in time goes on without, and the server gives
//! everybody the same successor.
//!
//! A request whose answer is not wanted any more is broken off: a browser takes the cookies of an answer
//! whether or not anybody reads it, and an older cookie must not follow a newer one, nor the cookie of
//! somebody who left that of whoever came.

use super::answer::Answer;
use super::input::{Effect, Line, Shared};
use super::{Had, Keeper, Step, timing};
use crate::refusal::Refusal;
use crate::session::Generation;
use crate::time::Timestamp;
use std::time::Duration;

/// How often a node is asked for claims that it does not know of.
const CLAIMS_TRIES: u32 = 6;
/// How long it is given at least to hear of them.
const CLAIMS_PAUSE: Duration = Duration::from_millis(200);
/// The first pause when the browser says that there is no network: that of the fifth try.
const PROBE_TRIES: u32 = 5;

/// Where the refresh of a tab stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flight {
    /// None is needed.
    Idle,
    /// The lock was asked for.
    Locking {
        /// Requests that brought nothing so far.
        tries: u32,
    },
    /// A request is under way.
    Sent(Sent),
    /// Nothing came of it; the next try follows.
    Pausing {
        /// When.
        until: Timestamp,
        /// Requests that brought nothing so far.
        tries: u32,
    },
}

/// A request that is under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    id: u32,
    held: bool,
    tries: u32,
    /// Whether a final answer was questioned once already.
    questioned: bool,
    /// Whether its answer is here, so that there is nothing to break off.
    answered: bool,
    /// What the client had when it decided.
    had: Had,
    read_at: Timestamp,
    at: Timestamp,
}

impl Sent {
    fn log(self, got: Option<Generation>, outcome: &'static str, step: &mut Step) {
        step.say(Effect::Log(Line {
            id: self.id,
            read_at: self.read_at,
            sent_at: self.at,
            answered_at: step.now,
            had: self.had.generation,
            got,
            outcome,
        }));
    }
}

impl Flight {
    pub(super) const fn is_under_way(&self) -> bool {
        matches!(self, Self::Locking { .. } | Self::Sent(_))
    }

    /// Requests of this flight that brought nothing.
    pub(super) const fn tries(&self) -> u32 {
        match self {
            Self::Idle => 0,
            Self::Locking { tries } | Self::Pausing { tries, .. } => *tries,
            Self::Sent(sent) => sent.tries,
        }
    }

    pub(super) const fn pause_ends(&self) -> Option<Timestamp> {
        match self {
            Self::Pausing { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Something changed for the better: a pause is over now.
    pub(super) const fn hurry(&mut self) {
        if let Self::Pausing { tries, .. } = *self {
            *self = Self::Pausing { until: Timestamp::from_millis(i64::MIN), tries };
        }
    }
}

impl Keeper {
    /// Whether new tokens are needed at `now`, by what is known at this moment.
    fn needs_refresh(&self, now: Timestamp) -> bool {
        let Some(known) = &self.known else { return false };
        if self.ended.is_some() {
            return false;
        }
        self.asked
            || !self.trusts(known)
            || now >= known.renew_at(self.page.visible || self.waiting)
    }

    /// Starts a refresh when one is needed and none is under way.
    pub(super) fn take_off(&mut self, step: &mut Step) {
        let (tries, paused) = match self.flight {
            Flight::Idle => (0, false),
            Flight::Pausing { until, tries } if until <= step.now => (tries, true),
            _ => return,
        };
        if !self.needs_refresh(step.now) {
            self.flight = Flight::Idle;
        } else if self.page.online || paused {
            self.flight = Flight::Locking { tries };
            step.say(Effect::TakeLock);
        } else {
            // What the browser says against a network may be wrong.
            self.pause(PROBE_TRIES, None, step);
        }
    }

    /// A pause that is over by the clock ends although nothing else happened.
    pub(super) fn look_at_pause(&mut self, now: Timestamp) {
        // A clock that was set back must not make a pause of minutes one of hours.
        if let Flight::Pausing { until, tries } = self.flight
            && until.since(now) > Duration::from_secs(600)
        {
            self.flight = Flight::Pausing { until: now, tries };
        }
    }

    /// The lock was taken, or could not be had: now it is decided.
    pub(super) fn locked(&mut self, held: bool, shared: Option<&Shared>, step: &mut Step) {
        let Flight::Locking { tries } = self.flight else {
            if held {
                step.say(Effect::ReleaseLock);
            }
            return;
        };
        let adopted = shared.is_some_and(|shared| self.learn(shared, step));
        if self.known.is_none() {
            return;
        }
        if adopted {
            // Another tab's tokens are as new as one's own would be.
            self.asked = false;
            self.counts.adopted += 1;
        }
        if !self.needs_refresh(step.now) {
            self.flight = Flight::Idle;
            if held {
                step.say(Effect::ReleaseLock);
            }
            return;
        }
        self.counts.flights += 1;
        self.send(
            Sent {
                id: self.counts.flights,
                held,
                tries,
                questioned: false,
                answered: false,
                had: self.had(),
                read_at: step.now,
                at: step.now,
            },
            step,
        );
    }

    fn send(&mut self, sent: Sent, step: &mut Step) {
        self.flight = Flight::Sent(Sent { at: step.now, answered: false, ..sent });
        step.say(Effect::Refresh { id: sent.id });
    }

    /// A refresh was answered.
    pub(super) fn refreshed(
        &mut self,
        id: u32,
        answer: Answer,
        shared: Option<&Shared>,
        step: &mut Step,
    ) {
        let Flight::Sent(sent) = self.flight else { return };
        if sent.id != id {
            return;
        }
        self.flight = Flight::Sent(Sent { answered: true, ..sent });
        let learned = shared.is_some_and(|shared| self.learn(shared, step));
        if self.known.is_none() {
            return;
        }
        if !matches!(answer, Answer::Unknown { wait: None }) {
            self.reached();
        }
        match answer {
            Answer::Holds(got) => self.renewed(sent, &got, step),
            Answer::Over(why) => self.over(sent, why, learned, step),
            Answer::Renew => self.again(sent, None, step),
            Answer::Unknown { wait } => self.again(sent, wait, step),
        }
    }

    fn renewed(&mut self, sent: Sent, got: &Shared, step: &mut Step) {
        sent.log(Some(got.generation), "renewed", step);
        if self.is_somebody_else(got) {
            self.purge(step);
            return;
        }
        let behind = self
            .known
            .as_ref()
            .is_some_and(|known| known.session == got.session && got.generation < known.generation);
        if behind {
            // A late answer: the browser may have put an older cookie over a newer one. As long as
            // the reuse interval lasts, asking again mends that.
            self.asked = true;
            self.again(sent, None, step);
            return;
        }
        // Whatever the clocks say: this is what the server gave last.
        self.replace(got, step);
        self.distrusted = None;
        self.verified = true;
        self.counts.refreshes += 1;
        self.heart.checked(step.now, step.chance);
        if std::mem::take(&mut self.asked) {
            // The person asked. That this was an act of theirs, which moves the idle end, is for the
            // heartbeat to say.
            self.heart.insist();
        }
        step.say(Effect::Tell(got.clone()));
        self.land(step);
        self.await_claims(got.claims_version, step);
    }

    /// The node that answered may not have heard yet of the change that the page was told of. It is asked again
    /// a few times with growing pauses; then its word counts, and not whatever told of the change.
    fn await_claims(&mut self, version: i64, step: &Step) {
        if version >= self.wanted {
            self.behind = 0;
        } else if self.behind == CLAIMS_TRIES {
            (self.wanted, self.behind) = (version, 0);
        } else {
            self.behind += 1;
            self.pause(self.behind, Some(CLAIMS_PAUSE), step);
        }
    }

    /// The server says that the session is over. Before that is believed, what the tabs know counts:
    /// one of them may hold newer tokens, which the cookies then have as well.
    fn over(&mut self, sent: Sent, why: Refusal, learned: bool, step: &mut Step) {
        sent.log(None, why.code(), step);
        let doubtful = learned || why == Refusal::RefreshTokenAlreadyUsed;
        if self.has_more_than(sent.had) || doubtful && !sent.questioned {
            self.send(Sent { questioned: true, had: self.had(), ..sent }, step);
            return;
        }
        self.counts.failures += 1;
        self.close(why, step);
    }

    /// Nothing is known. The first repeat, when new tokens are needed still, comes at once, with the same
    /// token and under the same lock, so that it falls into the reuse interval.
    fn again(&mut self, sent: Sent, wait: Option<Duration>, step: &mut Step) {
        let tries = sent.tries.saturating_add(1);
        self.counts.failures += 1;
        sent.log(None, "unknown", step);
        if !self.needs_refresh(step.now) {
            // Another tab has brought new tokens meanwhile.
            self.land(step);
        } else if tries == 1 && wait.is_none() && self.page.online {
            self.send(Sent { tries, ..sent }, step);
        } else {
            self.land(step);
            self.pause(tries, wait, step);
        }
    }

    fn pause(&mut self, tries: u32, wait: Option<Duration>, step: &Step) {
        let until = step.now.plus(timing::pause(tries, wait, step.chance));
        self.flight = Flight::Pausing { until, tries };
    }

    /// Ends the flight.
    pub(super) fn land(&mut self, step: &mut Step) {
        self.release(step);
        self.flight = Flight::Idle;
    }

    /// Breaks off what is under way, and gives the lock back when this tab holds it. One that was only
    /// asked for is given back when it comes.
    pub(super) fn release(&self, step: &mut Step) {
        let Flight::Sent(sent) = self.flight else { return };
        if !sent.answered {
            step.say(Effect::Abort { id: sent.id });
        }
        if sent.held {
            step.say(Effect::ReleaseLock);
        }
    }

    /// Breaks off a refresh that another tab's news have made needless. Its cookies may have come just
    /// before: the heartbeat says which the browser has.
    pub(super) fn break_off_needless(&mut self, step: &mut Step) {
        let Flight::Sent(sent) = self.flight else { return };
        if self.has_more_than(sent.had) && !self.needs_refresh(step.now) {
            sent.log(None, "needless", step);
            self.counts.adopted += 1;
            self.land(step);
            self.heart.insist();
        }
    }
}

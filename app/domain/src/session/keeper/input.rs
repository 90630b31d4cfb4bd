//! What happens to a [`Keeper`](super::Keeper), what it asks for, and what it says about itself.

use super::answer::Answer;
use super::timing;
use crate::id::{SessionId, UserId};
use crate::refusal::Refusal;
use crate::session::{Generation, SessionFacts};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the tabs of one browser tell each other about a session: facts, never a token. Times are those
/// of the device's clock, which all of them share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Whose session it is.
    pub user: UserId,
    /// The session.
    pub session: SessionId,
    /// The generation of the tokens.
    pub generation: Generation,
    /// The claims version that the access token was made for.
    pub claims_version: i64,
    /// When the request was sent that brought this. Lifetimes count from there.
    pub taken_at: Timestamp,
    /// How long the access token lives as a whole.
    pub life: Duration,
    /// When the access token ends.
    pub access_until: Timestamp,
    /// The server's clock less this device's, in milliseconds.
    pub skew_ms: i64,
    /// When the session ends unless the person does something, by the server's clock.
    pub idle_expires_at: Timestamp,
    /// When it ends in any case, by the server's clock.
    pub absolute_expires_at: Timestamp,
    /// When the person last proved who they are, by the server's clock.
    pub authenticated_at: Timestamp,
}

impl Shared {
    /// From what the server said about `user` in answer to a request sent at `sent` and received at
    /// `received`, both by this device's clock.
    ///
    /// Lifetimes count from the moment of sending: the token can only be younger than that.
    #[must_use]
    pub fn from_facts(facts: &SessionFacts, sent: Timestamp, received: Timestamp) -> Self {
        let life = facts.access_expires_at.since(facts.server_time);
        Self {
            user: facts.user_id,
            session: facts.id,
            generation: facts.generation,
            claims_version: facts.claims_version,
            taken_at: sent,
            life,
            access_until: sent.plus(life),
            skew_ms: timing::skew_ms(facts.server_time, sent, received),
            idle_expires_at: facts.idle_expires_at,
            absolute_expires_at: facts.absolute_expires_at,
            authenticated_at: facts.authenticated_at,
        }
    }

    /// When this was asked for, by the server's clock. This device's may have been set back since.
    pub(super) fn told_at(&self) -> Timestamp {
        timing::on_server(self.taken_at, self.skew_ms)
    }

    /// Whether this is newer than `other` about the same session: a later generation, or a later
    /// word of the server about the same one.
    pub(super) fn is_newer_than(&self, other: &Self) -> bool {
        (self.generation, self.told_at()) >= (other.generation, other.told_at()) && self != other
    }

    /// From when on the access token counts as over.
    pub(super) fn unusable_at(&self) -> Timestamp {
        let buffer =
            if self.lasts_to_the_end() { Duration::ZERO } else { timing::buffer(self.life) };
        self.access_until.minus(buffer)
    }

    /// Whether the access token ends with its session: then a refresh can bring nothing more.
    fn lasts_to_the_end(&self) -> bool {
        self.access_until.plus(timing::TOKEN_TICK) >= self.absolute_end()
    }

    /// From when on it is renewed although it still serves. A page in the background leaves that to
    /// the ones in front, as long as it can.
    pub(super) fn renew_at(&self, visible: bool) -> Timestamp {
        if self.lasts_to_the_end() {
            self.absolute_end()
        } else if visible {
            self.access_until.minus(timing::background(self.life))
        } else {
            self.unusable_at()
        }
    }

    /// Whether the session is over by this device's clock, as far as is known.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.idle_end().min(self.absolute_end())
    }

    pub(super) fn idle_end(&self) -> Timestamp {
        timing::on_device(self.idle_expires_at, self.skew_ms)
    }

    pub(super) fn absolute_end(&self) -> Timestamp {
        timing::on_device(self.absolute_expires_at, self.skew_ms)
    }
}

/// Why a page may have slept, or why the world may have changed around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// It came to the front.
    Visible,
    /// It came back from the browser's cache of pages.
    Restored,
    /// It was frozen and goes on.
    Resumed,
    /// The browser says that there is a network.
    Online,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The page begins with what the server rendered into it (`verified`) or with what was kept on
    /// this device.
    Begin {
        /// What is known.
        shared: Shared,
        /// Whether the server said it just now.
        verified: bool,
    },
    /// Somebody signed in on this page.
    SignedIn(Shared),
    /// The person signed out on this page.
    SignedOut,
    /// The time that [`Effect::WakeAt`] asked for has come, or any other moment.
    Tick,
    /// The page may have slept, or the network is back.
    Woke(Wake),
    /// The page went to the background.
    Hidden,
    /// The browser says that there is no network.
    WentOffline,
    /// The person did something: a key, a click, a touch.
    Acted,
    /// The person or the application asks for new tokens and claims now.
    Asked,
    /// A call is about to be sent.
    Call,
    /// The server refused a call that went out with the tokens of `generation`, in the present epoch.
    Refused {
        /// Its code.
        why: Refusal,
        /// What [`Keeper::generation`](super::Keeper::generation) said when the call was sent.
        generation: Generation,
    },
    /// The lock of the browser's tabs was taken, or (not `held`) could not be had in time.
    Locked {
        /// Whether it has to be given back.
        held: bool,
        /// What the tabs know, read after the lock was taken.
        shared: Option<Shared>,
    },
    /// A refresh was answered, or given up.
    Refreshed {
        /// Which.
        id: u32,
        /// What came of it, and how it is to be understood.
        answer: Answer,
        /// What the tabs know, read after the answer.
        shared: Option<Shared>,
    },
    /// A heartbeat was answered, or given up.
    Checked {
        /// Which.
        id: u32,
        /// What came of it.
        answer: Answer,
        /// What the tabs know, read after the answer.
        shared: Option<Shared>,
    },
    /// Another tab told what it knows.
    Heard(Shared),
    /// Another tab, or the socket, told that a session is over. Without a reason the person
    /// signed out.
    HeardEnd {
        /// Which session.
        session: SessionId,
        /// Why.
        why: Option<Refusal>,
    },
    /// The socket told that the person's claims changed.
    ClaimsChanged(i64),
    /// The person closed the warning.
    Dismissed,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Take the lock of the browser's tabs; go on without it after [`timing::LOCK_PATIENCE`]. Answer
    /// with [`Input::Locked`].
    TakeLock,
    /// Give the lock back.
    ReleaseLock,
    /// Send a refresh, with a limit of [`timing::REFRESH_PATIENCE`]. Answer with [`Input::Refreshed`].
    Refresh {
        /// To be logged on both sides.
        id: u32,
    },
    /// Break this refresh off, if its answer is not here yet: the browser must not take its cookies any
    /// more. What is heard of it is of no interest.
    Abort {
        /// Which.
        id: u32,
    },
    /// Ask the server about the session. Answer with [`Input::Checked`].
    Check {
        /// To be answered with.
        id: u32,
        /// How long ago the person last did something, when they have.
        idle_for: Option<Duration>,
        /// What was counted since the server was last told.
        figures: Figures,
    },
    /// Step again at this moment. Replaces what was asked for before.
    WakeAt(Timestamp),
    /// Tell the other tabs, and keep it for those that begin later.
    Tell(Shared),
    /// Tell the other tabs that a session is over.
    TellEnd {
        /// Which.
        session: SessionId,
        /// Why; without a reason the person signed out.
        why: Option<Refusal>,
    },
    /// Calls that waited may look at the gate again, in their order.
    Go,
    /// There are new tokens: the socket has to use them.
    Renewed,
    /// Make the signed-in part of the page anew. Answers to calls of older epochs are dropped.
    Remount {
        /// The new epoch.
        epoch: u64,
    },
    /// Forget everything of this page's person, in memory and on the device, and leave the page.
    Purge {
        /// The new epoch.
        epoch: u64,
        /// Whose page it was. What is kept of anybody else is not touched.
        user: Option<UserId>,
    },
    /// The session is over: show it, keep what is on the screen readable.
    Ended(Refusal),
    /// For the log.
    Log(Line),
}

/// One line about a refresh, for the log of the client. The server logs the same id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The refresh.
    pub id: u32,
    /// When it was decided that one is needed, after the lock was taken.
    pub read_at: Timestamp,
    /// When the last request was sent.
    pub sent_at: Timestamp,
    /// When its answer came.
    pub answered_at: Timestamp,
    /// Which generation the client had.
    pub had: Generation,
    /// Which generation came back.
    pub got: Option<Generation>,
    /// What came of it, as one word or a code.
    pub outcome: &'static str,
}

/// Where a session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nobody is signed in, as far as the page knows.
    SignedOut,
    /// Somebody is, as far as this device knows; the server has not confirmed it yet.
    Restoring,
    /// It holds.
    Active,
    /// It holds, and ends soon unless something is done.
    Warning {
        /// When, by this device's clock.
        ends_at: Timestamp,
        /// By which end: idle or absolute.
        why: Refusal,
        /// Whether the person has closed the warning.
        dismissed: bool,
    },
    /// The server can't be reached. Nothing is known against the session.
    Offline,
    /// It is over, and only a sign-in helps.
    Expired {
        /// Why.
        why: Refusal,
    },
}

impl Phase {
    /// Whether things may be changed.
    #[must_use]
    pub const fn can_mutate(&self) -> bool {
        matches!(self, Self::Active | Self::Warning { .. })
    }

    /// Whether what is written may be kept and sent later.
    #[must_use]
    pub const fn can_queue(&self) -> bool {
        matches!(self, Self::Offline | Self::Restoring) || self.can_mutate()
    }
}

/// Whether a call may go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// Now, with the tokens there are.
    Go,
    /// After the refresh.
    Wait,
    /// Not now, and it is no use to wait: the server can't be reached.
    Away,
    /// Not at all: the session is over.
    Over(Refusal),
}

/// What a keeper counts, for the server's measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Calls that found a token that serves.
    pub hits: u64,
    /// Calls that had to wait for one.
    pub misses: u64,
    /// Refreshes that brought new tokens.
    pub refreshes: u64,
    /// Refreshes that brought nothing.
    pub failures: u64,
}

impl Figures {
    /// Nothing yet.
    pub const NONE: Self = Self { hits: 0, misses: 0, refreshes: 0, failures: 0 };

    /// What was counted since `before`.
    #[must_use]
    pub const fn since(self, before: Self) -> Self {
        Self {
            hits: self.hits.saturating_sub(before.hits),
            misses: self.misses.saturating_sub(before.misses),
            refreshes: self.refreshes.saturating_sub(before.refreshes),
            failures: self.failures.saturating_sub(before.failures),
        }
    }
}

/// The figures of a keeper, for the diagnostics panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whether there is a session that holds.
    pub has_session: bool,
    /// Whether the server has confirmed it.
    pub verified: bool,
    /// Whether a refresh is under way.
    pub refreshing: bool,
    /// The generation of the tokens.
    pub generation: Generation,
    /// How long the access token still lives.
    pub access_left: Duration,
    /// How long ago the server last said something about it.
    pub age: Duration,
    /// Calls that found a token that serves.
    pub hits: u64,
    /// Calls that had to wait for one.
    pub misses: u64,
    /// Refreshes that brought new tokens.
    pub refreshes: u64,
    /// Refreshes that brought nothing.
    pub failures: u64,
    /// Times that another tab had done the work.
    pub adopted: u64,
}

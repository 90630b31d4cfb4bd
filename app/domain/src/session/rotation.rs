//! What presenting a refresh token means. Pure, so every row of the table is a test.
//!
//! With `d` = the row's generation − the token's generation:
//!
//! | `d` | and | verdict |
//! |---|---|---|
//! | any | the session or its account is over | refuse with its own code |
//! | 0 | | rotate |
//! | ≥ 1 | that generation was superseded no longer ago than the reuse interval | the current token again |
//! | 1 | nobody has shown yet that the current token arrived | the current token again (a lost answer) |
//! | < 0 | | not issued by this database: try again |
//! | ≥ 1 | it was sent before its window closed and arrives late | refuse, change nothing (a late copy) |
//! | ≥ 1 | none of these | reuse: end the session |
//!
//! The window of a generation is measured from the moment *it* was superseded and is never renewed,
//! so it can't be stretched by repeating. A generation below the floor has no leniency at all.
//!
//! A request that its client gave up may still be on its way: systems go on sending what is in the buffer
//! of a closed connection, for a minute and more while a network is away. So a client says when
//! it sent the request. A copy that was sent in time and comes late is no theft; it is not answered
//! with tokens either, so nobody gains by lying about that moment.
//!
//! Sources: the counter tokens of Supabase Auth, the fixed window of Ory Hydra, the receipt rule of
//! Matrix Authentication Service; RFC 9700 section 4.14.2 on replay.

use crate::session::EndReason;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// How many supersessions a row remembers. More rotations than this within one reuse interval
/// would cost the slowest racer its leniency; clients refresh at most once per access token's life.
pub const SUPERSEDED_KEPT: usize = 8;

/// How late a request may come and still be a late copy. Whatever claims to be older is judged by when it
/// came, so a client whose clock is wrong is not shielded for longer than this.
pub const LATE_MAX: Duration = Duration::from_secs(120);

/// How wrong a client may be about the server's clock: half of the longest round trip that it estimates
/// from.
const CLOCK_ERROR: Duration = Duration::from_secs(8);

/// Which rotation of a session something belongs to. The sign-in is generation 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u32);

impl Generation {
    /// The generation of a sign-in.
    pub const FIRST: Self = Self(1);
    /// Before the first: what is confirmed when nothing is.
    pub const NONE: Self = Self(0);

    /// The one after this.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The lifetimes that rotation and sign-in go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long an access token lives.
    pub access_ttl: Duration,
    /// From sign-in to the absolute end.
    pub window: Duration,
    /// From the person's last act to the idle end.
    pub idle: Duration,
    /// How long a superseded generation may still come back.
    pub reuse_interval: Duration,
}

/// The part of a session's row that rotation decides from and changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionState {
    /// The current generation.
    pub generation: Generation,
    /// The newest generation that was seen in use.
    pub confirmed: Generation,
    /// When it was seen first.
    pub confirmed_at: Option<Timestamp>,
    /// When `generation - 1`, `generation - 2`, … were superseded: newest first, at most
    /// [`SUPERSEDED_KEPT`].
    pub superseded_at: Vec<Timestamp>,
    /// Generations below this have no leniency.
    pub floor: Generation,
    /// The end unless the person does something.
    pub idle_expires_at: Timestamp,
    /// The end in any case.
    pub absolute_expires_at: Timestamp,
    /// Set once, never cleared.
    pub ended: Option<EndReason>,
}

/// Why a superseded token is still answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leniency {
    /// It was superseded a moment ago: several tabs or a repeat.
    ReuseInterval,
    /// Nobody has shown that its successor arrived.
    LostAnswer,
}

/// What presenting a refresh token means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on to the next generation.
    Rotate,
    /// Answer with the current generation and change nothing.
    Again(Leniency),
    /// The session was over already.
    Refuse(EndReason),
    /// A used token came back: end the session.
    Reuse,
    /// A used token came back in a request that was sent while it still counted and took long: nobody
    /// waits for its answer any more.
    LateCopy,
    /// A generation this database never issued, under our seal: it was lost in a restore or a
    /// failover. Nobody is punished for that; the request may be tried again.
    NotIssuedYet,
}

impl SessionState {
    /// A new session's state.
    #[must_use]
    pub fn begin(now: Timestamp, policy: &Policy) -> Self {
        let absolute = now.plus(policy.window);
        Self {
            generation: Generation::FIRST,
            confirmed: Generation::NONE,
            confirmed_at: None,
            superseded_at: Vec::new(),
            floor: Generation::NONE,
            idle_expires_at: absolute.min(now.plus(policy.idle)),
            absolute_expires_at: absolute,
            ended: None,
        }
    }

    /// Why the session is over at `now`, when it is.
    #[must_use]
    pub fn over(&self, account_disabled: bool, now: Timestamp) -> Option<EndReason> {
        if self.ended.is_some() {
            self.ended
        } else if account_disabled {
            Some(EndReason::AccountDisabled)
        } else if now >= self.absolute_expires_at {
            Some(EndReason::SessionExpired)
        } else if now >= self.idle_expires_at {
            Some(EndReason::SessionIdle)
        } else {
            None
        }
    }

    /// Goes on to the next generation. Ends never move.
    #[must_use]
    pub fn rotated(mut self, now: Timestamp) -> Self {
        self.confirm(self.generation, now);
        self.superseded_at.insert(0, now);
        self.superseded_at.truncate(SUPERSEDED_KEPT);
        self.generation = self.generation.next();
        self
    }

    /// Notes that a generation was seen in use. One that was never issued says nothing.
    pub fn confirm(&mut self, seen: Generation, now: Timestamp) {
        if self.confirmed < seen && seen <= self.generation {
            self.confirmed = seen;
            self.confirmed_at = Some(now);
        }
    }

    /// Notes an act of the person: the idle end moves, never back and never past the absolute end.
    pub fn touch(&mut self, active_at: Timestamp, policy: &Policy) {
        let idle = self.absolute_expires_at.min(active_at.plus(policy.idle));
        self.idle_expires_at = self.idle_expires_at.max(idle);
    }

    /// When the successor of the generation `age` back was seen at the latest: until then the answer with
    /// it could have been lost.
    fn successor_seen(&self, age: u32) -> Option<Timestamp> {
        if age == 1 { self.confirmed_at } else { self.superseded(age.checked_sub(1)?) }
    }

    /// When a generation was superseded, when the row still remembers it.
    fn superseded(&self, age: u32) -> Option<Timestamp> {
        let index = usize::try_from(age.checked_sub(1)?).ok()?;
        self.superseded_at.get(index).copied()
    }
}

/// A refresh token as it was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presented {
    /// The token's generation.
    pub generation: Generation,
    /// When the request was sent.
    pub sent_at: SentAt,
}

/// What is known about when a refresh token was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SentAt {
    /// Its client does not say.
    #[default]
    Unsaid,
    /// By the server's clock as the client knows it, which may be wrong.
    At(Timestamp),
    /// A browser sent it while it loaded a page, and can't say when. Nothing is ended on such a word: the
    /// page that is loaded refreshes by itself next, and says when.
    PageLoad,
}

/// Decides what it means that a token was presented at `now`.
///
/// `state` must hold all receipts known to the node that asks.
#[must_use]
pub fn judge(
    state: &SessionState,
    account_disabled: bool,
    presented: Presented,
    now: Timestamp,
    policy: &Policy,
) -> Verdict {
    if let Some(reason) = state.over(account_disabled, now) {
        return Verdict::Refuse(reason);
    }
    let generation = presented.generation;
    let Some(age) = state.generation.0.checked_sub(generation.0) else {
        return Verdict::NotIssuedYet;
    };
    if age == 0 {
        return Verdict::Rotate;
    }
    let window = state.superseded(age).map(|at| at.plus(policy.reuse_interval));
    let lenient = generation >= state.floor;
    if lenient && window.is_some_and(|closes| now <= closes) {
        Verdict::Again(Leniency::ReuseInterval)
    } else if lenient && age == 1 && state.confirmed < state.generation {
        Verdict::Again(Leniency::LostAnswer)
    } else if presented.is_late_copy(window.max(state.successor_seen(age)), now) {
        Verdict::LateCopy
    } else {
        Verdict::Reuse
    }
}

impl Presented {
    /// Whether the request was sent while the token still counted, and not too long ago; or by a browser
    /// that can't say.
    fn is_late_copy(&self, counted_until: Option<Timestamp>, now: Timestamp) -> bool {
        let sent = match self.sent_at {
            SentAt::Unsaid => return false,
            SentAt::PageLoad => return true,
            SentAt::At(sent) => sent,
        };
        counted_until.is_some_and(|until| {
            let (until, now_or_so) = (until.plus(CLOCK_ERROR), now.plus(CLOCK_ERROR));
            sent <= until && sent <= now_or_so && now.since(sent) <= LATE_MAX
        })
    }
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;

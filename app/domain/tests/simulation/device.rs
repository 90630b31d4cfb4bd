//! A browser with its tabs, or a native client with its engines: cookies or storage, one lock, and what is
//! under way.

use crate::rule::Holds;
use crate::server::{Reply, Tokens};
use crate::world::{Event, SECOND, World, millis};
use domain::id::{SessionId, UserId};
use domain::session::SentAt;
use domain::session::keeper::{Input, Keeper, Shared, Stamp, timing};
use domain::time::Timestamp;
use std::time::Duration;

/// How wrong a client may be about the server's clock although nobody changed its own: half of the
/// longest request.
const CLOCK_ERROR: i64 = 8 * SECOND;

/// How tokens travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In cookies, which the browser attaches when it sends and keeps when an answer comes, whatever the
    /// page does.
    Browser,
    /// In bodies: the client reads its storage inside the lock and writes it when it hears the answer.
    Native,
}

pub(crate) struct Device {
    pub(crate) user: UserId,
    pub(crate) kind: Kind,
    pub(crate) tabs: Vec<Tab>,
    /// The device's clock less the true time, in milliseconds.
    pub(crate) skew: i64,
    /// Cookies or storage.
    pub(crate) jar: Option<Tokens>,
    /// What the tabs have told, for those that look inside the lock.
    pub(crate) shared: Option<Shared>,
    pub(crate) lock: Option<usize>,
    pub(crate) waiting: Vec<(usize, u64)>,
    pub(crate) offline_until: i64,
    pub(crate) asleep: bool,
    pub(crate) signed_out: bool,
    /// When its person came.
    pub(crate) entered: i64,
    pub(crate) refreshes: u64,
    pub(crate) ends: u64,
}

pub(crate) struct Tab {
    pub(crate) keeper: Keeper,
    pub(crate) stamp: u64,
    pub(crate) frozen: bool,
    /// It was left and is kept for the way back: what others tell does not reach it.
    pub(crate) cached: bool,
    /// What it will hear once it is not frozen any more.
    pub(crate) mail: Vec<Input>,
    pub(crate) calls: Vec<Call>,
    /// The ticket of its wish for the lock.
    pub(crate) ticket: u64,
    /// What it read when it began, or got itself, where that mistake is planted.
    pub(crate) remembered: Option<Tokens>,
    /// The sessions whose refresh this page has under way.
    pub(crate) in_flight: Vec<Option<SessionId>>,
    /// How often the page was loaded. Answers to what a former one sent reach nobody.
    pub(crate) page: u64,
}

/// Something a person wants done.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) key: u64,
    pub(crate) state: CallState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallState {
    /// At the gate.
    Waiting,
    /// Sent, as the client remembers it.
    Sent(Stamp),
    /// To go out once more, after the refresh.
    Again(Stamp),
    /// To be tried again later.
    Later,
    Done,
}

pub(crate) struct Request {
    pub(crate) device: usize,
    pub(crate) tab: usize,
    pub(crate) page: u64,
    pub(crate) sort: Sort,
    pub(crate) tokens: Option<Tokens>,
    /// The session that the page takes for its own.
    pub(crate) session: Option<SessionId>,
    /// When it was sent, by the true time and by the device's clock.
    pub(crate) sent: (i64, Timestamp),
    /// The same by the server's clock, as the keeper knows it.
    pub(crate) sent_at: SentAt,
    pub(crate) replies: Vec<(u16, Option<Reply>)>,
    pub(crate) settled: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Sort {
    Refresh { id: u32 },
    Check { id: u32, idle_for: Option<Duration> },
    Call { call: usize, key: u64 },
}

impl Request {
    pub(crate) fn limit(&self) -> i64 {
        match self.sort {
            Sort::Refresh { .. } => millis(timing::REFRESH_PATIENCE),
            Sort::Check { .. } | Sort::Call { .. } => 15 * SECOND,
        }
    }

    /// Whether it says another moment than the one at which it was sent: the device's clock was changed
    /// and the keeper does not know it yet.
    pub(crate) fn is_misdated(&self) -> bool {
        match self.sent_at {
            SentAt::At(said) => (said.millis() - self.sent.0).abs() > CLOCK_ERROR,
            SentAt::Unsaid | SentAt::PageLoad => true,
        }
    }
}

impl Tab {
    /// The page is loaded anew, or left: nothing of the former one goes on.
    pub(crate) fn load(&mut self) {
        self.keeper = Keeper::new();
        self.page += 1;
        self.stamp += 1;
        self.ticket += 1;
        self.mail.clear();
        self.calls.clear();
        self.in_flight.clear();
        self.remembered = None;
    }
}

impl Device {
    pub(crate) fn new(user: UserId, kind: Kind, tabs: usize, skew: i64) -> Self {
        let tab = || Tab {
            keeper: Keeper::new(),
            stamp: 0,
            frozen: false,
            cached: false,
            mail: Vec::new(),
            calls: Vec::new(),
            ticket: 0,
            remembered: None,
            in_flight: Vec::new(),
            page: 0,
        };
        Self {
            user,
            kind,
            tabs: (0..tabs).map(|_| tab()).collect(),
            skew,
            jar: None,
            shared: None,
            lock: None,
            waiting: Vec::new(),
            offline_until: 0,
            asleep: false,
            signed_out: false,
            entered: 0,
            refreshes: 0,
            ends: 0,
        }
    }

    pub(crate) const fn clock(&self, now: i64) -> Timestamp {
        // The true time begins in the middle of the decade, so that no clock is before 1970.
        Timestamp::from_millis(now + self.skew)
    }

    /// Whether it takes the server's clock for another than it is: its own was changed since `known`.
    pub(crate) const fn misjudges(&self, known: &Shared) -> bool {
        (known.skew_ms + self.skew).abs() > CLOCK_ERROR
    }

    pub(crate) const fn is_cut_off(&self, now: i64) -> bool {
        self.offline_until > now || self.asleep
    }
}

impl World {
    pub(crate) fn take_lock(&mut self, device: usize, tab: usize) {
        let owner = &mut self.devices[device];
        owner.tabs[tab].ticket += 1;
        let ticket = owner.tabs[tab].ticket;
        if owner.lock.is_none() {
            owner.lock = Some(tab);
            self.at(self.now + 1, Event::LockGiven { device, tab, ticket });
        } else {
            owner.waiting.push((tab, ticket));
            let limit = millis(timing::LOCK_PATIENCE);
            self.at(self.now + limit, Event::LockLimit { device, tab, ticket });
        }
    }

    pub(crate) fn release_lock(&mut self, device: usize, tab: usize) {
        let owner = &mut self.devices[device];
        if owner.lock != Some(tab) {
            return;
        }
        owner.lock = None;
        if !owner.waiting.is_empty() {
            let (next, ticket) = owner.waiting.remove(0);
            owner.lock = Some(next);
            self.at(self.now + 1, Event::LockGiven { device, tab: next, ticket });
        }
    }

    pub(crate) fn lock_given(&mut self, device: usize, tab: usize, ticket: u64) -> Holds {
        if self.devices[device].tabs[tab].ticket != ticket {
            self.release_lock(device, tab);
            return Ok(());
        }
        let shared = self.devices[device].shared.clone();
        self.hear(device, tab, Input::Locked { held: true, shared })
    }

    pub(crate) fn lock_limit(&mut self, device: usize, tab: usize, ticket: u64) -> Holds {
        let owner = &mut self.devices[device];
        let before = owner.waiting.len();
        owner.waiting.retain(|waiting| *waiting != (tab, ticket));
        if owner.waiting.len() == before {
            return Ok(());
        }
        let shared = owner.shared.clone();
        self.hear(device, tab, Input::Locked { held: false, shared })
    }

    /// The tokens of an answer go into the jar: in a browser whatever is in it, in an app when they
    /// are newer.
    pub(crate) fn keep(&mut self, index: usize, reply: &(u16, Option<Reply>)) {
        let (_, Some(Reply::Refreshed(tokens, _))) = reply else { return };
        let owner = &mut self.devices[self.requests[index].device];
        let newer = owner
            .jar
            .is_none_or(|jar| jar.session != tokens.session || tokens.refresh >= jar.refresh);
        if owner.kind == Kind::Browser || newer {
            owner.jar = Some(*tokens);
        }
    }
}

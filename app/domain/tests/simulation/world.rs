//! A world of devices, networks, nodes and people, turned by one seed.
//!
//! Time is a number. Everything that happens is an event in a heap; what a keeper asks for becomes
//! events as well. Nothing here decides about sessions: keepers do (the real ones) and the server does
//! (with the real judge).

use crate::device::{Device, Kind, Request, Sort};
use crate::faults::{Fault, Thief, Weather};
use crate::rng::Rng;
use crate::rule::{Broken, Holds};
use crate::server::{At, Reply, Server, Tokens};
use crate::tell;
use domain::id::{SessionId, UserId};
use domain::refusal::Refusal;
use domain::session::keeper::Input;
use domain::session::{Policy, Presented};
use domain::time::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

pub(crate) const MS: Duration = Duration::from_millis(1);
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;

/// A span as the world counts time.
pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap()
}

/// Which world is played, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) planted: Option<Planted>,
    /// The device whose doings are told.
    pub(crate) traced: Option<usize>,
}

/// A mistake that is put in, to show that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Planted {
    /// The token is read when a page begins and not inside the lock, and sent whatever other tabs got.
    TokenFromMemory,
    /// Answering a superseded token again prolongs its window.
    SlidingWindow,
    /// The server does not ask when a request was sent.
    LateCopyIsTheft,
    /// A client takes 429 for the end of its session.
    RateLimitIsFinal,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// A keeper's timer.
    Wake { device: usize, tab: usize, stamp: u64 },
    /// A request reaches a node, or would have.
    Arrive { request: usize },
    /// Its answer reaches the device, or would have.
    Answer { request: usize },
    /// The client's own limit for it.
    GiveUp { request: usize },
    /// A tab has waited long enough for the lock.
    LockLimit { device: usize, tab: usize, ticket: u64 },
    /// The lock is given to a tab.
    LockGiven { device: usize, tab: usize, ticket: u64 },
    /// What tabs tell each other, and what the socket tells.
    Told { device: usize, tab: usize, note: usize },
    /// The person does something on a device.
    Act { device: usize },
    /// A page is made for whoever is there.
    Load { device: usize, tab: usize },
    /// The request for a page reaches a node.
    PageAsked { page: usize },
    /// The page reaches the browser.
    PageMade { device: usize, tab: usize, made: usize },
    /// A call that brought nothing is tried again.
    Retry { device: usize, tab: usize, call: usize },
    /// Something goes wrong somewhere.
    Trouble,
    /// A fault of a device is over.
    Recover { device: usize, what: Fault },
    /// A thief presents what they have.
    Thief { thief: usize },
}

pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) now: i64,
    pub(crate) until: i64,
    pub(crate) server: Server,
    pub(crate) devices: Vec<Device>,
    pub(crate) requests: Vec<Request>,
    /// What pages are told, each with the page that it was meant for.
    pub(crate) notes: BTreeMap<usize, (u64, Input)>,
    /// Pages that were asked for: on which device and tab, with what in the jar.
    pub(crate) pages: Vec<(usize, usize, Tokens)>,
    /// What was answered to them.
    pub(crate) made: Vec<Reply>,
    pub(crate) weather: Weather,
    pub(crate) thieves: Vec<Thief>,
    pub(crate) planted: Option<Planted>,
    pub(crate) keys: u64,
    /// Nothing goes wrong any more: everything must come right.
    pub(crate) calm: bool,
    pub(crate) faults: u64,
    /// Sessions that ended by two faults at once, see `checks::end`.
    pub(crate) excused: BTreeSet<SessionId>,
    /// Sessions that their person ended.
    pub(crate) left: BTreeSet<SessionId>,
    traced: Option<usize>,
    heap: BinaryHeap<Reverse<(i64, u64, Event)>>,
    order: u64,
}

/// What a run was like, for whoever wants to know that it was not an idle one.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Report {
    pub(crate) hours: u64,
    pub(crate) events: u64,
    pub(crate) calls: u64,
    pub(crate) rotations: u64,
    pub(crate) refreshes: u64,
    pub(crate) faults: u64,
    pub(crate) ends: u64,
}

/// Runs one world and answers what broke in it.
pub(crate) fn run(plan: Plan) -> Holds<Report> {
    let mut world = World::new(plan);
    world.play().map_err(|Broken { rule, what }| {
        let at = world.now.div_euclid(SECOND);
        let clock = format!("{}:{:02}:{:02}", at / 3600, at / 60 % 60, at % 60);
        rule.broken(format!("seed {}, {clock}: {what}", plan.seed))
    })
}

impl Report {
    pub(crate) const fn add(&mut self, other: Self) {
        self.hours += other.hours;
        self.events += other.events;
        self.calls += other.calls;
        self.rotations += other.rotations;
        self.refreshes += other.refreshes;
        self.faults += other.faults;
        self.ends += other.ends;
    }
}

impl World {
    fn new(Plan { seed, planted, traced }: Plan) -> Self {
        let mut rng = Rng::new(seed);
        let lives = [5 * 60, 10 * 60, 15 * 60, 30];
        let policy = Policy {
            access_ttl: Duration::from_secs(lives[rng.below(lives.len())]),
            window: Duration::from_secs(12 * 3600),
            idle: Duration::from_secs([2 * 3600, 12 * 3600][rng.below(2)]),
            reuse_interval: Duration::from_secs(10),
        };
        let short = policy.access_ttl < Duration::from_secs(60);
        let hours = rng.between(1, if short { 3 } else { 14 });
        let mut world = Self {
            now: 0,
            until: hours * HOUR,
            server: Server::new(policy, planted),
            devices: Vec::new(),
            requests: Vec::new(),
            notes: BTreeMap::new(),
            pages: Vec::new(),
            made: Vec::new(),
            weather: Weather::default(),
            thieves: Vec::new(),
            planted,
            keys: 0,
            calm: false,
            faults: 0,
            excused: BTreeSet::new(),
            left: BTreeSet::new(),
            traced,
            heap: BinaryHeap::new(),
            order: 0,
            rng,
        };
        world.furnish();
        world
    }

    /// One or two people, each with up to three devices of up to three tabs.
    fn furnish(&mut self) {
        for user in 1..=self.rng.between(1, 3) {
            for _ in 0..self.rng.between(1, 4) {
                let kind = if self.rng.one_in(3) { Kind::Native } else { Kind::Browser };
                let tabs = self.rng.below(3) + 1;
                let skew = if self.rng.one_in(3) { self.rng.between(-HOUR, HOUR) } else { 0 };
                let device = self.devices.len();
                self.devices.push(Device::new(UserId(user), kind, tabs, skew));
                self.enter(device).expect("nothing is there yet that could break");
                let first = self.rng.between(SECOND, MINUTE);
                self.at(first, Event::Act { device });
            }
        }
        self.at(self.rng_span(10 * MINUTE), Event::Trouble);
    }

    fn rng_span(&self, span: i64) -> i64 {
        self.now + span / 2
    }

    pub(crate) fn at(&mut self, when: i64, event: Event) {
        self.order += 1;
        self.heap.push(Reverse((when.max(self.now), self.order, event)));
    }

    fn play(&mut self) -> Holds<Report> {
        let mut report = Report::default();
        let calm_at = self.until;
        // After the last fault everything has half an hour to come right.
        let over = calm_at + 30 * MINUTE;
        while let Some(Reverse((when, _, event))) = self.heap.pop() {
            if when > over {
                break;
            }
            if when >= calm_at && !self.calm {
                self.now = calm_at;
                self.calm_down()?;
            }
            self.now = when;
            self.server.turn(self.now);
            report.events += 1;
            self.happen(event)?;
        }
        self.now = over;
        self.check_the_end()?;
        report.hours = u64::try_from(over / HOUR).unwrap_or(0);
        report.calls = self.keys;
        report.rotations = self.server.rotations;
        report.faults = self.faults;
        for device in &self.devices {
            report.refreshes += device.refreshes;
            report.ends += device.ends;
        }
        Ok(report)
    }

    fn happen(&mut self, event: Event) -> Holds {
        match event {
            Event::Wake { device, tab, stamp } => {
                if self.devices[device].tabs[tab].stamp == stamp {
                    self.hear(device, tab, Input::Tick)?;
                }
            }
            Event::Arrive { request } => self.arrive(request)?,
            Event::Answer { request } => self.answered(request)?,
            Event::GiveUp { request } => self.give_up(request)?,
            Event::LockLimit { device, tab, ticket } => self.lock_limit(device, tab, ticket)?,
            Event::LockGiven { device, tab, ticket } => self.lock_given(device, tab, ticket)?,
            Event::Told { device, tab, note } => {
                if let Some((page, input)) = self.notes.remove(&note)
                    && page == self.devices[device].tabs[tab].page
                {
                    self.hear(device, tab, input)?;
                }
            }
            Event::Act { device } => self.act(device)?,
            Event::Retry { device, tab, call } => self.try_call(device, tab, call)?,
            Event::Load { device, tab } => self.load(device, tab)?,
            Event::PageAsked { page } => self.make_page(page)?,
            Event::PageMade { device, tab, made } => self.show_page(device, tab, made)?,
            Event::Trouble => self.trouble()?,
            Event::Recover { device, what } => self.recover(device, what)?,
            Event::Thief { thief } => self.steal(thief)?,
        }
        Ok(())
    }

    /// Has a tab hear something in `delay` milliseconds.
    pub(crate) fn note(&mut self, device: usize, tab: usize, input: Input, delay: i64) {
        let note = usize::try_from(self.order).unwrap_or(0);
        let page = self.devices[device].tabs[tab].page;
        self.notes.insert(note, (page, input));
        self.at(self.now + delay, Event::Told { device, tab, note });
    }

    /// A request is sent: what becomes of it is decided here.
    pub(crate) fn send(&mut self, request: Request) -> usize {
        let index = self.requests.len();
        let limit = request.limit();
        let lost = self.loses(request.device);
        let there = self.weather.delay(self.now, &mut self.rng, self.calm);
        self.requests.push(request);
        if self.devices[self.requests[index].device].is_cut_off(self.now) {
            // The browser notices at once.
            self.at(self.now + 5, Event::GiveUp { request: index });
        } else {
            if !lost {
                self.at(self.now + there, Event::Arrive { request: index });
                if !self.calm && self.rng.one_in(200) {
                    let again = self.rng.between(1, 5 * SECOND);
                    self.at(self.now + there + again, Event::Arrive { request: index });
                }
            }
            self.at(self.now + limit, Event::GiveUp { request: index });
        }
        index
    }

    /// Whether a message of a device is lost.
    fn loses(&mut self, device: usize) -> bool {
        !self.calm && !self.devices[device].asleep && self.rng.one_in(100)
    }

    /// A request reaches a node.
    fn arrive(&mut self, index: usize) -> Holds {
        let back = self.weather.delay(self.now, &mut self.rng, self.calm);
        let lost = self.loses(self.requests[index].device);
        let reply = match self.weather.instead(self.now, &mut self.rng, self.calm) {
            Some(body) => body,
            None => self.serve(index)?,
        };
        let request = &mut self.requests[index];
        request.replies.push(reply);
        if !lost {
            self.at(self.now + back, Event::Answer { request: index });
        }
        Ok(())
    }

    fn serve(&mut self, index: usize) -> Holds<(u16, Option<Reply>)> {
        let node = self.rng.below(self.server.nodes.len());
        if self.server.nodes[node].down_until > self.now {
            return Ok((502, None));
        }
        let request = &self.requests[index];
        let Some(tokens) = request.tokens else {
            return Ok((401, Some(Reply::Refused(Refusal::TokenMissing))));
        };
        let at = At { node, now: self.now };
        let reply = match request.sort {
            Sort::Refresh { .. } => {
                let (id, generation) = (tokens.session, tokens.refresh);
                let (device, tab) = (request.device, request.tab);
                let presented = Presented { generation, sent_at: request.sent_at };
                let reply = self.server.refresh(at, id, presented, &mut self.rng)?;
                self.trace(device, tab, || {
                    let state = &self.server.rows[&id].state;
                    let sent = presented.sent_at;
                    format!("⇒ node {node}: {generation}, sent {sent:?}: {state:?}")
                });
                let ended = matches!(reply, Reply::Refused(Refusal::RefreshTokenAlreadyUsed));
                if ended && self.requests[index].is_misdated() {
                    self.excused.insert(id);
                }
                reply
            }
            Sort::Check { idle_for, .. } => self.server.session(at, &tokens, idle_for),
            Sort::Call { .. } if request.session != Some(tokens.session) => {
                Reply::Refused(Refusal::SessionChanged)
            }
            Sort::Call { key, .. } => self.server.call(at, &tokens, key),
        };
        let status = match &reply {
            Reply::Refused(refusal) => refusal.status(),
            _ => 200,
        };
        Ok((status, Some(reply)))
    }

    /// Tells what happens, where that was asked for: `SOAK_TRACE=<device>`.
    pub(crate) fn trace(&self, device: usize, tab: usize, what: impl FnOnce() -> String) {
        if self.traced == Some(device) {
            let seconds = Duration::from_millis(self.now.unsigned_abs()).as_secs_f64();
            tell(&format!("{seconds:>9.3} {device}.{tab} {}", what()));
        }
    }

    /// The device's clock as the keeper sees it.
    pub(crate) fn clock(&self, device: usize) -> Timestamp {
        self.devices[device].clock(self.now)
    }
}

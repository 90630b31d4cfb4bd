//! People who come and go: they sign in, sign out on purpose, leave a device to somebody else, and take
//! the way back to a page that was left.

use crate::device::{CallState, Kind, Tab};
use crate::faults::Fault;
use crate::rule::{Holds, Rule};
use crate::server::{At, Reply};
use crate::world::{Event, HOUR, MINUTE, SECOND, World};
use domain::id::UserId;
use domain::session::keeper::{Input, Shared};
use domain::session::{EndReason, Presented, SentAt};

impl World {
    /// A person signs in on a device: by the sign-in page, or in place after an end.
    pub(crate) fn enter(&mut self, device: usize) -> Holds {
        if std::mem::replace(&mut self.devices[device].signed_out, false) {
            self.trace(device, 0, || "signs in".to_owned());
        }
        let (tokens, facts) = self.server.sign_in(self.devices[device].user, self.now);
        let now = self.now;
        let owner = &mut self.devices[device];
        let shared = Shared::from_facts(&facts, owner.clock(now), owner.clock(now));
        owner.jar = Some(tokens);
        owner.shared = Some(shared.clone());
        owner.entered = now;
        // A tab that somebody uses is not frozen.
        let here = owner.tabs.iter().position(|tab| !tab.frozen).unwrap_or(0);
        self.thaw(device, here)?;
        for tab in 0..self.devices[device].tabs.len() {
            let place = &mut self.devices[device].tabs[tab];
            if place.keeper.known().is_none() {
                // The other tabs are opened afterwards.
                place.load();
                let input = Input::Begin { shared: shared.clone(), verified: true };
                self.note(device, tab, input, if tab == here { 0 } else { 5 });
            } else if tab == here {
                self.hear(device, tab, Input::SignedIn(shared.clone()))?;
            }
            self.remember(device, tab);
        }
        Ok(())
    }

    /// The person of a device signs out on purpose. Some time later they, or somebody else, sign in.
    pub(crate) fn leave(&mut self, device: usize) -> Holds {
        let owner = &self.devices[device];
        let in_use = |tab: &Tab| !tab.frozen && tab.keeper.known().is_some();
        let (Some(tokens), Some(tab)) = (owner.jar, owner.tabs.iter().position(in_use)) else {
            return Ok(());
        };
        if owner.is_cut_off(self.now) || owner.signed_out {
            return Ok(());
        }
        self.left.insert(tokens.session);
        self.left.extend(owner.tabs.iter().filter_map(|tab| tab.keeper.session()));
        self.server.end(tokens.session, EndReason::SessionRevoked, self.now, &mut self.rng);
        let owner = &mut self.devices[device];
        (owner.jar, owner.shared) = (None, None);
        self.wait_for_somebody(device);
        self.hear(device, tab, Input::SignedOut)
    }

    /// Somebody signs in on a device after a while. No request of before is on its way any more then.
    pub(crate) fn wait_for_somebody(&mut self, device: usize) {
        self.devices[device].signed_out = true;
        let when = self.now + self.rng.between(15 * SECOND, 10 * MINUTE);
        self.at(when, Event::Recover { device, what: Fault::NoSession });
    }

    /// Now and then it is somebody else.
    pub(crate) fn hand_over(&mut self, device: usize) {
        if self.rng.one_in(3) {
            self.devices[device].user = UserId(self.rng.between(1, 5));
        }
    }

    /// A page is made for whoever the cookies name.
    pub(crate) fn load(&mut self, device: usize, tab: usize) -> Holds {
        let owner = &self.devices[device];
        if owner.tabs[tab].keeper.known().is_some() {
            return Ok(());
        }
        if owner.is_cut_off(self.now) || owner.tabs[tab].frozen {
            self.at(self.now + MINUTE, Event::Load { device, tab });
            return Ok(());
        }
        let (Some(tokens), Some(shared)) = (owner.jar, owner.shared.clone()) else { return Ok(()) };
        let Some(facts) = self.server.look(&tokens, self.now) else {
            // The sign-in page.
            if !owner.signed_out {
                self.wait_for_somebody(device);
            }
            return Ok(());
        };
        let now = self.clock(device);
        if facts.access_expires_at > facts.server_time {
            let shared = Shared::from_facts(&facts, now, now);
            self.remember(device, tab);
            return self.hear(device, tab, Input::Begin { shared, verified: true });
        }
        self.hear(device, tab, Input::Begin { shared, verified: false })
    }

    /// Somebody opens a page, or loads it again: the browser asks for it with what is in the jar by now, and
    /// the answer, with new cookies where they were due, may take its time.
    pub(crate) fn open_page(&mut self, device: usize) {
        let owner = &self.devices[device];
        let tab = self.rng.below(owner.tabs.len());
        let Some(tokens) = owner.jar.filter(|_| owner.kind == Kind::Browser) else { return };
        if owner.tabs[tab].frozen || owner.signed_out || owner.is_cut_off(self.now) {
            return;
        }
        let there = self.weather.delay(self.now, &mut self.rng, self.calm);
        let page = self.pages.len();
        self.pages.push((device, tab, tokens));
        self.at(self.now + there, Event::PageAsked { page });
    }

    /// A page is made on the server, which renews what is due: it is asked without the lock of the tabs.
    pub(crate) fn make_page(&mut self, page: usize) -> Holds {
        let (device, tab, tokens) = self.pages[page];
        let node = self.rng.below(self.server.nodes.len());
        if self.server.nodes[node].down_until > self.now {
            return Ok(());
        }
        let at = At { node, now: self.now };
        let due = tokens.access_until.millis() <= self.now;
        let reply = if due {
            let presented = Presented { generation: tokens.refresh, sent_at: SentAt::PageLoad };
            self.server.refresh(at, tokens.session, presented, &mut self.rng)?
        } else {
            self.server.session(at, &tokens, None)
        };
        let back = self.weather.delay(self.now, &mut self.rng, self.calm);
        let made = self.made.len();
        self.made.push(reply);
        self.at(self.now + back, Event::PageMade { device, tab, made });
        Ok(())
    }

    /// A page that was asked for is here: it takes the place of the one before.
    pub(crate) fn show_page(&mut self, device: usize, tab: usize, made: usize) -> Holds {
        let owner = &mut self.devices[device];
        if owner.is_cut_off(self.now) || owner.tabs[tab].frozen || owner.signed_out {
            return Ok(());
        }
        let facts = match self.made[made].clone() {
            Reply::Refreshed(tokens, facts) => {
                owner.jar = Some(tokens);
                Some(facts)
            }
            Reply::Session(facts) => Some(facts),
            Reply::Done | Reply::Refused(_) => None,
        };
        // What was under way on the page before is broken off.
        self.leave_page(device, tab);
        let now = self.clock(device);
        let known = self.devices[device].shared.clone();
        let begin = match (facts, known) {
            (Some(facts), _) => (Shared::from_facts(&facts, now, now), true),
            (None, Some(known)) => (known, false),
            (None, None) => return Ok(()),
        };
        self.remember(device, tab);
        self.hear(device, tab, Input::Begin { shared: begin.0, verified: begin.1 })?;
        if let Some(known) = self.devices[device].shared.clone() {
            self.hear(device, tab, Input::Heard(known))?;
        }
        Ok(())
    }

    /// A page goes: its requests are broken off and its lock is given back. What it had to send goes on
    /// from what is kept.
    fn leave_page(&mut self, device: usize, tab: usize) {
        let calls = std::mem::take(&mut self.devices[device].tabs[tab].calls);
        let page = self.devices[device].tabs[tab].page;
        let first = self.requests.len().saturating_sub(2_000);
        for request in &mut self.requests[first..] {
            if (request.device, request.tab, request.page) == (device, tab, page) {
                request.settled = true;
            }
        }
        self.devices[device].waiting.retain(|(waiting, _)| *waiting != tab);
        self.release_lock(device, tab);
        let place = &mut self.devices[device].tabs[tab];
        place.load();
        place.calls = calls;
        for call in 0..place.calls.len() {
            let place = &mut self.devices[device].tabs[tab];
            if place.calls[call].state != CallState::Done {
                place.calls[call].state = CallState::Later;
                self.at(self.now + SECOND, Event::Retry { device, tab, call });
            }
        }
    }

    /// A tab goes on to another page, and keeps this one for the way back.
    pub(crate) fn go_on(&mut self, device: usize) {
        let tab = self.rng.below(self.devices[device].tabs.len());
        let place = &mut self.devices[device].tabs[tab];
        if place.frozen || place.keeper.known().is_none() {
            return;
        }
        (place.frozen, place.cached) = (true, true);
        let when = self.now + self.rng.between(SECOND, HOUR);
        self.at(when, Event::Recover { device, what: Fault::Frost });
    }

    /// Whoever uses a tab sees what is theirs.
    pub(crate) fn check_person(&self, device: usize, tab: usize) -> Holds {
        let owner = &self.devices[device];
        let Some(known) = owner.tabs[tab].keeper.known() else { return Ok(()) };
        if known.user == owner.user || self.now - owner.entered < SECOND {
            return Ok(());
        }
        let (user, theirs) = (owner.user, known.user);
        Err(Rule::Person.broken(format!("{user} uses device {device}, tab {tab} shows {theirs}")))
    }
}

//! People who come and go: they sign in, sign out on purpose, leave a device to somebody else, and take
//! the way back to a page that was left.

use crate::device::Tab;
use crate::faults::Fault;
use crate::rule::{Holds, Rule};
use crate::world::{Event, HOUR, MINUTE, SECOND, World};
use domain::id::UserId;
use domain::session::EndReason;
use domain::session::keeper::{Input, Shared};

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
        let verified = facts.access_expires_at > facts.server_time;
        let shared = if verified { Shared::from_facts(&facts, now, now) } else { shared };
        self.remember(device, tab);
        self.hear(device, tab, Input::Begin { shared, verified })
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

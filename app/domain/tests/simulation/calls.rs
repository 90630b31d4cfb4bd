//! People and what they want done: calls that pass the gate, wait at it, and are sent again after a 401.

use crate::checks;
use crate::device::{Call, CallState, Sort};
use crate::rule::{Holds, Rule};
use crate::server::Reply;
use crate::world::{Event, MINUTE, SECOND, World};
use domain::session::keeper::{Follow, Gate, Input, Wake};

impl World {
    /// The person wants something done.
    pub(crate) fn act(&mut self, device: usize) -> Holds {
        let next = self.rng.between(20 * SECOND, 6 * MINUTE);
        if !self.calm {
            self.at(self.now + next, Event::Act { device });
        }
        let owner = &self.devices[device];
        if owner.asleep || owner.signed_out {
            return Ok(());
        }
        let tab = self.rng.below(owner.tabs.len());
        if owner.tabs[tab].frozen {
            return Ok(());
        }
        self.show(device, tab)?;
        self.check_person(device, tab)?;
        self.hear(device, tab, Input::Acted)?;
        match self.rng.below(40) {
            3 | 4 => self.open_page(device),
            0 => self.hear(device, tab, Input::Asked)?,
            1 | 2 => self.hear(device, tab, Input::Dismissed)?,
            _ => {}
        }
        if self.devices[device].tabs[tab].keeper.known().is_none() {
            return Ok(());
        }
        self.wish(device, tab)
    }

    /// Brings a tab to the front.
    fn show(&mut self, device: usize, tab: usize) -> Holds {
        for other in 0..self.devices[device].tabs.len() {
            let input = if other == tab { Input::Woke(Wake::Visible) } else { Input::Hidden };
            self.hear(device, other, input)?;
        }
        Ok(())
    }

    pub(crate) fn wish(&mut self, device: usize, tab: usize) -> Holds {
        self.keys += 1;
        let call = Call { key: self.keys, state: CallState::Waiting };
        let calls = &mut self.devices[device].tabs[tab].calls;
        calls.push(call);
        let index = calls.len() - 1;
        self.try_call(device, tab, index)
    }

    /// Looks at the gate for every call that waits, in their order.
    pub(crate) fn go(&mut self, device: usize, tab: usize) -> Holds {
        for call in 0..self.devices[device].tabs[tab].calls.len() {
            let state = self.devices[device].tabs[tab].calls.get(call).map(|call| call.state);
            if matches!(state, Some(CallState::Waiting | CallState::Again(_))) {
                self.try_call(device, tab, call)?;
            }
        }
        Ok(())
    }

    pub(crate) fn try_call(&mut self, device: usize, tab: usize, call: usize) -> Holds {
        let asleep = self.devices[device].asleep;
        let place = &self.devices[device].tabs[tab];
        if place.frozen || asleep {
            self.at(self.now + MINUTE, Event::Retry { device, tab, call });
            return Ok(());
        }
        let Some(known) = place.calls.get(call).copied() else { return Ok(()) };
        let first = match known.state {
            CallState::Done | CallState::Sent(_) => return Ok(()),
            CallState::Again(first) => Some(first),
            CallState::Waiting | CallState::Later => None,
        };
        if known.state == CallState::Later {
            self.devices[device].tabs[tab].calls[call].state = CallState::Waiting;
        }
        let now = self.clock(device);
        match self.devices[device].tabs[tab].keeper.gate(now) {
            Gate::Go => {}
            Gate::Wait => return self.hear(device, tab, Input::Call),
            Gate::Away | Gate::Over(_) => {
                // What was written is kept, and goes out once there is a way.
                self.devices[device].tabs[tab].calls[call].state = CallState::Later;
                self.at(self.now + MINUTE, Event::Retry { device, tab, call });
                return Ok(());
            }
        }
        checks::call(self, device, tab)?;
        let keeper = &self.devices[device].tabs[tab].keeper;
        let asked = first.unwrap_or_else(|| keeper.stamp());
        let stamp = keeper.set_out(&asked, first.is_some());
        let Some(stamp) = stamp else {
            return Err(Rule::Person.broken("a call outlived its page"));
        };
        self.devices[device].tabs[tab].calls[call].state = CallState::Sent(stamp);
        self.send_from(device, tab, Sort::Call { call, key: known.key });
        Ok(())
    }

    pub(crate) fn call_answered(
        &mut self,
        device: usize,
        tab: usize,
        call: usize,
        reply: &(u16, Option<Reply>),
    ) -> Holds {
        let place = &mut self.devices[device].tabs[tab];
        let CallState::Sent(stamp) = place.calls[call].state else { return Ok(()) };
        if place.frozen {
            self.later(device, tab, call);
            return Ok(());
        }
        let why = match reply {
            (_, Some(Reply::Refused(why))) => Some(why.clone()),
            _ => None,
        };
        let follow = place.keeper.follow(&stamp, why.as_ref());
        let place = &mut self.devices[device].tabs[tab];
        match (follow, reply) {
            (Follow::Deliver, (_, Some(Reply::Done))) => {
                place.calls[call].state = CallState::Done;
                return Ok(());
            }
            (Follow::Repeat, _) => place.calls[call].state = CallState::Again(stamp),
            _ => self.later(device, tab, call),
        }
        if let (true, Some(why)) = (follow != Follow::Drop, why) {
            let generation = stamp.generation;
            self.hear(device, tab, Input::Refused { why, generation })?;
        }
        self.try_again(device, tab, call)
    }

    /// The repeat goes out, or waits for the refresh.
    fn try_again(&mut self, device: usize, tab: usize, call: usize) -> Holds {
        let state = self.devices[device].tabs[tab].calls.get(call).map(|call| call.state);
        if matches!(state, Some(CallState::Again(_))) {
            return self.try_call(device, tab, call);
        }
        Ok(())
    }

    /// A call that brought nothing is tried again after a while.
    fn later(&mut self, device: usize, tab: usize, call: usize) {
        self.devices[device].tabs[tab].calls[call].state = CallState::Later;
        let when = self.now + self.rng.between(5 * SECOND, MINUTE);
        self.at(when, Event::Retry { device, tab, call });
    }
}

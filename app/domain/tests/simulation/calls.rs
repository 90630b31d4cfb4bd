//! People and what they want done: calls that pass the gate, wait at it, and are sent again after a 401.

use crate::checks;
use crate::device::{Call, CallState, Sort};
use crate::rule::Holds;
use crate::server::Reply;
use crate::world::{Event, MINUTE, SECOND, World};
use domain::refusal::Refusal;
use domain::session::keeper::{Gate, Input, Wake};

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
            if self.devices[device].tabs[tab].calls[call].state == CallState::Waiting {
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
        if matches!(known.state, CallState::Done | CallState::Sent { .. }) {
            return Ok(());
        }
        self.devices[device].tabs[tab].calls[call].state = CallState::Waiting;
        let now = self.clock(device);
        match self.devices[device].tabs[tab].keeper.gate(now) {
            Gate::Go => {}
            Gate::Wait => return self.hear(device, tab, Input::Call),
            Gate::Over(_) => {
                // What was written is kept, and goes out once the person has signed in again.
                self.devices[device].tabs[tab].calls[call].state = CallState::Later;
                self.at(self.now + MINUTE, Event::Retry { device, tab, call });
                return Ok(());
            }
        }
        checks::call(self, device, tab)?;
        let keeper = &self.devices[device].tabs[tab].keeper;
        let (epoch, generation) = (keeper.epoch(), keeper.generation());
        self.devices[device].tabs[tab].calls[call].state =
            CallState::Sent { epoch, generation, replayed: false };
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
        let CallState::Sent { epoch, generation, replayed } = place.calls[call].state else {
            return Ok(());
        };
        // What was said to a former epoch, or to a page that is frozen, is dropped.
        let heard = !place.frozen && epoch == place.keeper.epoch();
        match reply {
            (_, Some(Reply::Done)) if heard => {
                place.calls[call].state = CallState::Done;
                return Ok(());
            }
            (_, Some(Reply::Refused(why))) if heard => {
                let renew = matches!(why, Refusal::TokenExpired | Refusal::ClaimsStale);
                let why = why.clone();
                place.calls[call].state = CallState::Waiting;
                self.hear(device, tab, Input::Refused { why, generation })?;
                if renew && !replayed {
                    return self.replay(device, tab, call);
                }
            }
            _ => {}
        }
        if let Some(known) = self.devices[device].tabs[tab].calls.get_mut(call) {
            known.state = CallState::Later;
            let when = self.now + self.rng.between(5 * SECOND, MINUTE);
            self.at(when, Event::Retry { device, tab, call });
        }
        Ok(())
    }

    /// After a 401 the same call goes out again, once there is a newer token.
    fn replay(&mut self, device: usize, tab: usize, call: usize) -> Holds {
        self.try_call(device, tab, call)?;
        if let Some(known) = self.devices[device].tabs[tab].calls.get_mut(call)
            && let CallState::Sent { replayed, .. } = &mut known.state
        {
            *replayed = true;
        }
        Ok(())
    }
}

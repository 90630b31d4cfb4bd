//! The driver: carries out what a keeper asks for, and tells it what came of it. The only part of a client
//! that is not the real one; it has no opinions either.

use crate::checks;
use crate::device::{Kind, Request, Sort};
use crate::rule::{Holds, Rule};
use crate::server::Reply;
use crate::world::{Event, MINUTE, Planted, World};
use domain::refusal::Refusal;
use domain::session::SentAt;
use domain::session::keeper::{Answer, Effect, Input, judge};
use domain::time::Timestamp;
use serde_json::json;

impl World {
    /// A keeper hears something, and what it asks for is done.
    pub(crate) fn hear(&mut self, device: usize, tab: usize, input: Input) -> Holds {
        let now = self.clock(device);
        let asleep = self.devices[device].asleep;
        let place = &mut self.devices[device].tabs[tab];
        if place.frozen || asleep {
            let of_others =
                matches!(input, Input::Heard(_) | Input::HeardEnd { .. } | Input::ClaimsChanged(_));
            let missed = matches!(input, Input::Tick) || place.cached && of_others;
            if !missed {
                place.mail.push(input);
            }
            return Ok(());
        }
        let chance = self.rng.chance();
        self.trace(device, tab, || format!("◀ {input:?}"));
        let place = &mut self.devices[device].tabs[tab];
        let keeper = std::mem::take(&mut place.keeper);
        let (keeper, effects) = keeper.step(input, now, chance);
        place.keeper = keeper;
        for effect in effects {
            self.trace(device, tab, || format!("▶ {effect:?}"));
            self.carry_out(device, tab, effect)?;
        }
        checks::phase(self, device, tab)
    }

    fn carry_out(&mut self, device: usize, tab: usize, effect: Effect) -> Holds {
        match effect {
            Effect::TakeLock => self.take_lock(device, tab),
            Effect::ReleaseLock => self.release_lock(device, tab),
            Effect::Refresh { id } => self.send_refresh(device, tab, id)?,
            Effect::Abort { id } => self.break_off(device, tab, id),
            Effect::Check { id, idle_for, .. } => {
                let sort = Sort::Check { id, idle_for };
                self.send_from(device, tab, sort);
            }
            Effect::WakeAt(at) => {
                let skew = self.devices[device].skew;
                let place = &mut self.devices[device].tabs[tab];
                place.stamp += 1;
                let stamp = place.stamp;
                // Timers of pages in the background are late.
                let late = if self.rng.one_in(20) { self.rng.between(0, MINUTE) } else { 1 };
                let when = at.millis() - skew + late;
                self.at(when, Event::Wake { device, tab, stamp });
            }
            Effect::Tell(shared) => {
                self.devices[device].shared = Some(shared.clone());
                self.tell_others(device, tab, &Input::Heard(shared));
            }
            Effect::TellEnd { session, why } => {
                self.tell_others(device, tab, &Input::HeardEnd { session, why });
            }
            Effect::Go => self.go(device, tab)?,
            Effect::Ended(why) => {
                self.devices[device].ends += 1;
                checks::end(self, device, tab, &why)?;
                // People sign in again, in place, after a while.
                if !self.devices[device].signed_out {
                    self.wait_for_somebody(device);
                }
            }
            // The page is left, and made anew for whoever is there.
            Effect::Purge { .. } => {
                self.devices[device].tabs[tab].load();
                let when = self.now + self.rng.between(50, 500);
                self.at(when, Event::Load { device, tab });
            }
            Effect::Renewed | Effect::Remount { .. } | Effect::Log(_) => {}
        }
        Ok(())
    }

    fn tell_others(&mut self, device: usize, tab: usize, input: &Input) {
        for other in 0..self.devices[device].tabs.len() {
            if other != tab {
                let delay = self.rng.between(0, 20);
                self.note(device, other, input.clone(), delay);
            }
        }
    }

    fn send_refresh(&mut self, device: usize, tab: usize, id: u32) -> Holds {
        let owner = &mut self.devices[device];
        owner.refreshes += 1;
        let place = &mut owner.tabs[tab];
        // One for a session that is over meanwhile may still be on its way.
        let session = place.keeper.session();
        if place.in_flight.contains(&session) {
            return Err(Rule::Load.broken("two refreshes of one tab at once"));
        }
        place.in_flight.push(session);
        self.send_from(device, tab, Sort::Refresh { id });
        Ok(())
    }

    /// A refresh is broken off. The browser may have taken its cookies just before.
    fn break_off(&mut self, device: usize, tab: usize, id: u32) {
        let page = self.devices[device].tabs[tab].page;
        let is_it = |request: &&mut Request| {
            let same = matches!(request.sort, Sort::Refresh { id: its } if its == id);
            same && (request.device, request.tab, request.page) == (device, tab, page)
        };
        let Some(index) = self.requests.iter_mut().rposition(|mut request| is_it(&mut request))
        else {
            return;
        };
        let request = &mut self.requests[index];
        if std::mem::replace(&mut request.settled, true) {
            return;
        }
        let session = request.session;
        let arrived = request.replies.first().cloned();
        self.devices[device].tabs[tab].in_flight.retain(|other| *other != session);
        if let Some(reply) = arrived
            && self.devices[device].kind == Kind::Browser
            && self.rng.one_in(4)
        {
            self.keep(index, &reply);
        }
    }

    pub(crate) fn send_from(&mut self, device: usize, tab: usize, sort: Sort) {
        let owner = &self.devices[device];
        let place = &owner.tabs[tab];
        let tokens = match sort {
            Sort::Refresh { .. } => place.remembered.or(owner.jar),
            _ => owner.jar,
        };
        let sent = (self.now, self.clock(device));
        self.send(Request {
            device,
            tab,
            page: place.page,
            sort,
            tokens,
            session: place.keeper.session(),
            sent,
            sent_at: place.keeper.server_time(sent.1).map_or(SentAt::Unsaid, SentAt::At),
            replies: Vec::new(),
            settled: false,
        });
    }

    /// An answer reaches the device.
    pub(crate) fn answered(&mut self, index: usize) -> Holds {
        let (device, tab) = (self.requests[index].device, self.requests[index].tab);
        if self.requests[index].settled || self.devices[device].is_cut_off(self.now) {
            return Ok(());
        }
        let reply = self.requests[index].replies[0].clone();
        self.requests[index].settled = true;
        // A browser keeps cookies whether or not the page runs; an app's own code must.
        let owner = &self.devices[device];
        if owner.kind == Kind::Browser || !owner.tabs[tab].frozen {
            self.keep(index, &reply);
        }
        self.tell_tab(index, &reply)
    }

    pub(crate) fn give_up(&mut self, index: usize) -> Holds {
        if self.requests[index].settled {
            return Ok(());
        }
        self.requests[index].settled = true;
        self.tell_tab(index, &(0, None))
    }

    /// Tells the tab what came of its request.
    fn tell_tab(&mut self, index: usize, reply: &(u16, Option<Reply>)) -> Holds {
        let request = &self.requests[index];
        let (device, tab, sort, session) =
            (request.device, request.tab, request.sort, request.session);
        let (sent, received) = (request.sent.1, self.clock(device));
        if request.page != self.devices[device].tabs[tab].page {
            return Ok(());
        }
        match sort {
            Sort::Refresh { id } => {
                let answer = self.understand(reply, sent, received);
                let shared = self.devices[device].shared.clone();
                if matches!(answer, Answer::Holds(_)) {
                    self.remember(device, tab);
                }
                self.devices[device].tabs[tab].in_flight.retain(|other| *other != session);
                self.hear(device, tab, Input::Refreshed { id, answer, shared })
            }
            Sort::Check { id, .. } => {
                let answer = self.understand(reply, sent, received);
                let shared = self.devices[device].shared.clone();
                self.hear(device, tab, Input::Checked { id, answer, shared })
            }
            Sort::Call { call, .. } => self.call_answered(device, tab, call, reply),
        }
    }

    /// A mistake: the token is kept in memory, instead of being read inside the lock.
    pub(crate) fn remember(&mut self, device: usize, tab: usize) {
        if self.planted == Some(Planted::TokenFromMemory) {
            let owner = &mut self.devices[device];
            owner.tabs[tab].remembered = owner.jar;
        }
    }

    /// What the keeper's own judge makes of an answer.
    fn understand(
        &self,
        reply: &(u16, Option<Reply>),
        sent: Timestamp,
        received: Timestamp,
    ) -> Answer {
        let (status, reply) = reply;
        let body = match reply {
            Some(Reply::Refreshed(_, facts)) => json!({ "session": facts }).to_string(),
            Some(Reply::Session(facts)) => serde_json::to_string(facts).unwrap(),
            Some(Reply::Refused(refusal)) => serde_json::to_string(refusal).unwrap(),
            Some(Reply::Done) => "{}".to_owned(),
            None => "<html>Something else answered</html>".to_owned(),
        };
        if self.planted == Some(Planted::RateLimitIsFinal) && *status == 429 {
            return Answer::Over(Refusal::RateLimited { retry_after: 1 });
        }
        judge(*status, &body, sent, received)
    }
}

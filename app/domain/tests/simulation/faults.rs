//! What goes wrong: networks, proxies, nodes, devices, people and thieves.

use crate::rng::Rng;
use crate::rule::Holds;
use crate::server::{At, Reply, Tokens};
use crate::world::{Event, HOUR, MINUTE, SECOND, World};
use domain::refusal::Refusal;
use domain::session::keeper::{Input, Wake};
use domain::session::{EndReason, Generation, Presented, SentAt};
use domain::time::Timestamp;

/// What is over when a device recovers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// It had no network.
    NoNetwork,
    /// It slept.
    Sleep,
    /// Tabs of it were frozen.
    Frost,
    /// Its session was over; the person signs in again.
    NoSession,
}

/// The state of everything between devices and nodes.
#[derive(Default)]
pub(crate) struct Weather {
    /// Until when requests are answered by something else, and by what.
    instead_until: i64,
    instead: u16,
    /// Until when many messages are late.
    slow_until: i64,
}

/// Somebody who copied a device's tokens.
pub(crate) struct Thief {
    pub(crate) device: usize,
    pub(crate) tokens: Tokens,
    /// The generation that was made for them, which they used.
    pub(crate) went_on_to: Option<Generation>,
    pub(crate) tries: u32,
}

impl Weather {
    pub(crate) fn delay(&self, now: i64, rng: &mut Rng, calm: bool) -> i64 {
        let slow = now < self.slow_until;
        if !calm && rng.one_in(if slow { 5 } else { 60 }) {
            rng.between(SECOND, 12 * SECOND)
        } else {
            rng.between(5, 150)
        }
    }

    /// What something between the client and us answers instead.
    pub(crate) fn instead(
        &self,
        now: i64,
        rng: &mut Rng,
        calm: bool,
    ) -> Option<(u16, Option<Reply>)> {
        if calm || now >= self.instead_until || rng.one_in(4) {
            return None;
        }
        let reply = match self.instead {
            429 => Some(Reply::Refused(Refusal::RateLimited { retry_after: 3 })),
            503 => Some(Reply::Refused(Refusal::TryAgain { retry_after: 1 })),
            // A proxy's own page.
            _ => None,
        };
        Some((self.instead, reply))
    }
}

impl World {
    /// Something goes wrong, and something else will.
    pub(crate) fn trouble(&mut self) -> Holds {
        if self.calm {
            return Ok(());
        }
        self.faults += 1;
        let next = self.now + self.rng.between(30 * SECOND, 20 * MINUTE);
        self.at(next, Event::Trouble);
        let device = self.rng.below(self.devices.len());
        match self.rng.below(16) {
            0 | 1 => self.cut(device)?,
            2 => self.sleep(device),
            3 | 4 => self.freeze(device),
            5 | 6 => self.disturb(),
            7 => {
                let node = self.rng.below(2);
                let until = self.now + self.rng.between(SECOND, 20 * SECOND);
                self.server.kill(node, until);
            }
            8 => self.deploy(),
            9 => self.promote(device),
            10 => self.turn_clock(device),
            11 if self.rng.one_in(3) => self.rob(device),
            12 if self.rng.one_in(4) => self.revoke(device),
            13 if self.rng.one_in(2) => self.leave(device)?,
            14 | 15 => self.go_on(device),
            _ => self.weather.slow_until = self.now + self.rng.between(5 * MINUTE, HOUR),
        }
        Ok(())
    }

    fn cut(&mut self, device: usize) -> Holds {
        let span = [SECOND, 30 * SECOND, 2 * MINUTE, 40 * MINUTE][self.rng.below(4)];
        let span = self.rng.between(SECOND / 2, span + SECOND);
        let owner = &mut self.devices[device];
        owner.offline_until = self.now + span;
        // Not every browser notices it.
        if self.rng.one_in(2) {
            for tab in 0..self.devices[device].tabs.len() {
                self.hear(device, tab, Input::WentOffline)?;
            }
        }
        self.at(self.now + span, Event::Recover { device, what: Fault::NoNetwork });
        Ok(())
    }

    fn sleep(&mut self, device: usize) {
        let span = [MINUTE, HOUR, 9 * HOUR][self.rng.below(3)];
        let span = self.rng.between(MINUTE / 2, span);
        self.devices[device].asleep = true;
        self.at(self.now + span, Event::Recover { device, what: Fault::Sleep });
    }

    fn freeze(&mut self, device: usize) {
        let span = [20 * SECOND, 20 * MINUTE, 3 * HOUR][self.rng.below(3)];
        let span = self.rng.between(SECOND, span);
        let tab = self.rng.below(self.devices[device].tabs.len());
        self.devices[device].tabs[tab].frozen = true;
        self.at(self.now + span, Event::Recover { device, what: Fault::Frost });
    }

    /// Something between devices and nodes answers for a while.
    fn disturb(&mut self) {
        self.weather.instead = [401, 403, 429, 500, 502, 503][self.rng.below(6)];
        self.weather.instead_until = self.now + self.rng.between(2 * SECOND, 3 * MINUTE);
    }

    /// Both nodes are replaced, one after the other.
    fn deploy(&mut self) {
        let until = self.now + self.rng.between(SECOND, 15 * SECOND);
        self.server.kill(0, until);
        self.server.nodes[1].down_until = 0;
        let later = until + self.rng.between(SECOND, 15 * SECOND);
        self.server.kill(1, later);
    }

    /// An admin changes somebody's role or areas.
    fn promote(&mut self, device: usize) {
        let user = self.devices[device].user;
        let claims = self.server.change_claims(user, self.now, &mut self.rng);
        for device in 0..self.devices.len() {
            if self.devices[device].user != user {
                continue;
            }
            for tab in 0..self.devices[device].tabs.len() {
                // Its socket tells it, when it has one just then.
                if !self.rng.one_in(8) {
                    let delay = self.rng.between(10, 900);
                    self.note(device, tab, Input::ClaimsChanged(claims), delay);
                }
            }
        }
    }

    fn turn_clock(&mut self, device: usize) {
        let owner = &mut self.devices[device];
        owner.skew = self.rng.between(-HOUR, HOUR);
    }

    /// The person signs a device out from another one, or an admin does.
    fn revoke(&mut self, device: usize) {
        let Some(tokens) = self.devices[device].jar else { return };
        if self.server.rows[&tokens.session].state.ended.is_some() {
            return;
        }
        let (session, reason) = (tokens.session, EndReason::SessionRevoked);
        self.server.end(session, reason, self.now, &mut self.rng);
        if !self.rng.one_in(3) {
            for tab in 0..self.devices[device].tabs.len() {
                let why = Some(Refusal::SessionRevoked);
                let delay = self.rng.between(10, 900);
                self.note(device, tab, Input::HeardEnd { session, why }, delay);
            }
        }
    }

    /// Somebody copies what a device keeps.
    fn rob(&mut self, device: usize) {
        let Some(tokens) = self.devices[device].jar else { return };
        let thief = self.thieves.len();
        self.thieves.push(Thief { device, tokens, went_on_to: None, tries: 0 });
        let when = self.now + self.rng.between(0, 2 * HOUR);
        self.at(when, Event::Thief { thief });
    }

    /// A thief presents what they have, several times, and uses what they get.
    pub(crate) fn steal(&mut self, thief: usize) -> Holds {
        let Thief { tokens, tries, .. } = self.thieves[thief];
        let node = self.rng.below(2);
        let (session, generation) = (tokens.session, tokens.refresh);
        // A thief says whatever may help.
        let lies = self.rng.between(self.now - 3 * MINUTE, self.now + MINUTE);
        let sent_at = match self.rng.below(4) {
            0 => SentAt::Unsaid,
            1 => SentAt::PageLoad,
            _ => SentAt::At(Timestamp::from_millis(lies)),
        };
        let presented = Presented { generation, sent_at };
        let before = self.server.rotations;
        let at = At { node, now: self.now };
        let reply = self.server.refresh(at, session, presented, &mut self.rng)?;
        if let Reply::Refreshed(new, _) = reply {
            // A copy of the old token is kept: an impatient thief asks with it again and again.
            let again = self.rng.one_in(2);
            if self.server.rotations > before {
                self.thieves[thief].went_on_to = Some(new.refresh);
            }
            if !again {
                self.thieves[thief].tokens = new;
            }
            self.keys += 1;
            let key = self.keys;
            self.server.call(at, &new, key);
            self.server.done.remove(&key);
            self.keys -= 1;
        }
        self.thieves[thief].tries = tries + 1;
        if tries < 12 && !self.calm {
            let next = [4 * SECOND, 8 * SECOND, 20 * MINUTE][self.rng.below(3)];
            self.at(self.now + next, Event::Thief { thief });
        }
        Ok(())
    }

    /// A fault of a device is over.
    pub(crate) fn recover(&mut self, device: usize, what: Fault) -> Holds {
        match what {
            Fault::NoNetwork => {
                if self.devices[device].offline_until > self.now {
                    return Ok(());
                }
                self.wake_all(device, Wake::Online)
            }
            Fault::Sleep => {
                self.devices[device].asleep = false;
                self.drop_answers(device);
                self.wake_all(device, Wake::Resumed)
            }
            Fault::Frost => {
                for tab in 0..self.devices[device].tabs.len() {
                    self.thaw(device, tab)?;
                }
                Ok(())
            }
            Fault::NoSession => {
                if self.devices[device].is_cut_off(self.now) {
                    self.at(self.now + MINUTE, Event::Recover { device, what });
                    return Ok(());
                }
                self.hand_over(device);
                self.enter(device)
            }
        }
    }

    /// Connections do not survive a sleep: what was under way is given up on waking.
    fn drop_answers(&mut self, device: usize) {
        // None is under way for longer than its limit; only the latest can be.
        let first = self.requests.len().saturating_sub(2_000);
        let lost: Vec<usize> = (first..self.requests.len())
            .filter(|index| {
                let request = &self.requests[*index];
                request.device == device && !request.settled
            })
            .collect();
        for request in lost {
            self.at(self.now, Event::GiveUp { request });
        }
    }

    /// A tab goes on, if it was frozen.
    pub(crate) fn thaw(&mut self, device: usize, tab: usize) -> Holds {
        let place = &mut self.devices[device].tabs[tab];
        if !std::mem::take(&mut place.frozen) {
            return Ok(());
        }
        let cached = std::mem::take(&mut place.cached);
        self.read_mail(device, tab)?;
        self.catch_up(device, tab)?;
        let wake = if cached { Wake::Restored } else { Wake::Resumed };
        self.hear(device, tab, Input::Woke(wake))
    }

    /// What is kept on the device is looked at first.
    fn catch_up(&mut self, device: usize, tab: usize) -> Holds {
        let owner = &self.devices[device];
        let session = owner.tabs[tab].keeper.session();
        match (owner.shared.clone(), session) {
            (Some(shared), _) => self.hear(device, tab, Input::Heard(shared)),
            (None, Some(session)) => self.hear(device, tab, Input::HeardEnd { session, why: None }),
            (None, None) => Ok(()),
        }
    }

    fn wake_all(&mut self, device: usize, wake: Wake) -> Holds {
        for tab in 0..self.devices[device].tabs.len() {
            if !self.devices[device].tabs[tab].frozen {
                self.read_mail(device, tab)?;
            }
            self.hear(device, tab, Input::Woke(wake))?;
        }
        Ok(())
    }

    fn read_mail(&mut self, device: usize, tab: usize) -> Holds {
        for input in std::mem::take(&mut self.devices[device].tabs[tab].mail) {
            self.hear(device, tab, input)?;
        }
        Ok(())
    }

    /// Nothing goes wrong any more.
    pub(crate) fn calm_down(&mut self) -> Holds {
        self.calm = true;
        for device in 0..self.devices.len() {
            self.devices[device].offline_until = 0;
            self.devices[device].asleep = false;
            self.drop_answers(device);
            for tab in 0..self.devices[device].tabs.len() {
                self.thaw(device, tab)?;
                self.read_mail(device, tab)?;
                self.hear(device, tab, Input::Woke(Wake::Online))?;
            }
            // Whoever is there does one thing more on every tab, once all is well.
            self.at(self.now + 10 * MINUTE, Event::Act { device });
        }
        Ok(())
    }
}

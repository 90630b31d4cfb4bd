//! What must hold at every moment, and at the end.

use crate::device::{CallState, Tab};
use crate::rule::{Holds, Rule};
use crate::world::{MINUTE, SECOND, World, millis};
use domain::refusal::Refusal;
use domain::session::keeper::{Gate, Phase};
use domain::time::Timestamp;

/// A call is about to go out: never with tokens that are known to be over.
pub(crate) fn call(world: &World, device: usize, tab: usize) -> Holds {
    let owner = &world.devices[device];
    let keeper = &owner.tabs[tab].keeper;
    let Some(known) = keeper.known() else { return Ok(()) };
    if keeper.gate(owner.clock(world.now)) != Gate::Go {
        return Err(Rule::Gate.broken("a call passed a closed gate"));
    }
    if known.access_until <= owner.clock(world.now) {
        return Err(Rule::Gate.broken("a call went out with tokens that are known to be over"));
    }
    Ok(())
}

/// A session was taken to be over: by right?
pub(crate) fn end(world: &World, device: usize, tab: usize, why: &Refusal) -> Holds {
    let keeper = &world.devices[device].tabs[tab].keeper;
    let Some(session) = keeper.session() else { return Ok(()) };
    let state = &world.server.rows[&session].state;
    let right = world.left.contains(&session)
        || match why {
            Refusal::SessionExpired => world.now >= state.absolute_expires_at.millis(),
            Refusal::SessionIdle => world.now >= state.idle_expires_at.millis(),
            Refusal::SessionRevoked => world.server.revoked.contains(&session),
            Refusal::RefreshTokenAlreadyUsed => {
                // A late copy is known by when it was sent. A client whose clock was just changed can't say
                // that: the two together are taken for theft.
                let stolen = world.thieves.iter().any(|thief| thief.tokens.session == session);
                stolen || world.excused.contains(&session)
            }
            _ => false,
        };
    if right {
        return Ok(());
    }
    Err(Rule::SignedOut.broken(format!("device {device} was signed out: {}", why.code())))
}

/// What a tab shows after a step: an end by the clock is one.
pub(crate) fn phase(world: &World, device: usize, tab: usize) -> Holds {
    let owner = &world.devices[device];
    let keeper = &owner.tabs[tab].keeper;
    let (Phase::Expired { why }, Some(known)) = (keeper.phase(), keeper.known()) else {
        return Ok(());
    };
    let Some(row) = world.server.rows.get(&known.session) else { return Ok(()) };
    if row.state.over(false, Timestamp::from_millis(world.now)).is_some() {
        return Ok(());
    }
    // A clock that jumped is believed until the server has spoken; and acts that this tab has not
    // heard of yet move the idle end.
    let near = row.state.absolute_expires_at.millis() - world.now < 15 * SECOND;
    if owner.misjudges(known) || near || *why == Refusal::SessionIdle {
        return Ok(());
    }
    let what = format!("tab {tab} of device {device} shows an end that is none: {}", why.code());
    Err(Rule::SignedOut.broken(what))
}

impl World {
    /// After half an hour without a fault everything has come right.
    pub(crate) fn check_the_end(&self) -> Holds {
        for (index, device) in self.devices.iter().enumerate() {
            let Some(tokens) = device.jar else { continue };
            let state = &self.server.rows[&tokens.session].state;
            let now = Timestamp::from_millis(self.now);
            if state.over(false, now).is_some() || device.signed_out {
                continue;
            }
            for (number, tab) in device.tabs.iter().enumerate() {
                self.check_tab(tab).map_err(|what| {
                    Rule::Recovery.broken(format!("tab {number} of device {index}: {what}"))
                })?;
            }
        }
        self.check_thieves()?;
        self.check_load()
    }

    /// A tab works, and everything that was wanted of it was done.
    fn check_tab(&self, tab: &Tab) -> Result<(), String> {
        let phase = tab.keeper.phase();
        if tab.keeper.known().is_none() || !phase.can_queue() {
            return Err(format!("left {phase:?}"));
        }
        for call in &tab.calls {
            if call.state != CallState::Done {
                return Err(format!("call {} is left {:?} in {phase:?}", call.key, call.state));
            }
            if !self.server.done.contains(&call.key) {
                return Err(format!("call {} was never done", call.key));
            }
        }
        Ok(())
    }

    /// A theft is found: once a thief has gone on to a generation of their own and used it, the owner's
    /// next refresh ends the session. In the last half hour every owner has refreshed. (Within the
    /// reuse interval both get the same successor, and it is found when one of them goes on.)
    fn check_thieves(&self) -> Holds {
        for thief in &self.thieves {
            let Some(taken) = thief.went_on_to else { continue };
            let state = &self.server.rows[&thief.tokens.session].state;
            let owner = &self.devices[thief.device];
            let now = Timestamp::from_millis(self.now);
            let behind = owner
                .jar
                .is_some_and(|jar| jar.session == thief.tokens.session && jar.refresh < taken);
            if behind && state.over(false, now).is_none() && !owner.signed_out {
                let what = format!("a theft on device {} was never found", thief.device);
                return Err(Rule::Theft.broken(what));
            }
        }
        Ok(())
    }

    /// Nobody hammers the server: about one refresh per life of a token and device, and some per fault.
    fn check_load(&self) -> Holds {
        let life = millis(self.server.policy.access_ttl);
        let span = self.now + MINUTE;
        for (index, device) in self.devices.iter().enumerate() {
            let usual = u64::try_from(span / (life / 2).min(life)).unwrap() + 1;
            let tabs = u64::try_from(device.tabs.len()).unwrap();
            let allowed = 2 * usual + 30 * tabs * (self.faults + 2);
            if device.refreshes > allowed {
                let sent = device.refreshes;
                let what = format!("device {index} sent {sent} refreshes, {allowed} are plenty");
                return Err(Rule::Load.broken(what));
            }
        }
        Ok(())
    }
}

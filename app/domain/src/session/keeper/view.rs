//! What a keeper says about itself at a moment: whether a call may go out, where the session stands, when
//! to look again. Nothing here changes anything.

use super::input::{Figures, Gate, Phase, Shared, Status};
use super::timing::{self, WARN_BEFORE};
use super::{Counts, Had, Keeper};
use crate::id::{SessionId, UserId};
use crate::refusal::Refusal;
use crate::session::Generation;
use crate::time::Timestamp;
use std::time::Duration;

/// After so many tries without an answer calls are not kept waiting for the next one.
const AWAY_AFTER: u32 = 3;

impl Keeper {
    pub(super) fn phase_at(&self, now: Timestamp) -> Phase {
        if self.known.is_none() {
            return Phase::SignedOut;
        }
        if let Some(why) = &self.ended {
            return Phase::Expired { why: why.clone() };
        }
        let end = self.end();
        match end {
            Some((end, why)) if now >= end => Phase::Expired { why },
            _ if self.is_cut_off(now) => Phase::Offline,
            _ if !self.verified => Phase::Restoring,
            Some((end, why)) if end.since(now) <= WARN_BEFORE => {
                Phase::Warning { ends_at: end, why, dismissed: self.is_dismissed() }
            }
            _ => Phase::Active,
        }
    }

    /// When the session ends by this device's clock, unless something is done.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.end().map(|(end, _)| end)
    }

    /// When the session ends by this device's clock, and why, unless something is done.
    pub(super) fn end(&self) -> Option<(Timestamp, Refusal)> {
        let known = self.known.as_ref()?;
        let (idle, absolute) = (known.idle_end(), known.absolute_end());
        Some(if idle < absolute {
            (idle, Refusal::SessionIdle)
        } else {
            (absolute, Refusal::SessionExpired)
        })
    }

    /// The same by the server's clock, which no estimate moves.
    pub(super) fn end_on_server(&self) -> Option<(Timestamp, Refusal)> {
        let (_, why) = self.end()?;
        let known = self.known.as_ref()?;
        Some((known.idle_expires_at.min(known.absolute_expires_at), why))
    }

    fn is_dismissed(&self) -> bool {
        self.dismissed.is_some() && self.dismissed == self.end_on_server()
    }

    /// Whether the server can't be reached: the browser says so, or nothing came back repeatedly.
    fn is_cut_off(&self, now: Timestamp) -> bool {
        !self.page.online
            || self.heart.failures() > 1
            || (self.flight.tries() > 1 && self.gate(now) != Gate::Go)
    }

    /// Whether it is no use to wait for new tokens: there is no network, or several tries brought none.
    const fn is_away(&self) -> bool {
        !self.page.online || self.flight.tries() > AWAY_AFTER
    }

    pub(super) fn next_look(&self, now: Timestamp) -> Option<Timestamp> {
        let known = self.known.as_ref()?;
        if self.ended.is_some() {
            return None;
        }
        let end = self.end().map(|(end, _)| end);
        [
            Some(known.renew_at(self.page.visible)),
            Some(known.unusable_at()),
            self.flight.pause_ends(),
            self.heart.due(end).filter(|_| self.page.visible),
            end.map(|end| end.minus(WARN_BEFORE)),
            end,
        ]
        .into_iter()
        .flatten()
        .filter(|at| *at > now)
        .min()
    }

    /// What a call that wants to go out has to do at `now`.
    #[must_use]
    pub fn gate(&self, now: Timestamp) -> Gate {
        let Some(known) = &self.known else { return Gate::Go };
        if let Some(why) = &self.ended {
            return Gate::Over(why.clone());
        }
        if now < known.unusable_at() && self.trusts(known) {
            Gate::Go
        } else if self.is_away() {
            Gate::Away
        } else {
            Gate::Wait
        }
    }

    /// Whether the server has not refused the newest tokens that are known.
    pub(super) fn trusts(&self, known: &Shared) -> bool {
        self.distrusted.is_none_or(|at| known.told_at() > at) && known.claims_version >= self.wanted
    }

    /// What a request that is sent now goes out with.
    pub(super) fn had(&self) -> Had {
        Had { session: self.session(), generation: self.generation() }
    }

    /// Whether there are newer tokens than those that a request went out with, or those of another
    /// session: then its answer is not about them.
    pub(super) fn has_more_than(&self, had: Had) -> bool {
        self.session() != had.session || self.generation() > had.generation
    }

    /// The generation of the tokens that a call sent now would go out with.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.known.as_ref().map_or(Generation::NONE, |known| known.generation)
    }

    /// Whether there is a network: the browser's word, and what was tried since.
    #[must_use]
    pub const fn online(&self) -> bool {
        self.page.online
    }

    /// Whose session it is.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        self.known.as_ref().map(|known| known.user)
    }

    /// What happened since the server was last told.
    pub(super) fn untold(&self) -> Figures {
        self.figures().since(self.told)
    }

    /// All that was counted on this page.
    pub(super) const fn figures(&self) -> Figures {
        let Counts { hits, misses, refreshes, failures, .. } = self.counts;
        Figures { hits, misses, refreshes, failures }
    }

    /// The session of this page. A call is stamped with it: cookies may belong to another by now.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.known.as_ref().map(|known| known.session)
    }

    /// A moment of this device's clock on the server's, as well as that is known: what a refresh says
    /// about when it was sent.
    #[must_use]
    pub fn server_time(&self, at: Timestamp) -> Option<Timestamp> {
        Some(timing::on_server(at, self.known.as_ref()?.skew_ms))
    }

    /// What is known of the session, by this device's clock.
    #[must_use]
    pub const fn known(&self) -> Option<&Shared> {
        self.known.as_ref()
    }

    /// Which life of the signed-in part of the page this is.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Where the session stands, as of the last step.
    #[must_use]
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The figures for the diagnostics panel and for support.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        let known = self.known.as_ref();
        Status {
            has_session: known.is_some() && self.ended.is_none(),
            verified: self.verified,
            refreshing: self.flight.is_under_way(),
            generation: self.generation(),
            access_left: known.map_or(Duration::ZERO, |known| known.access_until.since(now)),
            age: known.map_or(Duration::ZERO, |known| now.since(known.taken_at)),
            hits: self.counts.hits,
            misses: self.counts.misses,
            refreshes: self.counts.refreshes,
            failures: self.counts.failures,
            adopted: self.counts.adopted,
        }
    }
}

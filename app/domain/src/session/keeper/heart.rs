//! The heartbeat: a page in front asks the server every five minutes whether the session holds, and
//! says when the person last did something. The look after a wake-up is the same question.
//!
//! Three facts are kept apart: a *receipt* (a request with new tokens arrived), the *heartbeat* (the page
//! is there) and *activity* (the person is). Only the last one moves the idle end.

use super::answer::Answer;
use super::input::{Effect, Figures, Shared};
use super::timing::{self, DEBOUNCE, WARN_BEFORE};
use super::{Gate, Had, Keeper, Step};
use crate::time::Timestamp;
use std::time::Duration;

/// How long before the warning the server is asked whether the end has moved meanwhile.
const AHEAD: Duration = Duration::from_secs(15);

/// When the server was asked and is to be asked.
#[derive(Debug, Clone)]
pub(super) struct Heart {
    /// The heartbeat that is under way, and the tokens that it went out with.
    under_way: Option<(u32, Had, Figures)>,
    ids: u32,
    /// When the server last said something about the session.
    last: Option<Timestamp>,
    /// When the next heartbeat is due.
    next: Option<Timestamp>,
    /// Something happened that makes it worth asking now.
    wanted: bool,
    failures: u32,
    /// When the person last did something.
    active_at: Option<Timestamp>,
}

impl Heart {
    pub(super) const fn new() -> Self {
        Self {
            under_way: None,
            ids: 0,
            last: None,
            next: None,
            wanted: false,
            failures: 0,
            active_at: None,
        }
    }

    pub(super) const fn want(&mut self) {
        self.wanted = true;
    }

    /// Ask now, however short ago the last answer was.
    pub(super) const fn insist(&mut self) {
        self.wanted = true;
        self.last = None;
    }

    pub(super) const fn acted(&mut self, now: Timestamp) {
        self.active_at = Some(now);
    }

    /// Ask by then at the latest.
    pub(super) fn look_by(&mut self, at: Timestamp) {
        self.next = Some(self.next.map_or(at, |next| next.min(at)));
    }

    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }

    /// The server said something about the session just now.
    pub(super) fn checked(&mut self, now: Timestamp, chance: f64) {
        self.last = Some(now);
        self.next = Some(now.plus(timing::heartbeat(chance)));
        self.failures = 0;
        self.wanted = false;
    }

    /// When the next heartbeat is due, given when the session ends: neither a warning nor the end is
    /// shown on the word of a server that was asked minutes before.
    pub(super) fn due(&self, end: Option<Timestamp>) -> Option<Timestamp> {
        let next = self.next?;
        let moments = end.map(|end| [end.minus(WARN_BEFORE + AHEAD), end]);
        let not_asked_since = |at: &Timestamp| self.last.is_none_or(|last| last < *at);
        // After a failure the back-off alone counts.
        let moments = moments.into_iter().flatten().filter(|_| self.failures == 0);
        moments.filter(not_asked_since).chain([next]).min()
    }

    fn debounced(&self, now: Timestamp) -> bool {
        // A clock that was set back is no reason to be silent.
        self.last.is_some_and(|last| now >= last && now.since(last) < DEBOUNCE)
    }
}

impl Keeper {
    /// Sends a heartbeat when one is due. A refresh says the same, so none is sent beside it.
    pub(super) fn beat(&mut self, step: &mut Step) {
        let due = self.heart.due(self.end().map(|(end, _)| end));
        let by_clock = self.page.visible && due.is_some_and(|due| due <= step.now);
        let by_wake = self.heart.wanted && !self.heart.debounced(step.now);
        let unheard = !self.page.online && !by_clock;
        let silent = self.known.is_none() || self.ended.is_some() || unheard;
        if silent || self.flight.is_under_way() || self.heart.under_way.is_some() {
            return;
        }
        if !(by_clock || by_wake || !self.verified && self.heart.next.is_none()) {
            return;
        }
        if self.gate(step.now) != Gate::Go {
            return;
        }
        self.heart.ids += 1;
        self.heart.wanted = false;
        self.heart.under_way = Some((self.heart.ids, self.had(), self.figures()));
        let idle_for = self.heart.active_at.map(|at| step.now.since(at));
        step.say(Effect::Check { id: self.heart.ids, idle_for, figures: self.untold() });
    }

    /// A heartbeat was answered.
    pub(super) fn checked(
        &mut self,
        id: u32,
        answer: Answer,
        shared: Option<&Shared>,
        step: &mut Step,
    ) {
        let mine = |under_way: &mut (u32, Had, Figures)| under_way.0 == id;
        let Some((_, had, figures)) = self.heart.under_way.take_if(mine) else { return };
        if let Some(shared) = shared {
            self.learn(shared, step);
        }
        if self.known.is_none() {
            return;
        }
        if !matches!(answer, Answer::Unknown { wait: None }) {
            self.reached();
        }
        if matches!(answer, Answer::Holds(_)) {
            self.told = figures;
        }
        match answer {
            Answer::Holds(got) => self.confirmed(had, &got, step),
            // A tab has renewed them or signed in again meanwhile: this is about the former.
            Answer::Renew | Answer::Over(_) if self.has_more_than(had) => self.heart.want(),
            Answer::Renew => self.distrust(),
            Answer::Over(why) => self.close(why, step),
            Answer::Unknown { wait } => self.missed(wait, step),
        }
    }

    fn confirmed(&mut self, had: Had, got: &Shared, step: &mut Step) {
        if self.is_somebody_else(got) {
            self.purge(step);
            return;
        }
        self.verified = true;
        self.heart.checked(step.now, step.chance);
        // The server said it to this page just now. That counts whatever the clocks say: one that was
        // set back would make it look older than what is known.
        let current = self.known.as_ref().is_some_and(|known| {
            known.session == got.session && known.generation <= got.generation
        });
        if current {
            self.replace(got, step);
        }
        if current || self.adopt(got, step) {
            step.say(Effect::Tell(got.clone()));
        } else if had.session == Some(got.session) && got.generation < had.generation {
            // A late answer has put an older cookie over a newer one. As long as the reuse interval
            // lasts, a refresh mends that.
            self.asked = true;
        }
    }

    fn missed(&mut self, wait: Option<Duration>, step: &Step) {
        self.heart.failures = self.heart.failures.saturating_add(1);
        let pause = timing::pause(self.heart.failures + 1, wait, step.chance);
        self.heart.next = Some(step.now.plus(pause));
    }
}

//! What other places know: the tabs of this browser, the socket, an answer to somebody else's question.
//!
//! News of the same person are adopted when they are newer. Whoever is not the person of this page
//! purges it.

use super::input::{Effect, Shared};
use super::{Keeper, Step};
use crate::id::SessionId;
use crate::refusal::Refusal;

impl Keeper {
    /// Another tab of this browser knows something.
    pub(super) fn heard(&mut self, shared: &Shared, step: &mut Step) {
        if self.is_somebody_else(shared) {
            self.purge(step);
        } else {
            self.adopt(shared, step);
        }
    }

    pub(super) fn heard_end(&mut self, session: SessionId, why: Option<Refusal>, step: &mut Step) {
        if self.known.as_ref().is_none_or(|known| known.session != session) {
            return;
        }
        match why {
            // The person left: nothing of theirs stays on any tab.
            None => self.purge(step),
            Some(why) => self.close(why, step),
        }
    }

    /// Takes what the tabs know: news of this session, or that somebody else is here now.
    pub(super) fn learn(&mut self, shared: &Shared, step: &mut Step) -> bool {
        if self.is_somebody_else(shared) {
            self.purge(step);
            return false;
        }
        self.adopt(shared, step)
    }

    /// Takes what another place knows, when it is news about this session. Answers whether it was.
    pub(super) fn adopt(&mut self, shared: &Shared, step: &mut Step) -> bool {
        let Some(known) = &self.known else { return false };
        if known.user != shared.user {
            return false;
        }
        // Of two sessions of one person the later sign-in is the one that the cookies hold.
        let news = if known.session == shared.session {
            shared.is_newer_than(known)
        } else {
            shared.authenticated_at > known.authenticated_at
        };
        if news {
            self.replace(shared, step);
        }
        news
    }

    /// Goes on with what is known now, and says what that changes for the page.
    pub(super) fn replace(&mut self, shared: &Shared, step: &mut Step) {
        let before = self.known.replace(shared.clone());
        let same = before.filter(|before| before.session == shared.session);
        let renewed = same.as_ref().is_none_or(|before| before.generation < shared.generation);
        let claims = shared.claims_version > self.mounted;
        if same.is_none() {
            self.distrusted = None;
        }
        self.mounted = self.mounted.max(shared.claims_version);
        if renewed {
            self.ended = None;
            step.say(Effect::Renewed);
        }
        if claims || same.is_none() {
            self.remount(step);
        }
    }

    pub(super) fn is_somebody_else(&self, shared: &Shared) -> bool {
        self.known.as_ref().is_some_and(|known| known.user != shared.user)
    }
}

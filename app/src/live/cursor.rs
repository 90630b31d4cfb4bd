//! The page's position in the log: which events are new to it, and what a snapshot has missed that
//! was read before events which arrived sooner.

use domain::event::{EventBody, Head};
use domain::id::{EventId, LogEpoch};
use std::collections::VecDeque;

/// How many events are kept for snapshots that arrive after them.
const KEPT: usize = 256;

/// Everything up to a position is on the page.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    at: Option<Head>,
    /// The newest events, ascending, for which everything after `kept_after` is complete.
    kept: VecDeque<(EventId, EventBody)>,
    kept_after: Option<EventId>,
}

/// What taking a snapshot asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// These events happened after the snapshot and arrived before it: apply them to it.
    Replay(Vec<EventBody>),
    /// The page begins at this position, or goes back to it: ask the server for what came after.
    Resume(Head),
    /// The snapshot is of another life of the database: whatever else is on the page is void.
    Foreign,
}

impl Cursor {
    /// The position to ask for what came after it.
    #[must_use]
    pub const fn position(&self) -> Option<Head> {
        self.at
    }

    /// Takes the position of an event that arrived. `false` when it is known already; then it is to
    /// be ignored. An event of another life of the database is never new: a reset follows.
    pub fn admit(&mut self, epoch: LogEpoch, id: EventId) -> bool {
        match self.at {
            Some(at) if at.epoch != epoch || id <= at.head => false,
            _ => {
                self.kept_after.get_or_insert(EventId(id.get() - 1));
                self.at = Some(Head { epoch, head: id });
                true
            }
        }
    }

    /// Keeps an admitted event for snapshots that were read before it and are still on their way.
    pub fn keep(&mut self, id: EventId, body: EventBody) {
        self.kept.push_back((id, body));
        if self.kept.len() > KEPT
            && let Some((oldest, _)) = self.kept.pop_front()
        {
            self.kept_after = Some(oldest);
        }
    }

    /// Takes the server's word that everything up to `head` that concerns the page was sent.
    /// `false` when the word is about another life of the database.
    pub fn complete_to(&mut self, head: Head) -> bool {
        match &mut self.at {
            Some(at) if at.epoch != head.epoch => false,
            Some(at) => {
                at.head = at.head.max(head.head);
                true
            }
            None => {
                self.at = Some(head);
                self.kept_after = Some(head.head);
                true
            }
        }
    }

    /// Takes a snapshot whose position was read before its rows.
    pub fn take(&mut self, snapshot: Head) -> Taken {
        let Some(at) = self.at else {
            self.begin(snapshot);
            return Taken::Resume(snapshot);
        };
        if at.epoch != snapshot.epoch {
            self.begin(snapshot);
            return Taken::Foreign;
        }
        if snapshot.head >= at.head {
            // Newer than the page: what lies between still comes, and is older than these rows.
            return Taken::Replay(Vec::new());
        }
        if self.kept_after.is_some_and(|after| after <= snapshot.head) {
            let missed = self.kept.iter().filter(|(id, _)| *id > snapshot.head);
            return Taken::Replay(missed.map(|(_, body)| body.clone()).collect());
        }
        self.begin(snapshot);
        Taken::Resume(snapshot)
    }

    /// Forgets everything: the next snapshot begins anew.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    fn begin(&mut self, at: Head) {
        *self = Self { at: Some(at), kept: VecDeque::new(), kept_after: Some(at.head) };
    }
}

#[cfg(test)]
#[path = "cursor_tests.rs"]
mod tests;

//! The position in the log that this node has handed out, and the newest events before it.
//!
//! Both the tailer and a socket that steps into its room hold the lock around this, which makes
//! the step exact: everything up to `cursor` came by catching up, everything after it comes live.

use super::Hub;
use super::audience::AudienceIndex;
use super::conn::Conn;
use super::packet;
use domain::event::{Audience, Event};
use domain::id::{EventId, LogEpoch};
use engineioxide::Str;
use std::collections::VecDeque;
use std::sync::Arc;

/// How many handed-out events are kept for sockets that are about to step in.
const RECENT_MAX: usize = 512;

/// The position and what leads up to it.
pub(super) struct Stream {
    cursor: EventId,
    /// Everything after this position is in `recent`.
    recent_from: EventId,
    recent: VecDeque<Outgoing>,
    pub(super) audience: AudienceIndex,
}

/// An event, encoded once for all who get it.
#[derive(Clone)]
pub(super) struct Outgoing {
    pub(super) id: EventId,
    pub(super) audience: Audience,
    pub(super) frame: Str,
}

impl Outgoing {
    pub(super) fn encode(event: &Event, epoch: LogEpoch) -> Result<Self, serde_json::Error> {
        let frame = packet::event_with(event.body.name(), &event.wire(epoch)?);
        Ok(Self { id: event.id, audience: event.body.audience(), frame: Str::from(frame) })
    }
}

impl Stream {
    pub(super) fn new(cursor: EventId, audience: AudienceIndex) -> Self {
        Self { cursor, recent_from: cursor, recent: VecDeque::new(), audience }
    }

    /// Everything up to here has been handed out.
    pub(super) fn cursor(&self) -> EventId {
        self.cursor
    }

    /// Goes on to `event` and hands it to the rooms of all who may hear it. Answers how many
    /// sockets got it.
    pub(super) fn hand_out(&mut self, hub: &Hub, out: Outgoing) -> usize {
        let inner = hub.registry.lock();
        let mut reached = 0;
        for user in self.audience.hearers(out.audience) {
            for conn in inner.room(user) {
                reached += usize::from(offer(conn, &out));
            }
        }
        drop(inner);
        self.cursor = out.id;
        self.recent.push_back(out);
        if self.recent.len() > RECENT_MAX
            && let Some(gone) = self.recent.pop_front()
        {
            self.recent_from = gone.id;
        }
        reached
    }

    /// Goes on over an event that nobody can be told.
    pub(super) fn skip(&mut self, id: EventId) {
        self.cursor = id;
    }

    /// Takes a socket that has everything up to `from` the rest of the way and into its room, with no
    /// more than `allowance` events.
    pub(super) fn step_in(
        &self,
        hub: &Hub,
        conn: &Arc<Conn>,
        from: EventId,
        allowance: usize,
    ) -> Step {
        if from < self.recent_from {
            return Step::TooFar;
        }
        let missed = self
            .recent
            .iter()
            .filter(|out| out.id > from && self.audience.may_hear(conn.user(), out.audience));
        if missed.clone().count() > allowance {
            return Step::TooMany;
        }
        let sent = missed.filter(|out| offer(conn, out)).count();
        conn.go_live();
        conn.send(packet::event("ready", &hub.head_facts(self.cursor.max(from))));
        hub.registry.lock().join(conn);
        Step::In(sent)
    }
}

/// What became of the step from catching up to live.
pub(super) enum Step {
    /// It is live; this many events were sent on the way.
    In(usize),
    /// It is further behind than the newest events reach. Nothing was done.
    TooFar,
    /// It misses more than it may be sent. Nothing was done.
    TooMany,
}

/// Sends an event to a socket unless it has it already or asked not to hear of its ward.
fn offer(conn: &Conn, out: &Outgoing) -> bool {
    out.id > conn.last_id() && conn.wants(out.audience) && conn.send_durable(out.id, &out.frame)
}

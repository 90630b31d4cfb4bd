//! What the keeper must do, step by step. What it must never do in any order of events is the
//! simulation's part.

mod calls;
mod refreshes;
mod standing;

use super::*;
use crate::id::{SessionId, UserId};
use std::time::Duration;
use uuid::Uuid;

const START: Timestamp = Timestamp::from_millis(1_000_000_000_000);
const LIFE: Duration = Duration::from_secs(900);

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// So long before a token of the usual life ends, counted from its beginning.
fn before(span: Duration) -> Duration {
    LIFE.saturating_sub(span)
}

fn shared(generation: u32, taken_at: Timestamp) -> Shared {
    Shared {
        user: UserId(7),
        session: SessionId(Uuid::from_u128(1)),
        generation: Generation(generation),
        claims_version: 1,
        taken_at,
        life: LIFE,
        access_until: taken_at.plus(LIFE),
        skew_ms: 0,
        idle_expires_at: START.plus(secs(12 * 3600)),
        absolute_expires_at: START.plus(secs(12 * 3600)),
        authenticated_at: START,
    }
}

/// What another tab tells after its person signed in again.
fn signed_in_again(page: &Page) -> Shared {
    let session = SessionId(Uuid::from_u128(2));
    Shared { session, authenticated_at: page.now, ..shared(1, page.now) }
}

/// A keeper with a clock, and what it asked for last.
struct Page {
    keeper: Keeper,
    now: Timestamp,
    said: Vec<Effect>,
}

impl Page {
    fn of(shared: Shared) -> Self {
        let mut page = Self { keeper: Keeper::new(), now: START, said: Vec::new() };
        page.hear(Input::Begin { shared, verified: true });
        page
    }

    fn fresh() -> Self {
        Self::of(shared(1, START))
    }

    fn hear(&mut self, input: Input) -> &mut Self {
        let keeper = std::mem::take(&mut self.keeper);
        (self.keeper, self.said) = keeper.step(input, self.now, 0.5);
        self
    }

    fn after(&mut self, span: Duration) -> &mut Self {
        self.now = self.now.plus(span);
        self.hear(Input::Tick)
    }

    /// Takes the lock and answers which refresh was sent.
    fn sent(&mut self) -> u32 {
        assert!(self.said.contains(&Effect::TakeLock), "no lock was asked for: {:?}", self.said);
        self.hear(Input::Locked { held: true, shared: None });
        self.refresh().expect("no refresh was sent")
    }

    fn refresh(&self) -> Option<u32> {
        self.said.iter().find_map(|effect| match effect {
            Effect::Refresh { id } => Some(*id),
            _ => None,
        })
    }

    fn check(&self) -> Option<u32> {
        self.said.iter().find_map(|effect| match effect {
            Effect::Check { id, .. } => Some(*id),
            _ => None,
        })
    }

    fn answer(&mut self, id: u32, answer: Answer) -> &mut Self {
        self.hear(Input::Refreshed { id, answer, shared: None })
    }

    /// A heartbeat was answered: the session holds.
    fn holds(&mut self, id: u32, got: Shared) -> &mut Self {
        self.hear(Input::Checked { id, answer: Answer::Holds(got), shared: None })
    }

    fn renew(&mut self, id: u32, generation: u32) -> &mut Self {
        let got = shared(generation, self.now);
        self.answer(id, Answer::Holds(got))
    }
}

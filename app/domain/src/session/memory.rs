//! What a node remembers of sessions and claims, so that a request needs no database to be
//! identified: ended sessions, claims versions, and which generations were seen in use.
//!
//! Three maps, cut into shards with a lock each that is held for a few lookups and never while waiting: two
//! threads rarely want the same one. Whoever owns it feeds it from the event log and writes the receipts
//! away; see the server's `standing`.

use crate::id::{SessionId, UserId};
use crate::session::{EndReason, Generation, Policy, Receipt, Receipts};
use crate::time::{Clock, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How fine the time of the person's last act is kept in the database.
const ACTIVITY_STEP: Duration = Duration::from_secs(30);
/// How much longer than an access token lives anything about it is kept.
const KEPT_LONGER: Duration = Duration::from_secs(60);

/// How many locks there are. A power of two, and many more than cores.
const SHARDS: usize = 64;

/// The memory of one node.
pub struct Memory {
    clock: Arc<dyn Clock>,
    access_ttl: Duration,
    shards: [Shard; SHARDS],
}

/// A part of the maps. Aligned, so that two of them never share a line of a processor's cache.
#[derive(Default)]
#[repr(align(128))]
struct Shard(Mutex<Maps>);

/// Sessions are in the shard of their id, claims in that of their person's.
#[derive(Default)]
struct Maps {
    ended: HashMap<SessionId, Ended>,
    claims: HashMap<UserId, i64>,
    seen: HashMap<SessionId, Seen>,
}

struct Ended {
    reason: EndReason,
    at: Timestamp,
}

struct Seen {
    generation: Generation,
    active_at: Option<Timestamp>,
    written: Generation,
    written_active: Option<Timestamp>,
    touched: Timestamp,
}

impl Seen {
    fn new(touched: Timestamp) -> Self {
        Self {
            generation: Generation::NONE,
            active_at: None,
            written: Generation::NONE,
            written_active: None,
            touched,
        }
    }

    fn wants_writing(&self) -> bool {
        let acted = match (self.active_at, self.written_active) {
            (Some(at), Some(written)) => at.since(written) >= ACTIVITY_STEP,
            (Some(_), None) => true,
            (None, _) => false,
        };
        acted || self.generation > self.written
    }
}

impl Shard {
    fn lock(&self) -> MutexGuard<'_, Maps> {
        // A panic while holding the lock leaves plain maps behind, which are still true.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// What the database says at the start: the sessions that ended lately, and the claims versions.
    #[must_use]
    pub fn new(
        clock: Arc<dyn Clock>,
        policy: &Policy,
        ended: Vec<(SessionId, EndReason)>,
        claims: Vec<(UserId, i64)>,
    ) -> Self {
        let shards = std::array::from_fn(|_| Shard::default());
        let memory = Self { clock, access_ttl: policy.access_ttl, shards };
        for (session, reason) in ended {
            memory.end(session, reason);
        }
        for (user, version) in claims {
            memory.require_claims(user, version);
        }
        memory
    }

    /// Notes that a session is over: its access tokens are refused from now on.
    pub fn end(&self, session: SessionId, reason: EndReason) {
        let at = self.clock.now();
        let mut maps = self.of_session(session);
        maps.ended.insert(session, Ended { reason, at });
        maps.seen.remove(&session);
    }

    /// Notes that a person's tokens must carry this claims version from now on.
    pub fn require_claims(&self, user: UserId, version: i64) {
        let mut maps = self.of_user(user);
        let known = maps.claims.entry(user).or_insert(version);
        *known = (*known).max(version);
    }

    /// Up to `most` receipts that are not in the database yet.
    #[must_use]
    pub fn unwritten(&self, most: usize) -> Vec<Receipt> {
        let mut receipts = Vec::new();
        for maps in self.all() {
            let waiting = maps.seen.iter().filter(|(_, seen)| seen.wants_writing());
            receipts.extend(waiting.take(most - receipts.len()).map(|(session, seen)| Receipt {
                session: *session,
                generation: seen.generation,
                active_at: seen.active_at,
            }));
        }
        receipts
    }

    /// Notes that these receipts are in the database.
    pub fn mark_written(&self, batch: &[Receipt]) {
        for receipt in batch {
            if let Some(seen) = self.of_session(receipt.session).seen.get_mut(&receipt.session) {
                seen.written = seen.written.max(receipt.generation);
                seen.written_active = seen.written_active.max(receipt.active_at);
            }
        }
    }

    /// Drops what no access token alive can ask for any more, so that memory stays bounded by the
    /// sessions of the last minutes.
    pub fn forget_old(&self) {
        let now = self.clock.now();
        let keep = self.access_ttl + KEPT_LONGER;
        for mut maps in self.all() {
            maps.ended.retain(|_, ended| now.since(ended.at) <= keep);
            maps.seen.retain(|_, seen| seen.wants_writing() || now.since(seen.touched) <= keep);
        }
    }

    fn of_session(&self, session: SessionId) -> MutexGuard<'_, Maps> {
        // The last byte is random in every version of ids that we make.
        self.shards[usize::from(session.0.as_bytes()[15]) % SHARDS].lock()
    }

    fn of_user(&self, user: UserId) -> MutexGuard<'_, Maps> {
        self.shards[usize::from(user.0.to_le_bytes()[0]) % SHARDS].lock()
    }

    /// Every part, one after the other.
    fn all(&self) -> impl Iterator<Item = MutexGuard<'_, Maps>> {
        self.shards.iter().map(Shard::lock)
    }
}

impl Receipts for Memory {
    fn seen(&self, receipt: Receipt) {
        let now = self.clock.now();
        let mut maps = self.of_session(receipt.session);
        let seen = maps.seen.entry(receipt.session).or_insert_with(|| Seen::new(now));
        seen.generation = seen.generation.max(receipt.generation);
        seen.active_at = seen.active_at.max(receipt.active_at);
        seen.touched = now;
    }

    fn newest(&self, session: SessionId) -> Option<Generation> {
        self.of_session(session).seen.get(&session).map(|seen| seen.generation)
    }

    fn ended(&self, session: SessionId) -> Option<EndReason> {
        self.of_session(session).ended.get(&session).map(|ended| ended.reason)
    }

    fn claims_version(&self, user: UserId) -> i64 {
        self.of_user(user).claims.get(&user).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};
    use uuid::Uuid;

    #[derive(Default)]
    struct Hands(AtomicI64);

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    const MINUTE: i64 = 60_000;

    fn memory() -> (Arc<Hands>, Memory) {
        let hands = Arc::new(Hands::default());
        let policy = Policy {
            access_ttl: Duration::from_secs(900),
            window: Duration::from_secs(43_200),
            idle: Duration::from_secs(43_200),
            reuse_interval: Duration::from_secs(10),
        };
        let memory = Memory::new(hands.clone(), &policy, Vec::new(), Vec::new());
        (hands, memory)
    }

    fn receipt(session: u128, generation: u32, active_at: Option<i64>) -> Receipt {
        Receipt {
            session: SessionId(Uuid::from_u128(session)),
            generation: Generation(generation),
            active_at: active_at.map(Timestamp::from_millis),
        }
    }

    #[test]
    fn a_receipt_is_offered_until_it_is_written_and_not_again() {
        let (_, memory) = memory();
        memory.seen(receipt(1, 3, None));
        memory.seen(receipt(1, 2, None));
        assert_eq!(memory.newest(SessionId(Uuid::from_u128(1))), Some(Generation(3)));
        let batch = memory.unwritten(10);
        assert_eq!(batch, [receipt(1, 3, None)]);
        assert_eq!(memory.unwritten(10), batch);
        memory.mark_written(&batch);
        assert_eq!(memory.unwritten(10), []);
    }

    #[test]
    fn an_act_is_written_once_in_half_a_minute() {
        let (_, memory) = memory();
        let act = |at| {
            memory.seen(receipt(1, 1, Some(at)));
            let batch = memory.unwritten(10);
            memory.mark_written(&batch);
            batch.len()
        };
        assert_eq!([act(1_000), act(30_999), act(31_000)], [1, 0, 1]);
    }

    #[test]
    fn what_ended_is_remembered_for_as_long_as_its_tokens_live_and_then_forgotten() {
        let (hands, memory) = memory();
        let session = SessionId(Uuid::from_u128(1));
        memory.end(session, EndReason::SessionRevoked);
        hands.0.store(16 * MINUTE, Ordering::Relaxed);
        memory.forget_old();
        assert_eq!(memory.ended(session), Some(EndReason::SessionRevoked));
        hands.0.store(16 * MINUTE + 1, Ordering::Relaxed);
        memory.forget_old();
        assert_eq!(memory.ended(session), None);
    }

    #[test]
    fn claims_never_go_back() {
        let (_, memory) = memory();
        memory.require_claims(UserId(7), 3);
        memory.require_claims(UserId(7), 2);
        assert_eq!((memory.claims_version(UserId(7)), memory.claims_version(UserId(8))), (3, 0));
    }
}

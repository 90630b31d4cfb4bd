//! What this node remembers of sessions and claims, so that a request needs no database to be
//! identified: ended sessions, claims versions, and which generations were seen in use.
//!
//! Loaded once, at start, then fed by the event log from the position at which it was loaded (see
//! `live`), which is how a revocation on one node reaches all. Receipts count here at once and are
//! written in batches.

use domain::event::Head;
use domain::id::{SessionId, UserId};
use domain::session::{EndReason, Generation, Policy, Receipt, Receipts};
use domain::store::{Store, Stored};
use domain::time::{Clock, Timestamp};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often receipts are written.
const WRITE_EVERY: Duration = Duration::from_millis(500);
/// How fine the time of the person's last act is kept in the database.
const ACTIVITY_STEP: Duration = Duration::from_secs(30);
/// How many receipts one write holds.
const BATCH_MAX: usize = 200;

/// The node's memory.
pub struct Standing {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    loaded_at: Head,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
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

impl Standing {
    /// Loads what the database says.
    pub async fn load(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        policy: Policy,
    ) -> Stored<Arc<Self>> {
        // The position before the rest: a change between the two is taken in twice, which changes
        // nothing, instead of never.
        let loaded_at = store.head().await?;
        let now = clock.now();
        let lately = i64::try_from(policy.access_ttl.as_millis()).unwrap_or(i64::MAX);
        let ended = store.ended_lately(lately.saturating_add(60_000)).await?;
        let claims = store.claims_versions().await?;
        let memory = Memory {
            ended: ended.into_iter().map(|(id, reason)| (id, Ended { reason, at: now })).collect(),
            claims: claims.into_iter().collect(),
            seen: HashMap::new(),
        };
        Ok(Arc::new(Self { store, clock, policy, loaded_at, memory: Mutex::new(memory) }))
    }

    /// Where the log stood: whatever it says after this has to be taken in.
    #[must_use]
    pub fn loaded_at(&self) -> Head {
        self.loaded_at
    }

    /// Notes that a session is over: its access tokens are refused from now on.
    pub fn end(&self, session: SessionId, reason: EndReason) {
        let at = self.clock.now();
        self.with(|memory| {
            memory.ended.insert(session, Ended { reason, at });
            memory.seen.remove(&session);
        });
    }

    /// Notes that a person's tokens must carry this claims version from now on.
    pub fn require_claims(&self, user: UserId, version: i64) {
        self.with(|memory| {
            let known = memory.claims.entry(user).or_insert(version);
            *known = (*known).max(version);
        });
    }

    /// Writes receipts in batches until `stop`, then once more.
    pub async fn write_receipts(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(WRITE_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.write_once().await;
            self.forget_old();
        }
        self.write_once().await;
    }

    async fn write_once(&self) {
        loop {
            let batch = self.take_batch();
            if batch.is_empty() {
                return;
            }
            if let Err(error) = self.store.confirm(&batch, &self.policy).await {
                // They count here already and are offered again with the next write.
                tracing::warn!(error = %error, count = batch.len(), "receipts were not written");
                return;
            }
            self.mark_written(&batch);
            if batch.len() < BATCH_MAX {
                return;
            }
        }
    }

    fn take_batch(&self) -> Vec<Receipt> {
        self.with(|memory| {
            let waiting = memory.seen.iter().filter(|(_, seen)| seen.wants_writing());
            waiting
                .take(BATCH_MAX)
                .map(|(session, seen)| Receipt {
                    session: *session,
                    generation: seen.generation,
                    active_at: seen.active_at,
                })
                .collect()
        })
    }

    fn mark_written(&self, batch: &[Receipt]) {
        self.with(|memory| {
            for receipt in batch {
                if let Some(seen) = memory.seen.get_mut(&receipt.session) {
                    seen.written = seen.written.max(receipt.generation);
                    seen.written_active = seen.written_active.max(receipt.active_at);
                }
            }
        });
    }

    /// Drops what no access token alive can ask for any more, so that memory stays bounded by the
    /// sessions of the last minutes.
    fn forget_old(&self) {
        let now = self.clock.now();
        let keep = self.policy.access_ttl + Duration::from_secs(60);
        self.with(|memory| {
            memory.ended.retain(|_, ended| now.since(ended.at) <= keep);
            memory.seen.retain(|_, seen| seen.wants_writing() || now.since(seen.touched) <= keep);
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Memory) -> T) -> T {
        // A panic while holding the lock leaves plain maps behind, which are still true.
        work(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Receipts for Standing {
    fn seen(&self, receipt: Receipt) {
        let now = self.clock.now();
        self.with(|memory| {
            let seen = memory.seen.entry(receipt.session).or_insert_with(|| Seen::new(now));
            seen.generation = seen.generation.max(receipt.generation);
            seen.active_at = seen.active_at.max(receipt.active_at);
            seen.touched = now;
        });
    }

    fn newest(&self, session: SessionId) -> Option<Generation> {
        self.with(|memory| memory.seen.get(&session).map(|seen| seen.generation))
    }

    fn ended(&self, session: SessionId) -> Option<EndReason> {
        self.with(|memory| memory.ended.get(&session).map(|ended| ended.reason))
    }

    fn claims_version(&self, user: UserId) -> i64 {
        self.with(|memory| memory.claims.get(&user).copied().unwrap_or(0))
    }
}

//! What this node remembers of sessions and claims ([`Memory`]), kept true.
//!
//! Loaded once, at start, then fed by the event log from the position at which it was loaded (see
//! `live`), which is how a revocation on one node reaches all. Receipts count here at once and are
//! written in batches.

use domain::event::Head;
use domain::id::{SessionId, UserId};
use domain::session::{EndReason, Generation, Memory, Policy, Receipt, Receipts};
use domain::store::{Store, Stored};
use domain::time::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often receipts are written.
const WRITE_EVERY: Duration = Duration::from_millis(500);
/// How many receipts one write holds.
const BATCH_MAX: usize = 200;

/// The node's memory, and the database it is loaded from and written to.
pub struct Standing {
    store: Arc<dyn Store>,
    policy: Policy,
    loaded_at: Head,
    memory: Memory,
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
        let lately = i64::try_from(policy.access_ttl.as_millis()).unwrap_or(i64::MAX);
        let ended = store.ended_lately(lately.saturating_add(60_000)).await?;
        let claims = store.claims_versions().await?;
        let memory = Memory::new(clock, &policy, ended, claims);
        Ok(Arc::new(Self { store, policy, loaded_at, memory }))
    }

    /// Where the log stood: whatever it says after this has to be taken in.
    #[must_use]
    pub fn loaded_at(&self) -> Head {
        self.loaded_at
    }

    /// Notes that a session is over: its access tokens are refused from now on.
    pub fn end(&self, session: SessionId, reason: EndReason) {
        self.memory.end(session, reason);
    }

    /// Notes that a person's tokens must carry this claims version from now on.
    pub fn require_claims(&self, user: UserId, version: i64) {
        self.memory.require_claims(user, version);
    }

    /// Writes receipts in batches until `stop`, then once more.
    pub async fn write_receipts(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(WRITE_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.write_once().await;
            self.memory.forget_old();
        }
        self.write_once().await;
    }

    async fn write_once(&self) {
        loop {
            let batch = self.memory.unwritten(BATCH_MAX);
            if batch.is_empty() {
                return;
            }
            if let Err(error) = self.store.confirm(&batch, &self.policy).await {
                // They count here already and are offered again with the next write.
                tracing::warn!(error = %error, count = batch.len(), "receipts were not written");
                return;
            }
            self.memory.mark_written(&batch);
            if batch.len() < BATCH_MAX {
                return;
            }
        }
    }
}

impl Receipts for Standing {
    fn seen(&self, receipt: Receipt) {
        self.memory.seen(receipt);
    }

    fn newest(&self, session: SessionId) -> Option<Generation> {
        self.memory.newest(session)
    }

    fn ended(&self, session: SessionId) -> Option<EndReason> {
        self.memory.ended(session)
    }

    fn claims_version(&self, user: UserId) -> i64 {
        self.memory.claims_version(user)
    }
}

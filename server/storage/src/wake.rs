//! Waking the readers of the log when something was committed.
//!
//! A counter grows with every commit that appended events, here or (PostgreSQL tells) on another
//! node. A reader waits until the counter is not what it was when the reader last came, so a commit
//! between two waits is never missed. Waking too often is harmless; a notification that was lost
//! costs the reader no more than its patience.

use sqlx::postgres::{PgListener, PgPool};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// The channel that transactions with events notify.
pub(crate) const CHANNEL: &str = "wardline_events";

const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// Counts commits and wakes who waits for one.
#[derive(Clone)]
pub(crate) struct Wake {
    commits: watch::Sender<u64>,
    seen: Arc<AtomicU64>,
}

/// Wakes the readers when it goes out of scope.
pub(crate) struct Alarm(Wake);

impl Wake {
    pub(crate) fn new() -> Self {
        Self { commits: watch::Sender::new(0), seen: Arc::new(AtomicU64::new(0)) }
    }

    /// Something may have been committed.
    pub(crate) fn ring(&self) {
        self.commits.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Rings once the caller is done, or was dropped while it waited for the commit's answer.
    pub(crate) fn alarm(&self) -> Alarm {
        Alarm(self.clone())
    }

    /// Waits until something may have been committed since the last call, or `patience` is over.
    pub(crate) async fn wait(&self, patience: Duration) {
        let mut commits = self.commits.subscribe();
        let seen = self.seen.load(Ordering::Acquire);
        // The sender lives as long as we do, so only time can end this early.
        let _ = tokio::time::timeout(patience, commits.wait_for(|count| *count != seen)).await;
        self.seen.store(*commits.borrow_and_update(), Ordering::Release);
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.0.ring();
    }
}

/// Rings for whatever other nodes commit, for as long as the task runs.
pub(crate) async fn listen(pool: PgPool, wake: Wake) {
    loop {
        match follow(&pool, &wake).await {
            Err(sqlx::Error::PoolClosed) => return,
            Err(error) => {
                tracing::warn!(error = %error, "lost the notifications of PostgreSQL: {error}");
            }
            Ok(()) => {}
        }
        wake.ring();
        tokio::time::sleep(RECONNECT_AFTER).await;
    }
}

async fn follow(pool: &PgPool, wake: &Wake) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    // What was committed before anybody listened was told to nobody.
    wake.ring();
    loop {
        // `None` is a connection that was lost and is there again: who knows what was missed.
        listener.try_recv().await?;
        wake.ring();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test]
    async fn a_commit_between_two_waits_is_not_missed() {
        let wake = Wake::new();
        wake.wait(Duration::ZERO).await;
        wake.ring();
        let began = Instant::now();
        wake.wait(Duration::from_secs(60)).await;
        assert!(began.elapsed() < Duration::from_secs(30));
    }

    #[tokio::test]
    async fn without_a_commit_patience_ends_the_wait() {
        let wake = Wake::new();
        wake.ring();
        wake.wait(Duration::from_secs(60)).await;
        let began = Instant::now();
        wake.wait(Duration::from_millis(20)).await;
        assert!(began.elapsed() >= Duration::from_millis(20));
    }
}

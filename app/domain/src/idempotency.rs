//! Writes that a client may repeat: the first result is kept under the client's key.
//!
//! A key belongs to one person and one request. The same key with another request is refused; while
//! the first request runs, a second one is told to wait. A request that died half-way leaves its
//! key reserved for [`RUNNING_MS_MAX`] only: then the write may run again, which is harmless because
//! each write is idempotent by itself (client ids, states).

use crate::id::UserId;
use crate::store::Stored;
use crate::time::Timestamp;
use async_trait::async_trait;

/// How long a reserved key blocks a repeat when its request never finished.
pub const RUNNING_MS_MAX: i64 = 30_000;

/// How long a result is kept.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// The longest key that is accepted.
pub const KEY_BYTES_MAX: usize = 128;

/// What a key stands for at the moment it is presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reserved {
    /// Nobody used it: go on, then keep the result.
    New,
    /// The first request finished: answer with its result.
    Done(KeptResult),
    /// The first request is still running.
    Running,
    /// It was used for another request.
    Mismatch,
}

/// The answer that a repeated request gets again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptResult {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: String,
}

/// The table of keys.
#[async_trait]
pub trait IdempotencyStore {
    /// Takes the key for `user`, or says what it stands for. `fingerprint` names the request
    /// (method, path and a digest of the body). Keys older than [`KEPT_MS`] count as unused.
    async fn reserve_key(
        &self,
        user: UserId,
        key: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Stored<Reserved>;

    /// Keeps the result under a key taken before.
    async fn keep_result(&self, user: UserId, key: &str, result: &KeptResult) -> Stored<()>;

    /// Gives the key back, because the request failed in a way that may be tried again.
    async fn release_key(&self, user: UserId, key: &str) -> Stored<()>;
}

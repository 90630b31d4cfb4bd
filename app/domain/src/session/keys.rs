//! The ports behind which keys, password hashing and what a node remembers of sessions stand.

use crate::id::{SessionId, UserId};
use crate::refusal::Refusal;
use crate::session::rotation::Generation;
use crate::session::{EndReason, Receipt};
use crate::staff::Role;
use crate::staff::invitation::OneTime;
use crate::time::Timestamp;
use async_trait::async_trait;

/// What a refresh token says, once its seal was found good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefreshClaim {
    /// The session it belongs to.
    pub session: SessionId,
    /// The generation it was made in.
    pub generation: Generation,
}

/// What an access token says. `sub, sid, gen, role, cv, iat, exp, jti` in the JWT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessClaims {
    /// Whose it is.
    pub user: UserId,
    /// The session it belongs to.
    pub session: SessionId,
    /// The generation it was made in.
    pub generation: Generation,
    /// What the person may do.
    pub role: Role,
    /// The claims version it was made for.
    pub claims_version: i64,
    /// When it was made; whole seconds.
    pub issued_at: Timestamp,
    /// When it ends; whole seconds.
    pub expires_at: Timestamp,
}

/// Why a token is not accepted, decided without any look into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// Not of our shape, not our signature, or sealed with a key that is no longer in the ring.
    #[error("the token is not ours")]
    Malformed,
    /// Ours, and its time is over.
    #[error("the token has expired")]
    Expired,
}

impl From<TokenFault> for Refusal {
    fn from(fault: TokenFault) -> Self {
        match fault {
            TokenFault::Malformed => Self::TokenMalformed,
            TokenFault::Expired => Self::TokenExpired,
        }
    }
}

/// The key ring: makes and opens tokens. Opening costs no look into the database.
pub trait Tokens: Send + Sync {
    /// Seals a refresh token.
    fn seal(&self, claim: RefreshClaim) -> String;

    /// Checks shape and seal of a refresh token.
    fn open(&self, token: &str) -> Result<RefreshClaim, TokenFault>;

    /// Signs an access token.
    fn sign(&self, claims: &AccessClaims) -> String;

    /// Checks shape, signature and time of an access token.
    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenFault>;

    /// Draws a secret that is good once, for a link.
    fn draw(&self) -> Result<OneTime, Refusal>;

    /// What is kept of the secret in a link; `None` when it has another shape than those of
    /// [`Tokens::draw`].
    fn digest(&self, secret: &str) -> Option<String>;

    /// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    fn jwks(&self) -> String;
}

/// Password hashing on a bounded pool, so that a storm of sign-ins never slows anything else.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Hashes a password for keeping.
    async fn hash(&self, password: &str) -> Result<String, Refusal>;

    /// Whether the password fits. With `None` (unknown account) it takes the same time and is
    /// `false`. [`Refusal::TryAgain`] when the pool's queue is full.
    async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Refusal>;
}

/// What this node has seen of sessions since it started, fed by requests and by the event log.
///
/// Verification of an access token asks only this, never the database.
pub trait Receipts: Send + Sync {
    /// An authenticated request bore a token of this generation: its owner has received it.
    /// `active` when the request was the person's own act. Kept at once, written in batches.
    fn seen(&self, receipt: Receipt);

    /// The newest generation seen in use here, when there is one.
    fn newest(&self, session: SessionId) -> Option<Generation>;

    /// Why the session is over, when it is.
    fn ended(&self, session: SessionId) -> Option<EndReason>;

    /// The claims version that the person's tokens must carry at least.
    fn claims_version(&self, user: UserId) -> i64;
}

//! Sessions that never break: tokens, rotation, sign-in and sign-out.
//!
//! One row per session, no table of tokens. A refresh token names its session and a *generation*;
//! the row says which generation is current. What a presented token means is decided by one pure
//! function, [`rotation::judge`], under the row's lock. Everybody who presents a token that still
//! counts is answered with the *current* one, so tabs, nodes and the order of answers can't matter.

pub mod cookie;
pub mod device;
pub mod keeper;
pub mod keys;
pub mod memory;
pub mod rotation;
pub mod security;
pub mod service;
pub mod store;

pub use keys::{AccessClaims, Passwords, Receipts, RefreshClaim, TokenFault, Tokens};
pub use memory::Memory;
pub use rotation::{Generation, Leniency, Policy, Presented, SentAt, SessionState, Verdict, judge};
pub use security::{SecurityActor, SecurityEvent, SecurityKind};
pub use store::{NewSession, Presentation, Receipt, Rotation, SessionRow, SessionStore};

use crate::refusal::Refusal;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{SessionId, UserId};

/// How a session's tokens travel. A session made for one way is refused the other way, so that a
/// cookie's secret can't be lifted into a body or the reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// A browser: `HttpOnly` cookies.
    Web,
    /// A native client: request and response bodies.
    Mobile,
}

impl ClientKind {
    /// The word that the database uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Mobile => "mobile",
        }
    }

    /// From the word that the database uses.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Web, Self::Mobile].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Why a session is over. Each has a code of its own that its tokens are refused with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its owner or an admin ended it.
    SessionRevoked,
    /// A used refresh token was presented after its successor had been used.
    RefreshTokenAlreadyUsed,
    /// The account was deactivated.
    AccountDisabled,
    /// The absolute end was reached.
    SessionExpired,
    /// The person did nothing for too long.
    SessionIdle,
}

impl EndReason {
    /// The code as the database keeps it, equal to the refusal's.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.refusal().code()
    }

    /// From the code as the database keeps it.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [
            Self::SessionRevoked,
            Self::RefreshTokenAlreadyUsed,
            Self::AccountDisabled,
            Self::SessionExpired,
            Self::SessionIdle,
        ]
        .into_iter()
        .find(|reason| reason.as_str() == code)
    }

    /// What the bearer of a token of such a session is told.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::SessionRevoked => Refusal::SessionRevoked,
            Self::RefreshTokenAlreadyUsed => Refusal::RefreshTokenAlreadyUsed,
            Self::AccountDisabled => Refusal::AccountDisabled,
            Self::SessionExpired => Refusal::SessionExpired,
            Self::SessionIdle => Refusal::SessionIdle,
        }
    }
}

/// What a client needs to know of its session: never a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFacts {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The generation that the client's tokens have now.
    pub generation: Generation,
    /// The claims version that the access token was made for.
    pub claims_version: i64,
    /// The server's clock at the moment of answering.
    pub server_time: Timestamp,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// When the session ends unless the person does something.
    pub idle_expires_at: Timestamp,
    /// When the session ends in any case.
    pub absolute_expires_at: Timestamp,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
}

/// One of my devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its session.
    pub id: SessionId,
    /// How its tokens travel.
    pub client: ClientKind,
    /// What it calls itself.
    pub device: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When its person last did something on it.
    pub last_active_at: Timestamp,
    /// When it ends in any case.
    pub absolute_expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

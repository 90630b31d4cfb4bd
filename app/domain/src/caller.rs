//! Who asks, and the proofs of what they may do.
//!
//! A use case demands a proof as an argument, so that the check can't be forgotten: whoever wants
//! to reply must hold an [`OfficerOf`] that ward, and only [`Desk::officer_of`] hands one out.
//!
//! [`Desk::officer_of`]: crate::desk::Desk::officer_of

use crate::id::{AreaId, SessionId, UserId};
use crate::refusal::Refusal;
use crate::session::Generation;
use crate::staff::Role;
use crate::time::Timestamp;

/// A person who presented a valid access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who they are.
    pub user: UserId,
    /// The session their token belongs to.
    pub session: SessionId,
    /// The generation their token was made in.
    pub generation: Generation,
    /// What they may do.
    pub role: Role,
    /// The claims version their token was made for.
    pub claims_version: i64,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
}

/// Which rows a list may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of them.
    Everything,
    /// Those of the wards that this officer covers, as the database says at this moment.
    Of(UserId),
}

/// Proof that the caller may work on what belongs to a ward (or, for admins, to none yet).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfficerOf {
    pub(crate) caller: Caller,
    pub(crate) ward: Option<AreaId>,
}

impl OfficerOf {
    /// Who holds the proof.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// For which ward; `None` for what has no ward yet.
    #[must_use]
    pub fn ward(&self) -> Option<AreaId> {
        self.ward
    }
}

/// Proof that the caller is an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin {
    user: UserId,
}

impl Admin {
    /// Who holds the proof.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }
}

impl Caller {
    /// Which rows a list may show them.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match self.role {
            Role::Admin => Reach::Everything,
            Role::Officer => Reach::Of(self.user),
        }
    }

    /// The proof that they are an admin, or the refusal to show instead.
    pub fn admin(&self) -> Result<Admin, Refusal> {
        match self.role {
            Role::Admin => Ok(Admin { user: self.user }),
            Role::Officer => {
                Err(Refusal::Forbidden { detail: "Only an admin may do this.".into() })
            }
        }
    }
}

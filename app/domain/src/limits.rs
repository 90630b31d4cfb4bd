//! How often somebody may do what costs the server more than it costs them.

use crate::id::UserId;
use crate::refusal::Refusal;
use std::net::IpAddr;

/// The limits of one node. Each call counts once, unless it is refused.
pub trait RateLimits: Send + Sync {
    /// An attempt to sign in as `email` from `address`; refused when either had too many.
    fn sign_in(&self, email: &str, address: Option<IpAddr>) -> Result<(), Refusal>;

    /// A look into the event log by a person, on whichever of their devices.
    fn read_log(&self, user: UserId) -> Result<(), Refusal>;
}

//! What every use case is handed: the ports to the outside and the settings that rules need.

use crate::caller::{Caller, OfficerOf};
use crate::id::AreaId;
use crate::limits::RateLimits;
use crate::measures::Measures;
use crate::session::{Passwords, Policy, Receipts, Tokens};
use crate::staff::Role;
use crate::store::{Store, Stored};
use crate::time::Clock;
use std::sync::Arc;

/// The ports and settings of one running server. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// The key ring: makes and opens tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Hashes and verifies passwords on a bounded pool.
    pub passwords: Arc<dyn Passwords>,
    /// How often somebody may do what costs much.
    pub limits: Arc<dyn RateLimits>,
    /// What happened, for whoever measures.
    pub measures: Arc<dyn Measures>,
    /// Which generations have been seen in use and which sessions are over.
    pub receipts: Arc<dyn Receipts>,
    /// The lifetimes of tokens and sessions.
    pub policy: Policy,
    /// Whether this server runs with demo data: demo sign-ins and the customer simulator are shown.
    pub demo: bool,
}

impl Desk {
    /// The proof that `caller` may work on what belongs to `ward`, or `None`.
    ///
    /// Admins may everywhere; an officer where one of their areas is the ward or lies above it,
    /// as the database says at this moment. What has no ward is the admins' alone.
    pub async fn officer_of(
        &self,
        caller: &Caller,
        ward: Option<AreaId>,
    ) -> Stored<Option<OfficerOf>> {
        let may = match (caller.role, ward) {
            (Role::Admin, _) => true,
            (Role::Officer, None) => false,
            (Role::Officer, Some(ward)) => self.store.covers(caller.user, ward).await?,
        };
        Ok(may.then_some(OfficerOf { caller: *caller, ward }))
    }
}

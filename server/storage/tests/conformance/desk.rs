//! A desk for the proofs that port methods demand: real rights from the database under test, and
//! nothing behind the other ports, which storage never asks.

use crate::harness::TestDb;
use crate::world::ADMIN;
use async_trait::async_trait;
use domain::caller::{Admin, Caller, OfficerOf};
use domain::desk::Desk;
use domain::id::{AreaId, SessionId, UserId};
use domain::limits::RateLimits;
use domain::measures::Measures;
use domain::refusal::Refusal;
use domain::session::{
    AccessClaims, EndReason, Generation, Passwords, Policy, Receipt, Receipts, RefreshClaim,
    TokenFault, Tokens,
};
use domain::staff::invitation::OneTime;
use domain::staff::{Role, StaffStore};
use domain::time::{Clock, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The lifetimes of the server's defaults.
pub(crate) const POLICY: Policy = Policy {
    access_ttl: Duration::from_secs(900),
    window: Duration::from_secs(43_200),
    idle: Duration::from_secs(43_200),
    reuse_interval: Duration::from_secs(10),
};

impl TestDb {
    /// Somebody signed in.
    pub(crate) async fn caller(&self, user: UserId) -> Caller {
        let staff = self.store.staff(user).await.unwrap().unwrap();
        Caller {
            user,
            session: SessionId(Uuid::nil()),
            generation: Generation::FIRST,
            role: staff.role,
            claims_version: staff.claims_version,
            access_expires_at: Timestamp::from_millis(i64::MAX),
        }
    }

    /// The proof of being an admin, as the token of one says, whatever became of them since.
    pub(crate) async fn admin(&self) -> Admin {
        self.chief().await.admin().expect("an admin")
    }

    /// The proof that an admin may work in a ward, in the same sense.
    pub(crate) async fn admin_of(&self, ward: Option<AreaId>) -> OfficerOf {
        let chief = self.chief().await;
        self.desk().officer_of(&chief, ward).await.unwrap().expect("admins may everywhere")
    }

    async fn chief(&self) -> Caller {
        Caller { role: Role::Admin, ..self.caller(ADMIN).await }
    }

    /// The proof that somebody may work in a ward, which they must.
    pub(crate) async fn officer(&self, user: UserId, ward: Option<AreaId>) -> OfficerOf {
        let caller = self.caller(user).await;
        let officer = self.desk().officer_of(&caller, ward).await.unwrap();
        officer.expect("somebody who covers the ward")
    }

    /// What use cases are handed.
    pub(crate) fn desk(&self) -> Desk {
        Desk {
            store: self.store.clone(),
            clock: Arc::new(Nothing),
            tokens: Arc::new(Nothing),
            passwords: Arc::new(Nothing),
            limits: Arc::new(Nothing),
            measures: Arc::new(Nothing),
            receipts: Arc::new(Nothing),
            policy: POLICY,
            demo: false,
        }
    }
}

struct Nothing;

impl Clock for Nothing {
    fn now(&self) -> Timestamp {
        unreachable!("the database has a clock of its own")
    }
}

impl Tokens for Nothing {
    fn seal(&self, _claim: RefreshClaim) -> String {
        unreachable!()
    }
    fn open(&self, _token: &str) -> Result<RefreshClaim, TokenFault> {
        unreachable!()
    }
    fn sign(&self, _claims: &AccessClaims) -> String {
        unreachable!()
    }
    fn verify(&self, _token: &str, _now: Timestamp) -> Result<AccessClaims, TokenFault> {
        unreachable!()
    }
    fn draw(&self) -> Result<OneTime, Refusal> {
        unreachable!()
    }
    fn digest(&self, _secret: &str) -> Option<String> {
        unreachable!()
    }
    fn jwks(&self) -> String {
        unreachable!()
    }
}

#[async_trait]
impl Passwords for Nothing {
    async fn hash(&self, _password: &str) -> Result<String, Refusal> {
        unreachable!()
    }
    async fn verify(&self, _password: &str, _hash: Option<&str>) -> Result<bool, Refusal> {
        unreachable!()
    }
}

impl RateLimits for Nothing {
    fn sign_in(&self, _email: &str, _address: Option<IpAddr>) -> Result<(), Refusal> {
        unreachable!()
    }
    fn read_log(&self, _user: UserId) -> Result<(), Refusal> {
        unreachable!()
    }
}

impl Measures for Nothing {
    fn sign_in(&self, _outcome: &'static str) {
        unreachable!()
    }
}

impl Receipts for Nothing {
    fn seen(&self, _receipt: Receipt) {
        unreachable!()
    }
    fn newest(&self, _session: SessionId) -> Option<Generation> {
        unreachable!()
    }
    fn ended(&self, _session: SessionId) -> Option<EndReason> {
        unreachable!()
    }
    fn claims_version(&self, _user: UserId) -> i64 {
        unreachable!()
    }
}

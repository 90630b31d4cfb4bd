//! The port of the session table.

use crate::id::{SecurityEventId, SessionId, UserId};
use crate::page::Page;
use crate::session::rotation::{Generation, Policy, SentAt, SessionState, Verdict};
use crate::session::{ClientKind, Device, EndReason, RefreshClaim, SecurityEvent};
use crate::staff::Staff;
use crate::store::Stored;
use crate::time::Timestamp;
use async_trait::async_trait;

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// How its tokens travel.
    pub client: ClientKind,
    /// What the device calls itself.
    pub device: String,
}

/// A session as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// How its tokens travel.
    pub client: ClientKind,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// What rotation decides from.
    pub state: SessionState,
}

/// A refresh token as a client presents it, its seal checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presentation {
    /// What is under the seal.
    pub claim: RefreshClaim,
    /// At which entrance it is presented.
    pub client: ClientKind,
    /// The newest generation that this node saw in use, which may not be written yet.
    pub seen: Option<Generation>,
    /// When the request was sent, as far as that is known.
    pub sent_at: SentAt,
}

/// What presenting a refresh token led to, all read and written in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// What it meant.
    pub verdict: Verdict,
    /// The row as it is after it.
    pub session: SessionRow,
    /// Its owner, with the claims as they are now.
    pub staff: Staff,
    /// The database's clock at that moment.
    pub now: Timestamp,
}

/// Proof that a client has tokens of a generation, and what its person last did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The session.
    pub session: SessionId,
    /// The generation seen in use.
    pub generation: Generation,
    /// When the person last did something, when this request was their own act.
    pub active_at: Option<Timestamp>,
}

/// The sessions in the database. Every decision uses the database's clock.
#[async_trait]
pub trait SessionStore {
    /// Opens a session. Its state begins at the database's clock.
    async fn open_session(&self, new: &NewSession, policy: &Policy) -> Stored<SessionRow>;

    /// Judges a presented refresh token under the row's lock and carries the verdict out: rotates,
    /// or (reuse) ends the session with `session_ended` and a security event, or changes nothing.
    ///
    /// `None` when there is no such session, or when it was made for the other kind of client;
    /// then nothing is changed either.
    async fn rotate(&self, presentation: Presentation, policy: &Policy)
    -> Stored<Option<Rotation>>;

    /// One session and its owner.
    async fn session(&self, id: SessionId) -> Stored<Option<(SessionRow, Staff)>>;

    /// Writes a batch of receipts. Generations never go back, ends never move back.
    async fn confirm(&self, batch: &[Receipt], policy: &Policy) -> Stored<()>;

    /// Ends one session that is not over yet and appends `session_ended`. With `owner`, only when it
    /// belongs to that person, who is then named as the one who did it. `false` when there was
    /// nothing to end.
    async fn end_session(
        &self,
        id: SessionId,
        owner: Option<UserId>,
        reason: EndReason,
    ) -> Stored<bool>;

    /// Ends all sessions of a person that are not over yet; answers how many. Log and security
    /// events name `by`, who is the person or somebody with power over them.
    async fn end_sessions_of(&self, user: UserId, by: UserId, reason: EndReason) -> Stored<u64>;

    /// Ends all sessions of a person that are not over yet but `kept`; answers how many. The person
    /// is named as the one who did it.
    async fn end_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        reason: EndReason,
    ) -> Stored<u64>;

    /// The sessions of a person that are not over, newest first. `current` is not set.
    async fn devices(&self, user: UserId) -> Stored<Vec<Device>>;

    /// What the device of a session calls itself; `None` when there is no such session.
    async fn device_name(&self, id: SessionId) -> Stored<Option<String>>;

    /// Sessions ended by an act (not by time) no longer ago than `within` milliseconds, for a
    /// node's map of ended sessions.
    async fn ended_lately(&self, within_ms: i64) -> Stored<Vec<(SessionId, EndReason)>>;

    /// Raises the floor of a session to its next generation: a step-up by the person. Older
    /// generations lose every leniency.
    async fn raise_floor(&self, id: SessionId) -> Stored<bool>;

    /// Removes sessions that ended before `before`. Answers how many went.
    async fn forget_sessions(&self, before: Timestamp) -> Stored<u64>;

    /// The security events about a person, newest first: those older than `before`, when given.
    async fn security_events(
        &self,
        user: UserId,
        before: Option<SecurityEventId>,
        limit: u32,
    ) -> Stored<Page<SecurityEvent>>;

    /// Removes security events (who signed in, whose session ended why, whose rights changed) from
    /// before `before`. Answers how many went.
    async fn forget_security_events(&self, before: Timestamp) -> Stored<u64>;
}

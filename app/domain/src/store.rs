//! The database as the use cases see it: one port per subject, and all of them together.
//!
//! A port method is one transaction. It does everything or nothing, and what it changes it also
//! appends to the event log in the same transaction. No method runs longer than the database's
//! statement limit; contention that lasts longer is [`StoreError::Busy`].

use crate::areas::AreaStore;
use crate::customers::CustomerStore;
use crate::demo::DemoWorld;
use crate::event::EventStore;
use crate::idempotency::IdempotencyStore;
use crate::session::SessionStore;
use crate::staff::{InvitationStore, StaffStore};
use crate::tickets::TicketStore;
use async_trait::async_trait;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Locks or connections were not to be had in time. Nothing was changed; try again.
    #[error("the database is busy")]
    Busy,
    /// The cursor of a list is none that this program gives out. Nothing was read.
    #[error("the cursor of a list can't be read")]
    UnreadableCursor,
    /// A row says something that cannot be: a fault of ours or of a hand-made change.
    #[error("the database is inconsistent: {0}")]
    Inconsistent(String),
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a port method answers.
pub type Stored<T> = Result<T, StoreError>;

/// The whole database.
#[async_trait]
pub trait Store:
    AreaStore
    + CustomerStore
    + EventStore
    + IdempotencyStore
    + InvitationStore
    + SessionStore
    + StaffStore
    + TicketStore
    + Send
    + Sync
    + 'static
{
    /// Answers when the database does and its schema is the one this program was built for.
    async fn ready(&self) -> Stored<()>;

    /// Fills an empty database with demo data, with `password_hash` for every member of staff.
    ///
    /// The staff are introduced in the log, as anybody who is new; the conversations are a past that
    /// nobody watched. Returns `false`, and changes nothing, when there is a member of staff already.
    async fn plant(&self, world: &DemoWorld, password_hash: &str) -> Stored<bool>;
}

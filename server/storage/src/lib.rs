//! SQL and nothing else: the ports of `domain` on SQLite and on PostgreSQL.
//!
//! [`open()`] looks at the URL's scheme, brings the schema up to date and hands out a [`Storage`],
//! which is a [`domain::store::Store`].
//!
//! - A statement's text stands once for both engines (module `sql`); only locks, the clock, the
//!   numbers of tickets and the wake-up of other nodes differ.
//! - A port method is one transaction (`db`). On PostgreSQL rows are locked in one order, which rules
//!   out deadlocks: a customer, their ticket; or a person, their sessions; and at the very end the
//!   log, after which nothing is locked any more.
//! - Rows come as private structs and become the types of `domain` by `TryFrom`. A row that can't be
//!   is [`StoreError::Inconsistent`](domain::store::StoreError::Inconsistent), not a panic.
//!
//! | module | what it does |
//! |---|---|
//! | `open`, `db`, `sql`, `error` | opening, transactions, statements, errors |
//! | `log`, `wake`, `events` | appending to the log, waking its readers, reading it |
//! | `areas`, `staff`, `customers`, `tickets`, `sessions`, `idempotency` | one port each |
//! | `store`, `plant` | the whole database, and filling an empty one with a demo world |

mod areas;
mod customers;
mod db;
mod error;
mod events;
mod idempotency;
mod log;
mod open;
mod plant;
mod sessions;
mod sql;
mod staff;
mod store;
mod tickets;
mod wake;

pub use db::Storage;
pub use open::{OpenError, OpenOptions, migrate, open};

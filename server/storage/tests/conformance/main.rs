//! Every port method on both engines, against real databases.
//!
//! SQLite uses a file in a temporary folder. PostgreSQL is found by `TEST_POSTGRES_URL`, a URL of a
//! server on which every test creates a database of its own; `scripts/with-services.sh` starts one.
//! Without it the PostgreSQL half fails, unless `TEST_SQLITE_ONLY=1` says that this is meant.

#![expect(clippy::unwrap_used, reason = "a test that fails is meant to stop right there")]

mod areas;
mod audit;
mod customers;
mod desk;
mod events;
mod harness;
mod hearing;
mod idempotency;
mod ingest;
mod invitations;
mod list;
mod moves;
mod opening;
mod planting;
mod races;
mod receipts;
mod replies;
mod rights;
mod sessions;
mod staff;
mod world;

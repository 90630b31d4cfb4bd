//! The whole server over HTTP and sockets, in one binary.
#![expect(clippy::unwrap_used, reason = "a test that fails is meant to stop right there")]

mod areas;
mod bad_input;
mod cookies;
mod crash;
mod customers;
mod devices;
mod events;
mod harness;
mod heartbeat;
mod idempotency;
mod import_areas;
mod invitations;
mod live;
mod measures;
mod nodes;
mod onboarding;
mod openapi;
mod operation;
mod pages;
mod profile;
mod program;
mod refresh_crash;
mod rotation;
mod session_ends;
mod session_named;
mod sign_in;
mod sio;
mod stolen;
mod tickets;
mod webhook;

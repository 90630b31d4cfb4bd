//! Sockets, from the outside: what independent clients rely on.

mod delivery;
mod drain;
mod handshake;
mod identity;
mod log;
mod resume;

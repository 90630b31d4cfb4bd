//! Sockets, from the outside: what independent clients rely on.

mod delivery;
mod handshake;
mod identity;
mod log;
mod resume;

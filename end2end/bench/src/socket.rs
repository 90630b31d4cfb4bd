//! A small client of Socket.IO over websockets.
//!
//! It reads only as much of a frame as a measurement needs, because it shares the machine with the
//! server: with a thousand sockets, a client that decodes everything would measure itself.
//!
//! | file | holds |
//! |---|---|
//! | `frames` | websocket frames, out of bytes and into bytes |
//! | `packet` | what a text frame says |
//! | `wire` | one connection |
//! | `herd` | many of them, on a thread of their own |
//! | `book` | what they have heard |

mod book;
mod frames;
mod herd;
mod packet;
mod wire;

pub(crate) use book::Book;
pub(crate) use herd::{Herd, Pass};
pub(crate) use packet::MARK;

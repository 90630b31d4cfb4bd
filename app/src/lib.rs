//! What staff see, and the server functions behind it.
//!
//! Compiled twice: with feature `ssr` into the server, with `hydrate` into the browser. What only
//! the server has stands in `ssr`; what only a browser can do stands in [`browser`] and is reached
//! from effects and event handlers alone, which a server never runs. Nothing else needs a `cfg`.
//!
//! | module | what it holds |
//! |---|---|
//! | [`routes`] | the document, the map of addresses |
//! | [`session`] | who is signed in, the one place that refreshes, the guard of pages |
//! | [`client`] | the one client that all server functions and REST calls go through |
//! | [`live`] | the one socket, the position in the log, the board that events are applied to |
//! | [`welcome`] | invitations and first steps |
//! | [`tickets`], [`areas`], [`me`], [`simulator`] | the subjects: server functions and views |
// The types of whole pages are deep where components are not erased: in release builds.
#![recursion_limit = "256"]
#![expect(clippy::must_use_candidate, reason = "the macros of leptos write functions without it")]
#![expect(unreachable_pub, reason = "the macro of components makes their properties public")]
#![expect(clippy::needless_pass_by_value, reason = "components take their properties by value")]

pub mod areas;
pub mod browser;
pub mod client;
pub mod error;
pub mod frame;
pub mod live;
pub mod me;
pub mod routes;
pub mod session;
pub mod sign_in;
pub mod simulator;
#[cfg(feature = "ssr")]
pub mod ssr;
pub mod tickets;
pub mod ui;
pub mod welcome;

pub use routes::{App, offline_shell, shell};

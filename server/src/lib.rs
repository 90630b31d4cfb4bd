//! The host of Wardline: configuration, router, REST, sockets, telemetry, start and stop.
//!
//! A library with a thin program around it, so that tests start the whole server in their own process.
//!
//! | module | what it does |
//! |---|---|
//! | [`config`] | reads and checks every setting; nobody else reads the environment |
//! | [`cli`], [`host`], [`seed`] | the commands; start and stop of a server; demo data |
//! | [`router`], [`visitor`], [`pages`], [`rest`], [`health`] | HTTP, from the outside in |
//! | [`session`], [`limits`] | presenting refresh tokens; how often somebody may try to sign in |
//! | [`secrets`], [`standing`] | keys and passwords; what this node remembers of sessions |
//! | [`live`] | sockets |
//! | [`telemetry`], [`clock`], [`state`] | log and measures; the system's clock; what handlers share |
//! | [`demo`] | the demo world |
// The types of whole pages are deep where components are not erased: in release builds.
#![recursion_limit = "256"]

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod health;
pub mod host;
pub mod limits;
mod listener;
pub mod live;
pub mod pages;
pub mod rest;
pub mod router;
pub mod secrets;
pub mod seed;
pub mod session;
pub mod standing;
pub mod state;
pub mod telemetry;
pub mod visitor;

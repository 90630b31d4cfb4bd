//! The measurements. Each starts servers of its own and leaves nothing behind.

pub(crate) mod check;
pub(crate) mod idle;
pub(crate) mod live;
pub(crate) mod refresh;
pub(crate) mod size;
pub(crate) mod ssr;
pub(crate) mod storm;

mod cast;

use crate::load::Span;
use crate::table::Row;
use std::path::PathBuf;
use std::time::Duration;

/// What was found so far. What a part found before it failed counts too.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Its lines of the table.
    pub(crate) rows: Vec<Row>,
    /// What a reader has to know about them.
    pub(crate) notes: Vec<String>,
}

/// What is measured, and how much of it.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The server's binary.
    pub(crate) server: PathBuf,
    /// A PostgreSQL on which databases may be made.
    pub(crate) postgres: Option<String>,
    /// How long refreshes and pages are counted.
    pub(crate) span: Span,
    /// Checks of access tokens in each round.
    pub(crate) checks: u32,
    /// People who have sockets.
    pub(crate) people: usize,
    /// Sockets of each of them.
    pub(crate) sockets_each: usize,
    /// Sockets that only wait.
    pub(crate) idle_sockets: usize,
    /// How long they wait before they are weighed: a full round of pings and pulses.
    pub(crate) idle_for: Duration,
    /// Messages of each part of `live`.
    pub(crate) messages: u64,
    /// Events that each socket of the replay has missed.
    pub(crate) missed: u64,
}

impl Plan {
    /// All that the first targets speak of.
    pub(crate) fn full(server: PathBuf, postgres: Option<String>) -> Self {
        Self {
            server,
            postgres,
            span: Span { warm_up: Duration::from_secs(2), counted: Duration::from_secs(10) },
            checks: 500_000,
            people: 50,
            sockets_each: 20,
            idle_sockets: 2_000,
            idle_for: Duration::from_secs(30),
            messages: 200,
            missed: 400,
        }
    }

    /// The same in small: to see that everything works, not how fast.
    pub(crate) fn quick(server: PathBuf, postgres: Option<String>) -> Self {
        Self {
            span: Span { warm_up: Duration::from_millis(500), counted: Duration::from_secs(2) },
            checks: 20_000,
            people: 5,
            idle_sockets: 200,
            idle_for: Duration::from_secs(2),
            messages: 20,
            missed: 40,
            ..Self::full(server, postgres)
        }
    }

    /// How many sockets `live` opens.
    pub(crate) fn live_sockets(&self) -> usize {
        self.people * self.sockets_each
    }
}

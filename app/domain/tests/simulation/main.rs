//! Sessions in a simulated world: the real keepers of many tabs and devices against the real rotation
//! on two nodes, with everything going wrong that is known to go wrong.
//!
//! Every world is decided by its seed, so a failure can be looked at again. `SOAK_TRACE` tells what a
//! device of it does:
//!
//! ```text
//! SOAK_WORLDS=1 SOAK_SEED=<seed> SOAK_TRACE=<device> cargo test -p domain --test simulation \
//!     -- --nocapture sessions
//! ```
//!
//! What must hold, at every moment and at the end:
//!
//! - nobody is signed out but at the idle or absolute end, on purpose, or because of a theft;
//! - whoever uses a tab sees what is theirs, also after somebody else has used it;
//! - a theft is found as soon as thief and owner have both used what they got;
//! - a superseded token is answered only in its own window or while its successor is unseen;
//! - no tab has two refreshes under way, and nobody hammers the server;
//! - no call goes out with tokens that are known to be over, and none is lost;
//! - half an hour after the last fault everybody works.
//!
//! | file | holds |
//! |---|---|
//! | `world` | time, what happens next, messages on their way |
//! | `server` | one database with the real rotation, two nodes that know a little less |
//! | `device` | browsers and apps: jar, lock, tabs |
//! | `driver` | carrying out what a keeper asks for |
//! | `calls` | people, and what they want done |
//! | `people` | who comes and goes |
//! | `faults` | what goes wrong, and thieves |
//! | `rule`, `checks` | what must hold, and where that is looked at |
//! | `soak` | many worlds on all cores |

#![expect(clippy::unwrap_used, reason = "a test that fails is meant to stop right there")]

mod calls;
mod checks;
mod device;
mod driver;
mod faults;
mod people;
mod rng;
mod rule;
mod server;
mod soak;
mod world;

use rule::Rule;
use std::str::FromStr;
use world::{Plan, Planted, run};

/// How many worlds a plain test run plays.
const RUNS: u64 = 300;
/// Within how many worlds a planted mistake has to be found.
const FOUND_WITHIN: u64 = 100;

#[expect(clippy::disallowed_methods, reason = "tests are configured by their environment")]
fn setting<T: FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[expect(clippy::print_stderr, reason = "the harness keeps it, and shows it when a test fails")]
fn tell(line: &str) {
    eprintln!("{line}");
}

#[test]
fn sessions_never_break_whatever_happens() {
    let runs = setting("SOAK_WORLDS").unwrap_or(RUNS);
    let first = setting("SOAK_SEED").unwrap_or(1);
    let sum = soak::play(first..first + runs, setting("SOAK_TRACE"));
    tell(&format!("{runs} worlds: {sum:?}"));
    // A world in which nothing happens proves nothing.
    let busy = sum.faults > runs && sum.rotations > 10 * runs && sum.calls > 10 * runs;
    assert!(busy || runs < RUNS, "{sum:?}");
}

/// Plays worlds with a mistake put in until one of them breaks, and answers how it broke.
fn is_found(planted: Planted) -> rule::Broken {
    let plan = |seed| Plan { seed, planted: Some(planted), traced: None };
    let mut worlds = (1..=FOUND_WITHIN).filter_map(|seed| Some((seed, run(plan(seed)).err()?)));
    let (seed, broken) = worlds
        .next()
        .unwrap_or_else(|| panic!("{planted:?} was not found in {FOUND_WITHIN} worlds"));
    tell(&format!("{planted:?} was found in world {seed}: {:?}, {}", broken.rule, broken.what));
    broken
}

#[test]
fn a_token_that_is_not_read_inside_the_lock_is_found() {
    let broken = is_found(Planted::TokenFromMemory);
    assert_eq!(broken.rule, Rule::SignedOut);
    assert!(broken.what.contains("refresh_token_already_used"), "{}", broken.what);
}

#[test]
fn a_window_that_slides_is_found() {
    assert_eq!(is_found(Planted::SlidingWindow).rule, Rule::Window);
}

#[test]
fn a_late_copy_that_is_taken_for_a_theft_is_found() {
    let broken = is_found(Planted::LateCopyIsTheft);
    assert_eq!(broken.rule, Rule::SignedOut);
    assert!(broken.what.contains("refresh_token_already_used"), "{}", broken.what);
}

#[test]
fn a_rate_limit_that_is_taken_for_an_end_is_found() {
    let broken = is_found(Planted::RateLimitIsFinal);
    assert_eq!(broken.rule, Rule::SignedOut);
    assert!(broken.what.contains("rate_limited"), "{}", broken.what);
}

//! What happens elsewhere, as it happens: one socket, one position in the log, one board.
//!
//! | module | what it does | needs a browser |
//! |---|---|---|
//! | [`cursor`] | the position: what is new, what a fresh snapshot has missed | no |
//! | [`truth`] | what the page may claim about itself | no |
//! | [`board`] | the reactive store that views read | no |
//! | [`apply`] | what an event changes on the board | no |
//! | [`outbox`] | what becomes of a reply on its way | no |
//! | [`queue`] | replies that have not reached the server yet | yes |
//! | [`known`] | what is kept of the last view, for a page without a network | yes |
//! | [`snapshot`] | how a page of the server gets onto the board | no |
//! | [`tally`] | whether the count of what arrived agrees with the server's | no |
//! | [`wire`] | what the server says over the socket | no |
//! | [`handle`] | the board as views hold it, and the one way to change it | no |
//! | [`loading`] | loading pages, and everything afresh after a reset | yes |
//! | [`sending`] | replies, reading, what actions answer | yes |
//! | [`hub`] | the socket's messages, in order, to whom they concern | yes |
//! | [`socket`] | the official Socket.IO client | yes |
//! | [`clock`] | the moment that waiting times are counted to | yes |

pub mod apply;
pub mod board;
pub mod clock;
pub mod cursor;
pub mod handle;
pub mod hub;
pub mod known;
pub mod loading;
pub mod outbox;
pub mod queue;
#[cfg(test)]
mod samples;
pub mod sending;
pub mod snapshot;
pub mod socket;
pub mod tally;
pub mod truth;
pub mod wire;

pub use board::{Board, BoardStoreFields, Conflict, Line, Row, Sending};
pub use clock::use_now;
pub use handle::{BoardHandle, use_board};
pub use truth::Truth;

use crate::browser;
use crate::session::{Session, driver, use_session};
use leptos::prelude::*;
use std::time::Duration;

/// How long after a change what is on the screen is kept.
const KEPT_AFTER: Duration = Duration::from_secs(1);

/// The line that says how complete the page is. Get it with [`use_truth`].
#[derive(Clone, Copy)]
struct TruthContext(Signal<Truth>);

/// Makes board, clock and truth known to everything below, and connects once somebody is signed in.
pub fn provide_live() {
    let session = use_session();
    let board = BoardHandle::new(session, clock::provide());
    let truth = RwSignal::new(Truth::Connecting);
    provide_context(board);
    provide_context(TruthContext(truth.into()));
    Effect::new(move |_| {
        if session.me.with(Option::is_some) {
            hub::open(session, board, truth);
            board.recall_queued();
        }
    });
    keep_known(session, board);
    Effect::new(move |_| {
        if session.session_expired.with(Option::is_some) {
            hub::close();
        }
    });
    // Under a new epoch nothing that was fetched before may be shown.
    Effect::new(move |before: Option<u64>| {
        let epoch = session.epoch.get();
        if before.is_some_and(|before| before != epoch) {
            board.begin_anew();
        }
        epoch
    });
}

/// Keeps what is on the screen for a page that is opened without a network: a moment after it changed,
/// so that a burst of events is kept once.
fn keep_known(session: Session, board: BoardHandle) {
    let timer = StoredValue::new(None);
    Effect::new(move |_| {
        board.store.heard().track();
        board.store.rows().track();
        board.store.lines().track();
        let Some(user) = session.me.with(|me| me.as_ref().map(|me| me.profile.id)) else { return };
        let keep = move || {
            let (head, now) = (board.cursor(|cursor| cursor.position()), board.now());
            // This page's person may have left, and another may be here.
            if !session.can_mutate.get_untracked() || !driver::may_keep(user) {
                return;
            }
            session.me.with_untracked(|me| me.iter().for_each(known::keep_me));
            if let Some(head) = head {
                board.store.with_untracked(|board| known::keep(user, board, head, now));
            }
        };
        timer.set_value(browser::after(KEPT_AFTER, keep));
    });
}

/// How complete the page is, for the truth strip.
pub fn use_truth() -> Signal<Truth> {
    expect_context::<TruthContext>().0
}

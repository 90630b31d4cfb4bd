//! A sign-out without a network. What is kept of the person goes at once; the session itself, whose cookies
//! no script can take away, is ended as soon as the server can be reached.

use super::{hear, session_id, tabs};
use crate::browser;
use crate::session::api;
use domain::id::SessionId;
use domain::session::keeper::{Input, timing};
use leptos::task::spawn_local;
use std::cell::Cell;

thread_local! {
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
}

/// Signs the person of this page out although the server can't be told yet.
pub fn leave_without_network() {
    tabs::set_leaving(session_id());
    hear(Input::SignedOut);
}

/// Whether somebody left and the server does not know it yet.
pub fn is_leaving() -> bool {
    tabs::leaving().is_some()
}

/// Tells the server of whoever left, as soon as it can be reached.
pub(super) fn go_on() {
    if is_leaving() && !UNDER_WAY.replace(true) {
        spawn_local(async {
            let mut tries = 1;
            while let Some(left) = tabs::leaving() {
                if api::leave(left).await.is_ok() {
                    break;
                }
                tries += 1;
                browser::pause(timing::pause(tries, None, browser::chance())).await;
            }
            tabs::set_leaving(None);
            UNDER_WAY.set(false);
        });
    }
}

/// Whether this page was made for the session of somebody who left: then nothing of it is shown. Any other
/// session means that somebody has signed in since.
pub(super) fn concerns(session: SessionId) -> bool {
    let concerns = tabs::leaving() == Some(session);
    if concerns {
        spawn_local(async {
            browser::hide_page();
            while is_leaving() {
                browser::pause(timing::LOCK_PATIENCE / 10).await;
            }
            browser::leave_page();
        });
    } else {
        tabs::set_leaving(None);
    }
    concerns
}

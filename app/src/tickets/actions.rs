//! What a person does to a ticket by a form: it works without JavaScript, and with it the answer goes
//! onto the board.

use super::api::{Reopen, Reply, Resolve};
use super::words;
use crate::live::use_board;
use crate::ui::toast::use_toasts;
use crate::ui::words::explain;
use leptos::prelude::*;

/// The actions of the inbox. Get them with [`use_actions`].
#[derive(Clone, Copy)]
pub(super) struct Actions {
    /// Answers; only ever used by a form without JavaScript.
    pub(super) reply: ServerAction<Reply>,
    /// Closes.
    pub(super) resolve: ServerAction<Resolve>,
    /// Opens again.
    pub(super) reopen: ServerAction<Reopen>,
}

/// Makes the actions known to everything below.
pub(super) fn provide_actions() {
    let (board, toasts) = (use_board(), use_toasts());
    let actions = Actions {
        reply: ServerAction::new(),
        resolve: ServerAction::new(),
        reopen: ServerAction::new(),
    };
    board.follow(actions.resolve);
    board.follow(actions.reopen);
    Effect::new(move |_| {
        if let Some(Ok(ticket)) = actions.resolve.value().get() {
            let id = ticket.id;
            let undo = Callback::new(move |()| {
                actions.reopen.dispatch(Reopen { ticket: id });
            });
            toasts.done(words::is_resolved(&ticket.ticket_number), undo);
        }
    });
    provide_context(actions);
}

/// The actions of the inbox.
pub(super) fn use_actions() -> Actions {
    expect_context()
}

impl Actions {
    /// Why the last of them was refused.
    pub(super) fn refused(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            let reply = self.reply.value().with(|value| problem(value.as_ref()));
            let resolve = self.resolve.value().with(|value| problem(value.as_ref()));
            let reopen = self.reopen.value().with(|value| problem(value.as_ref()));
            reply.or(resolve).or(reopen)
        })
    }

    /// Forgets what was refused: another ticket is open.
    pub(super) fn forget(self) {
        self.reply.value().set(None);
        self.resolve.value().set(None);
        self.reopen.value().set(None);
    }
}

fn problem<T>(value: Option<&Result<T, crate::error::Problem>>) -> Option<String> {
    value?.as_ref().err().map(explain)
}

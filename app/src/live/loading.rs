//! Loading pages onto the board, in the browser. What is on the screen stays there until the new
//! page has arrived, and is then patched.

use super::board::BoardStoreFields;
use super::cursor::Cursor;
use super::handle::BoardHandle;
use super::{hub, snapshot};
use crate::browser;
use crate::error::Problem;
use crate::tickets::api;
use domain::session::keeper::timing;
use domain::tickets::TicketFilter;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a reload waits for others that ask for the same.
const GATHER: Duration = Duration::from_millis(400);
/// The least pause after a load that failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

impl BoardHandle {
    /// Whether a page of the list is on its way.
    pub fn loading(self) -> Signal<bool> {
        self.loading.into()
    }

    /// Loads the next page of the list.
    pub fn more(self) {
        let (filter, after) =
            self.store.with_untracked(|board| (board.listed.filter.clone(), board.more.clone()));
        if after.is_none() || self.loading.get_untracked() {
            return;
        }
        self.loading.set(true);
        spawn_local(async move {
            let page = api::inbox(TicketFilter { after, ..filter.clone() }).await;
            self.loading.set(false);
            if let Ok(page) = page
                && self.lists(&filter)
            {
                self.show(page.head, |board| snapshot::show_more(board, page.page));
            }
            if self.wanted.get_value() {
                self.reload();
            }
        });
    }

    /// Loads older messages of the open conversation.
    pub fn older(self) {
        let oldest = self.store.with_untracked(|board| {
            let oldest = board.lines.iter().find_map(|line| line.id);
            board.open.as_ref().map(|open| open.id).zip(oldest).filter(|_| board.older)
        });
        let Some((ticket, before)) = oldest else { return };
        spawn_local(async move {
            if let Ok(page) = api::older_messages(ticket, before).await {
                self.change(|board| snapshot::show_older(board, ticket, page));
            }
        });
    }

    /// Loads the list again, after others that ask for it at the same moment.
    pub fn reload(self) {
        self.wanted.set_value(true);
        if self.loading.get_untracked() {
            return;
        }
        self.loading.set(true);
        spawn_local(async move {
            let mut failures = 0;
            while self.wanted.get_value() && self.can_mutate.get_untracked() {
                self.wanted.set_value(false);
                browser::pause(GATHER).await;
                match self.load().await {
                    Ok(()) => failures = 0,
                    Err(problem) if problem.passes() => {
                        failures += 1;
                        self.wanted.set_value(true);
                        let pause = timing::pause(failures + 1, None, browser::chance());
                        browser::pause(AFTER_FAILURE.max(pause)).await;
                    }
                    Err(_) => {}
                }
            }
            self.loading.set(false);
        });
    }

    /// Loads everything on the screen afresh: the events between are not to be had.
    pub(super) fn reset(self) {
        self.void.set_value(true);
        self.cursor(Cursor::forget);
        self.reload();
    }

    /// Loads the list and, after a reset, the open conversation.
    async fn load(self) -> Result<(), Problem> {
        let filter = self.store.listed().with_untracked(|listed| listed.filter.clone());
        let page = api::inbox(TicketFilter { after: None, ..filter.clone() }).await?;
        if self.lists(&filter) {
            self.show_list(filter, page);
        }
        if !self.is_void() {
            return Ok(());
        }
        let open = self.store.open().with_untracked(|open| open.as_ref().map(|open| open.id));
        if let Some(open) = open {
            match api::conversation(open).await {
                Ok(page) => self.show_conversation(page),
                // It is out of reach by now; whatever else went wrong passes.
                Err(Problem::Refused(why)) if why.status() == 404 => self.close_conversation(),
                Err(problem) => return Err(problem),
            }
        }
        self.void.set_value(false);
        hub::restored();
        Ok(())
    }

    /// Whether the list still has this filter: it may have changed while a page was on its way.
    fn lists(self, filter: &TicketFilter) -> bool {
        self.store.listed().with_untracked(|listed| listed.filter == *filter)
    }
}

//! The board as views hold it. Everything ends in one change of the board, which is patched into
//! the store by key. Nothing in this file needs a browser: pages are shown on the server, too.

use super::board::{Board, BoardStoreFields};
use super::clock::Clock;
use super::cursor::{Cursor, Taken};
use super::{apply, hub, known, snapshot};
use crate::error::Problem;
use crate::session::{Me, Session};
use crate::tickets::api::{ConversationPage, InboxPage};
use domain::event::{EventBody, Head};
use domain::id::{MessageId, TicketId};
use domain::tickets::TicketFilter;
use domain::time::Timestamp;
use leptos::prelude::*;
use reactive_stores::Store;

/// The board of this page. Get it with [`use_board`].
#[derive(Clone, Copy)]
pub struct BoardHandle {
    /// The board as a store, for views to read.
    pub store: Store<Board>,
    pub(super) me: Signal<Option<Me>>,
    pub(super) can_mutate: Signal<bool>,
    clock: Clock,
    cursor: StoredValue<Cursor>,
    /// Whether the list is scrolled to its top.
    at_top: StoredValue<bool>,
    /// Whether a page of the list is on its way.
    pub(super) loading: RwSignal<bool>,
    /// Whether the list is to be loaded again.
    pub(super) wanted: StoredValue<bool>,
    /// Whether events are missing that only a fresh load can make up for.
    pub(super) void: StoredValue<bool>,
    /// Up to where the open conversation was marked as read.
    pub(super) marked: StoredValue<Option<MessageId>>,
}

/// The board of this page.
pub fn use_board() -> BoardHandle {
    expect_context()
}

/// Showing.
impl BoardHandle {
    /// An empty board.
    pub(super) fn new(session: Session, clock: Clock) -> Self {
        let store = Store::new(Board::default());
        // A patch by key needs the keys to be there before it begins.
        store.rows().update_keys();
        store.lines().update_keys();
        Self {
            store,
            me: session.me,
            can_mutate: session.can_mutate,
            clock,
            cursor: StoredValue::new(Cursor::default()),
            at_top: StoredValue::new(true),
            loading: RwSignal::new(false),
            wanted: StoredValue::new(false),
            void: StoredValue::new(false),
            marked: StoredValue::new(None),
        }
    }

    /// Shows the first page of a list. Call it where the page arrives, before its view is built;
    /// on the server, too.
    pub fn show_list(self, filter: TicketFilter, page: InboxPage) {
        let head = page.head;
        self.clock.at_least(page.now);
        self.show(head, |board| snapshot::show_list(board, filter, page));
    }

    /// Shows the list as it was last known: the server can't be reached.
    pub fn show_known_list(self, filter: TicketFilter, page: InboxPage) {
        let as_of = Some(page.now);
        self.show_list(filter, page);
        self.change(|board| board.as_of = as_of);
    }

    /// Opens a conversation. Call it where the page arrives, before its view is built.
    pub fn show_conversation(self, page: ConversationPage) {
        let head = page.head;
        self.clock.at_least(page.now);
        self.marked.set_value(None);
        self.show(head, |board| snapshot::show_conversation(board, page));
    }

    /// A conversation as it was last known, when the server can't be reached.
    pub fn known_conversation(self, id: TicketId, problem: &Problem) -> Option<ConversationPage> {
        let away = matches!(problem, Problem::Transport(_));
        let user = self.me.with_untracked(|me| me.as_ref().map(|me| me.profile.id));
        let page = known::conversation(user.filter(|_| away)?, id)?;
        let as_of = Some(page.now);
        self.change(|board| board.as_of = board.as_of.or(as_of).min(as_of));
        Some(page)
    }

    /// Closes the open conversation, as its view goes.
    pub fn close_conversation(self) {
        self.change(snapshot::close);
    }

    /// How many tickets have news that are not in their place yet: "3 new".
    pub fn news(self) -> Signal<usize> {
        Signal::derive(move || self.store.news().read().len())
    }

    /// Brings the news into the list.
    pub fn merge(self) {
        let now = self.now();
        self.change(|board| apply::merge(board, now));
        self.reload_if_stale();
    }

    /// Tells whether the list is scrolled to its top: then news merge by themselves.
    pub fn set_at_top(self, at_top: bool) {
        self.at_top.set_value(at_top);
        if at_top && self.store.with_untracked(|board| !board.news.is_empty() || board.stale) {
            self.merge();
        }
    }
}

/// What the socket does to the board.
impl BoardHandle {
    /// Reads or changes the position.
    pub(super) fn cursor<T>(self, with: impl FnOnce(&mut Cursor) -> T) -> T {
        with(&mut self.cursor.write_value())
    }

    /// The moment that the page counts waiting times to.
    pub(super) fn now(self) -> Timestamp {
        self.clock.get_untracked()
    }

    /// Empties the board: what is on it was fetched under claims that are no more. What has not gone
    /// out stays.
    pub(super) fn begin_anew(self) {
        self.cursor(Cursor::forget);
        self.void.set_value(false);
        self.marked.set_value(None);
        self.change(snapshot::empty);
    }

    /// Whether events are missing that only a fresh load can make up for.
    pub(super) fn is_void(self) -> bool {
        self.void.get_value()
    }

    /// Takes the server's word that everything up to `head` was sent. `false` when that is of
    /// another life of the database.
    pub(super) fn complete_to(self, head: Head) -> bool {
        let same = self.cursor(|cursor| cursor.complete_to(head));
        let complete = same && !self.is_void();
        // What was known from before is as the server has it now.
        self.change(|board| board.as_of = board.as_of.filter(|_| !complete));
        same
    }

    /// Applies events, in order.
    pub(super) fn hear(self, events: &[EventBody]) {
        let now = self.now();
        let merge = self.at_top.get_value();
        self.change(|board| {
            for event in events {
                apply::apply(board, event, now);
            }
            if merge && (!board.news.is_empty() || board.stale) {
                apply::merge(board, now);
            }
        });
        if merge {
            self.reload_if_stale();
        }
    }

    /// Puts a snapshot onto the board together with what it missed.
    pub(super) fn show(self, head: Head, put: impl FnOnce(&mut Board)) {
        let taken = self.cursor(|cursor| cursor.take(head));
        let now = self.now();
        self.change(|board| {
            put(board);
            if let Taken::Replay(missed) = &taken {
                for event in missed {
                    apply::apply(board, event, now);
                }
            }
        });
        match taken {
            Taken::Replay(_) => {}
            Taken::Resume(position) => hub::resume(position),
            Taken::Foreign => self.reset(),
        }
    }

    /// Changes the board and tells only those who show what changed.
    pub(super) fn change(self, change: impl FnOnce(&mut Board)) {
        let before = self.store.get_untracked();
        let mut after = before.clone();
        after.me = self.me.with_untracked(|me| me.as_ref().map(|me| me.profile.id));
        after.heard = self.cursor(|cursor| cursor.position().map(|at| at.head));
        change(&mut after);
        let store = self.store;
        macro_rules! tell {
            (keyed $($keyed:ident)+; whole $($field:ident)+) => {
                $(if before.$keyed != after.$keyed { store.$keyed().patch(after.$keyed); })+
                $(if before.$field != after.$field { store.$field().set(after.$field); })+
            };
        }
        tell!(keyed rows lines; whole more listed news stale open older unsent conflicts me as_of heard);
    }

    fn reload_if_stale(self) {
        if self.store.with_untracked(|board| board.stale) {
            self.reload();
        }
    }
}

#[cfg(test)]
#[path = "handle_tests.rs"]
mod tests;

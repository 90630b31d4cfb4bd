//! What a person does to a ticket, in the browser: replies, reading, resolving.

use super::apply;
use super::board::{BoardStoreFields, Conflict, Line, Sending};
use super::handle::BoardHandle;
use super::outbox::{self, Author};
use super::queue::{self, Fate, Queued, State};
use crate::browser::{self, Timer};
use crate::error::Problem;
use crate::tickets::api;
use domain::event::EventBody;
use domain::id::TicketId;
use domain::session::keeper::timing;
use domain::tickets::Ticket;
use domain::tickets::service::ReplyDraft;
use leptos::prelude::*;
use leptos::task::spawn_local;
use server_fn::ServerFn;
use std::cell::Cell;

/// Replies.
impl BoardHandle {
    /// Sends a reply to the open conversation. It appears at once; the call may be forgotten. `false` when
    /// too many wait already: then the text is not taken.
    pub fn send(self, body: &str) -> bool {
        let client_id = browser::fresh_id();
        let draft = self.store.with_untracked(|board| outbox::draft(board, body, client_id));
        self.dispatch(draft)
    }

    /// Sends a failed reply again; it can't arrive twice.
    pub fn retry(self, key: &str) {
        let draft = self.store.with_untracked(|board| outbox::again(board, key));
        self.dispatch(draft);
    }

    /// Takes a failed reply away and gives its text back, for the composer.
    pub fn take_back(self, key: &str) -> Option<String> {
        let mut taken = None;
        self.change(|board| taken = outbox::take_back(board, key));
        self.taken(taken.into_iter().collect())
    }

    /// Sends the reply that was held back, whatever the others wrote.
    pub fn send_anyway(self) {
        for forced in self.store.with_untracked(outbox::forced) {
            self.dispatch(Some(forced));
        }
    }

    /// Gives the text of the reply that was held back to the composer, to be changed.
    pub fn reconsider(self) -> Option<String> {
        let mut taken = Vec::new();
        self.change(|board| taken = outbox::reconsider(board));
        self.taken(taken)
    }

    /// Replies are their author's again: nothing sends them any more.
    fn taken(self, taken: Vec<(String, String)>) -> Option<String> {
        let author = self.author()?;
        for (client_id, _) in &taken {
            queue::remove(author.user, client_id);
        }
        let texts: Vec<String> = taken.into_iter().map(|(_, text)| text).collect();
        (!texts.is_empty()).then(|| texts.join("\n\n"))
    }

    /// Gives up the replies that the server refused in conversations that are out of reach.
    pub fn discard_refused(self) {
        let mut gone = Vec::new();
        self.change(|board| gone = outbox::discard(board));
        if let Some(author) = self.author() {
            for client_id in gone {
                queue::remove(author.user, &client_id);
            }
        }
    }

    /// How many replies have not arrived at the server, in all conversations.
    pub fn unsent(self) -> usize {
        let waiting = |line: &Line| line.sending != Sending::Stored;
        let here = self.store.lines().with(|lines| lines.iter().filter(|l| waiting(l)).count());
        here + self.store.unsent().with(Vec::len) + self.store.conflicts().with(Vec::len)
    }

    fn dispatch(self, draft: Option<(TicketId, ReplyDraft)>) -> bool {
        let (Some((ticket, draft)), Some(author)) = (draft, self.author()) else { return false };
        let at = self.now();
        let queued = Queued { ticket, draft: draft.clone(), at, state: State::Waiting };
        if !queue::put(author.user, queued) {
            return false;
        }
        let held = self.store.conflicts().with_untracked(|conflicts| {
            let here = |conflict: &&Conflict| conflict.ticket == ticket && !draft.force;
            conflicts.iter().find(here).map(|conflict| conflict.messages.clone())
        });
        if let Some(messages) = held {
            // Their author decides about all of them at once.
            queue::hold(author.user, ticket, &messages);
            self.change(|board| outbox::hold_with(board, ticket, &[draft]));
        } else {
            self.change(|board| outbox::post(board, ticket, &draft, &author, at));
            self.send_queued();
        }
        true
    }

    fn author(self) -> Option<Author> {
        self.me.with_untracked(|me| {
            let profile = &me.as_ref()?.profile;
            Some(Author { user: profile.id, name: profile.full_name.clone() })
        })
    }

    /// Takes up what an earlier page of this person left behind.
    pub(super) fn recall_queued(self) {
        let Some(author) = self.author() else { return };
        let waiting = queue::all(author.user);
        self.change(|board| {
            for queued in &waiting {
                outbox::recall(board, queued, &author);
            }
        });
        self.send_queued();
    }

    /// Sends what waits, one after the other and in its order, until one gets no answer.
    pub(super) fn send_queued(self) {
        let Some(author) = self.author() else { return };
        if SENDING.replace(true) {
            return;
        }
        spawn_local(async move {
            let mut all_sent = true;
            while let Some(next) = queue::next(&queue::all(author.user)).cloned() {
                let Queued { ticket, draft, .. } = next;
                self.change(|board| outbox::set_out(board, ticket, &draft.client_id));
                let outcome = api::reply(ticket, draft.clone()).await;
                match queue::after(&outcome) {
                    Fate::Gone => queue::remove(author.user, &draft.client_id),
                    Fate::Kept(State::Held(messages)) => {
                        queue::hold(author.user, ticket, &messages);
                    }
                    Fate::Kept(state) => queue::mark(author.user, &draft.client_id, &state),
                    Fate::Waits => all_sent = false,
                }
                self.change(|board| outbox::settle(board, ticket, &draft, outcome));
                let behind: Vec<_> = queue::all(author.user)
                    .into_iter()
                    .filter(|other| other.ticket == ticket && matches!(other.state, State::Held(_)))
                    .map(|other| other.draft)
                    .collect();
                self.change(|board| outbox::hold_with(board, ticket, &behind));
                if !all_sent {
                    let waiting = queue::all(author.user);
                    self.change(|board| outbox::hold(board, &waiting));
                    break;
                }
            }
            SENDING.set(false);
            self.try_later(all_sent);
        });
    }

    /// A connection that comes back tells by itself; this is for a server that only was busy.
    fn try_later(self, all_sent: bool) {
        let tries = if all_sent { 0 } else { TRIES.get().saturating_add(1) };
        TRIES.set(tries);
        let pause = timing::pause(tries + 1, None, browser::chance());
        let timer = (!all_sent).then(|| browser::after(pause, move || self.send_queued()));
        LATER.set(timer.flatten());
    }
}

thread_local! {
    /// Whether replies are being sent.
    static SENDING: Cell<bool> = const { Cell::new(false) };
    /// How often in a row that brought nothing.
    static TRIES: Cell<u32> = const { Cell::new(0) };
    static LATER: Cell<Option<Timer>> = const { Cell::new(None) };
}

/// Reading and resolving.
impl BoardHandle {
    /// Notes that the open conversation was read up to its newest message. Call it as often as the
    /// end of the conversation comes into view; what the server knows is not told again.
    pub fn mark_read(self) {
        let read = self.store.with_untracked(|board| {
            let newest = board.lines.iter().rev().find_map(|line| line.id)?;
            let open = board.open.as_ref()?;
            (open.unread != Some(0)).then_some((open.id, newest))
        });
        let Some((ticket, newest)) = read else { return };
        if self.marked.get_value() == Some(newest) || !self.can_mutate.get_untracked() {
            return;
        }
        self.marked.set_value(Some(newest));
        spawn_local(async move {
            if api::mark_read(ticket, newest).await.is_ok() {
                self.change(|board| apply::read_up_to(board, ticket, newest));
            } else {
                // The next look tries again.
                self.marked.set_value(None);
            }
        });
    }

    /// Puts every ticket that `action` answers with (resolve, reopen) onto the board.
    pub fn follow<S>(self, action: ServerAction<S>)
    where
        S: ServerFn<Output = Ticket, Error = Problem> + Clone + Send + Sync + 'static,
    {
        Effect::new(move |_| {
            if let Some(Ok(ticket)) = action.value().get() {
                self.hear(&[EventBody::TicketUpdated(ticket)]);
            }
        });
    }
}

//! Replies that have not reached the server yet, in the order they were written.
//!
//! The browser keeps them, so that neither a closed page nor a night without a network loses one. The
//! author's own id on each makes a repeat harmless. What the server refused, or what somebody else answered
//! before, stays here too until its author has decided about it.

use crate::error::Problem;
use crate::session::driver::{REPLIES, key_of};
use crate::ui::dom;
use domain::id::{TicketId, UserId};
use domain::refusal::Refusal;
use domain::tickets::Message;
use domain::tickets::service::ReplyDraft;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// More than this are not taken: the composer keeps the text instead.
const KEPT_MAX: usize = 200;

/// A reply that waits for its turn, or for its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The conversation.
    pub ticket: TicketId,
    /// The reply.
    pub draft: ReplyDraft,
    /// When it was written, by the server's clock.
    pub at: Timestamp,
    /// What it waits for.
    #[serde(default)]
    pub state: State,
}

/// What a reply in the queue waits for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum State {
    /// For its turn.
    #[default]
    Waiting,
    /// For its author: somebody else answered first, with these messages.
    Held(Vec<Message>),
    /// For its author: the server refused it.
    Refused(Problem),
}

thread_local! {
    /// The queue where the browser does not keep it: full, or forbidden.
    static UNKEPT: RefCell<Option<Vec<Queued>>> = const { RefCell::new(None) };
}

/// Everything that has not reached the server, oldest first.
#[must_use]
pub fn all(user: UserId) -> Vec<Queued> {
    if let Some(unkept) = UNKEPT.with_borrow(Clone::clone) {
        return unkept;
    }
    let text = dom::kept(&key(user)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The reply whose turn it is.
#[must_use]
pub fn next(queue: &[Queued]) -> Option<&Queued> {
    queue.iter().find(|queued| queued.state == State::Waiting)
}

/// Puts a reply at the end, or in the place of the one with the same id. `false` when the queue is full.
pub fn put(user: UserId, queued: Queued) -> bool {
    let mut queue = all(user);
    let place = queue.iter().position(|other| other.draft.client_id == queued.draft.client_id);
    match place {
        Some(place) => queue[place] = queued,
        None if queue.len() < KEPT_MAX => queue.push(queued),
        None => return false,
    }
    keep(user, &queue);
    true
}

/// Has everything of a conversation wait for its author: somebody else answered first, with these
/// messages.
pub fn hold(user: UserId, ticket: TicketId, messages: &[Message]) {
    change(user, |queue| {
        for queued in queue.iter_mut().filter(|queued| queued.ticket == ticket) {
            if queued.state == State::Waiting {
                queued.state = State::Held(messages.to_vec());
            }
        }
    });
}

/// Notes what a reply waits for now.
pub fn mark(user: UserId, client_id: &str, state: &State) {
    change(user, |queue| {
        let mine = queue.iter_mut().filter(|queued| queued.draft.client_id == client_id);
        mine.for_each(|queued| queued.state.clone_from(state));
    });
}

/// Takes a reply away: the server has it, or its author took it back.
pub fn remove(user: UserId, client_id: &str) {
    change(user, |queue| queue.retain(|queued| queued.draft.client_id != client_id));
}

/// What becomes of a reply after this answer.
#[must_use]
pub fn after(outcome: &Result<Message, Problem>) -> Fate {
    match outcome {
        Ok(_) => Fate::Gone,
        Err(Problem::Refused(Refusal::AnsweredMeanwhile { messages })) => {
            Fate::Kept(State::Held(messages.clone()))
        }
        Err(problem) if stays(problem) => Fate::Waits,
        Err(problem) => Fate::Kept(State::Refused(problem.clone())),
    }
}

/// What becomes of a reply in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The server has it.
    Gone,
    /// It is its author's turn.
    Kept(State),
    /// Nothing is known: it is sent again, later.
    Waits,
}

/// Whether a reply stays in the queue after this: nothing is known of it, or it only came at a bad
/// moment. What the server refused for good is shown with the reason instead.
#[must_use]
pub fn stays(problem: &Problem) -> bool {
    problem.refusal().is_none_or(|why| {
        why.retry_after().is_some()
            || why.ends_session()
            || matches!(why, Refusal::TokenExpired | Refusal::ClaimsStale | Refusal::SessionChanged)
    })
}

fn change(user: UserId, change: impl FnOnce(&mut Vec<Queued>)) {
    let mut queue = all(user);
    change(&mut queue);
    keep(user, &queue);
}

fn keep(user: UserId, queue: &[Queued]) {
    let text = serde_json::to_string(queue).unwrap_or_default();
    let kept = dom::keep(&key(user), if queue.is_empty() { "" } else { &text });
    UNKEPT.with_borrow_mut(|unkept| *unkept = (!kept).then(|| queue.to_vec()));
}

fn key(user: UserId) -> String {
    key_of(user, REPLIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_refused_for_good_leaves_the_queue() {
        let refused = |why| Problem::Refused(why);
        assert!(stays(&Problem::Transport("no answer".to_owned())));
        assert!(stays(&refused(Refusal::TryAgain { retry_after: 1 })));
        assert!(stays(&refused(Refusal::SessionExpired)));
        assert!(stays(&refused(Refusal::TokenExpired)));
        assert!(!stays(&refused(Refusal::TicketResolved)));
        assert!(!stays(&refused(Refusal::AnsweredMeanwhile { messages: Vec::new() })));
    }

    fn queued(ticket: i64, client_id: &str, state: State) -> Queued {
        let (body, client_id) = ("Habari".to_owned(), client_id.to_owned());
        let draft = ReplyDraft { body, client_id, base_message_id: None, force: false };
        Queued { ticket: TicketId(ticket), draft, at: Timestamp::from_millis(0), state }
    }

    #[test]
    fn what_waits_for_its_author_holds_nobody_up() {
        let held = State::Held(Vec::new());
        let queue = [queued(1, "a", held), queued(2, "b", State::Waiting)];
        assert_eq!(next(&queue).map(|next| next.draft.client_id.as_str()), Some("b"));
        assert_eq!(next(&queue[..1]), None);
    }

    #[test]
    fn what_was_refused_stays_for_its_author_and_holds_nobody_up() {
        let problem = Problem::Refused(Refusal::TicketResolved);
        let refused = State::Refused(problem.clone());
        assert_eq!(after(&Err(problem)), Fate::Kept(refused.clone()));
        let queue = [queued(1, "a", refused), queued(1, "b", State::Waiting)];
        assert_eq!(next(&queue).map(|next| next.draft.client_id.as_str()), Some("b"));
    }
}

//! Replies that have not reached the server yet, in the order they were written.
//!
//! The browser keeps them, so that neither a closed page nor a night without a network loses one. The
//! author's own id on each makes a repeat harmless.

use crate::error::Problem;
use crate::session::driver::key_of;
use crate::ui::dom;
use domain::id::{TicketId, UserId};
use domain::refusal::Refusal;
use domain::tickets::service::ReplyDraft;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// More than this are not kept: somebody who writes that many without a network has another problem.
const KEPT_MAX: usize = 200;

/// A reply that waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// The conversation.
    pub ticket: TicketId,
    /// The reply.
    pub draft: ReplyDraft,
    /// When it was written, by the server's clock.
    pub at: Timestamp,
}

/// Everything that waits, oldest first.
#[must_use]
pub fn all(user: UserId) -> Vec<Queued> {
    let text = dom::kept(&key(user)).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Puts a reply at the end, or in the place of the one with the same id.
pub fn put(user: UserId, queued: Queued) {
    let mut waiting = all(user);
    let place = waiting.iter().position(|other| other.draft.client_id == queued.draft.client_id);
    match place {
        Some(place) => waiting[place] = queued,
        None if waiting.len() < KEPT_MAX => waiting.push(queued),
        None => {}
    }
    keep(user, &waiting);
}

/// Takes a reply away: the server has answered it.
pub fn remove(user: UserId, client_id: &str) {
    let mut waiting = all(user);
    waiting.retain(|queued| queued.draft.client_id != client_id);
    keep(user, &waiting);
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

fn keep(user: UserId, waiting: &[Queued]) {
    let text = serde_json::to_string(waiting).unwrap_or_default();
    dom::keep(&key(user), if waiting.is_empty() { "" } else { &text });
}

fn key(user: UserId) -> String {
    key_of(user, "replies")
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
}

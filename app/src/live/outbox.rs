//! What becomes of a reply on its way. It is shown at once, settled by whichever comes first (the
//! answer to the call or the event), and its text is never lost.

use super::apply::append;
use super::board::{Board, Conflict, Line, Sending};
use super::queue::{self, Queued, State};
use crate::error::Problem;
use domain::id::{MessageId, TicketId, UserId};
use domain::refusal::Refusal;
use domain::tickets::service::ReplyDraft;
use domain::tickets::{DeliveryStatus, Message, Source, text};
use domain::time::Timestamp;

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Their id.
    pub user: UserId,
    /// Their name.
    pub name: String,
}

/// A reply to the open conversation as it goes to the server. It names the newest message that its
/// author has on the screen. `None` when no conversation is open or there is nothing to say.
#[must_use]
pub fn draft(board: &Board, body: &str, client_id: String) -> Option<(TicketId, ReplyDraft)> {
    let ticket = board.open.as_ref()?.id;
    let body = body.trim().to_owned();
    let base_message_id = newest(board);
    let draft = ReplyDraft { body, client_id, base_message_id, force: false };
    (!draft.body.is_empty()).then_some((ticket, draft))
}

/// Shows a reply that goes out now: a new line, or the one that failed before.
pub fn post(
    board: &mut Board,
    ticket: TicketId,
    draft: &ReplyDraft,
    author: &Author,
    now: Timestamp,
) {
    release(board, &draft.client_id);
    if board.open.as_ref().is_none_or(|open| open.id != ticket) {
        return;
    }
    if let Some(line) = by_client_id(&mut board.lines, &draft.client_id) {
        line.sending = Sending::Pending;
        return;
    }
    board.lines.push(line(draft, author, now, Sending::Pending));
}

/// Puts a reply that an earlier page left behind where its conversation will find it.
pub fn recall(board: &mut Board, queued: &Queued, author: &Author) {
    let Queued { ticket, draft, at, state } = queued;
    let sending = match state {
        State::Held(messages) => return hold_back(board, *ticket, draft, messages.clone()),
        State::Waiting => Sending::Waiting,
        State::Refused(problem) => Sending::Failed(problem.clone()),
    };
    let line = line(draft, author, *at, sending);
    let here = board.open.as_ref().is_some_and(|open| open.id == *ticket);
    let known = |line: &Line| is(line, &draft.client_id);
    if board.lines.iter().any(known) || board.unsent.iter().any(|(_, line)| known(line)) {
        return;
    }
    if here {
        board.lines.push(line);
    } else {
        board.unsent.push((*ticket, line));
    }
}

fn line(draft: &ReplyDraft, author: &Author, ts: Timestamp, sending: Sending) -> Line {
    Line {
        key: draft.client_id.clone(),
        id: None,
        client_id: Some(draft.client_id.clone()),
        body: draft.body.clone(),
        from_source: Source::Staff,
        sender_name: author.name.clone(),
        user_id: Some(author.user),
        delivery_status: DeliveryStatus::Queued,
        media_url: None,
        media_type: text::plain(),
        ts,
        sending,
    }
}

/// Takes the outcome of sending.
pub fn settle(
    board: &mut Board,
    ticket: TicketId,
    draft: &ReplyDraft,
    outcome: Result<Message, Problem>,
) {
    match outcome {
        Ok(message) => stored(board, ticket, message),
        Err(Problem::Refused(Refusal::AnsweredMeanwhile { messages })) => {
            hold_back(board, ticket, draft, messages);
        }
        Err(problem) => {
            let state =
                if queue::stays(&problem) { Sending::Waiting } else { Sending::Failed(problem) };
            // The event may have told sooner that it was stored after all.
            if let Some(line) = on_its_way(board, ticket, &draft.client_id) {
                line.sending = state;
            }
        }
    }
}

/// Shows that a reply is under way now.
pub fn set_out(board: &mut Board, ticket: TicketId, client_id: &str) {
    if let Some(line) = on_its_way(board, ticket, client_id) {
        line.sending = Sending::Pending;
    }
}

/// Shows that replies wait for a way to the server.
pub fn hold(board: &mut Board, waiting: &[Queued]) {
    let waits = |queued: &&Queued| queued.state == State::Waiting;
    for Queued { ticket, draft, .. } in waiting.iter().filter(waits) {
        if let Some(line) = on_its_way(board, *ticket, &draft.client_id) {
            line.sending = Sending::Waiting;
        }
    }
}

/// A reply that the server has not answered, in whichever conversation.
fn on_its_way<'a>(board: &'a mut Board, ticket: TicketId, client_id: &str) -> Option<&'a mut Line> {
    let Board { lines, unsent, .. } = board;
    let elsewhere = unsent.iter_mut().filter(|(of, _)| *of == ticket).map(|(_, line)| line);
    elsewhere
        .chain(lines)
        .filter(|line| line.id.is_none() && is(line, client_id))
        .find(|line| matches!(line.sending, Sending::Pending | Sending::Waiting))
}

/// A failed reply again, under the same id, so that it can't arrive twice.
#[must_use]
pub fn again(board: &Board, key: &str) -> Option<(TicketId, ReplyDraft)> {
    let ticket = board.open.as_ref()?.id;
    let line = board.lines.iter().find(|line| line.key == key && failed(line))?;
    let draft = ReplyDraft {
        body: line.body.clone(),
        client_id: line.client_id.clone()?,
        base_message_id: newest(board),
        force: false,
    };
    Some((ticket, draft))
}

/// Takes a failed reply away and gives it back: its id and its text.
pub fn take_back(board: &mut Board, key: &str) -> Option<(String, String)> {
    let place = board.lines.iter().position(|line| line.key == key && failed(line))?;
    let line = board.lines.remove(place);
    Some((line.client_id.unwrap_or_default(), line.body))
}

/// Takes away what the server refused in conversations that are not open, and gives the ids back.
pub fn discard(board: &mut Board) -> Vec<String> {
    let unsent = std::mem::take(&mut board.unsent);
    let (gone, kept) = unsent.into_iter().partition::<Vec<_>, _>(|(_, line)| failed(line));
    board.unsent = kept;
    gone.into_iter().filter_map(|(_, line)| line.client_id).collect()
}

/// The replies of this conversation that wait for a decision, to be sent whatever the others wrote, with the
/// newest message that their author has seen by now.
#[must_use]
pub fn forced(board: &Board) -> Vec<(TicketId, ReplyDraft)> {
    let newest = newest(board);
    let forced = held(board).map(|conflict| {
        let theirs = conflict.messages.iter().map(|message| message.id).max();
        let base_message_id = newest.max(theirs);
        let draft = ReplyDraft { force: true, base_message_id, ..conflict.draft.clone() };
        (conflict.ticket, draft)
    });
    forced.collect()
}

/// Takes the replies of this conversation that wait for a decision, and gives them back: ids and texts.
pub fn reconsider(board: &mut Board) -> Vec<(String, String)> {
    let taken: Vec<_> = held(board)
        .map(|conflict| (conflict.draft.client_id.clone(), conflict.draft.body.clone()))
        .collect();
    for (client_id, _) in &taken {
        release(board, client_id);
    }
    taken
}

/// The replies to the open conversation that were held back, oldest first.
pub fn held(board: &Board) -> impl Iterator<Item = &Conflict> {
    let open = board.open.as_ref().map(|open| open.id);
    board.conflicts.iter().filter(move |conflict| Some(conflict.ticket) == open)
}

/// Holds back what stands behind a reply that was held back, or is written after it: their author decides
/// about all of them at once.
pub fn hold_with(board: &mut Board, ticket: TicketId, behind: &[ReplyDraft]) {
    let first = board.conflicts.iter().find(|conflict| conflict.ticket == ticket);
    let Some(messages) = first.map(|conflict| conflict.messages.clone()) else { return };
    for draft in behind {
        hold_back(board, ticket, draft, messages.clone());
    }
}

/// A reply is not held back any more.
fn release(board: &mut Board, client_id: &str) {
    board.conflicts.retain(|conflict| conflict.draft.client_id != client_id);
}

fn stored(board: &mut Board, ticket: TicketId, message: Message) {
    board.unsent.retain(|(of, line)| {
        *of != ticket || line.client_id.is_none() || line.client_id != message.client_id
    });
    if board.open.as_ref().is_some_and(|open| open.id == ticket) {
        append(&mut board.lines, Line::stored(message));
    }
}

fn hold_back(board: &mut Board, ticket: TicketId, draft: &ReplyDraft, messages: Vec<Message>) {
    board.unsent.retain(|(of, line)| *of != ticket || !is(line, &draft.client_id));
    if board.open.as_ref().is_some_and(|open| open.id == ticket) {
        board.lines.retain(|line| line.id.is_some() || !is(line, &draft.client_id));
        for message in &messages {
            append(&mut board.lines, Line::stored(message.clone()));
        }
    }
    if !board.conflicts.iter().any(|conflict| conflict.draft.client_id == draft.client_id) {
        board.conflicts.push(Conflict { ticket, draft: draft.clone(), messages });
    }
}

/// The newest message on the screen that the server has.
fn newest(board: &Board) -> Option<MessageId> {
    board.lines.iter().filter_map(|line| line.id).max()
}

fn by_client_id<'a>(lines: &'a mut [Line], client_id: &str) -> Option<&'a mut Line> {
    lines.iter_mut().find(|line| line.id.is_none() && is(line, client_id))
}

fn is(line: &Line, client_id: &str) -> bool {
    line.client_id.as_deref() == Some(client_id)
}

fn failed(line: &Line) -> bool {
    matches!(line.sending, Sending::Failed(_))
}

#[cfg(test)]
#[path = "outbox_tests.rs"]
mod tests;

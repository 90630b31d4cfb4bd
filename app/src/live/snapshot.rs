//! How a page that the server read gets onto the board.

use super::board::{Board, Line, Listed, Row, Sending};
use crate::tickets::api::{ConversationPage, InboxPage};
use domain::id::TicketId;
use domain::page::Page;
use domain::tickets::{Message, Ticket, TicketFilter};

/// Shows the first page of a list.
pub fn show_list(board: &mut Board, filter: TicketFilter, page: InboxPage) {
    board.listed = Listed { filter, wards: page.wards };
    board.rows = rows(page.page.items);
    board.more = page.page.next;
    board.news.clear();
    board.stale = false;
    board.as_of = None;
}

/// Adds a further page to the list. A ticket that moved up meanwhile is there already.
pub fn show_more(board: &mut Board, page: Page<Ticket>) {
    for row in rows(page.items) {
        if !board.rows.iter().any(|known| known.ticket.id == row.ticket.id) {
            board.rows.push(row);
        }
    }
    board.more = page.next;
}

/// Opens a conversation. What did not go out in another one is kept for its return.
pub fn show_conversation(board: &mut Board, page: ConversationPage) {
    let id = page.ticket.id;
    let before = put_away(board, Some(id));
    board.lines = page.messages.items.into_iter().rev().map(Line::stored).collect();
    board.older = page.messages.next.is_some();
    for line in &mut board.lines {
        // What stands on the screen already keeps its key, and with it its place in the document.
        if let Some(known) = before.iter().find(|known| known.id == line.id) {
            line.key.clone_from(&known.key);
        }
    }
    let kept = std::mem::take(&mut board.unsent);
    let (here, elsewhere) = kept.into_iter().partition::<Vec<_>, _>(|(ticket, _)| *ticket == id);
    board.unsent = elsewhere;
    for (_, line) in here {
        // A repeat after a lost answer may have been stored all along.
        if !board.lines.iter().any(|known| known.client_id == line.client_id) {
            board.lines.push(line);
        }
    }
    board.open = Some(page.ticket);
}

/// Adds older messages above those that are shown.
pub fn show_older(board: &mut Board, ticket: TicketId, page: Page<Message>) {
    if board.open.as_ref().is_none_or(|open| open.id != ticket) {
        return;
    }
    let known = |message: &Message| board.lines.iter().any(|line| line.id == Some(message.id));
    let older: Vec<Message> = page.items.into_iter().rev().filter(|m| !known(m)).collect();
    board.lines.splice(0..0, older.into_iter().map(Line::stored));
    board.older = page.next.is_some();
}

/// Closes the open conversation.
pub fn close(board: &mut Board) {
    put_away(board, None);
    board.open = None;
    board.older = false;
}

/// Empties the board. What has not gone out stays, and so does what the list was asked for.
pub fn empty(board: &mut Board) {
    close(board);
    board.rows.clear();
    board.more = None;
    board.news.clear();
    board.stale = false;
}

/// Empties the lines, keeps what is still on its way or failed, and gives the stored ones back when
/// they are of `same`.
fn put_away(board: &mut Board, same: Option<TicketId>) -> Vec<Line> {
    let lines = std::mem::take(&mut board.lines);
    let Some(ticket) = board.open.as_ref().map(|open| open.id) else { return Vec::new() };
    let (stored, unsent): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|line| line.sending == Sending::Stored);
    board.unsent.extend(unsent.into_iter().map(|line| (ticket, line)));
    if same == Some(ticket) { stored } else { Vec::new() }
}

fn rows(tickets: Vec<Ticket>) -> Vec<Row> {
    tickets.into_iter().map(|ticket| Row { ticket }).collect()
}

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;

//! How pages must get onto the board.

use super::super::samples::*;
use super::*;
use domain::id::MessageId;
use domain::tickets::Source;

#[test]
fn a_conversation_is_shown_oldest_first() {
    assert_eq!(texts(&board()), ["message 19", "message 20"]);
}

#[test]
fn older_messages_go_above_and_stand_there_once() {
    let mut board = board();
    let older = vec![message(2, 19, Source::Customer), message(2, 18, Source::Customer)];
    show_older(&mut board, TicketId(2), page(older));
    assert_eq!(texts(&board), ["message 18", "message 19", "message 20"]);
    assert!(!board.older);
}

#[test]
fn older_messages_of_a_conversation_that_was_left_are_dropped() {
    let mut board = board();
    show_older(&mut board, TicketId(3), page(vec![message(3, 1, Source::Customer)]));
    assert_eq!(board.lines.len(), 2);
}

#[test]
fn a_further_page_repeats_no_row() {
    let mut board = board();
    let further = vec![ticket(1), ticket(5)];
    show_more(&mut board, Page { items: further, next: Some("c".to_owned()) });
    assert_eq!((ids(&board), board.more.as_deref()), (vec![3, 2, 1, 5], Some("c")));
}

#[test]
fn a_line_keeps_its_key_when_the_same_conversation_is_loaded_again() {
    let mut board = board();
    board.lines[1].key = "c9".to_owned();
    show_conversation(&mut board, conversation(2, vec![message(2, 20, Source::Staff)]));
    let line = &board.lines[0];
    assert_eq!((line.key.as_str(), line.id), ("c9", Some(MessageId(20))));
}

#[test]
fn closing_leaves_the_list_alone() {
    let mut board = board();
    close(&mut board);
    assert!(board.open.is_none() && board.lines.is_empty());
    assert_eq!(ids(&board), [3, 2, 1]);
}

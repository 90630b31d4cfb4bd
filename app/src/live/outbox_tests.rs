//! What must become of a reply on its way.

use super::super::apply::apply;
use super::super::samples::*;
use super::super::snapshot;
use super::*;
use domain::event::{EventBody, TicketMovedAway};

fn author() -> Author {
    Author { user: ME, name: "Amina".to_owned() }
}

/// The sample board with a reply on its way.
fn sending() -> (Board, TicketId, ReplyDraft) {
    let mut board = board();
    let (ticket, draft) = draft(&board, " Habari ", "c1".to_owned()).unwrap();
    post(&mut board, ticket, &draft, &author(), at(99));
    (board, ticket, draft)
}

fn queued(ticket: TicketId, draft: &ReplyDraft, state: State) -> Queued {
    Queued { ticket, draft: draft.clone(), at: at(99), state }
}

fn stored_as(id: i64) -> Message {
    let body = "Habari".to_owned();
    Message { client_id: Some("c1".to_owned()), body, ..message(2, id, Source::Staff) }
}

#[test]
fn a_reply_appears_at_once_and_names_the_newest_message_its_author_has_seen() {
    let (board, _, draft) = sending();
    assert_eq!(texts(&board), ["message 19", "message 20", "Habari"]);
    assert_eq!(board.lines[2].sending, Sending::Pending);
    assert_eq!(draft.base_message_id, Some(MessageId(20)));
}

#[test]
fn nothing_is_sent_without_a_text_or_without_a_conversation() {
    assert!(draft(&board(), " \n ", "c1".to_owned()).is_none());
    assert!(draft(&Board::default(), "Habari", "c1".to_owned()).is_none());
}

#[test]
fn answer_and_event_settle_one_line_in_either_order() {
    let event = received(&stored_as(21), 2);
    let (mut first, ticket, draft) = sending();
    let mut second = first.clone();
    settle(&mut first, ticket, &draft, Ok(stored_as(21)));
    apply(&mut first, &event, at(99));
    apply(&mut second, &event, at(99));
    settle(&mut second, ticket, &draft, Ok(stored_as(21)));
    assert_eq!(first.lines, second.lines);
    assert_eq!(texts(&first), ["message 19", "message 20", "Habari"]);
    let line = &first.lines[2];
    assert_eq!((line.key.as_str(), line.id), ("c1", Some(MessageId(21))));
    assert_eq!(line.sending, Sending::Stored);
}

#[test]
fn a_message_that_arrives_meanwhile_stands_before_the_one_on_its_way() {
    let (mut board, ..) = sending();
    apply(&mut board, &received(&message(2, 22, Source::Customer), 2), at(99));
    assert_eq!(texts(&board), ["message 19", "message 20", "message 22", "Habari"]);
}

#[test]
fn a_failed_reply_keeps_its_text_and_its_id() {
    let (mut board, ticket, draft) = sending();
    let refused = Problem::Refused(Refusal::TicketResolved);
    settle(&mut board, ticket, &draft, Err(refused.clone()));
    assert_eq!(board.lines[2].sending, Sending::Failed(refused));
    let (_, repeat) = again(&board, "c1").unwrap();
    assert_eq!((repeat.client_id, repeat.body), (draft.client_id, draft.body));
    assert_eq!(take_back(&mut board, "c1"), Some(("c1".to_owned(), "Habari".to_owned())));
    assert_eq!(board.lines.len(), 2);
}

#[test]
fn a_lost_answer_does_not_fail_what_the_event_said_is_stored() {
    let (mut board, ticket, draft) = sending();
    apply(&mut board, &received(&stored_as(21), 2), at(99));
    settle(&mut board, ticket, &draft, Err(Problem::Transport("timeout".to_owned())));
    assert_eq!(board.lines[2].sending, Sending::Stored);
}

#[test]
fn a_reply_that_somebody_forestalled_is_held_back_with_what_they_wrote() {
    let (mut board, ticket, draft) = sending();
    let messages = vec![message(2, 21, Source::Staff)];
    let refusal = Refusal::AnsweredMeanwhile { messages: messages.clone() };
    settle(&mut board, ticket, &draft, Err(Problem::Refused(refusal)));
    assert_eq!(texts(&board), ["message 19", "message 20", "message 21"]);
    let held = Conflict { ticket, draft: draft.clone(), messages };
    assert_eq!(board.conflicts, [held]);
    let forced = ReplyDraft { force: true, ..draft };
    post(&mut board, ticket, &forced, &author(), at(99));
    assert_eq!(texts(&board).last(), Some(&"Habari"));
    assert!(board.conflicts.is_empty());
}

#[test]
fn a_reply_on_its_way_survives_a_look_at_another_conversation() {
    let (mut board, ticket, draft) = sending();
    snapshot::show_conversation(&mut board, conversation(3, Vec::new()));
    assert!(board.lines.is_empty());
    settle(&mut board, ticket, &draft, Err(Problem::Transport("no network".to_owned())));
    let back = vec![message(2, 20, Source::Staff)];
    snapshot::show_conversation(&mut board, conversation(2, back));
    assert_eq!(texts(&board), ["message 20", "Habari"]);
    assert_eq!(board.lines[1].sending, Sending::Waiting);
}

#[test]
fn without_a_connection_a_reply_waits_and_sets_out_again() {
    let (mut board, ticket, draft) = sending();
    settle(&mut board, ticket, &draft, Err(Problem::Transport("no network".to_owned())));
    assert_eq!(board.lines[2].sending, Sending::Waiting);
    assert!(again(&board, "c1").is_none(), "it goes out by itself");
    set_out(&mut board, ticket, "c1");
    assert_eq!(board.lines[2].sending, Sending::Pending);
    hold(&mut board, &[queued(ticket, &draft, State::Waiting)]);
    assert_eq!(board.lines[2].sending, Sending::Waiting);
    settle(&mut board, ticket, &draft, Ok(stored_as(21)));
    assert_eq!(board.lines[2].sending, Sending::Stored);
}

#[test]
fn what_an_earlier_page_left_behind_stands_in_its_conversation_once() {
    let mut board = board();
    let (ticket, draft) = draft(&board, "Habari", "c1".to_owned()).unwrap();
    for _ in 0..2 {
        recall(&mut board, &queued(ticket, &draft, State::Waiting), &author());
    }
    assert_eq!(texts(&board), ["message 19", "message 20", "Habari"]);
    let other = ReplyDraft { client_id: "c2".to_owned(), ..draft };
    recall(&mut board, &queued(TicketId(77), &other, State::Waiting), &author());
    assert_eq!(board.unsent.len(), 1);
}

#[test]
fn a_conflict_found_while_its_author_looks_elsewhere_keeps_the_text() {
    let (mut board, ticket, draft) = sending();
    snapshot::show_conversation(&mut board, conversation(3, Vec::new()));
    let refusal = Refusal::AnsweredMeanwhile { messages: vec![message(2, 21, Source::Staff)] };
    settle(&mut board, ticket, &draft, Err(Problem::Refused(refusal)));
    assert!(held(&board).next().is_none(), "another conversation is open");
    snapshot::show_conversation(&mut board, conversation(2, vec![message(2, 21, Source::Staff)]));
    assert_eq!(held(&board).next().map(|conflict| conflict.draft.body.as_str()), Some("Habari"));
}

#[test]
fn a_reply_that_arrived_while_its_author_looked_elsewhere_is_not_kept_twice() {
    let (mut board, ticket, draft) = sending();
    snapshot::show_conversation(&mut board, conversation(3, Vec::new()));
    settle(&mut board, ticket, &draft, Ok(stored_as(21)));
    assert!(board.unsent.is_empty());
    snapshot::show_conversation(&mut board, conversation(2, vec![stored_as(21)]));
    assert_eq!(texts(&board), ["Habari"]);
}

#[test]
fn of_several_replies_that_somebody_forestalled_none_is_lost() {
    let (mut board, ticket, first) = sending();
    let second =
        ReplyDraft { client_id: "c2".to_owned(), body: "Kwaheri".to_owned(), ..first.clone() };
    post(&mut board, ticket, &second, &author(), at(99));
    let refusal = Refusal::AnsweredMeanwhile { messages: vec![message(2, 21, Source::Staff)] };
    settle(&mut board, ticket, &first, Err(Problem::Refused(refusal)));
    hold_with(&mut board, ticket, &[first, second]);
    assert_eq!(texts(&board), ["message 19", "message 20", "message 21"]);
    let forced = forced(&board);
    assert_eq!(
        forced.iter().map(|(_, draft)| draft.body.as_str()).collect::<Vec<_>>(),
        ["Habari", "Kwaheri"]
    );
    let seen =
        |(_, draft): &(_, ReplyDraft)| draft.force && draft.base_message_id == Some(MessageId(21));
    assert!(forced.iter().all(seen), "their author has seen it by now");
    let texts: Vec<String> = reconsider(&mut board).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["Habari", "Kwaheri"]);
    assert!(board.conflicts.is_empty());
}

#[test]
fn what_was_refused_or_held_back_is_there_again_on_the_next_page() {
    let (before, ticket, draft) = sending();
    let mut board = board();
    let messages = vec![message(2, 21, Source::Staff)];
    recall(&mut board, &queued(ticket, &draft, State::Held(messages)), &author());
    assert_eq!(held(&board).next().map(|conflict| &conflict.draft), Some(&draft));
    let mut board = Board { lines: Vec::new(), ..before };
    let refused = Problem::Refused(Refusal::TicketResolved);
    recall(&mut board, &queued(ticket, &draft, State::Refused(refused.clone())), &author());
    assert_eq!(board.lines[0].sending, Sending::Failed(refused));
}

#[test]
fn a_ticket_that_goes_out_of_reach_takes_no_unsent_reply_with_it() {
    let (mut board, ticket, _) = sending();
    let moved = TicketMovedAway { ticket_id: ticket, ward_id: None, to_ward_id: None, version: 9 };
    apply(&mut board, &EventBody::TicketMovedAway(moved), at(99));
    assert!(board.open.is_none());
    assert_eq!(board.unsent.len(), 1);
}

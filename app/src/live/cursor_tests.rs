//! What the position must do.

use super::*;
use domain::event::TicketRead;
use domain::id::{MessageId, TicketId, UserId};

const A: &str = "11111111-1111-4111-8111-111111111111";
const B: &str = "22222222-2222-4222-8222-222222222222";

fn epoch(text: &str) -> LogEpoch {
    text.parse().unwrap()
}

fn head(id: i64) -> Head {
    Head { epoch: epoch(A), head: EventId(id) }
}

fn event(id: i64) -> EventBody {
    EventBody::TicketRead(TicketRead {
        ticket_id: TicketId(1),
        last_read_message_id: MessageId(id),
        user_id: UserId(1),
    })
}

/// A page that began at 10 and has seen the events up to `last`.
fn page(last: i64) -> Cursor {
    let mut cursor = Cursor::default();
    assert_eq!(cursor.take(head(10)), Taken::Resume(head(10)));
    for id in 11..=last {
        assert!(cursor.admit(epoch(A), EventId(id)));
        cursor.keep(EventId(id), event(id));
    }
    cursor
}

#[test]
fn an_event_is_new_once() {
    let mut cursor = page(12);
    assert!(!cursor.admit(epoch(A), EventId(12)));
    assert!(!cursor.admit(epoch(A), EventId(3)));
    assert!(cursor.admit(epoch(A), EventId(15)));
    assert_eq!(cursor.position(), Some(head(15)));
}

#[test]
fn an_event_of_another_life_of_the_database_is_never_new() {
    let mut cursor = page(12);
    assert!(!cursor.admit(epoch(B), EventId(999)));
    assert!(!cursor.complete_to(Head { epoch: epoch(B), head: EventId(999) }));
    assert_eq!(cursor.position(), Some(head(12)));
}

#[test]
fn a_snapshot_older_than_the_page_gets_what_it_missed() {
    let mut cursor = page(14);
    assert_eq!(cursor.take(head(12)), Taken::Replay(vec![event(13), event(14)]));
    assert_eq!(cursor.position(), Some(head(14)));
}

#[test]
fn a_snapshot_newer_than_the_page_does_not_move_it_past_what_others_still_need() {
    let mut cursor = page(12);
    assert_eq!(cursor.take(head(20)), Taken::Replay(Vec::new()));
    assert_eq!(cursor.position(), Some(head(12)));
}

#[test]
fn a_snapshot_older_than_what_is_kept_takes_the_page_back() {
    let mut cursor = page(12);
    assert_eq!(cursor.take(head(7)), Taken::Resume(head(7)));
    assert_eq!(cursor.position(), Some(head(7)));
    assert!(cursor.admit(epoch(A), EventId(11)));
}

#[test]
fn what_is_kept_is_bounded_and_says_where_it_begins() {
    let mut cursor = page(10 + 300);
    assert!(cursor.kept.len() <= KEPT);
    assert!(matches!(cursor.take(head(60)), Taken::Replay(missed) if missed.len() == 250));
    let mut cursor = page(10 + 300);
    assert_eq!(cursor.take(head(20)), Taken::Resume(head(20)));
}

#[test]
fn the_first_word_of_the_server_is_a_beginning_too() {
    let mut cursor = Cursor::default();
    assert!(cursor.complete_to(head(10)));
    assert_eq!(cursor.take(head(8)), Taken::Resume(head(8)));
    let mut cursor = page(12);
    assert!(cursor.complete_to(head(40)));
    assert_eq!(cursor.position(), Some(head(40)));
    assert!(cursor.complete_to(head(13)));
    assert_eq!(cursor.position(), Some(head(40)));
}

#[test]
fn a_snapshot_of_another_life_voids_the_page() {
    let mut cursor = page(12);
    let other = Head { epoch: epoch(B), head: EventId(3) };
    assert_eq!(cursor.take(other), Taken::Foreign);
    assert_eq!(cursor.position(), Some(other));
}

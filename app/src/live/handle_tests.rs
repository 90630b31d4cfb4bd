//! What the store must do with a change of the board.

use super::super::samples::*;
use super::*;
use crate::session::Session;
use domain::id::TicketId;
use domain::tickets::Ticket;
use leptos::reactive::owner::Owner;

fn with_board(test: impl FnOnce(BoardHandle)) {
    let owner = Owner::new();
    owner.with(|| test(BoardHandle::new(Session::nobody(), Clock::standing(at(1_000)))));
    owner.cleanup();
}

fn titles(board: BoardHandle) -> Vec<i64> {
    board.store.rows().read_untracked().iter().map(|row| row.ticket.id.get()).collect()
}

#[test]
fn rows_are_patched_by_key_through_growing_shrinking_and_moving() {
    with_board(|board| {
        for ids in [&[1, 2, 3][..], &[3, 1], &[], &[5, 3, 4, 1], &[1, 3]] {
            board.show_list(TicketFilter::default(), inbox(ids));
            assert_eq!(titles(board), ids);
        }
    });
}

#[test]
fn an_event_changes_one_row_and_leaves_the_others_as_they_are() {
    with_board(|board| {
        board.set_at_top(false);
        board.show_list(TicketFilter::default(), inbox(&[3, 2, 1]));
        board.hear(&[EventBody::TicketUpdated(Ticket {
            version: 2,
            excerpt: "Karibu".to_owned(),
            ..ticket(2)
        })]);
        let excerpt = |id: i64| {
            board.store.rows().at_key(TicketId(id)).read_untracked().ticket.excerpt.clone()
        };
        assert_eq!((excerpt(3), excerpt(2)), ("Asante".to_owned(), "Karibu".to_owned()));
    });
}

#[test]
fn a_snapshot_gets_the_events_that_overtook_it() {
    with_board(|board| {
        board.set_at_top(false);
        board.show_list(TicketFilter::default(), inbox(&[3, 2, 1]));
        let newer = Ticket { version: 2, excerpt: "Karibu".to_owned(), ..ticket(2) };
        let event = EventBody::TicketUpdated(newer);
        assert!(board.cursor(|cursor| {
            cursor.keep(head(101).head, event.clone());
            cursor.admit(head(101).epoch, head(101).head)
        }));
        board.hear(std::slice::from_ref(&event));
        board.show_list(TicketFilter::default(), inbox(&[3, 2, 1]));
        let excerpt =
            board.store.rows().at_key(TicketId(2)).read_untracked().ticket.excerpt.clone();
        assert_eq!(excerpt, "Karibu");
        assert_eq!(board.store.heard().get_untracked(), Some(head(101).head));
    });
}

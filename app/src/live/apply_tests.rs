//! What events must do to the board.

use super::super::samples::*;
use super::*;
use domain::tickets::DeliveryStatus;

const NOW: i64 = 1_000;

fn hear(board: &mut Board, event: &EventBody) {
    apply(board, event, at(NOW));
}

#[test]
fn a_customers_message_changes_its_row_and_does_not_move_it() {
    let mut board = board();
    hear(&mut board, &received(&message(1, 50, Source::Customer), 2));
    assert_eq!(ids(&board), [3, 2, 1]);
    let ticket = &board.rows[2].ticket;
    assert_eq!((ticket.excerpt.as_str(), ticket.unread), ("message 50", Some(1)));
    assert_eq!(ticket.waiting_since, Some(at(50)));
    assert_eq!(board.news.len(), 1);
}

#[test]
fn a_second_question_does_not_shorten_the_wait() {
    let mut board = board();
    hear(&mut board, &received(&message(1, 50, Source::Customer), 2));
    hear(&mut board, &received(&message(1, 60, Source::Customer), 3));
    assert_eq!(board.rows[2].ticket.waiting_since, Some(at(50)));
    hear(&mut board, &received(&message(1, 70, Source::Staff), 4));
    assert_eq!(board.rows[2].ticket.waiting_since, None);
}

#[test]
fn the_same_event_twice_counts_once() {
    let mut board = board();
    let event = received(&message(2, 50, Source::Customer), 2);
    hear(&mut board, &event);
    let once = board.clone();
    hear(&mut board, &event);
    assert_eq!(board, once);
    assert_eq!(texts(&board), ["message 19", "message 20", "message 50"]);
}

#[test]
fn an_older_version_of_a_ticket_is_ignored() {
    let mut board = board();
    hear(&mut board, &EventBody::TicketUpdated(Ticket { version: 5, ..ticket(1) }));
    let old = Ticket { version: 4, excerpt: "old".to_owned(), ..ticket(1) };
    hear(&mut board, &EventBody::TicketUpdated(old));
    assert_eq!(board.rows[2].ticket.excerpt, "Asante");
    hear(&mut board, &received(&message(1, 5, Source::Customer), 3));
    assert_eq!(board.rows[2].ticket.last_message_id, Some(MessageId(10)));
}

#[test]
fn an_update_for_everybody_keeps_what_this_person_has_not_read() {
    let mut board = board();
    hear(&mut board, &received(&message(1, 50, Source::Customer), 2));
    hear(&mut board, &EventBody::TicketUpdated(Ticket { version: 3, unread: None, ..ticket(1) }));
    assert_eq!(board.rows[2].ticket.unread, Some(1));
}

#[test]
fn messages_stand_in_the_order_of_their_ids_however_they_arrive() {
    let mut board = board();
    hear(&mut board, &received(&message(2, 52, Source::Customer), 3));
    hear(&mut board, &received(&message(2, 51, Source::Customer), 2));
    assert_eq!(texts(&board), ["message 19", "message 20", "message 51", "message 52"]);
}

#[test]
fn a_new_ticket_waits_above_the_list_when_the_filter_shows_it() {
    let mut board = board();
    hear(&mut board, &EventBody::TicketCreated(ticket(9)));
    assert_eq!((ids(&board), board.news.len()), (vec![3, 2, 1], 1));
    let resolved = Ticket { status: TicketStatus::Resolved, ..ticket(8) };
    hear(&mut board, &EventBody::TicketUpdated(resolved));
    assert_eq!(board.news.len(), 1);
}

#[test]
fn merging_puts_the_newest_activity_first_and_asks_for_what_is_not_known() {
    let mut board = board();
    hear(&mut board, &received(&message(1, 50, Source::Customer), 2));
    merge(&mut board, at(NOW));
    assert_eq!(ids(&board), [1, 3, 2]);
    assert!(board.news.is_empty() && !board.stale);
    hear(&mut board, &EventBody::TicketCreated(ticket(9)));
    merge(&mut board, at(NOW));
    assert!(board.stale);
}

#[test]
fn a_resolved_ticket_stays_in_its_place_until_the_reader_merges() {
    let mut board = board();
    hear(
        &mut board,
        &EventBody::TicketResolved(TicketResolved {
            ticket_id: TicketId(2),
            resolved_at: at(90),
            resolved_by: "Amina".to_owned(),
            resolved_by_id: ME,
            ward_id: Some(AreaId(1)),
            version: 2,
        }),
    );
    assert_eq!(ids(&board), [3, 2, 1]);
    assert_eq!(board.open.as_ref().map(|open| open.status), Some(TicketStatus::Resolved));
    merge(&mut board, at(NOW));
    assert_eq!(ids(&board), [3, 1]);
}

#[test]
fn a_ticket_that_moved_away_leaves_nothing_behind() {
    let mut board = board();
    hear(
        &mut board,
        &EventBody::TicketMovedAway(domain::event::TicketMovedAway {
            ticket_id: TicketId(2),
            ward_id: Some(AreaId(1)),
            to_ward_id: Some(AreaId(5)),
            version: 2,
        }),
    );
    assert_eq!(ids(&board), [3, 1]);
    assert!(board.open.is_none() && board.lines.is_empty());
}

#[test]
fn revoked_access_drops_what_is_held_of_those_wards() {
    let mut board = board();
    board.rows[0].ticket.ward_id = Some(AreaId(2));
    let revoked = AccessChanged { user_id: ME, area_id: AreaId(1), ward_ids: vec![AreaId(1)] };
    hear(&mut board, &EventBody::AccessRevoked(revoked));
    assert_eq!(ids(&board), [3]);
    assert!(board.open.is_none());
}

#[test]
fn reading_on_another_device_of_mine_clears_the_mark_and_a_colleagues_does_not() {
    let mut board = board();
    hear(&mut board, &received(&message(1, 50, Source::Customer), 2));
    let read = |user, last| {
        EventBody::TicketRead(TicketRead {
            ticket_id: TicketId(1),
            last_read_message_id: MessageId(last),
            user_id: user,
        })
    };
    hear(&mut board, &read(UserId(99), 50));
    hear(&mut board, &read(ME, 49));
    assert_eq!(board.rows[2].ticket.unread, Some(1));
    hear(&mut board, &read(ME, 50));
    assert_eq!(board.rows[2].ticket.unread, Some(0));
}

#[test]
fn a_delivery_state_reaches_the_message_it_is_about() {
    let mut board = board();
    hear(
        &mut board,
        &EventBody::MessageUpdated(MessageUpdated {
            ticket_id: TicketId(2),
            message_id: MessageId(20),
            delivery_status: DeliveryStatus::Read,
            ts: at(30),
            ward_id: Some(AreaId(1)),
        }),
    );
    assert_eq!(board.lines[1].delivery_status, DeliveryStatus::Read);
}

#[test]
fn a_filter_is_answered_from_the_row_alone() {
    let shows = |listed: &Listed, ticket: &Ticket| matches(listed, Some(ME), ticket, at(NOW));
    let by_ward = listing(|listed| listed.wards = Some(vec![AreaId(2)]));
    assert!(!shows(&by_ward, &ticket(1)));
    let by_name = listing(|listed| listed.filter.q = Some(" farmer 1 ".to_owned()));
    assert!(shows(&by_name, &ticket(1)) && !shows(&by_name, &ticket(2)));
    let unanswered = listing(|listed| listed.filter.unanswered = true);
    assert!(!shows(&unanswered, &ticket(1)));
    let waiting = listing(|listed| listed.filter.waiting = Some(WaitBucket::UnderHour));
    assert!(shows(&waiting, &Ticket { waiting_since: Some(at(NOW - 60)), ..ticket(1) }));
    let mine = listing(|listed| listed.filter.mine = true);
    assert!(!shows(&mine, &Ticket { assigned_to: Some(UserId(8)), ..ticket(1) }));
}

#[test]
fn a_message_of_a_ticket_that_is_not_listed_is_news_only_where_the_filter_may_show_it() {
    let mut board = board();
    hear(&mut board, &received(&message(40, 50, Source::Customer), 9));
    assert!(board.news.contains(&TicketId(40)));
    board.news.clear();
    board.listed.wards = Some(vec![AreaId(2)]);
    hear(&mut board, &received(&message(41, 51, Source::Customer), 9));
    assert!(board.news.is_empty());
}

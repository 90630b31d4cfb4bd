//! Closing tickets, opening them again, and reading.

use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{ADMIN, DISTRICT, ELBURGON, TURI, WARD};
use domain::event::{EventBody, TicketRead};
use domain::id::{MessageId, TicketId};
use domain::tickets::{MoveOutcome, ReadOutcome, Ticket, TicketStatus, TicketStore};

fn done(outcome: MoveOutcome) -> Ticket {
    let MoveOutcome::Done(ticket) = outcome else { panic!("not done: {outcome:?}") };
    *ticket
}

impl TestDb {
    async fn resolve(&self, ticket: TicketId) -> MoveOutcome {
        let officer = self.officer(WARD, Some(TURI)).await;
        self.store.resolve(&officer, ticket).await.unwrap()
    }

    async fn reopen(&self, ticket: TicketId) -> MoveOutcome {
        let officer = self.officer(WARD, Some(TURI)).await;
        self.store.reopen(&officer, ticket).await.unwrap()
    }
}

on_both_engines! {
    async fn a_ticket_is_resolved_once_and_told_twice_under_one_version(db) {
        let id = db.settle_with_ticket(TURI).await;
        let before = db.ticket(id).await;
        let head = db.head().await;
        let ticket = done(db.resolve(id).await);
        assert_eq!(ticket.status, TicketStatus::Resolved);
        assert_eq!(ticket.resolved_by.as_deref(), Some("Ward Person"));
        assert_eq!((ticket.waiting_since, ticket.version), (None, before.version + 1));
        assert_eq!(ticket, db.ticket_for(id, WARD).await);

        let said = db.said_after(head).await;
        let [EventBody::TicketResolved(resolved), EventBody::TicketUpdated(row)] = &said[..] else {
            panic!("{said:?}")
        };
        assert_eq!(Some(resolved.resolved_at), ticket.resolved_at);
        assert_eq!((resolved.resolved_by_id, resolved.ward_id), (WARD, Some(TURI)));
        assert_eq!((resolved.version, row.version), (ticket.version, ticket.version));
        assert_eq!((row.unread, row.status), (None, TicketStatus::Resolved));

        assert_eq!(db.resolve(id).await, MoveOutcome::Already);
        assert_eq!(db.said_after(head).await.len(), 2);
    }

    async fn a_ticket_opened_again_remembers_who_waits(db) {
        let id = db.settle_with_ticket(TURI).await;
        assert_eq!(db.reopen(id).await, MoveOutcome::Already);
        db.answer(WARD, id, "c1").await;
        let waits = db.write_again("SM2", "Bado").await;
        db.write_again("SM3", "Upo?").await;
        done(db.resolve(id).await);
        let head = db.head().await;
        let ticket = done(db.reopen(id).await);
        assert_eq!(ticket.waiting_since, Some(waits.ts));
        assert_eq!((ticket.resolved_at, ticket.resolved_by), (None, None));
        let said = db.said_after(head).await;
        let [EventBody::TicketUpdated(row)] = &said[..] else { panic!("{said:?}") };
        assert_eq!((row.version, row.status), (ticket.version, TicketStatus::Open));
    }

    async fn nobody_waits_in_a_ticket_opened_again_after_it_was_answered(db) {
        let id = db.settle_with_ticket(TURI).await;
        db.answer(WARD, id, "c1").await;
        done(db.resolve(id).await);
        assert_eq!(done(db.reopen(id).await).waiting_since, None);
    }

    async fn a_ticket_stays_closed_while_its_customer_has_another_open_one(db) {
        let old = db.settle_with_ticket(TURI).await;
        done(db.resolve(old).await);
        let new = db.write_again("SM2", "Tena").await.ticket_id;
        assert_eq!(db.reopen(old).await, MoveOutcome::OtherOpen);
        done(db.resolve(new).await);
        done(db.reopen(old).await);
    }

    async fn a_ticket_of_another_ward_or_none_cannot_be_moved(db) {
        let id = db.settle_with_ticket(TURI).await;
        let officer = db.officer(ADMIN, Some(ELBURGON)).await;
        for ticket in [id, TicketId(999)] {
            assert_eq!(db.store.resolve(&officer, ticket).await.unwrap(), MoveOutcome::Unknown);
            assert_eq!(db.store.reopen(&officer, ticket).await.unwrap(), MoveOutcome::Unknown);
        }
    }

    async fn reading_moves_forward_only_and_is_told_to_the_reader_alone(db) {
        let id = db.settle_with_ticket(TURI).await;
        let first = db.ticket(id).await.last_message_id.unwrap();
        let second = db.write_again("SM2", "Upo?").await.id;
        let third = db.write_again("SM3", "Hello").await.id;
        let reader = db.caller(DISTRICT).await;
        let head = db.head().await;
        let read = async |up_to| db.store.mark_read(&reader, id, up_to).await.unwrap();
        assert_eq!(db.ticket_for(id, DISTRICT).await.unread, Some(3));
        assert_eq!(read(second).await, ReadOutcome::Moved);
        assert_eq!(db.ticket_for(id, DISTRICT).await.unread, Some(1));
        // Again, and back: nothing happens.
        assert_eq!(read(second).await, ReadOutcome::Already);
        assert_eq!(read(first).await, ReadOutcome::Already);
        assert_eq!(db.ticket_for(id, DISTRICT).await.unread, Some(1));
        assert_eq!(read(third).await, ReadOutcome::Moved);
        assert_eq!(db.ticket_for(id, DISTRICT).await.unread, Some(0));
        assert_eq!(db.ticket_for(id, WARD).await.unread, Some(3));
        let told = |last_read_message_id| {
            EventBody::TicketRead(TicketRead {
                ticket_id: id,
                last_read_message_id,
                user_id: DISTRICT,
            })
        };
        assert_eq!(db.said_after(head).await, [told(second), told(third)]);
    }

    async fn a_message_of_another_ticket_cannot_be_read_in_this_one(db) {
        let id = db.settle_with_ticket(TURI).await;
        let other = db.write_in("SM9", "+254799999999", "x").await.message.id;
        let reader = db.caller(DISTRICT).await;
        for message in [other, MessageId(999)] {
            let read = db.store.mark_read(&reader, id, message).await.unwrap();
            assert_eq!(read, ReadOutcome::Unknown);
        }
    }
}

//! The ticket list: what it shows to whom, in pages.

use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{
    ADMIN, BOBASI, DISTRICT, ELBURGON, ELSEWHERE, MAUCHE, MOLO, NAKURU, NYACHEKI, REGION, TURI,
    WARD,
};
use domain::caller::Reach;
use domain::customers::CustomerEdit;
use domain::id::{AreaId, TicketId, UserId};
use domain::page::{PAGE_ITEMS_MAX, Page};
use domain::store::StoreError;
use domain::tickets::{Ticket, TicketFilter, TicketStatus, TicketStore, WaitBucket};
use domain::time::Timestamp;

impl TestDb {
    async fn listed(&self, user: UserId, filter: &TicketFilter) -> Page<Ticket> {
        let caller = self.caller(user).await;
        let now = Timestamp::from_millis(self.newest_message().await);
        self.store.tickets(caller.reach(), user, filter, now).await.unwrap()
    }

    async fn newest_message(&self) -> i64 {
        self.number("SELECT COALESCE(MAX(created_at), 0) FROM messages").await
    }

    async fn ids(&self, user: UserId, filter: &TicketFilter) -> Vec<TicketId> {
        self.listed(user, filter).await.items.iter().map(|ticket| ticket.id).collect()
    }

    /// One ticket in each of these wards, oldest activity first.
    async fn settle_with_tickets(&self, wards: &[Option<AreaId>]) -> Vec<TicketId> {
        self.settle().await;
        let mut tickets = Vec::new();
        for (nth, ward) in wards.iter().enumerate() {
            let phone = format!("+2547000001{nth:02}");
            let stored = self.write_in(&format!("SM{nth}"), &phone, "Habari").await;
            if let Some(ward) = ward {
                self.place(&phone, *ward).await;
            }
            tickets.push(stored.message.ticket_id);
        }
        // Commits may share a millisecond; the list's order must not depend on it here.
        for (nth, ticket) in tickets.iter().enumerate() {
            self.execute(&format!(
                "UPDATE tickets SET last_message_at = last_message_at + {nth} WHERE id = {ticket}"
            ))
            .await;
        }
        tickets
    }
}

fn all() -> TicketFilter {
    TicketFilter::default()
}

const WARDS: [Option<AreaId>; 5] = [Some(TURI), Some(ELBURGON), Some(MAUCHE), Some(NYACHEKI), None];

on_both_engines! {
    async fn everybody_is_shown_what_they_cover_newest_activity_first(db) {
        let t = db.settle_with_tickets(&WARDS).await;
        assert_eq!(db.ids(ADMIN, &all()).await, [t[4], t[3], t[2], t[1], t[0]]);
        assert_eq!(db.ids(REGION, &all()).await, [t[2], t[1], t[0]]);
        assert_eq!(db.ids(DISTRICT, &all()).await, [t[1], t[0]]);
        assert_eq!(db.ids(WARD, &all()).await, [t[0]]);
        assert_eq!(db.ids(ELSEWHERE, &all()).await, [t[3]]);
        db.answer(WARD, t[0], "c1").await;
        assert_eq!(db.ids(REGION, &all()).await[0], t[0]);
    }

    async fn an_admins_token_used_as_an_officers_reach_shows_nothing(db) {
        db.settle_with_tickets(&WARDS).await;
        let now = Timestamp::from_millis(0);
        let page = db.store.tickets(Reach::Of(ADMIN), ADMIN, &all(), now).await.unwrap();
        assert_eq!(page.items, []);
    }

    async fn a_filter_by_area_includes_all_below_and_stays_within_reach(db) {
        let t = db.settle_with_tickets(&WARDS).await;
        let below = |area| TicketFilter { ward: Some(area), ..all() };
        assert_eq!(db.ids(ADMIN, &below(NAKURU)).await, [t[2], t[1], t[0]]);
        assert_eq!(db.ids(ADMIN, &below(BOBASI)).await, [t[3]]);
        assert_eq!(db.ids(DISTRICT, &below(NAKURU)).await, [t[1], t[0]]);
        assert_eq!(db.ids(DISTRICT, &below(MOLO)).await, [t[1], t[0]]);
        assert_eq!(db.ids(WARD, &below(BOBASI)).await, []);
    }

    async fn a_filter_by_status_shows_the_open_or_the_resolved_ones(db) {
        let t = db.settle_with_tickets(&[Some(TURI), Some(TURI)]).await;
        let officer = db.officer(WARD, Some(TURI)).await;
        db.store.resolve(&officer, t[0]).await.unwrap();
        let of = |status| TicketFilter { status: Some(status), ..all() };
        assert_eq!(db.ids(WARD, &of(TicketStatus::Open)).await, [t[1]]);
        assert_eq!(db.ids(WARD, &of(TicketStatus::Resolved)).await, [t[0]]);
        assert_eq!(db.ids(WARD, &all()).await.len(), 2);
    }

    async fn a_search_finds_part_of_a_name_a_number_or_a_tickets_number_in_any_case(db) {
        let t = db.settle_with_tickets(&[Some(TURI), Some(TURI), Some(TURI)]).await;
        for (nth, name) in ["Ñuño 100%", "Under_score", "Back\\slash"].iter().enumerate() {
            let customer = db.ticket(t[nth]).await.customer.id;
            let edit =
                CustomerEdit { full_name: Some((*name).into()), ..CustomerEdit::default() };
            db.edit(customer, &edit).await;
        }
        let found = async |q: &str| db.ids(WARD, &TicketFilter { q: Some(q.into()), ..all() }).await;
        assert_eq!(found("ÑUÑO").await, [t[0]]);
        assert_eq!(found("%").await, [t[0]]);
        assert_eq!(found("r_s").await, [t[1]]);
        assert_eq!(found("_").await, [t[1]]);
        assert_eq!(found("\\").await, [t[2]]);
        assert_eq!(found("000102").await, [t[2]]);
        assert_eq!(found("t-000003").await, [t[2]]);
        assert_eq!(found("nothing like it").await, []);
        assert_eq!(found("  ").await.len(), 3);
    }

    async fn unread_counts_for_the_person_who_asks(db) {
        let t = db.settle_with_tickets(&[Some(TURI), Some(TURI)]).await;
        let message = db.ticket(t[0]).await.last_message_id.unwrap();
        let reader = db.caller(WARD).await;
        db.store.mark_read(&reader, t[0], message).await.unwrap();
        let unread = TicketFilter { unread: true, ..all() };
        assert_eq!(db.ids(WARD, &unread).await, [t[1]]);
        assert_eq!(db.ids(DISTRICT, &unread).await, [t[1], t[0]]);
        let counts: Vec<Option<i64>> =
            db.listed(WARD, &all()).await.items.iter().map(|ticket| ticket.unread).collect();
        assert_eq!(counts, [Some(1), Some(0)]);
        // An answer of somebody else is nothing to be read.
        db.answer(DISTRICT, t[0], "d1").await;
        assert_eq!(db.ids(WARD, &unread).await, [t[1]]);
    }

    async fn who_waits_and_for_how_long_can_be_asked(db) {
        let t = db.settle_with_tickets(&[Some(TURI), Some(TURI), Some(TURI)]).await;
        db.answer(WARD, t[0], "c1").await;
        let unanswered = TicketFilter { unanswered: true, ..all() };
        assert_eq!(db.ids(WARD, &unanswered).await, [t[2], t[1]]);
        let day = 24 * 3_600_000;
        db.execute(&format!(
            "UPDATE tickets SET waiting_since = waiting_since - {day} WHERE id = {}", t[2]
        ))
        .await;
        let waiting = |bucket| TicketFilter { waiting: Some(bucket), ..all() };
        assert_eq!(db.ids(WARD, &waiting(WaitBucket::UnderHour)).await, [t[1]]);
        assert_eq!(db.ids(WARD, &waiting(WaitBucket::UnderDay)).await, []);
        assert_eq!(db.ids(WARD, &waiting(WaitBucket::UnderTwoDays)).await, [t[2]]);
        assert_eq!(db.ids(WARD, &waiting(WaitBucket::Longer)).await, []);
    }

    async fn mine_are_those_assigned_to_me_or_last_answered_by_me(db) {
        let t = db.settle_with_tickets(&[Some(TURI), Some(TURI), Some(TURI)]).await;
        db.answer(WARD, t[0], "c1").await;
        db.answer(WARD, t[1], "c2").await;
        db.answer(DISTRICT, t[1], "d1").await;
        db.execute(&format!("UPDATE tickets SET assigned_to = {WARD} WHERE id = {}", t[2])).await;
        let mine = TicketFilter { mine: true, ..all() };
        let mut found = db.ids(WARD, &mine).await;
        found.sort();
        assert_eq!(found, [t[0], t[2]]);
        assert_eq!(db.ids(DISTRICT, &mine).await, [t[1]]);
    }

    async fn pages_follow_each_other_without_gap_or_repeat_even_at_equal_times(db) {
        let wards = vec![Some(TURI); 11];
        let tickets = db.settle_with_tickets(&wards).await;
        db.execute("UPDATE tickets SET last_message_at = 5000 WHERE id <> 3").await;
        let mut seen = Vec::new();
        let mut filter = TicketFilter { limit: Some(3), ..all() };
        loop {
            let page = db.listed(WARD, &filter).await;
            assert!(page.items.len() <= 3);
            seen.extend(page.items.iter().map(|ticket| ticket.id));
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), tickets.len());
        assert_eq!(seen[0], tickets[2]);
        let mut rest = seen[1..].to_vec();
        rest.sort();
        rest.reverse();
        assert_eq!(rest, seen[1..]);
    }

    async fn an_unreadable_cursor_is_told_from_the_end_of_the_list(db) {
        db.settle_with_tickets(&WARDS).await;
        let now = Timestamp::from_millis(0);
        let after = async |cursor: &str| {
            let filter = TicketFilter { after: Some(cursor.into()), ..all() };
            db.store.tickets(Reach::Everything, ADMIN, &filter, now).await
        };
        for cursor in ["", "x", "5.", "1.2.3", "' OR 1=1", "1.\0"] {
            let outcome = after(cursor).await;
            assert!(matches!(outcome, Err(StoreError::UnreadableCursor)), "{cursor:?}: {outcome:?}");
        }
        assert_eq!(after("0.0").await.unwrap(), Page { items: Vec::new(), next: None });
    }

    async fn a_page_is_bounded_whatever_was_asked_for(db) {
        let t = db.settle_with_tickets(&WARDS).await;
        let none = TicketFilter { limit: Some(0), ..all() };
        assert_eq!(db.ids(ADMIN, &none).await, [t[4]]);
        let many = TicketFilter { limit: Some(u32::MAX), ..all() };
        assert_eq!(db.ids(ADMIN, &many).await.len(), 5);
        const { assert!(PAGE_ITEMS_MAX <= 100) };
    }

    async fn a_single_ticket_is_the_one_of_the_list(db) {
        let t = db.settle_with_tickets(&WARDS).await;
        let listed = db.listed(WARD, &all()).await.items;
        assert_eq!(db.store.ticket(t[0], WARD).await.unwrap().as_ref(), listed.first());
        assert_eq!(db.store.ticket(TicketId(999), WARD).await.unwrap(), None);
    }
}

//! The farmers: lists, and what a change of theirs does to their open ticket.

use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{DISTRICT, ELBURGON, MOLO, NYACHEKI, TURI, WARD};
use domain::caller::Reach;
use domain::customers::{Customer, CustomerChanged, CustomerEdit, CustomerFilter, CustomerStore};
use domain::event::EventBody;
use domain::id::{AreaId, CustomerId};
use domain::page::Page;
use domain::staff::Locale;
use domain::store::StoreError;
use domain::tickets::TicketStore;

impl TestDb {
    async fn changed(&self, id: CustomerId, edit: CustomerEdit) -> Customer {
        let outcome = self.edit(id, &edit).await;
        let CustomerChanged::Done(customer) = outcome else { panic!("not done: {outcome:?}") };
        *customer
    }

    /// Farmers with these names, all in `ward`.
    async fn farmers(&self, names: &[&str], ward: AreaId) {
        for name in names {
            let count = self.number("SELECT COUNT(*) FROM customers").await;
            let phone = format!("+25470000{count:04}");
            let message = self.write_in(&format!("F{count}"), &phone, "Habari").await.message;
            let edit = CustomerEdit { full_name: Some((*name).into()), ..self.move_to(ward).await };
            self.changed(message.customer_id.unwrap(), edit).await;
        }
    }

    async fn names(&self, reach: Reach, filter: &CustomerFilter) -> Vec<String> {
        let page = self.store.customers(reach, filter).await.unwrap();
        page.items.into_iter().map(|customer| customer.full_name).collect()
    }
}

fn rename(name: &str) -> CustomerEdit {
    CustomerEdit { full_name: Some(name.into()), ..CustomerEdit::default() }
}

on_both_engines! {
    async fn a_new_ward_moves_the_open_ticket_and_tells_both_wards(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let before = db.ticket(ticket).await;
        let head = db.head().await;
        let customer = db.changed(before.customer.id, db.move_to(ELBURGON).await).await;
        assert_eq!((customer.ward_id, customer.ward_name.as_deref()), (Some(ELBURGON), Some("Elburgon")));
        let after = db.ticket(ticket).await;
        assert_eq!((after.ward_id, after.version), (Some(ELBURGON), before.version + 1));

        let said = db.said_after(head).await;
        let [EventBody::TicketMovedAway(away), EventBody::TicketUpdated(row)] = &said[..] else {
            panic!("{said:?}")
        };
        assert_eq!((away.ward_id, away.to_ward_id), (Some(TURI), Some(ELBURGON)));
        assert_eq!((away.version, row.version), (after.version, after.version));
        assert_eq!((row.ward_id, row.unread), (Some(ELBURGON), None));
    }

    async fn a_resolved_ticket_stays_where_it_was(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let officer = db.officer(WARD, Some(TURI)).await;
        db.store.resolve(&officer, ticket).await.unwrap();
        let head = db.head().await;
        db.changed(db.ticket(ticket).await.customer.id, db.move_to(ELBURGON).await).await;
        assert_eq!(db.ticket(ticket).await.ward_id, Some(TURI));
        assert_eq!(db.head().await, head);
    }

    async fn a_new_name_is_told_with_the_open_ticket(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let before = db.ticket(ticket).await;
        let head = db.head().await;
        let customer = db.changed(before.customer.id, rename("Chebet Koech")).await;
        assert_eq!(customer.full_name, "Chebet Koech");
        let said = db.said_after(head).await;
        let [EventBody::TicketUpdated(row)] = &said[..] else { panic!("{said:?}") };
        assert_eq!(row.customer.full_name, "Chebet Koech");
        assert_eq!((row.version, row.ward_id), (before.version + 1, Some(TURI)));
    }

    async fn a_new_language_concerns_nobody_else(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let id = db.ticket(ticket).await.customer.id;
        let head = db.head().await;
        let before = db.store.customer(id).await.unwrap().unwrap();
        let edit = CustomerEdit { locale: Some(Locale::Sw), ..CustomerEdit::default() };
        let after = db.changed(id, edit.clone()).await;
        assert_eq!((after.locale, after.version), (Locale::Sw, before.version + 1));
        // What is so already changes nothing.
        assert_eq!(db.changed(id, edit).await, after);
        assert_eq!(db.store.customer(id).await.unwrap(), Some(after));
        assert_eq!(db.head().await, head);
    }

    async fn a_customer_lives_in_a_ward_and_nowhere_else(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let id = db.ticket(ticket).await.customer.id;
        for area in [MOLO, AreaId(999)] {
            assert_eq!(db.edit(id, &db.move_to(area).await).await, CustomerChanged::NotAWard);
        }
        assert_eq!(db.edit(CustomerId(999), &rename("X")).await, CustomerChanged::Unknown);
        assert_eq!(db.store.customer(CustomerId(999)).await.unwrap(), None);
    }

    async fn customers_are_listed_by_name_within_reach(db) {
        db.settle().await;
        db.farmers(&["wekesa", "Achieng", "Éric", "Barasa"], TURI).await;
        db.farmers(&["Zawadi"], NYACHEKI).await;
        let all = CustomerFilter::default();
        let everything = ["Achieng", "Barasa", "wekesa", "Zawadi", "Éric"];
        assert_eq!(db.names(Reach::Everything, &all).await, everything);
        let turi = ["Achieng", "Barasa", "wekesa", "Éric"];
        assert_eq!(db.names(Reach::Of(DISTRICT), &all).await, turi);
        let below = CustomerFilter { ward: Some(MOLO), ..all };
        assert_eq!(db.names(Reach::Everything, &below).await, turi);
        assert_eq!(db.names(Reach::Of(WARD), &below).await, turi);
    }

    async fn a_search_finds_part_of_a_name_or_number_in_any_case(db) {
        db.settle().await;
        db.farmers(&["Éric Ouma", "Achieng", "100% Maize"], TURI).await;
        let found = async |q: &str| {
            let filter = CustomerFilter { q: Some(q.into()), ..CustomerFilter::default() };
            db.names(Reach::Everything, &filter).await
        };
        assert_eq!(found("éRIC").await, ["Éric Ouma"]);
        assert_eq!(found("%").await, ["100% Maize"]);
        assert_eq!(found("700000001").await, ["Achieng"]);
        assert_eq!(found("_").await, [""; 0]);
    }

    async fn pages_of_customers_follow_each_other_even_when_names_are_equal(db) {
        db.settle().await;
        db.farmers(&["Otieno", "Otieno", "A.B. Otieno", "Otieno", "Wafula"], TURI).await;
        let mut filter = CustomerFilter { limit: Some(2), ..CustomerFilter::default() };
        let mut seen = Vec::new();
        loop {
            let page = db.store.customers(Reach::Everything, &filter).await.unwrap();
            seen.extend(page.items.into_iter().map(|one| (one.full_name, one.id)));
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
        let mut sorted = seen.clone();
        sorted.sort();
        assert_eq!((seen.len(), &seen), (5, &sorted));
    }

    async fn an_unreadable_cursor_is_told_from_the_end_of_the_list(db) {
        db.settle().await;
        db.farmers(&["Otieno"], TURI).await;
        let after = async |cursor: &str| {
            let filter = CustomerFilter { after: Some(cursor.into()), ..CustomerFilter::default() };
            db.store.customers(Reach::Everything, &filter).await
        };
        for cursor in ["", "not a cursor", "x.otieno", "1.o\0tieno"] {
            let outcome = after(cursor).await;
            assert!(matches!(outcome, Err(StoreError::UnreadableCursor)), "{cursor:?}: {outcome:?}");
        }
        assert_eq!(after("1.zzz").await.unwrap(), Page { items: Vec::new(), next: None });
    }

    async fn a_proof_of_a_ward_is_worth_nothing_once_the_customer_left_it(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let id = db.ticket(ticket).await.customer.id;
        let officer = db.officer(WARD, Some(TURI)).await;
        db.place("+254700000001", ELBURGON).await;
        let (before, head) = (db.store.customer(id).await.unwrap(), db.head().await);
        for edit in [rename("Mine"), db.move_to(TURI).await] {
            let outcome = db.store.change_customer(&officer, id, &edit).await.unwrap();
            assert_eq!(outcome, CustomerChanged::Unknown);
        }
        assert_eq!(db.store.customer(id).await.unwrap(), before);
        assert_eq!(db.head().await, head);
    }
}

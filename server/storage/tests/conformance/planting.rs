//! Planting a demo world.

use crate::harness::TestDb;
use crate::on_both_engines;
use crate::world::{ADMIN, DISTRICT, ELSEWHERE, EVERYBODY, SETTLED, TURI, WARD, quiet};
use domain::demo::{DemoAuthor, DemoCustomer, DemoMessage, DemoResolution, DemoTicket, DemoWorld};
use domain::id::EventId;
use domain::staff::{Locale, StaffStore};
use domain::store::Store;
use domain::tickets::{MessageQuery, Source, Ticket, TicketFilter, TicketStatus, TicketStore};
use domain::time::Timestamp;
use std::time::{Duration, Instant};

const START: i64 = 1_700_000_000_000;
const WARD_PERSON: usize = 3;
const TURI_INDEX: usize = 6;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(START + minutes * 60_000)
}

/// `count` farmers in Turi with one conversation each: four messages, every third one open.
fn busy(count: usize) -> DemoWorld {
    let mut world = quiet();
    for (nth, minute) in (0..count).zip((0_i64..).step_by(10)) {
        world.customers.push(DemoCustomer {
            full_name: format!("Farmer {nth}"),
            phone_number: format!("+2547{nth:08}"),
            ward: Some(TURI_INDEX),
            locale: Locale::Sw,
            created_at: at(minute),
        });
        let message = |after, from, body: &str| DemoMessage {
            at: at(minute + after),
            from,
            body: body.to_owned(),
        };
        let open = nth % 3 == 0;
        world.tickets.push(DemoTicket {
            customer: nth,
            ward: Some(TURI_INDEX),
            created_at: at(minute),
            resolved: (!open).then(|| DemoResolution { by: WARD_PERSON, at: at(minute + 50) }),
            messages: vec![
                message(0, DemoAuthor::Customer, "Habari"),
                message(15, DemoAuthor::Staff(WARD_PERSON), "Karibu"),
                message(30, DemoAuthor::Customer, "Mahindi yangu"),
                message(45, DemoAuthor::Customer, "Upo?"),
            ],
        });
    }
    world
}

async fn tickets(db: &TestDb, status: TicketStatus) -> Vec<Ticket> {
    let filter = TicketFilter { status: Some(status), limit: Some(100), ..Default::default() };
    let reach = db.caller(WARD).await.reach();
    db.store.tickets(reach, WARD, &filter, at(0)).await.unwrap().items
}

on_both_engines! {
    async fn a_planted_world_reads_like_one_that_happened(db) {
        assert!(db.store.plant(&busy(30), "hash").await.unwrap());
        let open = tickets(db, TicketStatus::Open).await;
        assert_eq!(open.len(), 10);
        let ticket = open.last().unwrap();
        assert_eq!(ticket.ticket_number, "T-000001");
        assert_eq!((ticket.ward_id, ticket.created_at), (Some(TURI), at(0)));
        assert_eq!((ticket.last_message_at, ticket.last_from), (at(45), Some(Source::Customer)));
        assert_eq!((ticket.waiting_since, ticket.excerpt.as_str()), (Some(at(30)), "Upo?"));
        // What came after the newest answer is unread.
        assert_eq!((ticket.unread, ticket.version), (Some(2), 4));
        assert_eq!(db.ticket_for(ticket.id, DISTRICT).await.unread, Some(2));
        assert_eq!(db.ticket_for(ticket.id, ELSEWHERE).await.unread, Some(3));

        let resolved = tickets(db, TicketStatus::Resolved).await;
        assert_eq!(resolved.len(), 20);
        let ticket = resolved.last().unwrap();
        assert_eq!(ticket.resolved_by.as_deref(), Some("Ward Person"));
        assert_eq!((ticket.resolved_at, ticket.waiting_since), (Some(at(60)), None));
        assert_eq!((ticket.unread, ticket.version), (Some(0), 5));

        let query = MessageQuery { ticket: ticket.id, before: None, limit: 10 };
        let messages = db.store.messages(query).await.unwrap().items;
        let newest = (messages[0].body.as_str(), messages[0].sender_name.as_str());
        assert_eq!(newest, ("Upo?", "Farmer 1"));
        assert_eq!(messages[2].sender_name, "Ward Person");
        assert!(messages.windows(2).all(|pair| pair[0].id > pair[1].id));
    }

    async fn messages_of_all_tickets_are_numbered_in_the_order_of_time(db) {
        assert!(db.store.plant(&busy(20), "hash").await.unwrap());
        let disorder = "SELECT COUNT(*) FROM messages a JOIN messages b ON b.id = a.id + 1
                        WHERE b.created_at < a.created_at";
        assert_eq!(db.number(disorder).await, 0);
        assert_eq!(db.number("SELECT COUNT(*) FROM messages").await, 80);
    }

    async fn of_a_planted_past_only_the_staff_are_told_of(db) {
        assert!(db.store.plant(&busy(5), "hash").await.unwrap());
        let told = db.names_after(EventId(0)).await;
        assert!(told.iter().all(|name| ["claims_changed", "access_granted"].contains(name)));
        let introduced = told.iter().filter(|name| **name == "claims_changed").count();
        assert_eq!(introduced, EVERYBODY.len());
        assert_eq!(db.head().await, SETTLED);
    }

    async fn it_is_planted_once_and_only_where_there_is_no_staff(db) {
        assert!(db.store.plant(&busy(5), "hash").await.unwrap());
        assert!(!db.store.plant(&busy(5), "other").await.unwrap());
        assert_eq!(db.number("SELECT COUNT(*) FROM customers").await, 5);
        let (_, hash) = db.store.credentials("admin@wardline.test").await.unwrap().unwrap();
        assert_eq!(hash, "hash");
    }

    async fn of_several_who_plant_at_once_one_does(db) {
        let world = busy(5);
        let planting = (0..4).map(|_| db.store.plant(&world, "hash"));
        let outcomes = futures::future::join_all(planting).await;
        let planted = outcomes.into_iter().filter(|one| *one.as_ref().unwrap()).count();
        assert_eq!(planted, 1);
        assert_eq!(db.number("SELECT COUNT(*) FROM customers").await, 5);
    }

    async fn what_comes_after_planting_is_numbered_on(db) {
        assert!(db.store.plant(&busy(5), "hash").await.unwrap());
        let message = db.write_in("SM1", "+254799999999", "Habari").await.message;
        assert_eq!(message.id.get(), 21);
        let ticket = db.ticket(message.ticket_id).await;
        assert_eq!((ticket.ticket_number.as_str(), ticket.id.get()), ("T-000006", 6));
        assert_eq!(ticket.customer.id.get(), 6);
        let new = domain::staff::NewStaff {
            email: "new@wardline.test".into(),
            full_name: "New".into(),
            role: domain::staff::Role::Officer,
            locale: domain::staff::Locale::En,
            password_hash: "h".into(),
            onboarded: true,
            areas: vec![],
        };
        let added = db.store.add_staff(&new, at(0)).await.unwrap();
        assert_eq!(added.map(domain::id::UserId::get), Some(6));
    }

    async fn what_was_there_before_planting_stays(db) {
        let message = db.write_in("SM1", "+254799999999", "Habari").await.message;
        assert!(db.store.plant(&busy(5), "hash").await.unwrap());
        let ticket = db.ticket(message.ticket_id).await;
        assert_eq!(ticket.ticket_number, "T-000001");
        assert_eq!(tickets(db, TicketStatus::Open).await.last().unwrap().ticket_number, "T-000002");
        assert_eq!(db.number("SELECT COUNT(*) FROM tickets").await, 6);
    }

    async fn a_world_that_contradicts_itself_is_refused_as_a_whole(db) {
        let mut world = busy(3);
        world.customers[1].ward = Some(99);
        assert!(db.store.plant(&world, "hash").await.is_err());
        assert!(!db.store.any_staff().await.unwrap());
        assert_eq!(db.number("SELECT COUNT(*) FROM areas").await, 0);
    }

    async fn three_thousand_messages_are_planted_within_seconds(db) {
        let world = busy(750);
        let began = Instant::now();
        assert!(db.store.plant(&world, "hash").await.unwrap());
        let took = began.elapsed();
        assert_eq!(db.number("SELECT COUNT(*) FROM messages").await, 3_000);
        assert_eq!(db.ticket(domain::id::TicketId(750)).await.status, TicketStatus::Resolved);
        assert!(took < Duration::from_secs(3), "{took:?}");
        assert_eq!(db.caller(ADMIN).await.user, ADMIN);
    }
}

//! Messages that come in.

use crate::on_both_engines;
use crate::world::{ADMIN, SETTLED, TURI, WARD, inbound, reply};
use domain::event::EventBody;
use domain::tickets::{
    Channel, DeliveryStatus, Inbound, ReplyOutcome, Source, TicketStatus, TicketStore,
};

const PHONE: &str = "+254712345678";

on_both_engines! {
    async fn an_unknown_number_becomes_a_customer_without_a_ward(db) {
        db.settle().await;
        let stored = db.write_in("SM1", PHONE, "Mahindi yangu yana shida").await;
        assert!(stored.new);
        let message = stored.message;
        assert_eq!(message.body, "Mahindi yangu yana shida");
        assert_eq!((message.from_source, message.user_id), (Source::Customer, None));
        assert_eq!(message.delivery_status, DeliveryStatus::Received);
        assert_eq!(message.sender_name, "Wanjiru Kamau");

        let ticket = db.ticket(message.ticket_id).await;
        assert_eq!(ticket.ticket_number, "T-000001");
        assert_eq!((ticket.status, ticket.ward_id), (TicketStatus::Open, None));
        assert_eq!(ticket.customer.phone_number, PHONE);
        assert_eq!(message.customer_id, Some(ticket.customer.id));
        assert_eq!(ticket.last_message_id, Some(message.id));
        assert_eq!(ticket.last_message_at, message.ts);
        assert_eq!(ticket.waiting_since, Some(message.ts));
        assert_eq!(ticket.excerpt, "Mahindi yangu yana shida");
        assert_eq!((ticket.unread, ticket.version), (Some(1), 1));
    }

    async fn the_ticket_is_told_of_first_and_then_its_message(db) {
        db.settle().await;
        let message = db.write_in("SM1", PHONE, "Habari").await.message;
        let log = db.log_after(SETTLED).await;
        let [created, received] = &log[..] else { panic!("two events: {log:?}") };
        assert!(created.id < received.id && created.at <= received.at);
        let EventBody::TicketCreated(row) = &created.body else { panic!("{created:?}") };
        assert_eq!(row.id, message.ticket_id);
        assert_eq!((row.unread, row.last_message_id), (None, Some(message.id)));
        let EventBody::MessageReceived(told) = &received.body else { panic!("{received:?}") };
        assert_eq!((told.message_id, told.ts), (message.id, message.ts));
        assert_eq!(told.ticket_number, row.ticket_number);
        assert_eq!(told.phone_number, PHONE);
        assert_eq!((told.ward_id, told.ticket_version), (None, row.version));
        assert_eq!((told.user_id, told.customer_id), (None, Some(row.customer.id)));
    }

    async fn the_same_external_id_twice_is_one_message(db) {
        db.settle().await;
        let first = db.write_in("SM1", PHONE, "Habari").await;
        let head = db.head().await;
        let again = db.write_in("SM1", PHONE, "Habari").await;
        assert_eq!((again.new, &again.message), (false, &first.message));
        // Even when the channel repeats it under another number, no customer is made of it.
        let other = db.write_in("SM1", "+254799999999", "Habari").await;
        assert_eq!((other.new, &other.message), (false, &first.message));
        assert_eq!(db.head().await, head);
        assert_eq!(db.number("SELECT COUNT(*) FROM customers").await, 1);
        assert_eq!(db.number("SELECT COUNT(*) FROM messages").await, 1);
    }

    async fn further_messages_go_into_the_open_ticket_and_the_wait_goes_on(db) {
        db.settle().await;
        let first = db.write_in("SM1", PHONE, "Habari").await.message;
        let head = db.head().await;
        let second = db.write_in("SM2", PHONE, "Upo?").await.message;
        assert_eq!(second.ticket_id, first.ticket_id);
        assert!(second.id > first.id);
        let ticket = db.ticket(first.ticket_id).await;
        assert_eq!(ticket.waiting_since, Some(first.ts));
        assert_eq!((ticket.excerpt.as_str(), ticket.unread, ticket.version), ("Upo?", Some(2), 2));
        assert_eq!(db.names_after(head).await, ["message_received"]);
    }

    async fn after_a_ticket_was_resolved_the_next_message_begins_a_new_one_in_the_ward(db) {
        let old = db.settle_with_ticket(TURI).await;
        let officer = db.officer(WARD, Some(TURI)).await;
        db.store.resolve(&officer, old).await.unwrap();
        let head = db.head().await;
        let message = db.write_again("SM2", "Tena").await;
        assert_ne!(message.ticket_id, old);
        let ticket = db.ticket(message.ticket_id).await;
        assert_eq!((ticket.ward_id, ticket.ward_name.as_deref()), (Some(TURI), Some("Turi")));
        assert_eq!(ticket.ticket_number, "T-000002");
        assert_eq!(db.names_after(head).await, ["ticket_created", "message_received"]);
        assert_eq!(db.ticket(old).await.status, TicketStatus::Resolved);
    }

    async fn a_number_without_a_profile_name_is_its_own_name(db) {
        db.settle().await;
        let nameless = Inbound { profile_name: None, ..inbound("SM1", PHONE, "Habari") };
        let message = db.store.ingest(Channel::Simulator, &nameless).await.unwrap().message;
        assert_eq!(message.sender_name, PHONE);
    }

    async fn a_picture_may_come_without_words(db) {
        db.settle().await;
        let picture = Inbound {
            media_url: Some("https://example.org/leaf.jpg".into()),
            media_type: Some("image/jpeg".into()),
            ..inbound("SM1", PHONE, "")
        };
        let message = db.store.ingest(Channel::Simulator, &picture).await.unwrap().message;
        assert_eq!(message.media_url.as_deref(), Some("https://example.org/leaf.jpg"));
        assert_eq!(message.media_type, "image/jpeg");
        let said = db.said_after(SETTLED).await;
        let EventBody::MessageReceived(told) = &said[1] else { panic!("{said:?}") };
        assert_eq!(told.media_type, "image/jpeg");
    }

    async fn a_conversation_is_what_the_customers_phone_shows(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        db.answer(WARD, ticket, "c1").await;
        db.write_again("SM2", "Asante").await;
        let customer = db.ticket(ticket).await.customer.id;
        let shown = db.store.conversation_of(customer, 10).await.unwrap();
        let bodies: Vec<&str> = shown.iter().map(|message| message.body.as_str()).collect();
        assert_eq!(bodies, ["Habari", "Karibu", "Asante"]);
        let newest = db.store.conversation_of(customer, 2).await.unwrap();
        assert_eq!(newest, shown[1..]);
        let nobody = domain::id::CustomerId(999);
        assert_eq!(db.store.conversation_of(nobody, 10).await.unwrap(), []);
    }

    async fn texts_of_every_script_survive(db) {
        db.settle().await;
        let body = "ሰላም 🌽 \u{202e}abc' ; DROP TABLE messages; --\n\tend";
        let message = db.write_in("SM'1", PHONE, body).await.message;
        let query = domain::tickets::MessageQuery {
            ticket: message.ticket_id, before: None, limit: 10,
        };
        assert_eq!(db.store.messages(query).await.unwrap().items[0].body, body);
        let officer = db.officer(ADMIN, None).await;
        let answer = db.store.reply(&officer, &reply(message.ticket_id, "c", body)).await.unwrap();
        assert!(matches!(answer, ReplyOutcome::Sent(sent) if sent.body == body));
    }
}

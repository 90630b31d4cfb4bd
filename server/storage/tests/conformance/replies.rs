//! Replies of staff, and the pages of messages.

use crate::on_both_engines;
use crate::world::{ADMIN, DISTRICT, ELBURGON, TURI, WARD, reply};
use domain::event::EventBody;
use domain::id::{MessageId, TicketId};
use domain::tickets::{
    Channel, DeliveryStatus, MessageQuery, NewReply, ReplyOutcome, Source, TicketStore,
};

on_both_engines! {
    async fn a_reply_is_stored_told_and_ends_the_wait(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let head = db.head().await;
        let version = db.ticket(ticket).await.version;
        let message = db.answer(WARD, ticket, "c1").await;
        assert_eq!((message.from_source, message.user_id), (Source::Staff, Some(WARD)));
        assert_eq!((message.customer_id, message.delivery_status), (None, DeliveryStatus::Sent));
        assert_eq!(message.sender_name, "Ward Person");
        assert_eq!(message.client_id.as_deref(), Some("c1"));

        let row = db.ticket_for(ticket, WARD).await;
        assert_eq!((row.waiting_since, row.last_from), (None, Some(Source::Staff)));
        assert_eq!((row.last_message_id, row.excerpt.as_str()), (Some(message.id), "Karibu"));
        assert_eq!(row.version, version + 1);
        // Who answers has read what they answer.
        assert_eq!((row.unread, db.ticket_for(ticket, ADMIN).await.unread), (Some(0), Some(1)));

        let said = db.said_after(head).await;
        let [EventBody::MessageReceived(told)] = &said[..] else { panic!("{said:?}") };
        assert_eq!((told.message_id, told.user_id), (message.id, Some(WARD)));
        assert_eq!(told.client_id.as_deref(), Some("c1"));
        assert_eq!((told.ward_id, told.ticket_version), (Some(TURI), version + 1));
    }

    async fn an_answer_waits_in_the_queue_of_a_gateway_and_is_sent_at_once_to_the_simulator(db) {
        db.settle().await;
        let phone = "+254712345678";
        let mut answers = Vec::new();
        for (nth, channel) in
            [Channel::WhatsApp, Channel::Simulator, Channel::WhatsApp].into_iter().enumerate()
        {
            let external = format!("SM{nth}");
            let ticket = db.write_in_over(channel, &external, phone, "Habari").await.message.ticket_id;
            let head = db.head().await;
            let answer = db.answer(ADMIN, ticket, &format!("c{nth}")).await;
            let said = db.said_after(head).await;
            let [EventBody::MessageReceived(told)] = &said[..] else { panic!("{said:?}") };
            assert_eq!(told.delivery_status, answer.delivery_status);
            answers.push(answer);
        }
        let delivery: Vec<DeliveryStatus> =
            answers.iter().map(|answer| answer.delivery_status).collect();
        assert_eq!(delivery, [DeliveryStatus::Queued, DeliveryStatus::Sent, DeliveryStatus::Queued]);
        // A repeat over another channel is no message and moves nobody.
        let ticket = answers[0].ticket_id;
        assert!(!db.write_in_over(Channel::Simulator, "SM0", phone, "Habari").await.new);
        assert_eq!(db.answer(ADMIN, ticket, "c3").await.delivery_status, DeliveryStatus::Queued);
        // What is read is what was told.
        let query = MessageQuery { ticket, before: None, limit: 10 };
        let read = db.store.messages(query).await.unwrap().items;
        assert!(answers.iter().all(|answer| read.contains(answer)), "{read:?}");
    }

    async fn the_same_client_id_of_one_author_is_the_same_message(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let first = db.answer(WARD, ticket, "c1").await;
        let head = db.head().await;
        let officer = db.officer(WARD, Some(TURI)).await;
        let again = db.store.reply(&officer, &reply(ticket, "c1", "Karibu")).await.unwrap();
        assert_eq!(again, ReplyOutcome::Repeat(first.clone()));
        assert_eq!(db.head().await, head);
        // Another author's client ids are their own.
        let other = db.answer(DISTRICT, ticket, "c1").await;
        assert_ne!(other.id, first.id);
        // A repeat is answered with its result even when the ticket is closed or gone by now.
        db.store.resolve(&officer, ticket).await.unwrap();
        let late = db.store.reply(&officer, &reply(ticket, "c1", "Karibu")).await.unwrap();
        assert_eq!(late, ReplyOutcome::Repeat(first));
    }

    async fn who_answered_meanwhile_is_shown_before_a_second_answer_goes_out(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let base = db.ticket(ticket).await.last_message_id;
        let theirs = db.answer(DISTRICT, ticket, "d1").await;
        db.write_again("SM2", "Asante").await;
        let second = db.answer(DISTRICT, ticket, "d2").await;

        let officer = db.officer(WARD, Some(TURI)).await;
        let draft = NewReply { base, ..reply(ticket, "c1", "Karibu") };
        let outcome = db.store.reply(&officer, &draft).await.unwrap();
        assert_eq!(outcome, ReplyOutcome::Meanwhile(vec![theirs, second.clone()]));

        // Having seen them, or insisting, sends.
        let seen = NewReply { base: Some(second.id), ..draft.clone() };
        assert!(matches!(db.store.reply(&officer, &seen).await.unwrap(), ReplyOutcome::Sent(_)));
        let forced = NewReply { force: true, client_id: "c2".into(), ..draft };
        assert!(matches!(db.store.reply(&officer, &forced).await.unwrap(), ReplyOutcome::Sent(_)));
    }

    async fn ones_own_answers_and_the_customers_messages_are_in_nobodys_way(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let base = db.ticket(ticket).await.last_message_id;
        db.answer(WARD, ticket, "c1").await;
        db.write_again("SM2", "Asante").await;
        let officer = db.officer(WARD, Some(TURI)).await;
        let draft = NewReply { base, ..reply(ticket, "c2", "Tena") };
        assert!(matches!(db.store.reply(&officer, &draft).await.unwrap(), ReplyOutcome::Sent(_)));
    }

    async fn an_answer_of_the_assistant_counts_as_somebody_elses(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let base = db.ticket(ticket).await.last_message_id;
        db.execute(&format!(
            "INSERT INTO messages (ticket_id, body, from_source, delivery_status, created_at)
             VALUES ({ticket}, 'Plant early.', 3, 'sent', 5)"
        ))
        .await;
        let officer = db.officer(WARD, Some(TURI)).await;
        let draft = NewReply { base, ..reply(ticket, "c1", "Tena") };
        let outcome = db.store.reply(&officer, &draft).await.unwrap();
        let ReplyOutcome::Meanwhile(messages) = outcome else { panic!("{outcome:?}") };
        assert_eq!(messages[0].from_source, Source::Ai);
        assert_eq!(messages[0].sender_name, "Assistant");
    }

    async fn a_resolved_ticket_takes_no_reply(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let officer = db.officer(WARD, Some(TURI)).await;
        db.store.resolve(&officer, ticket).await.unwrap();
        let head = db.head().await;
        let outcome = db.store.reply(&officer, &reply(ticket, "c1", "x")).await.unwrap();
        assert_eq!(outcome, ReplyOutcome::Resolved);
        assert_eq!(db.head().await, head);
    }

    async fn a_proof_of_a_ward_is_worth_nothing_once_the_ticket_left_it(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let officer = db.officer(WARD, Some(TURI)).await;
        db.place("+254700000001", ELBURGON).await;
        let outcome = db.store.reply(&officer, &reply(ticket, "c1", "x")).await.unwrap();
        assert_eq!(outcome, ReplyOutcome::Unknown);
        let nothing = reply(TicketId(999), "c1", "x");
        assert_eq!(db.store.reply(&officer, &nothing).await.unwrap(), ReplyOutcome::Unknown);
    }

    async fn messages_are_paged_newest_first(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        for nth in 0..6 {
            db.write_again(&format!("more-{nth}"), &format!("{nth}")).await;
        }
        let page = async |before: Option<&str>| {
            let before = before.map(|id| id.parse::<MessageId>().unwrap());
            let query = MessageQuery { ticket, before, limit: 3 };
            db.store.messages(query).await.unwrap()
        };
        let first = page(None).await;
        let second = page(first.next.as_deref()).await;
        let third = page(second.next.as_deref()).await;
        let bodies: Vec<String> = [first.items, second.items, third.items]
            .concat()
            .into_iter()
            .map(|message| message.body)
            .collect();
        assert_eq!(bodies, ["5", "4", "3", "2", "1", "0", "Habari"]);
        assert_eq!(third.next, None);
    }
}

//! Many at once: what must hold whoever comes first.

use crate::desk::POLICY;
use crate::on_both_engines;
use crate::sessions::presented;
use crate::world::{DISTRICT, ELBURGON, REGION, SETTLED, TURI, WARD, inbound, reply};
use domain::event::EventStore;
use domain::id::{EventId, MessageId, TicketId};
use domain::session::{Generation, SessionStore, Verdict};
use domain::tickets::{Channel, MessageQuery, MoveOutcome, ReplyOutcome, TicketStore};
use futures::future::{join, join_all};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

on_both_engines! {
    async fn fifty_who_present_one_token_at_once_all_get_the_next_generation(db) {
        db.settle().await;
        let session = db.sign_in(WARD).await;
        let presentation = presented(session.id, 1);
        let nodes = [Arc::clone(&db.store), db.other_node().await];
        let racers = (0..50).map(|nth| {
            let store = Arc::clone(&nodes[nth % 2]);
            tokio::spawn(async move {
                store.rotate(presentation, &POLICY).await.unwrap().unwrap()
            })
        });
        let outcomes: Vec<_> =
            join_all(racers).await.into_iter().map(Result::unwrap).collect();
        let rotations =
            outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Rotate).count();
        assert_eq!(rotations, 1);
        assert!(outcomes.iter().all(|one| one.session.state.generation == Generation(2)));
        assert_eq!(db.number("SELECT generation FROM sessions").await, 2);
        nodes[1].close().await;
    }

    async fn a_reader_by_cursor_misses_nothing_while_sixteen_write(db) {
        const WRITERS: usize = 16;
        const EACH: usize = 6;
        db.settle().await;
        let nodes = [Arc::clone(&db.store), db.other_node().await];
        let finished = Arc::new(AtomicBool::new(false));
        let reader = {
            let (store, finished) = (Arc::clone(&db.store), Arc::clone(&finished));
            tokio::spawn(async move {
                let mut seen: Vec<EventId> = Vec::new();
                loop {
                    // Asked before reading: what is committed by then will be read.
                    let last_round = finished.load(Ordering::Acquire);
                    let after = seen.last().copied().unwrap_or(SETTLED);
                    let page = store.events_after(after, 7).await.unwrap();
                    let ended = page.is_empty();
                    seen.extend(page.into_iter().map(|event| event.id));
                    if ended && last_round {
                        return seen;
                    }
                    if ended {
                        store.wait_for_commit(Duration::from_millis(200)).await;
                    }
                }
            })
        };
        let writers = (0..WRITERS).map(|writer| {
            let store = Arc::clone(&nodes[writer % 2]);
            tokio::spawn(async move {
                for nth in 0..EACH {
                    let phone = format!("+2547000000{writer:02}");
                    let id = format!("{writer}-{nth}");
                    store.ingest(Channel::Simulator, &inbound(&id, &phone, "Habari")).await.unwrap();
                }
            })
        });
        for writer in join_all(writers).await {
            writer.unwrap();
        }
        finished.store(true, Ordering::Release);
        let seen = reader.await.unwrap();
        let all: Vec<EventId> =
            db.log_after(SETTLED).await.iter().map(|event| event.id).collect();
        assert_eq!(all.len(), WRITERS * (EACH + 1));
        assert_eq!(seen, all);
        nodes[1].close().await;
    }

    async fn ticket_numbers_are_given_once(db) {
        db.settle().await;
        let writers = (0..32).map(|nth| {
            let store = Arc::clone(&db.store);
            tokio::spawn(async move {
                let phone = format!("+2547000000{nth:02}");
                let stored = store.ingest(Channel::Simulator, &inbound(&format!("n{nth}"), &phone, "x")).await.unwrap();
                let ticket = stored.message.ticket_id;
                store.ticket(ticket, WARD).await.unwrap().unwrap().ticket_number
            })
        });
        let numbers: BTreeSet<String> =
            join_all(writers).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(numbers.len(), 32);
    }

    async fn fifty_posts_of_one_message_are_one_message(db) {
        db.settle().await;
        let posts = (0..50).map(|_| {
            let store = Arc::clone(&db.store);
            tokio::spawn(async move {
                store.ingest(Channel::Simulator, &inbound("SM1", "+254712345678", "Habari")).await.unwrap()
            })
        });
        let stored: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(stored.iter().filter(|one| one.new).count(), 1);
        assert!(stored.iter().all(|one| one.message == stored[0].message));
        assert_eq!(db.names_after(SETTLED).await, ["ticket_created", "message_received"]);
    }

    async fn the_first_messages_of_a_new_number_make_one_customer_and_one_ticket(db) {
        db.settle().await;
        let posts = (0..24).map(|nth| {
            let store = Arc::clone(&db.store);
            tokio::spawn(async move {
                let message = inbound(&format!("SM{nth}"), "+254712345678", "Habari");
                store.ingest(Channel::Simulator, &message).await.unwrap().message
            })
        });
        let messages: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(db.number("SELECT COUNT(*) FROM customers").await, 1);
        assert_eq!(db.number("SELECT COUNT(*) FROM tickets").await, 1);
        let ticket = db.ticket(messages[0].ticket_id).await;
        let newest = messages.iter().map(|message| message.id).max();
        assert_eq!((ticket.last_message_id, ticket.version), (newest, 24));
        assert_eq!(ticket.unread, Some(24));
    }

    async fn one_external_id_under_two_numbers_is_still_one_message(db) {
        db.settle().await;
        for round in 0..8 {
            let id = format!("SM{round}");
            let posts = (0..6).map(|nth| {
                let (store, id) = (Arc::clone(&db.store), id.clone());
                let phone = format!("+2547{round}000000{nth}");
                tokio::spawn(async move { store.ingest(Channel::Simulator, &inbound(&id, &phone, "x")).await.unwrap() })
            });
            let stored: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
            assert_eq!(stored.iter().filter(|one| one.new).count(), 1);
        }
        assert_eq!(db.number("SELECT COUNT(*) FROM messages").await, 8);
        assert_eq!(db.number("SELECT COUNT(*) FROM customers").await, 8);
    }

    async fn of_two_who_resolve_at_once_one_is_told_that_it_was_so_already(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let (one, two) = (db.officer(WARD, Some(TURI)).await, db.officer(REGION, Some(TURI)).await);
        let (a, b) =
            join(db.store.resolve(&one, ticket), db.store.resolve(&two, ticket)).await;
        let outcomes = [a.unwrap(), b.unwrap()];
        let done = |outcome: &&MoveOutcome| matches!(outcome, MoveOutcome::Done(_));
        assert_eq!(outcomes.iter().filter(done).count(), 1);
        assert!(outcomes.contains(&MoveOutcome::Already));
    }

    async fn of_two_who_answer_the_same_message_one_is_shown_the_others_answer(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let base = db.ticket(ticket).await.last_message_id;
        let answers = [WARD, DISTRICT, REGION].map(|user| {
            async move {
                let officer = db.officer(user, Some(TURI)).await;
                let draft = domain::tickets::NewReply { base, ..reply(ticket, "c", "Karibu") };
                db.store.reply(&officer, &draft).await.unwrap()
            }
        });
        let outcomes = join_all(answers).await;
        let sent = |outcome: &&ReplyOutcome| matches!(outcome, ReplyOutcome::Sent(_));
        assert_eq!(outcomes.iter().filter(sent).count(), 1);
        let shown = |outcome: &&ReplyOutcome| matches!(outcome, ReplyOutcome::Meanwhile(_));
        assert_eq!(outcomes.iter().filter(shown).count(), 2);
    }

    async fn a_reply_repeated_at_once_is_stored_once(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let officer = db.officer(WARD, Some(TURI)).await;
        let draft = reply(ticket, "c1", "Karibu");
        let outcomes =
            join_all((0..12).map(|_| db.store.reply(&officer, &draft))).await;
        let sent = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.as_ref().unwrap(), ReplyOutcome::Sent(_)))
            .count();
        assert_eq!(sent, 1);
        assert!(outcomes.iter().all(|outcome| !matches!(
            outcome.as_ref().unwrap(),
            ReplyOutcome::Meanwhile(_) | ReplyOutcome::Resolved | ReplyOutcome::Unknown
        )));
    }

    async fn customers_officers_and_admins_never_deadlock(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        let turi = db.officer(WARD, Some(TURI)).await;
        let phone = "+254700000001";
        let writing = async {
            for nth in 0..15 {
                db.write_in(&format!("w{nth}"), phone, "Habari").await;
            }
        };
        let moving = async {
            for nth in 0..15 {
                db.place(phone, if nth % 2 == 0 { ELBURGON } else { TURI }).await;
            }
        };
        let answering = async {
            for nth in 0..15 {
                db.store.reply(&turi, &reply(ticket, &format!("c{nth}"), "x")).await.unwrap();
            }
        };
        let closing = async {
            for _ in 0..15 {
                db.store.resolve(&turi, ticket).await.unwrap();
                db.store.reopen(&turi, ticket).await.unwrap();
            }
        };
        tokio::join!(writing, moving, answering, closing);
        let open = "SELECT COUNT(*) FROM tickets WHERE status = 'open'";
        assert!(db.number(open).await <= 1);
        assert_eq!(messages_out_of_order(db, ticket).await, 0);
    }

    async fn who_goes_away_half_way_leaves_nothing_half_done(db) {
        db.settle().await;
        for nth in 0..40_u32 {
            let store = Arc::clone(&db.store);
            let going = tokio::spawn(async move {
                let phone = format!("+2547000000{nth:02}");
                store.ingest(Channel::Simulator, &inbound(&format!("g{nth}"), &phone, "Habari")).await
            });
            tokio::time::sleep(Duration::from_micros(u64::from(nth) * 150)).await;
            going.abort();
            let _ = going.await;
        }
        // Each either happened as a whole or not at all, and the database goes on.
        let tickets = db.number("SELECT COUNT(*) FROM tickets").await;
        assert_eq!(db.number("SELECT COUNT(*) FROM customers").await, tickets);
        assert_eq!(db.number("SELECT COUNT(*) FROM messages").await, tickets);
        let told = db.log_after(SETTLED).await.len();
        assert_eq!(i64::try_from(told).unwrap(), 2 * tickets);
        assert!(db.write_in("last", "+254712345678", "Habari").await.new);
    }
}

/// How many messages of a ticket have an earlier time than one with a smaller id.
async fn messages_out_of_order(db: &crate::harness::TestDb, ticket: TicketId) -> usize {
    let mut before: Option<MessageId> = None;
    let mut times = Vec::new();
    loop {
        let query = MessageQuery { ticket, before, limit: 100 };
        let page = db.store.messages(query).await.unwrap();
        times.extend(page.items.iter().map(|message| message.ts));
        match page.next {
            Some(id) => before = Some(id.parse().unwrap()),
            None => return times.windows(2).filter(|pair| pair[0] < pair[1]).count(),
        }
    }
}

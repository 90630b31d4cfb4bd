//! The log: its head, its order, waking its readers, forgetting.

use crate::on_both_engines;
use crate::world::{SETTLED, TURI, WARD};
use domain::event::EventStore;
use domain::id::EventId;
use domain::time::Timestamp;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_secs(20);

on_both_engines! {
    async fn an_empty_log_stands_at_zero_and_has_an_epoch_that_stays(db) {
        let head = db.store.head().await.unwrap();
        assert_eq!(head.head, EventId(0));
        assert_eq!(head.epoch.0.get_version_num(), 4);
        let other = db.other_node().await;
        assert_eq!(other.head().await.unwrap(), head);
        other.close().await;
        assert_eq!(db.store.events_after(EventId(0), 10).await.unwrap(), []);
        assert_eq!(db.store.oldest_kept().await.unwrap(), EventId(0));
    }

    async fn events_are_read_in_pages_after_a_position(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        for nth in 0..5 {
            db.answer(WARD, ticket, &format!("c{nth}")).await;
        }
        let all = db.log_after(EventId(0)).await;
        assert_eq!(db.head().await, all.last().unwrap().id);
        assert!(all.windows(2).all(|pair| pair[0].id < pair[1].id && pair[0].at <= pair[1].at));
        let page = db.store.events_after(all[2].id, 3).await.unwrap();
        assert_eq!(page, all[3..6]);
        assert_eq!(db.store.events_after(db.head().await, 3).await.unwrap(), []);
    }

    async fn a_commit_wakes_who_waits_and_is_not_missed_by_who_comes_late(db) {
        db.settle().await;
        db.store.wait_for_commit(Duration::ZERO).await;
        let began = Instant::now();
        tokio::join!(
            db.store.wait_for_commit(LONG),
            db.write_in("SM1", "+254712345678", "Habari"),
        );
        assert!(began.elapsed() < SOON);

        db.write_in("SM2", "+254712345678", "Upo?").await;
        db.store.wait_for_commit(LONG).await;
        assert!(began.elapsed() < SOON);
    }

    async fn a_commit_of_another_node_wakes_too(db) {
        if !db.is_postgres() {
            return; // SQLite has one node.
        }
        db.settle().await;
        let other = db.other_node().await;
        let began = Instant::now();
        let last = EventId(SETTLED.get() + 4);
        let mut seen = EventId(0);
        let writing = async {
            for nth in 0..3 {
                db.write_in(&format!("SM{nth}"), "+254712345678", "Habari").await;
            }
        };
        let reading = async {
            while seen < last {
                other.wait_for_commit(LONG).await;
                seen = other.head().await.unwrap().head;
            }
        };
        tokio::join!(writing, reading);
        assert!(began.elapsed() < SOON);
        other.close().await;
    }

    async fn what_changes_nothing_durable_is_not_told(db) {
        db.settle().await;
        db.sign_in(WARD).await;
        assert_eq!(db.head().await, SETTLED);
    }

    async fn old_events_are_forgotten_but_never_the_newest_and_positions_go_on(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        db.answer(WARD, ticket, "c1").await;
        let all = db.log_after(EventId(0)).await;
        let head = db.head().await;
        let epoch = db.store.head().await.unwrap().epoch;
        assert_eq!(db.store.forget_events(all[0].at).await.unwrap(), 0);
        assert_eq!(db.store.oldest_kept().await.unwrap(), EventId(0));

        // Everything is old; the newest stays all the same.
        let later = Timestamp::from_millis(i64::MAX);
        let gone = db.store.forget_events(later).await.unwrap();
        assert_eq!(usize::try_from(gone).unwrap(), all.len() - 1);
        assert_eq!(db.log_after(EventId(0)).await, all[all.len() - 1..]);
        assert_eq!(db.store.oldest_kept().await.unwrap(), head);
        let now = db.store.head().await.unwrap();
        assert_eq!((now.head, now.epoch), (head, epoch));
        assert_eq!(db.store.forget_events(later).await.unwrap(), 0);
        db.answer(WARD, ticket, "c2").await;
        assert!(db.head().await > head);
    }

    async fn what_is_kept_has_no_holes_even_when_the_clock_was_turned_back(db) {
        let ticket = db.settle_with_ticket(TURI).await;
        for nth in 0..4 {
            db.answer(WARD, ticket, &format!("c{nth}")).await;
        }
        let all = db.log_after(EventId(0)).await;
        db.execute("UPDATE event_log SET at = 1000").await;
        db.execute(&format!("UPDATE event_log SET at = 9000 WHERE id = {}", all[2].id)).await;
        assert_eq!(db.store.forget_events(Timestamp::from_millis(5000)).await.unwrap(), 2);
        let kept: Vec<EventId> =
            db.log_after(EventId(0)).await.iter().map(|event| event.id).collect();
        let expected: Vec<EventId> = all[2..].iter().map(|event| event.id).collect();
        assert_eq!(kept, expected);
        assert_eq!(db.store.oldest_kept().await.unwrap(), all[2].id);
    }

    async fn a_long_log_is_forgotten_in_steps(db) {
        db.settle_with_ticket(TURI).await;
        db.execute(
            "INSERT INTO event_log (kind, audience, payload, at)
             WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 4500)
             SELECT 'ticket_read', 'person', '{}', 5 FROM n",
        )
        .await;
        db.execute("UPDATE event_log SET at = 5").await;
        db.write_again("SM2", "Upo?").await;
        let kept = db.head().await;
        assert!(db.store.forget_events(Timestamp::from_millis(6)).await.unwrap() > 4_500);
        assert_eq!(db.store.oldest_kept().await.unwrap(), kept);
        assert_eq!(db.log_after(EventId(0)).await.len(), 1);
    }
}

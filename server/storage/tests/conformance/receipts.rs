//! Receipts: which generations were seen in use, and when people did something.

use crate::desk::POLICY;
use crate::on_both_engines;
use crate::world::{ADMIN, WARD};
use domain::id::SessionId;
use domain::session::{EndReason, Generation, Policy, Receipt, SessionStore};
use domain::time::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// A person may be away for ten minutes.
const TEN_MINUTES: Policy = Policy { idle: Duration::from_secs(600), ..POLICY };

fn receipt(session: SessionId, generation: u32, active_at: Option<Timestamp>) -> Receipt {
    Receipt { session, generation: Generation(generation), active_at }
}

on_both_engines! {
    async fn a_generation_seen_in_use_is_confirmed_and_never_goes_back(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        db.present(row.id, 1).await;
        db.present(row.id, 2).await;
        let confirmed = async |generation| {
            let batch = [receipt(row.id, generation, None)];
            db.store.confirm(&batch, &POLICY).await.unwrap();
            let state = db.store.session(row.id).await.unwrap().unwrap().0.state;
            (state.confirmed.0, state.confirmed_at)
        };
        let before = db.store.session(row.id).await.unwrap().unwrap().0.state.confirmed_at;
        let first = confirmed(3).await;
        assert!(first.0 == 3 && first.1 >= before, "{first:?} after {before:?}");
        assert_eq!(confirmed(1).await, first);
        // A generation that was never issued says nothing.
        assert_eq!(confirmed(4).await, first);
    }

    async fn an_act_moves_the_idle_end_but_never_back_nor_past_the_absolute_end(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        let start = row.authenticated_at;
        db.execute(&format!("UPDATE sessions SET idle_expires_at = {}", start.millis() + 600_000))
            .await;
        let idle_after_act_at = async |at: Timestamp, policy: &Policy| {
            db.store.confirm(&[receipt(row.id, 1, Some(at))], policy).await.unwrap();
            db.store.session(row.id).await.unwrap().unwrap().0.state.idle_expires_at
        };
        let minute = Duration::from_secs(60);
        let moved = idle_after_act_at(start.plus(minute), &TEN_MINUTES).await;
        assert_eq!(moved, start.plus(minute + TEN_MINUTES.idle));
        assert_eq!(idle_after_act_at(start, &TEN_MINUTES).await, moved);
        let long = Policy { idle: POLICY.window * 2, ..POLICY };
        let last = idle_after_act_at(start.plus(minute), &long).await;
        assert_eq!(last, row.state.absolute_expires_at);
        assert_eq!(db.store.devices(WARD).await.unwrap()[0].last_active_at, start.plus(minute));
    }

    async fn an_act_after_the_end_revives_nothing(db) {
        db.settle().await;
        let idle = db.sign_in(WARD).await;
        let start = idle.authenticated_at.minus(Duration::from_secs(10));
        db.execute(&format!("UPDATE sessions SET idle_expires_at = {}", start.millis())).await;
        let ended = db.sign_in(ADMIN).await;
        assert!(db.store.end_session(ended.id, None, EndReason::SessionRevoked).await.unwrap());
        let before = db.store.session(ended.id).await.unwrap();

        let act = Some(idle.authenticated_at);
        let batch = [receipt(idle.id, 1, act), receipt(ended.id, 1, act)];
        db.store.confirm(&batch, &TEN_MINUTES).await.unwrap();

        let (row, _) = db.store.session(idle.id).await.unwrap().unwrap();
        assert_eq!(row.state.idle_expires_at, start);
        assert_eq!(row.state.confirmed, Generation(1));
        assert_eq!(db.store.session(ended.id).await.unwrap(), before);
    }

    async fn a_batch_may_name_a_session_twice_and_one_that_is_gone(db) {
        db.settle().await;
        let row = db.sign_in(WARD).await;
        db.present(row.id, 1).await;
        let at = row.authenticated_at.plus(Duration::from_secs(5));
        let batch = [
            receipt(row.id, 2, None),
            receipt(SessionId(Uuid::nil()), 1, None),
            receipt(row.id, 1, Some(at)),
        ];
        db.store.confirm(&batch, &POLICY).await.unwrap();
        let (stored, _) = db.store.session(row.id).await.unwrap().unwrap();
        assert_eq!(stored.state.confirmed, Generation(2));
        assert_eq!(db.store.devices(WARD).await.unwrap()[0].last_active_at, at);
        db.store.confirm(&[], &POLICY).await.unwrap();
    }

    async fn a_batch_is_as_long_as_it_has_to_be(db) {
        db.settle().await;
        let mut batch = Vec::new();
        for _ in 0..5 {
            batch.push(receipt(db.sign_in(WARD).await.id, 1, None));
        }
        // Most of them of sessions that are gone.
        batch.extend((0..2_000).map(|n| receipt(SessionId(Uuid::from_u128(n)), 1, None)));
        db.store.confirm(&batch, &POLICY).await.unwrap();
        let confirmed = "SELECT COUNT(*) FROM sessions WHERE confirmed_generation = 1";
        assert_eq!(db.number(confirmed).await, 5);
    }
}

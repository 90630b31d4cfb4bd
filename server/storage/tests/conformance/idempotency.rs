//! Keys of writes that a client may repeat.

use crate::on_both_engines;
use crate::world::{ADMIN, WARD};
use domain::idempotency::{IdempotencyStore, KEPT_MS, KeptResult, RUNNING_MS_MAX, Reserved};
use domain::time::Timestamp;
use futures::future::join_all;

const START: i64 = 1_700_000_000_000;

fn after(millis: i64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

fn result() -> KeptResult {
    KeptResult { status: 201, body: "{\"id\":7}".into() }
}

on_both_engines! {
    async fn a_repeat_gets_the_first_result(db) {
        db.settle().await;
        let reserve = async |at| db.store.reserve_key(WARD, "k", "POST /x", at).await.unwrap();
        assert_eq!(reserve(after(0)).await, Reserved::New);
        assert_eq!(reserve(after(1)).await, Reserved::Running);
        db.store.keep_result(WARD, "k", &result()).await.unwrap();
        assert_eq!(reserve(after(2)).await, Reserved::Done(result()));
        // A later result never replaces the first.
        let other = KeptResult { status: 500, body: "{}".into() };
        db.store.keep_result(WARD, "k", &other).await.unwrap();
        assert_eq!(reserve(after(KEPT_MS)).await, Reserved::Done(result()));
    }

    async fn a_key_stands_for_one_request_of_one_person(db) {
        db.settle().await;
        let reserve = async |user, request: &str| {
            db.store.reserve_key(user, "k", request, after(0)).await.unwrap()
        };
        assert_eq!(reserve(WARD, "POST /x").await, Reserved::New);
        assert_eq!(reserve(WARD, "POST /y").await, Reserved::Mismatch);
        assert_eq!(reserve(ADMIN, "POST /y").await, Reserved::New);
        db.store.keep_result(WARD, "k", &result()).await.unwrap();
        assert_eq!(reserve(WARD, "POST /y").await, Reserved::Mismatch);
    }

    async fn a_request_that_died_half_way_blocks_its_key_for_a_while_only(db) {
        db.settle().await;
        let reserve = async |at| db.store.reserve_key(WARD, "k", "POST /x", at).await.unwrap();
        assert_eq!(reserve(after(0)).await, Reserved::New);
        assert_eq!(reserve(after(RUNNING_MS_MAX)).await, Reserved::Running);
        assert_eq!(reserve(after(RUNNING_MS_MAX + 1)).await, Reserved::New);
        assert_eq!(reserve(after(RUNNING_MS_MAX + 2)).await, Reserved::Running);
    }

    async fn a_key_given_back_may_be_used_again_but_a_kept_result_stays(db) {
        db.settle().await;
        let reserve = async |at| db.store.reserve_key(WARD, "k", "POST /x", at).await.unwrap();
        assert_eq!(reserve(after(0)).await, Reserved::New);
        db.store.release_key(WARD, "k").await.unwrap();
        assert_eq!(reserve(after(1)).await, Reserved::New);
        db.store.keep_result(WARD, "k", &result()).await.unwrap();
        db.store.release_key(WARD, "k").await.unwrap();
        assert_eq!(reserve(after(2)).await, Reserved::Done(result()));
    }

    async fn an_old_key_counts_as_unused_and_is_cleaned_up(db) {
        db.settle().await;
        let reserve = async |key: &str, at| {
            db.store.reserve_key(WARD, key, "POST /x", at).await.unwrap()
        };
        assert_eq!(reserve("k", after(0)).await, Reserved::New);
        db.store.keep_result(WARD, "k", &result()).await.unwrap();
        assert_eq!(reserve("other", after(KEPT_MS + 1)).await, Reserved::New);
        assert_eq!(db.number("SELECT COUNT(*) FROM idempotency_keys").await, 1);
        assert_eq!(reserve("k", after(KEPT_MS + 1)).await, Reserved::New);
    }

    async fn of_many_at_once_one_gets_the_key(db) {
        db.settle().await;
        let all = (0..20).map(|_| db.store.reserve_key(WARD, "k", "POST /x", after(0)));
        let outcomes: Vec<Reserved> =
            join_all(all).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|one| **one == Reserved::New).count(), 1);
        assert_eq!(outcomes.iter().filter(|one| **one == Reserved::Running).count(), 19);
    }
}

//! Keys of writes that a client may repeat.

use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::sql::Sql;
use async_trait::async_trait;
use domain::id::UserId;
use domain::idempotency::{IdempotencyStore, KEPT_MS, KeptResult, RUNNING_MS_MAX, Reserved};
use domain::store::Stored;
use domain::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
struct KeyRow {
    fingerprint: String,
    reserved_at: i64,
    status: Option<i64>,
    body: Option<String>,
}

#[async_trait]
impl IdempotencyStore for Storage {
    async fn reserve_key(
        &self,
        user: UserId,
        key: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Stored<Reserved> {
        let mut tx = self.begin().await?;
        // The person's old keys go when they bring a new one: nobody else has to clean up.
        let old = Sql::new("DELETE FROM idempotency_keys WHERE user_id = $1 AND reserved_at < $2");
        tx.run(old.bind(user).bind(now.millis() - KEPT_MS)).await?;
        let take = Sql::new(
            "INSERT INTO idempotency_keys (user_id, key, fingerprint, reserved_at)
             VALUES ($1, $2, $3, $4) ON CONFLICT (user_id, key) DO NOTHING RETURNING user_id",
        );
        let taken: Option<(i64,)> =
            tx.maybe(take.bind(user).bind(key).bind(fingerprint).bind(now)).await?;
        let answer = if taken.is_some() {
            Reserved::New
        } else {
            look(&mut tx, user, key, fingerprint, now).await?
        };
        tx.commit().await?;
        Ok(answer)
    }

    async fn keep_result(&self, user: UserId, key: &str, result: &KeptResult) -> Stored<()> {
        let sql = Sql::new(
            "UPDATE idempotency_keys SET status = $3, body = $4
             WHERE user_id = $1 AND key = $2 AND status IS NULL",
        );
        let status = i64::from(result.status);
        self.run(sql.bind(user).bind(key).bind(status).bind(result.body.as_str())).await.map(|_| ())
    }

    async fn release_key(&self, user: UserId, key: &str) -> Stored<()> {
        let sql = Sql::new(
            "DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND status IS NULL",
        );
        self.run(sql.bind(user).bind(key)).await.map(|_| ())
    }
}

/// What a key that somebody used stands for.
async fn look(
    tx: &mut Tx,
    user: UserId,
    key: &str,
    fingerprint: &str,
    now: Timestamp,
) -> Stored<Reserved> {
    let sql = Sql::new(
        "SELECT fingerprint, reserved_at, status, body FROM idempotency_keys
         WHERE user_id = $1 AND key = $2 {lock}",
    );
    let row: KeyRow = tx.one(sql.bind(user).bind(key)).await?;
    if row.fingerprint != fingerprint {
        return Ok(Reserved::Mismatch);
    }
    match (row.status, row.body) {
        (Some(status), Some(body)) => {
            let status = u16::try_from(status)
                .map_err(|_| impossible("the status of a kept result", status))?;
            Ok(Reserved::Done(KeptResult { status, body }))
        }
        _ if row.reserved_at >= now.millis() - RUNNING_MS_MAX => Ok(Reserved::Running),
        // Its request died half-way: this one takes over.
        _ => {
            let again = Sql::new(
                "UPDATE idempotency_keys SET reserved_at = $3 WHERE user_id = $1 AND key = $2",
            );
            tx.run(again.bind(user).bind(key).bind(now)).await?;
            Ok(Reserved::New)
        }
    }
}

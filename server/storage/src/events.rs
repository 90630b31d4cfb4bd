//! Reading the log. Who may hear an event is decided from the rights as they are at this moment, in
//! SQL; it must say the same as [`EventBody::audience`].

use crate::areas::push_covered;
use crate::db::Storage;
use crate::sql::Sql;
use async_trait::async_trait;
use domain::event::{Event, EventBody, EventStore, Head};
use domain::id::{EventId, LogEpoch, UserId};
use domain::store::Stored;
use domain::time::Timestamp;
use sqlx::FromRow;
use std::time::Duration;
use uuid::Uuid;

/// How many rows one transaction removes at most, so that nobody waits long for the writer.
const FORGET_AT_ONCE: u32 = 2_000;

#[derive(FromRow)]
struct EventRow {
    id: i64,
    kind: String,
    payload: String,
    at: i64,
}

impl From<EventRow> for Event {
    /// One row that can't be read must not hide those after it: a newer program writes kinds that this
    /// one does not know.
    fn from(row: EventRow) -> Self {
        let body = EventBody::read(&row.kind, &row.payload)
            .unwrap_or(EventBody::Unreadable { kind: row.kind });
        Self { id: EventId(row.id), at: Timestamp::from_millis(row.at), body }
    }
}

#[async_trait]
impl EventStore for Storage {
    async fn head(&self) -> Stored<Head> {
        let (epoch, head): (Uuid, i64) = self
            .one(Sql::new(
                "SELECT log_epoch, COALESCE((SELECT MAX(id) FROM event_log), 0) FROM meta",
            ))
            .await?;
        Ok(Head { epoch: LogEpoch(epoch), head: EventId(head) })
    }

    async fn oldest_kept(&self) -> Stored<EventId> {
        let (oldest,): (i64,) = self
            .one(Sql::new(
                "SELECT CASE WHEN forgotten_to = 0 THEN 0
                        ELSE COALESCE((SELECT MIN(id) FROM event_log), forgotten_to) END
                 FROM meta",
            ))
            .await?;
        Ok(EventId(oldest))
    }

    async fn events_after(&self, after: EventId, limit: u32) -> Stored<Vec<Event>> {
        let sql = Sql::new(
            "SELECT id, kind, payload, at FROM event_log WHERE id > $1 ORDER BY id LIMIT $2",
        );
        let rows: Vec<EventRow> = self.all(sql.bind(after).bind(limit)).await?;
        Ok(rows.into_iter().map(Event::from).collect())
    }

    async fn events_for(
        &self,
        user: UserId,
        after: EventId,
        up_to: EventId,
        limit: u32,
    ) -> Stored<Vec<Event>> {
        let mut sql = Sql::new(
            "SELECT e.id, e.kind, e.payload, e.at
             FROM users u JOIN event_log e ON e.id > $2 AND e.id <= $3
             WHERE u.id = $1 AND (
                (e.audience = 'person' AND e.user_id = u.id)
                OR (e.audience = 'ward' AND u.role = 'admin' AND NOT u.disabled)
                OR (e.audience = 'ward' AND e.ward_id IN (",
        )
        .bind(user)
        .bind(after)
        .bind(up_to);
        push_covered(&mut sql, user);
        sql.push(")) OR (e.audience = 'only_ward' AND e.left_ward_id IN (");
        push_covered(&mut sql, user);
        sql.push(") AND (e.ward_id IS NULL OR e.ward_id NOT IN (");
        push_covered(&mut sql, user);
        sql.push(")))) ORDER BY e.id LIMIT ").push_bind(limit);
        let rows: Vec<EventRow> = self.all(sql).await?;
        Ok(rows.into_iter().map(Event::from).collect())
    }

    async fn wait_for_commit(&self, patience: Duration) {
        self.wake.wait(patience).await;
    }

    async fn forget_events(&self, before: Timestamp) -> Stored<u64> {
        let mut gone = 0;
        loop {
            let now_gone = self.forget_oldest(before).await?;
            gone += now_gone;
            if now_gone < u64::from(FORGET_AT_ONCE) {
                return Ok(gone);
            }
        }
    }
}

impl Storage {
    /// Removes the oldest events for as long as they are older than `before`, so that what is kept
    /// has no holes, even if the clock was once turned back.
    async fn forget_oldest(&self, before: Timestamp) -> Stored<u64> {
        let mut tx = self.begin().await?;
        let oldest = Sql::new(
            "SELECT id, at FROM event_log WHERE id < (SELECT MAX(id) FROM event_log)
             ORDER BY id LIMIT $1",
        );
        let rows: Vec<(i64, i64)> = tx.all(oldest.bind(FORGET_AT_ONCE)).await?;
        let old = rows.iter().take_while(|(_, at)| *at < before.millis()).last();
        let Some(&(newest_old, _)) = old else { return Ok(0) };
        let gone =
            tx.run(Sql::new("DELETE FROM event_log WHERE id <= $1").bind(newest_old)).await?;
        tx.run(
            Sql::new("UPDATE meta SET forgotten_to = $1 WHERE forgotten_to < $1").bind(newest_old),
        )
        .await?;
        tx.commit().await?;
        Ok(gone)
    }
}

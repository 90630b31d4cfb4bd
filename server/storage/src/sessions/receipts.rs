//! Writing receipts in batches: which generations were seen in use, and when people did something.

use crate::db::{Storage, Tx};
use crate::sql::{Sql, Value};
use domain::id::SessionId;
use domain::session::{Policy, Receipt};
use domain::store::Stored;
use domain::time::Timestamp;
use std::collections::BTreeMap;

/// How many sessions one statement confirms.
const AT_ONCE: usize = 250;

/// The newest that is known of a session.
#[derive(Clone, Copy)]
struct Newest {
    generation: u32,
    active_at: Option<Timestamp>,
}

impl Storage {
    pub(super) async fn write_receipts(&self, batch: &[Receipt], policy: &Policy) -> Stored<()> {
        let newest: Vec<(SessionId, Newest)> = newest(batch).into_iter().collect();
        if newest.is_empty() {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        for chunk in newest.chunks(AT_ONCE) {
            // In the order of ids, so that two batches never wait for each other in a circle.
            let mut lock = Sql::new("SELECT id FROM sessions WHERE id IN (").once();
            lock.push_list(chunk.iter().map(|(id, _)| Value::from(*id)));
            lock.push(") ORDER BY id {lock}");
            tx.run(lock).await?;
            write(&mut tx, chunk, policy).await?;
        }
        tx.commit().await
    }
}

fn newest(batch: &[Receipt]) -> BTreeMap<SessionId, Newest> {
    let mut newest: BTreeMap<SessionId, Newest> = BTreeMap::new();
    for receipt in batch {
        let generation = receipt.generation.0;
        let active_at = receipt.active_at;
        newest
            .entry(receipt.session)
            .and_modify(|known| {
                known.generation = known.generation.max(generation);
                known.active_at = known.active_at.max(active_at);
            })
            .or_insert(Newest { generation, active_at });
    }
    newest
}

/// What [`domain::session::SessionState`] does in `confirm` and `touch`, for many rows at once. An
/// act that comes after the idle end is no act of this session any more.
async fn write(tx: &mut Tx, chunk: &[(SessionId, Newest)], policy: &Policy) -> Stored<()> {
    let mut sql =
        Sql::new("WITH seen (session, generation, active_at, idle_at) AS (VALUES ").once();
    sql.push_rows(chunk.iter().map(|(id, known)| -> [Value; 4] {
        let idle_at = known.active_at.map(|at| at.plus(policy.idle));
        [(*id).into(), known.generation.into(), known.active_at.into(), idle_at.into()]
    }));
    sql.push(
        ") UPDATE sessions SET
            confirmed_at = CASE
                WHEN seen.generation > confirmed_generation
                 AND seen.generation <= sessions.generation
                THEN {now} ELSE confirmed_at END,
            confirmed_generation = CASE
                WHEN seen.generation > confirmed_generation
                 AND seen.generation <= sessions.generation
                THEN seen.generation ELSE confirmed_generation END,
            last_active_at = CASE
                WHEN seen.active_at > last_active_at AND seen.active_at < idle_expires_at
                THEN seen.active_at ELSE last_active_at END,
            idle_expires_at = CASE
                WHEN seen.active_at >= idle_expires_at OR seen.idle_at <= idle_expires_at
                  OR seen.idle_at IS NULL THEN idle_expires_at
                WHEN seen.idle_at > absolute_expires_at THEN absolute_expires_at
                ELSE seen.idle_at END
         FROM seen
         WHERE sessions.id = seen.session AND ended_at IS NULL",
    );
    tx.run(sql).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::session::Generation;
    use uuid::Uuid;

    #[test]
    fn of_several_receipts_of_a_session_the_newest_of_each_fact_counts() {
        let session = SessionId(Uuid::nil());
        let receipt = |generation, active: Option<i64>| Receipt {
            session,
            generation: Generation(generation),
            active_at: active.map(Timestamp::from_millis),
        };
        let batch = [receipt(3, None), receipt(2, Some(70)), receipt(1, Some(50))];
        let newest = newest(&batch);
        assert_eq!(newest.len(), 1);
        let known = newest[&session];
        assert_eq!((known.generation, known.active_at), (3, Some(Timestamp::from_millis(70))));
    }
}

//! Sessions: one row each. Every decision goes by the database's clock.

mod receipts;
mod rotation;
mod row;
mod security;

use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::log::append;
use crate::sql::Sql;
use async_trait::async_trait;
use domain::event::{EventBody, SessionEnded};
use domain::id::{SecurityEventId, SessionId, UserId};
use domain::page::Page;
use domain::session::{
    Device, EndReason, NewSession, Policy, Presentation, Receipt, Rotation, SecurityEvent,
    SessionRow, SessionState, SessionStore,
};
use domain::staff::Staff;
use domain::store::Stored;
use domain::time::Timestamp;
use row::{DeviceRow, OwnedRow, Row};
pub(crate) use security::{SecurityNote, note_security};
use uuid::Uuid;

/// The most devices a person is shown.
const DEVICES_MAX: u32 = 100;
/// How many rows one transaction removes at most, so that nobody waits long for the writer.
const FORGET_AT_ONCE: u32 = 1_000;

/// A session that nobody ended and whose time is not over.
const NOT_OVER: &str =
    "ended_at IS NULL AND idle_expires_at > {now} AND absolute_expires_at > {now}";

/// Ends all sessions of a person that are not over; answers what there is to tell.
pub(crate) async fn end_all_of(
    tx: &mut Tx,
    user: UserId,
    by: UserId,
    reason: EndReason,
) -> Stored<Vec<EventBody>> {
    end_all_but(tx, user, None, by, reason).await
}

async fn end_all_but(
    tx: &mut Tx,
    user: UserId,
    kept: Option<SessionId>,
    by: UserId,
    reason: EndReason,
) -> Stored<Vec<EventBody>> {
    let mut sql = Sql::new("SELECT id FROM sessions WHERE user_id = $1 AND ").bind(user);
    sql.push(NOT_OVER);
    if let Some(kept) = kept {
        sql.push(" AND id <> ").push_bind(kept);
    }
    // In the order of ids, as receipts lock them too.
    sql.push(" ORDER BY id {lock}");
    let going: Vec<(Uuid,)> = tx.all(sql).await?;
    let mut events = Vec::with_capacity(going.len());
    for (id,) in going {
        events.push(end(tx, SessionId(id), user, Some(by), reason).await?);
    }
    Ok(events)
}

/// Ends one session, whose row is locked; answers what there is to tell.
async fn end(
    tx: &mut Tx,
    id: SessionId,
    user: UserId,
    actor: Option<UserId>,
    reason: EndReason,
) -> Stored<EventBody> {
    let update = Sql::new(
        "UPDATE sessions SET ended_at = {now}, ended_reason = $2 WHERE id = $1 AND ended_at IS NULL",
    );
    let ended = tx.run(update.bind(id).bind(reason.as_str())).await?;
    if ended != 1 {
        return Err(impossible("a session to be ended was over already", id));
    }
    let (kind, detail) = ("session_ended", reason.as_str());
    note_security(tx, SecurityNote { kind, user, session: Some(id), actor, detail }).await?;
    Ok(EventBody::SessionEnded(SessionEnded { user_id: user, session_id: id, code: reason }))
}

#[expect(clippy::disallowed_methods, reason = "the database gives out ids; this is its hand")]
fn new_id() -> SessionId {
    SessionId(Uuid::new_v4())
}

/// Opens a session that begins now.
pub(crate) async fn open_session(
    tx: &mut Tx,
    new: &NewSession,
    policy: &Policy,
) -> Stored<SessionRow> {
    let (now,): (i64,) = tx.one(Sql::new("SELECT {now}")).await?;
    let now = Timestamp::from_millis(now);
    let session = SessionRow {
        id: new_id(),
        user: new.user,
        client: new.client,
        authenticated_at: now,
        state: SessionState::begin(now, policy),
    };
    let insert = Sql::new(
        "INSERT INTO sessions (id, user_id, client, device, generation, confirmed_generation,
            floor_generation, created_at, authenticated_at, last_active_at, idle_expires_at,
            absolute_expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $10)",
    )
    .bind(session.id)
    .bind(session.user)
    .bind(session.client.as_str())
    .bind(new.device.as_str())
    .bind(session.state.generation.0)
    .bind(session.state.confirmed.0)
    .bind(session.state.floor.0)
    .bind(now)
    .bind(session.state.idle_expires_at)
    .bind(session.state.absolute_expires_at);
    tx.run(insert).await?;
    let opened = SecurityNote {
        kind: "session_opened",
        user: session.user,
        session: Some(session.id),
        actor: Some(session.user),
        detail: session.client.as_str(),
    };
    note_security(tx, opened).await?;
    Ok(session)
}

#[async_trait]
impl SessionStore for Storage {
    async fn open_session(&self, new: &NewSession, policy: &Policy) -> Stored<SessionRow> {
        let mut tx = self.begin().await?;
        let session = open_session(&mut tx, new, policy).await?;
        tx.commit().await?;
        Ok(session)
    }

    async fn rotate(
        &self,
        presentation: Presentation,
        policy: &Policy,
    ) -> Stored<Option<Rotation>> {
        self.carry_out_rotation(presentation, policy).await
    }

    async fn session(&self, id: SessionId) -> Stored<Option<(SessionRow, Staff)>> {
        let row: Option<OwnedRow> = self.maybe(row::with_owner(id)).await?;
        row.map(OwnedRow::read).transpose()
    }

    async fn confirm(&self, batch: &[Receipt], policy: &Policy) -> Stored<()> {
        self.write_receipts(batch, policy).await
    }

    async fn end_session(
        &self,
        id: SessionId,
        owner: Option<UserId>,
        reason: EndReason,
    ) -> Stored<bool> {
        let mut tx = self.begin().await?;
        let mut sql = Sql::new("SELECT user_id FROM sessions WHERE id = $1 AND ").bind(id);
        sql.push(NOT_OVER).push(" {lock}");
        let found: Option<(i64,)> = tx.maybe(sql).await?;
        let Some(user) = found.map(|(user,)| UserId(user)) else { return Ok(false) };
        if owner.is_some_and(|owner| owner != user) {
            return Ok(false);
        }
        let event = end(&mut tx, id, user, owner, reason).await?;
        append(&mut tx, &[event], owner).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn end_sessions_of(&self, user: UserId, by: UserId, reason: EndReason) -> Stored<u64> {
        let mut tx = self.begin().await?;
        let events = end_all_of(&mut tx, user, by, reason).await?;
        append(&mut tx, &events, Some(by)).await?;
        tx.commit().await?;
        Ok(events.iter().map(|_| 1).sum())
    }

    async fn end_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        reason: EndReason,
    ) -> Stored<u64> {
        let mut tx = self.begin().await?;
        let events = end_all_but(&mut tx, user, Some(kept), user, reason).await?;
        append(&mut tx, &events, Some(user)).await?;
        tx.commit().await?;
        Ok(events.iter().map(|_| 1).sum())
    }

    async fn devices(&self, user: UserId) -> Stored<Vec<Device>> {
        let mut sql = Sql::new(
            "SELECT id, client, device, created_at, last_active_at, absolute_expires_at
             FROM sessions WHERE user_id = $1 AND ",
        )
        .bind(user);
        sql.push(NOT_OVER).push(" ORDER BY created_at DESC, id LIMIT ").push_bind(DEVICES_MAX);
        let rows: Vec<DeviceRow> = self.all(sql).await?;
        rows.into_iter().map(Device::try_from).collect()
    }

    async fn device_name(&self, id: SessionId) -> Stored<Option<String>> {
        let sql = Sql::new("SELECT device FROM sessions WHERE id = $1").bind(id);
        let found: Option<(String,)> = self.maybe(sql).await?;
        Ok(found.map(|(device,)| device))
    }

    async fn ended_lately(&self, within_ms: i64) -> Stored<Vec<(SessionId, EndReason)>> {
        let sql = Sql::new(
            "SELECT id, ended_reason FROM sessions
             WHERE ended_at IS NOT NULL AND ended_at >= (SELECT {now}) - $1
             ORDER BY ended_at",
        );
        let rows: Vec<(Uuid, String)> = self.all(sql.bind(within_ms)).await?;
        rows.into_iter().map(|(id, reason)| Ok((SessionId(id), row::reason(&reason)?))).collect()
    }

    async fn raise_floor(&self, id: SessionId) -> Stored<bool> {
        let mut sql = Sql::new(
            "UPDATE sessions SET floor_generation = generation + 1, authenticated_at = {now}
             WHERE id = $1 AND ",
        )
        .bind(id);
        sql.push(NOT_OVER);
        Ok(self.run(sql).await? == 1)
    }

    async fn forget_sessions(&self, before: Timestamp) -> Stored<u64> {
        self.forget(
            "DELETE FROM sessions WHERE id IN
                (SELECT id FROM sessions WHERE ended_at < $1 OR idle_expires_at < $1 LIMIT $2)",
            before,
        )
        .await
    }

    async fn security_events(
        &self,
        user: UserId,
        before: Option<SecurityEventId>,
        limit: u32,
    ) -> Stored<Page<SecurityEvent>> {
        self.page_of_security_events(user, before, limit).await
    }

    async fn forget_security_events(&self, before: Timestamp) -> Stored<u64> {
        self.forget(
            "DELETE FROM security_events WHERE id IN
                (SELECT id FROM security_events WHERE at < $1 ORDER BY at LIMIT $2)",
            before,
        )
        .await
    }
}

impl Storage {
    /// Removes what is older than `$1`, at most `$2` rows at a time; answers how many went.
    async fn forget(&self, delete: &'static str, before: Timestamp) -> Stored<u64> {
        let mut gone = 0;
        loop {
            let sql = Sql::new(delete).bind(before).bind(FORGET_AT_ONCE);
            let now_gone = self.run(sql).await?;
            gone += now_gone;
            if now_gone < u64::from(FORGET_AT_ONCE) {
                return Ok(gone);
            }
        }
    }
}

/// A row of the table as it is read under the lock.
pub(crate) async fn locked(tx: &mut Tx, id: SessionId) -> Stored<Option<Row>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(row::COLUMNS).push(" FROM sessions s WHERE s.id = ").push_bind(id).push(" {lock}");
    tx.maybe(sql).await
}

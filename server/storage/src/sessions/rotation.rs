//! Presenting a refresh token: judged by `domain` under the row's lock, carried out here.

use super::row::superseded_text;
use super::{SecurityNote, end, locked, note_security};
use crate::db::{Storage, Tx};
use crate::log::append;
use crate::sql::Sql;
use crate::staff::{STAFF_COLUMNS, StaffRow};
use domain::id::UserId;
use domain::session::{
    EndReason, Generation, Policy, Presentation, Presented, Rotation, SessionRow, Verdict, judge,
};
use domain::staff::Staff;
use domain::store::{StoreError, Stored};
use domain::time::Timestamp;
use sqlx::FromRow;

#[derive(FromRow)]
struct OwnerNow {
    #[sqlx(flatten)]
    staff: StaffRow,
    now: i64,
}

impl Storage {
    pub(super) async fn carry_out_rotation(
        &self,
        presentation: Presentation,
        policy: &Policy,
    ) -> Stored<Option<Rotation>> {
        let Presentation { claim, client, seen, sent_at } = presentation;
        let mut tx = self.begin().await?;
        let Some(row) = locked(&mut tx, claim.session).await? else { return Ok(None) };
        let mut session = SessionRow::try_from(row)?;
        if session.client != client {
            return Ok(None);
        }
        let (staff, now) = owner_now(&mut tx, session.user).await?;
        if let Some(seen) = seen {
            session.state.confirm(seen, now);
        }
        let presented = Presented { generation: claim.generation, sent_at };
        let verdict = judge(&session.state, staff.disabled, presented, now, policy);
        match verdict {
            Verdict::Rotate => {
                session.state = session.state.rotated(now);
                write(&mut tx, &session).await?;
                tx.commit().await?;
            }
            Verdict::Reuse => {
                session.state.ended = Some(EndReason::RefreshTokenAlreadyUsed);
                end_for_reuse(tx, &session, claim.generation).await?;
            }
            Verdict::Again(_) | Verdict::Refuse(_) | Verdict::LateCopy | Verdict::NotIssuedYet => {}
        }
        Ok(Some(Rotation { verdict, session, staff, now }))
    }
}

/// The owner with the claims as they are now, and the clock. Read in a statement of its own after
/// the lock was had: what a wait for the lock overslept would otherwise be missing.
async fn owner_now(tx: &mut Tx, user: UserId) -> Stored<(Staff, Timestamp)> {
    let mut sql = Sql::new("SELECT ");
    sql.push(STAFF_COLUMNS).push(", {now} AS now FROM users u WHERE u.id = ").push_bind(user);
    let row: OwnerNow = tx.one(sql).await?;
    Ok((row.staff.try_into()?, Timestamp::from_millis(row.now)))
}

async fn write(tx: &mut Tx, session: &SessionRow) -> Stored<()> {
    let update = Sql::new(
        "UPDATE sessions SET generation = $2, confirmed_generation = $3, superseded_at = $4,
             confirmed_at = $5
         WHERE id = $1 AND ended_at IS NULL",
    )
    .bind(session.id)
    .bind(session.state.generation.0)
    .bind(session.state.confirmed.0)
    .bind(superseded_text(&session.state.superseded_at))
    .bind(session.state.confirmed_at.map(Timestamp::millis));
    if tx.run(update).await? == 1 {
        Ok(())
    } else {
        Err(StoreError::Inconsistent(format!("session {} vanished under its lock", session.id)))
    }
}

async fn end_for_reuse(mut tx: Tx, session: &SessionRow, presented: Generation) -> Stored<()> {
    let reason = EndReason::RefreshTokenAlreadyUsed;
    let event = end(&mut tx, session.id, session.user, None, reason).await?;
    let detail =
        format!("generation {presented} came back, current is {}", session.state.generation);
    // Whoever presented it: the thief, or the owner after the thief.
    let reuse = SecurityNote {
        kind: "token_reuse",
        user: session.user,
        session: Some(session.id),
        actor: None,
        detail: &detail,
    };
    note_security(&mut tx, reuse).await?;
    append(&mut tx, &[event], None).await?;
    tx.commit().await
}

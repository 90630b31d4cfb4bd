//! Invitations: rows that know a digest of the secret in a link, and nothing of the secret itself.
//!
//! Whoever writes one has the lock on the row of the person it is for, so of several who accept one link
//! at once the first wins and the others find it used.

use super::rights::first_unknown;
use super::{STAFF_COLUMNS, StaffRow, add};
use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::log::append;
use crate::sessions::{SecurityNote, end_all_of, note_security, open_session};
use crate::sql::Sql;
use async_trait::async_trait;
use domain::caller::Admin;
use domain::event::{ClaimsChanged, EventBody};
use domain::id::UserId;
use domain::refusal::Refusal;
use domain::session::{EndReason, NewSession, Policy, SessionRow};
use domain::staff::invitation::{Invitation, LIVES};
use domain::staff::{InvitationStore, Invited, NewStaff, Newcomer, Staff};
use domain::store::Stored;
use domain::time::Timestamp;
use sqlx::FromRow;
use std::collections::BTreeSet;

#[derive(FromRow)]
struct InvitationRow {
    #[sqlx(flatten)]
    staff: StaffRow,
    expires_at: i64,
    used: bool,
    superseded: bool,
    now: i64,
}

impl InvitationRow {
    fn read(self) -> Stored<(Invitation, Timestamp)> {
        let invitation = Invitation {
            staff: self.staff.try_into()?,
            expires_at: Timestamp::from_millis(self.expires_at),
            used: self.used,
            superseded: self.superseded,
        };
        Ok((invitation, Timestamp::from_millis(self.now)))
    }
}

/// Reads an [`InvitationRow`].
fn by_digest(digest: &str) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(STAFF_COLUMNS)
        .push(
            ", i.expires_at, i.used_at IS NOT NULL AS used,
                i.superseded_at IS NOT NULL AS superseded, {now} AS now
             FROM invitations i JOIN users u ON u.id = i.user_id WHERE i.digest = ",
        )
        .push_bind(digest);
    sql
}

/// One person, whose row is locked.
async fn locked(tx: &mut Tx, id: UserId) -> Stored<Option<Staff>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(STAFF_COLUMNS).push(" FROM users u WHERE u.id = ").push_bind(id).push(" {lock}");
    let row: Option<StaffRow> = tx.maybe(sql).await?;
    row.map(Staff::try_from).transpose()
}

/// Adds an invitation; answers when it ends.
async fn add_invitation(
    tx: &mut Tx,
    by: Option<UserId>,
    user: UserId,
    digest: &str,
    detail: &str,
) -> Stored<Timestamp> {
    let lives = i64::try_from(LIVES.as_millis()).unwrap_or(i64::MAX);
    let insert = Sql::new(
        "INSERT INTO invitations (digest, user_id, invited_by, created_at, expires_at)
         VALUES ($1, $2, $3, {now}, {now} + $4) RETURNING expires_at",
    );
    let insert = insert.bind(digest).bind(user).bind(by).bind(lives);
    let (expires_at,): (i64,) = tx.one(insert).await?;
    note(tx, "invited", user, by, detail).await?;
    Ok(Timestamp::from_millis(expires_at))
}

/// Adds an invitation in place of those before; answers when it ends.
async fn replace(
    tx: &mut Tx,
    by: Option<UserId>,
    user: UserId,
    digest: &str,
    detail: &str,
) -> Stored<Timestamp> {
    close(tx, user, "superseded_at").await?;
    // Of what is over only this week is kept: whoever opens an older link is told it is unknown.
    let forget = Sql::new("DELETE FROM invitations WHERE user_id = $1 AND expires_at <= {now}");
    tx.run(forget.bind(user)).await?;
    add_invitation(tx, by, user, digest, detail).await
}

async fn note(
    tx: &mut Tx,
    kind: &'static str,
    user: UserId,
    actor: Option<UserId>,
    detail: &str,
) -> Stored<()> {
    note_security(tx, SecurityNote { kind, user, session: None, actor, detail }).await
}

/// Ends the open invitations of a person: `column` says in which way.
async fn close(tx: &mut Tx, user: UserId, column: &str) -> Stored<()> {
    let mut sql = Sql::new("UPDATE invitations SET ");
    sql.push(column)
        .push(" = {now} WHERE used_at IS NULL AND superseded_at IS NULL AND user_id = ");
    sql.push_bind(user);
    tx.run(sql).await.map(|_| ())
}

#[async_trait]
impl InvitationStore for Storage {
    async fn invite(&self, by: Option<&Admin>, new: &NewStaff, digest: &str) -> Stored<Invited> {
        let by = by.map(Admin::user);
        let mut tx = self.begin().await?;
        let areas: BTreeSet<_> = new.areas.iter().copied().collect();
        if let Some(area) = first_unknown(&mut tx, &areas).await? {
            return Ok(Invited::UnknownArea(area));
        }
        let (now,): (i64,) = tx.one(Sql::new("SELECT {now}")).await?;
        let added = add(&mut tx, new, Timestamp::from_millis(now)).await?;
        let Some((user, events)) = added else { return Ok(Invited::EmailTaken) };
        let expires_at = add_invitation(&mut tx, by, user, digest, "").await?;
        append(&mut tx, &events, by).await?;
        tx.commit().await?;
        Ok(Invited::Done { user, expires_at })
    }

    async fn reinvite(&self, by: &Admin, id: UserId, digest: &str) -> Stored<Invited> {
        let mut tx = self.begin().await?;
        let Some(staff) = locked(&mut tx, id).await? else { return Ok(Invited::Unknown) };
        if staff.onboarded {
            return Ok(Invited::Onboarded);
        }
        if staff.disabled {
            return Ok(Invited::Disabled);
        }
        let expires_at = replace(&mut tx, Some(by.user()), id, digest, "").await?;
        tx.commit().await?;
        Ok(Invited::Done { user: id, expires_at })
    }

    async fn reset_access(&self, id: UserId, digest: &str) -> Stored<Invited> {
        let mut tx = self.begin().await?;
        let Some(staff) = locked(&mut tx, id).await? else { return Ok(Invited::Unknown) };
        if staff.disabled {
            return Ok(Invited::Disabled);
        }
        let expires_at = replace(&mut tx, None, id, digest, "access_reset").await?;
        tx.commit().await?;
        Ok(Invited::Done { user: id, expires_at })
    }

    async fn invitation(&self, digest: &str) -> Stored<Option<(Invitation, Timestamp)>> {
        let row: Option<InvitationRow> = self.maybe(by_digest(digest)).await?;
        row.map(InvitationRow::read).transpose()
    }

    async fn accept_invitation(
        &self,
        digest: &str,
        newcomer: &Newcomer,
        policy: &Policy,
    ) -> Stored<Result<(SessionRow, Staff), Refusal>> {
        let mut tx = self.begin().await?;
        let whose = Sql::new("SELECT user_id FROM invitations WHERE digest = $1").bind(digest);
        let whose: Option<(i64,)> = tx.maybe(whose).await?;
        let Some((user,)) = whose else { return Ok(Err(Refusal::InvitationUnknown)) };
        let user = UserId(user);
        locked(&mut tx, user).await?.ok_or_else(|| impossible("an invitation of nobody", user))?;
        // Read under the lock: somebody may have been faster.
        let row: Option<InvitationRow> = tx.maybe(by_digest(digest)).await?;
        let Some(row) = row else { return Ok(Err(Refusal::InvitationUnknown)) };
        let (invitation, now) = row.read()?;
        if let Err(refusal) = invitation.judge(now) {
            return Ok(Err(refusal));
        }
        let password = Sql::new("UPDATE users SET password_hash = $2 WHERE id = $1");
        tx.run(password.bind(user).bind(newcomer.password_hash.as_str())).await?;
        close(&mut tx, user, "used_at").await?;
        note(&mut tx, "invitation_accepted", user, Some(user), "").await?;
        // What somebody else may have begun with an earlier link.
        let events = end_all_of(&mut tx, user, user, EndReason::SessionRevoked).await?;
        let new = NewSession { user, client: newcomer.client, device: newcomer.device.clone() };
        let session = open_session(&mut tx, &new, policy).await?;
        append(&mut tx, &events, Some(user)).await?;
        tx.commit().await?;
        Ok(Ok((session, invitation.staff)))
    }

    async fn finish_onboarding(&self, id: UserId) -> Stored<Option<Staff>> {
        let mut tx = self.begin().await?;
        let Some(mut staff) = locked(&mut tx, id).await? else { return Ok(None) };
        if staff.onboarded {
            return Ok(Some(staff));
        }
        let update = Sql::new(
            "UPDATE users SET onboarded = $2, claims_version = claims_version + 1
             WHERE id = $1 RETURNING claims_version",
        );
        (staff.claims_version,) = tx.one(update.bind(id).bind(true)).await?;
        staff.onboarded = true;
        close(&mut tx, id, "used_at").await?;
        note(&mut tx, "onboarded", id, Some(id), "").await?;
        let changed = ClaimsChanged {
            user_id: id,
            claims_version: staff.claims_version,
            role: staff.role,
            disabled: staff.disabled,
        };
        append(&mut tx, &[EventBody::ClaimsChanged(changed)], Some(id)).await?;
        tx.commit().await?;
        Ok(Some(staff))
    }

    async fn inviter_of(&self, id: UserId) -> Stored<Option<Staff>> {
        let mut sql = Sql::new("SELECT ");
        sql.push(STAFF_COLUMNS)
            .push(" FROM invitations i JOIN users u ON u.id = i.invited_by WHERE i.user_id = ")
            .push_bind(id)
            .push(" ORDER BY i.created_at DESC LIMIT 1");
        let row: Option<StaffRow> = self.maybe(sql).await?;
        row.map(Staff::try_from).transpose()
    }
}

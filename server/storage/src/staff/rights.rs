//! An admin decides about a member of staff: role, state and areas in one act.

use super::assign;
use crate::areas::wards_of;
use crate::db::{Storage, Tx};
use crate::log::append;
use crate::sessions::{SecurityNote, end_all_of, note_security};
use crate::sql::Sql;
use domain::event::{AccessChanged, ClaimsChanged, EventBody};
use domain::id::{AreaId, UserId};
use domain::session::EndReason;
use domain::staff::{RightsSet, Role};
use domain::store::Stored;
use std::collections::BTreeSet;

/// The claims version of a person who is new: the column's default.
const FIRST_CLAIMS: i64 = 1;

/// What the rights of a person are to be.
pub(super) struct Wish<'a> {
    /// What they may do.
    pub(super) role: Role,
    /// Whether they are deactivated; `None` leaves that as it is.
    pub(super) disabled: Option<bool>,
    /// All areas assigned to them.
    pub(super) areas: &'a [AreaId],
}

impl Storage {
    /// Sets the rights of a person and tells of it. Nothing happens when they are as wished already.
    pub(super) async fn carry_out_rights(
        &self,
        by: UserId,
        id: UserId,
        wish: &Wish<'_>,
    ) -> Stored<RightsSet> {
        let mut tx = self.begin().await?;
        let current = Sql::new("SELECT role, disabled FROM users WHERE id = $1 {lock}").bind(id);
        let found: Option<(String, bool)> = tx.maybe(current).await?;
        let Some((role, was_disabled)) = found else { return Ok(RightsSet::Unknown) };
        let disabled = wish.disabled.unwrap_or(was_disabled);
        let before = assigned(&mut tx, id).await?;
        let after: BTreeSet<AreaId> = wish.areas.iter().copied().collect();
        if role == wish.role.as_str() && disabled == was_disabled && before == after {
            return Ok(RightsSet::Done);
        }
        if let Some(area) = first_unknown(&mut tx, &after).await? {
            return Ok(RightsSet::UnknownArea(area));
        }
        let access = change_areas(&mut tx, id, &before, &after).await?;
        let (claims_version,): (i64,) = tx
            .one(
                Sql::new(
                    "UPDATE users SET role = $2, disabled = $3, claims_version = claims_version + 1
                     WHERE id = $1 RETURNING claims_version",
                )
                .bind(id)
                .bind(wish.role.as_str())
                .bind(disabled),
            )
            .await?;
        let mut events = vec![EventBody::ClaimsChanged(ClaimsChanged {
            user_id: id,
            claims_version,
            role: wish.role,
            disabled,
        })];
        events.extend(access);
        if disabled && !was_disabled {
            events.extend(end_all_of(&mut tx, id, by, EndReason::AccountDisabled).await?);
        }
        let detail = if disabled { "disabled" } else { wish.role.as_str() };
        let (kind, actor) = ("rights_changed", Some(by));
        let note = SecurityNote { kind, user: id, session: None, actor, detail };
        note_security(&mut tx, note).await?;
        append(&mut tx, &events, actor).await?;
        tx.commit().await?;
        Ok(RightsSet::Done)
    }
}

/// What there is to tell of a person who is new: a node that runs already learns of them from the log
/// and from nowhere else.
pub(crate) async fn introduce(
    tx: &mut Tx,
    user: UserId,
    role: Role,
    areas: &[AreaId],
) -> Stored<Vec<EventBody>> {
    let covered = wards_of(tx, areas).await?;
    let gained = covered.iter().map(|&(_, ward)| ward).collect();
    let mut events = vec![EventBody::ClaimsChanged(ClaimsChanged {
        user_id: user,
        claims_version: FIRST_CLAIMS,
        role,
        disabled: false,
    })];
    events.extend(tell(user, areas, &covered, gained, EventBody::AccessGranted));
    Ok(events)
}

async fn assigned(tx: &mut Tx, user: UserId) -> Stored<BTreeSet<AreaId>> {
    let sql = Sql::new("SELECT area_id FROM assignments WHERE user_id = $1").bind(user);
    let rows: Vec<(i64,)> = tx.all(sql).await?;
    Ok(rows.into_iter().map(|(id,)| AreaId(id)).collect())
}

/// The first of these areas that there is not.
pub(super) async fn first_unknown(tx: &mut Tx, areas: &BTreeSet<AreaId>) -> Stored<Option<AreaId>> {
    if areas.is_empty() {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT id FROM areas WHERE id IN (");
    sql.push_list(areas.iter().map(|&id| id.into())).push(")");
    let rows: Vec<(i64,)> = tx.all(sql).await?;
    let known: BTreeSet<AreaId> = rows.into_iter().map(|(id,)| AreaId(id)).collect();
    Ok(areas.difference(&known).next().copied())
}

/// Moves the assignments from `before` to `after`; answers what there is to tell. A ward is told of
/// once, and only when no other assignment covers it as well.
async fn change_areas(
    tx: &mut Tx,
    user: UserId,
    before: &BTreeSet<AreaId>,
    after: &BTreeSet<AreaId>,
) -> Stored<Vec<EventBody>> {
    let added: Vec<AreaId> = after.difference(before).copied().collect();
    let removed: Vec<AreaId> = before.difference(after).copied().collect();
    if !removed.is_empty() {
        let mut sql = Sql::new("DELETE FROM assignments WHERE user_id = $1 AND area_id IN (");
        sql = sql.bind(user);
        sql.push_list(removed.iter().map(|&id| id.into())).push(")");
        tx.run(sql).await?;
    }
    assign(tx, user, &added).await?;

    let all: Vec<AreaId> = before.union(after).copied().collect();
    let covered = wards_of(tx, &all).await?;
    let wards_in = |areas: &BTreeSet<AreaId>| -> BTreeSet<AreaId> {
        covered.iter().filter(|(area, _)| areas.contains(area)).map(|&(_, ward)| ward).collect()
    };
    let (had, has) = (wards_in(before), wards_in(after));
    let gained = has.difference(&had).copied().collect();
    let lost = had.difference(&has).copied().collect();

    let mut events = tell(user, &added, &covered, gained, EventBody::AccessGranted);
    events.extend(tell(user, &removed, &covered, lost, EventBody::AccessRevoked));
    Ok(events)
}

/// One event per area, each ward in the first that holds it.
fn tell(
    user: UserId,
    areas: &[AreaId],
    covered: &[(AreaId, AreaId)],
    mut untold: BTreeSet<AreaId>,
    event: fn(AccessChanged) -> EventBody,
) -> Vec<EventBody> {
    let mut events = Vec::with_capacity(areas.len());
    for &area_id in areas {
        let below = covered.iter().filter(|(area, _)| *area == area_id).map(|&(_, ward)| ward);
        let ward_ids = below.filter(|ward| untold.remove(ward)).collect();
        events.push(event(AccessChanged { user_id: user, area_id, ward_ids }));
    }
    events
}

//! The rows of the session table, and what they mean.

use crate::error::impossible;
use crate::sql::Sql;
use crate::staff::{STAFF_COLUMNS, StaffRow};
use domain::id::{SessionId, UserId};
use domain::session::{ClientKind, Device, EndReason, Generation, SessionRow, SessionState};
use domain::staff::Staff;
use domain::store::{StoreError, Stored};
use domain::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

/// What [`Row`] is read from.
pub(super) const COLUMNS: &str = "s.id AS session_id, s.user_id, s.client, s.generation, \
     s.confirmed_generation, s.confirmed_at, s.floor_generation, s.superseded_at, s.authenticated_at, \
     s.idle_expires_at, s.absolute_expires_at, s.ended_reason";

#[derive(FromRow)]
pub(crate) struct Row {
    session_id: Uuid,
    user_id: i64,
    client: String,
    generation: i64,
    confirmed_generation: i64,
    confirmed_at: Option<i64>,
    floor_generation: i64,
    superseded_at: String,
    authenticated_at: i64,
    idle_expires_at: i64,
    absolute_expires_at: i64,
    ended_reason: Option<String>,
}

impl TryFrom<Row> for SessionRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            id: SessionId(row.session_id),
            user: UserId(row.user_id),
            client: client(&row.client)?,
            authenticated_at: Timestamp::from_millis(row.authenticated_at),
            state: SessionState {
                generation: generation(row.generation)?,
                confirmed: generation(row.confirmed_generation)?,
                confirmed_at: row.confirmed_at.map(Timestamp::from_millis),
                superseded_at: superseded(&row.superseded_at)?,
                floor: generation(row.floor_generation)?,
                idle_expires_at: Timestamp::from_millis(row.idle_expires_at),
                absolute_expires_at: Timestamp::from_millis(row.absolute_expires_at),
                ended: row.ended_reason.as_deref().map(reason).transpose()?,
            },
        })
    }
}

/// A session beside its owner.
#[derive(FromRow)]
pub(super) struct OwnedRow {
    #[sqlx(flatten)]
    session: Row,
    #[sqlx(flatten)]
    staff: StaffRow,
}

impl OwnedRow {
    pub(super) fn read(self) -> Stored<(SessionRow, Staff)> {
        Ok((self.session.try_into()?, self.staff.try_into()?))
    }
}

/// Reads an [`OwnedRow`].
pub(super) fn with_owner(id: SessionId) -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS)
        .push(", ")
        .push(STAFF_COLUMNS)
        .push(" FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = ")
        .push_bind(id);
    sql
}

#[derive(FromRow)]
pub(super) struct DeviceRow {
    id: Uuid,
    client: String,
    device: String,
    created_at: i64,
    last_active_at: i64,
    absolute_expires_at: i64,
}

impl TryFrom<DeviceRow> for Device {
    type Error = StoreError;

    fn try_from(row: DeviceRow) -> Stored<Self> {
        Ok(Self {
            id: SessionId(row.id),
            client: client(&row.client)?,
            device: row.device,
            created_at: Timestamp::from_millis(row.created_at),
            last_active_at: Timestamp::from_millis(row.last_active_at),
            absolute_expires_at: Timestamp::from_millis(row.absolute_expires_at),
            current: false,
        })
    }
}

/// Why a session ended, as the database keeps it.
pub(super) fn reason(code: &str) -> Stored<EndReason> {
    EndReason::parse(code).ok_or_else(|| impossible("the end of a session", code))
}

/// The times of supersession as the database keeps them.
pub(super) fn superseded_text(times: &[Timestamp]) -> String {
    let numbers: Vec<String> = times.iter().map(|at| at.millis().to_string()).collect();
    format!("[{}]", numbers.join(","))
}

fn superseded(text: &str) -> Stored<Vec<Timestamp>> {
    let numbers: Vec<i64> = serde_json::from_str(text)
        .map_err(|_| impossible("the supersessions of a session", text))?;
    Ok(numbers.into_iter().map(Timestamp::from_millis).collect())
}

fn client(word: &str) -> Stored<ClientKind> {
    ClientKind::parse(word).ok_or_else(|| impossible("the client of a session", word))
}

fn generation(number: i64) -> Stored<Generation> {
    u32::try_from(number)
        .map(Generation)
        .map_err(|_| impossible("the generation of a session", number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supersessions_are_read_as_they_were_written() {
        for times in [vec![], vec![5], vec![7, 5, 1]] {
            let times: Vec<_> = times.into_iter().map(Timestamp::from_millis).collect();
            assert_eq!(superseded(&superseded_text(&times)).unwrap(), times);
        }
        assert!(superseded("7,5").is_err());
    }
}

//! The people who sign in.

mod invitations;
mod rights;

pub(crate) use rights::introduce;

use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::log::append;
use crate::sql::{Sql, Value};
use async_trait::async_trait;
use domain::caller::Admin;
use domain::event::EventBody;
use domain::id::{AreaId, UserId};
use domain::staff::{
    Duties, Locale, NewStaff, ProfileChange, Rights, RightsSet, Role, Staff, StaffStore,
};
use domain::store::{StoreError, Stored};
use domain::time::Timestamp;
use rights::Wish;
use sqlx::FromRow;

/// What [`StaffRow`] is read from.
pub(crate) const STAFF_COLUMNS: &str = "u.id, u.email, u.full_name, u.phone_number, u.role, \
     u.locale, u.disabled, u.claims_version, u.onboarded";

#[derive(FromRow)]
pub(crate) struct StaffRow {
    id: i64,
    email: String,
    full_name: String,
    phone_number: Option<String>,
    role: String,
    locale: String,
    disabled: bool,
    claims_version: i64,
    onboarded: bool,
}

impl TryFrom<StaffRow> for Staff {
    type Error = StoreError;

    fn try_from(row: StaffRow) -> Stored<Self> {
        Ok(Self {
            id: UserId(row.id),
            role: Role::parse(&row.role)
                .ok_or_else(|| impossible("the role of a member of staff", &row.role))?,
            locale: locale(&row.locale)?,
            email: row.email,
            full_name: row.full_name,
            phone_number: row.phone_number,
            disabled: row.disabled,
            claims_version: row.claims_version,
            onboarded: row.onboarded,
        })
    }
}

#[derive(FromRow)]
struct CredentialsRow {
    #[sqlx(flatten)]
    staff: StaffRow,
    password_hash: String,
}

/// A language as the database keeps it.
pub(crate) fn locale(code: &str) -> Stored<Locale> {
    Locale::parse(code).ok_or_else(|| impossible("a language", code))
}

/// Assigns areas to a person, besides those they have.
pub(crate) async fn assign(tx: &mut Tx, user: UserId, areas: &[AreaId]) -> Stored<()> {
    if areas.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT INTO assignments (user_id, area_id) VALUES ");
    sql.push_rows(areas.iter().map(|&area| [Value::from(user), area.into()]));
    sql.push(" ON CONFLICT (user_id, area_id) DO NOTHING");
    tx.run(sql).await.map(|_| ())
}

/// Adds a person, unless their address is taken; answers what there is to tell.
async fn add(
    tx: &mut Tx,
    new: &NewStaff,
    now: Timestamp,
) -> Stored<Option<(UserId, Vec<EventBody>)>> {
    let insert = Sql::new(
        "INSERT INTO users (email, full_name, role, locale, password_hash, onboarded, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (email) DO NOTHING RETURNING id",
    )
    .bind(new.email.to_lowercase())
    .bind(new.full_name.as_str())
    .bind(new.role.as_str())
    .bind(new.locale.as_str())
    .bind(new.password_hash.as_str())
    .bind(new.onboarded)
    .bind(now);
    let added: Option<(i64,)> = tx.maybe(insert).await?;
    let Some((id,)) = added else { return Ok(None) };
    let id = UserId(id);
    assign(tx, id, &new.areas).await?;
    let events = introduce(tx, id, new.role, &new.areas).await?;
    Ok(Some((id, events)))
}

#[async_trait]
impl StaffStore for Storage {
    async fn staff(&self, id: UserId) -> Stored<Option<Staff>> {
        let mut sql = Sql::new("SELECT ");
        sql.push(STAFF_COLUMNS).push(" FROM users u WHERE u.id = ").push_bind(id);
        let row: Option<StaffRow> = self.maybe(sql).await?;
        row.map(Staff::try_from).transpose()
    }

    async fn credentials(&self, email: &str) -> Stored<Option<(Staff, String)>> {
        let mut sql = Sql::new("SELECT ");
        sql.push(STAFF_COLUMNS)
            .push(", u.password_hash FROM users u WHERE u.email = ")
            .push_bind(email.to_lowercase());
        let row: Option<CredentialsRow> = self.maybe(sql).await?;
        row.map(|row| Ok((row.staff.try_into()?, row.password_hash))).transpose()
    }

    async fn add_staff(&self, new: &NewStaff, now: Timestamp) -> Stored<Option<UserId>> {
        let mut tx = self.begin().await?;
        let Some((id, events)) = add(&mut tx, new, now).await? else { return Ok(None) };
        append(&mut tx, &events, None).await?;
        tx.commit().await?;
        Ok(Some(id))
    }

    async fn change_profile(&self, id: UserId, change: &ProfileChange) -> Stored<Option<Staff>> {
        let update = Sql::new(
            "UPDATE users SET full_name = COALESCE($2, full_name),
                phone_number = COALESCE($3, phone_number), locale = COALESCE($4, locale)
             WHERE id = $1",
        )
        .bind(id)
        .bind(change.full_name.as_deref())
        .bind(change.phone_number.as_deref())
        .bind(change.locale.map(Locale::as_str));
        self.run(update).await?;
        self.staff(id).await
    }

    async fn set_rights(&self, by: &Admin, id: UserId, rights: &Rights) -> Stored<RightsSet> {
        let wish =
            Wish { role: rights.role, disabled: Some(rights.disabled), areas: &rights.areas };
        self.carry_out_rights(by.user(), id, &wish).await
    }

    async fn set_duties(&self, by: &Admin, id: UserId, duties: &Duties) -> Stored<RightsSet> {
        let wish = Wish { role: duties.role, disabled: None, areas: &duties.areas };
        self.carry_out_rights(by.user(), id, &wish).await
    }

    async fn any_staff(&self) -> Stored<bool> {
        let found: Option<(i64,)> = self.maybe(Sql::new("SELECT id FROM users LIMIT 1")).await?;
        Ok(found.is_some())
    }

    async fn claims_versions(&self) -> Stored<Vec<(UserId, i64)>> {
        let rows: Vec<(i64, i64)> = self
            .all(Sql::new(
                "SELECT id, claims_version FROM users WHERE claims_version > 1 ORDER BY id",
            ))
            .await?;
        Ok(rows.into_iter().map(|(id, version)| (UserId(id), version)).collect())
    }
}

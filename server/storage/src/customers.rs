//! The farmers.

use crate::areas::{push_below, push_covered};
use crate::db::{Storage, Tx};
use crate::log::append;
use crate::sql::{Sql, contains};
use crate::staff::locale;
use crate::tickets::{cut, ticket_for_events};
use async_trait::async_trait;
use domain::areas::AreaLevel;
use domain::caller::{OfficerOf, Reach};
use domain::customers::{Customer, CustomerChanged, CustomerEdit, CustomerFilter, CustomerStore};
use domain::event::{EventBody, TicketMovedAway};
use domain::id::{AreaId, CustomerId, TicketId};
use domain::page::{Page, page_size};
use domain::staff::Locale;
use domain::store::{StoreError, Stored};
use domain::time::Timestamp;
use sqlx::FromRow;

/// How many customers a page holds unless asked otherwise.
const USUAL: u32 = 30;

const SELECT: &str = "SELECT c.id, c.full_name, c.name_key, c.phone_number, c.ward_id, \
     w.name AS ward_name, c.locale, c.created_at, c.version \
     FROM customers c LEFT JOIN areas w ON w.id = c.ward_id ";

#[derive(FromRow)]
struct CustomerRow {
    id: i64,
    full_name: String,
    name_key: String,
    phone_number: String,
    ward_id: Option<i64>,
    ward_name: Option<String>,
    locale: String,
    created_at: i64,
    version: i64,
}

impl TryFrom<CustomerRow> for Customer {
    type Error = StoreError;

    fn try_from(row: CustomerRow) -> Stored<Self> {
        Ok(Self {
            id: CustomerId(row.id),
            full_name: row.full_name,
            phone_number: row.phone_number,
            ward_id: row.ward_id.map(AreaId),
            ward_name: row.ward_name,
            locale: locale(&row.locale)?,
            created_at: Timestamp::from_millis(row.created_at),
            version: row.version,
        })
    }
}

/// A name as lists sort it and searches find it.
pub(crate) fn fold(name: &str) -> String {
    name.to_lowercase()
}

#[async_trait]
impl CustomerStore for Storage {
    async fn customers(&self, reach: Reach, filter: &CustomerFilter) -> Stored<Page<Customer>> {
        let after = filter.after.as_deref().map(position).transpose()?;
        let limit = page_size(filter.limit, USUAL);
        let mut sql = Sql::new(SELECT);
        sql.push("WHERE TRUE");
        if let Reach::Of(officer) = reach {
            sql.push(" AND c.ward_id IN (");
            push_covered(&mut sql, officer);
            sql.push(")");
        }
        if let Some(area) = filter.ward {
            sql.push(" AND c.ward_id IN (");
            push_below(&mut sql, area);
            sql.push(")");
        }
        if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
            let pattern = contains(q);
            sql.push(" AND (c.name_key LIKE ").push_bind(pattern.as_str()).push(r" ESCAPE '\'");
            sql.push(" OR c.phone_number LIKE ").push_bind(pattern).push(r" ESCAPE '\')");
        }
        if let Some((id, name_key)) = after {
            sql.push(" AND (c.name_key, c.id) > (").push_list([name_key.into(), id.into()]);
            sql.push(")");
        }
        sql.push(" ORDER BY c.name_key, c.id LIMIT ").push_bind(limit + 1);
        let rows: Vec<CustomerRow> = self.all(sql).await?;
        let page = cut(rows, limit, |row| format!("{}.{}", row.id, row.name_key));
        let items = page.items.into_iter().map(Customer::try_from).collect::<Stored<_>>()?;
        Ok(Page { items, next: page.next })
    }

    async fn customer(&self, id: CustomerId) -> Stored<Option<Customer>> {
        let row: Option<CustomerRow> = self.maybe(select_one(id)).await?;
        row.map(Customer::try_from).transpose()
    }

    async fn change_customer(
        &self,
        officer: &OfficerOf,
        id: CustomerId,
        edit: &CustomerEdit,
    ) -> Stored<CustomerChanged> {
        let mut tx = self.begin().await?;
        let Some(before) = locked(&mut tx, id).await? else {
            return Ok(CustomerChanged::Unknown);
        };
        // What was covered when the proof was handed out may be elsewhere by now.
        if before.ward_id != officer.ward() {
            return Ok(CustomerChanged::Unknown);
        }
        if let Some(ward) = moved_to(edit)
            && !is_ward(&mut tx, ward).await?
        {
            return Ok(CustomerChanged::NotAWard);
        }
        let changed = apply(&before, edit);
        if changed == before {
            return Ok(CustomerChanged::Done(Box::new(before)));
        }
        tx.run(update(&changed)).await?;
        let events = follow(&mut tx, &before, &changed).await?;
        let row: CustomerRow = tx.one(select_one(id)).await?;
        append(&mut tx, &events, Some(officer.caller().user)).await?;
        tx.commit().await?;
        Ok(CustomerChanged::Done(Box::new(row.try_into()?)))
    }
}

/// Where a page ends: the id and the folded name of its last customer.
fn position(cursor: &str) -> Stored<(i64, &str)> {
    cursor
        .split_once('.')
        .and_then(|(id, name_key)| Some((id.parse().ok()?, name_key)))
        // No name holds a NUL, and PostgreSQL takes no text with one.
        .filter(|(_, name_key)| !name_key.contains('\0'))
        .ok_or(StoreError::UnreadableCursor)
}

fn select_one(id: CustomerId) -> Sql {
    let mut sql = Sql::new(SELECT);
    sql.push("WHERE c.id = ").push_bind(id);
    sql
}

async fn locked(tx: &mut Tx, id: CustomerId) -> Stored<Option<Customer>> {
    let lock = Sql::new("SELECT id FROM customers WHERE id = $1 {lock}").bind(id);
    let found: Option<(i64,)> = tx.maybe(lock).await?;
    if found.is_none() {
        return Ok(None);
    }
    let row: CustomerRow = tx.one(select_one(id)).await?;
    row.try_into().map(Some)
}

async fn is_ward(tx: &mut Tx, id: AreaId) -> Stored<bool> {
    let sql = Sql::new("SELECT level FROM areas WHERE id = $1").bind(id);
    let level: Option<(String,)> = tx.maybe(sql).await?;
    Ok(level.is_some_and(|(level,)| level == AreaLevel::Ward.as_str()))
}

/// The ward that the customer is to be moved to.
fn moved_to(edit: &CustomerEdit) -> Option<AreaId> {
    edit.into.and_then(|officer| officer.ward())
}

fn apply(before: &Customer, edit: &CustomerEdit) -> Customer {
    Customer {
        full_name: edit.full_name.clone().unwrap_or_else(|| before.full_name.clone()),
        ward_id: moved_to(edit).or(before.ward_id),
        locale: edit.locale.unwrap_or(before.locale),
        ..before.clone()
    }
}

fn update(customer: &Customer) -> Sql {
    Sql::new(
        "UPDATE customers SET full_name = $2, name_key = $3, ward_id = $4, locale = $5,
            version = version + 1
         WHERE id = $1",
    )
    .bind(customer.id)
    .bind(customer.full_name.as_str())
    .bind(fold(&customer.full_name))
    .bind(customer.ward_id)
    .bind(Locale::as_str(customer.locale))
}

/// The open ticket shows the customer's name and stands in their ward: it follows.
async fn follow(tx: &mut Tx, before: &Customer, after: &Customer) -> Stored<Vec<EventBody>> {
    if before.full_name == after.full_name && before.ward_id == after.ward_id {
        return Ok(Vec::new());
    }
    let open = Sql::new(
        "SELECT id, ward_id FROM tickets WHERE customer_id = $1 AND status = 'open' {lock}",
    );
    let open: Option<(i64, Option<i64>)> = tx.maybe(open.bind(after.id)).await?;
    let Some((ticket, left)) = open else { return Ok(Vec::new()) };
    let moves = before.ward_id != after.ward_id;
    let left = left.map(AreaId);
    let ward = if moves { after.ward_id } else { left };
    let update = Sql::new("UPDATE tickets SET ward_id = $2, version = version + 1 WHERE id = $1");
    tx.run(update.bind(ticket).bind(ward)).await?;
    let ticket = ticket_for_events(tx, TicketId(ticket)).await?;
    let mut events = Vec::with_capacity(2);
    if moves {
        events.push(EventBody::TicketMovedAway(TicketMovedAway {
            ticket_id: ticket.id,
            ward_id: left,
            to_ward_id: ticket.ward_id,
            version: ticket.version,
        }));
    }
    events.push(EventBody::TicketUpdated(ticket));
    Ok(events)
}

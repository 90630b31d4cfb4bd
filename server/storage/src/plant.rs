//! Filling an empty database with a demo world, in one transaction and few statements.
//!
//! Ids are chosen here, so that rows can name each other before they are inserted; the sequences of
//! PostgreSQL are moved past them afterwards. Of the conversations nothing is appended to the log: they
//! are a past that nobody watched. The staff are introduced in it, as anybody who is new.

mod past;

use crate::areas;
use crate::customers::fold;
use crate::db::{Storage, Tx};
use crate::error::impossible;
use crate::log::append;
use crate::sql::{Sql, Value};
use crate::staff::introduce;
use crate::tickets::number_text;
use domain::demo::{DemoStaff, DemoWorld};
use domain::id::{AreaId, UserId};
use domain::store::Stored;
use domain::time::Timestamp;
use past::{Author, Past};

/// Plants `world`; `false` when there is a member of staff already.
pub(crate) async fn plant(
    storage: &Storage,
    world: &DemoWorld,
    password_hash: &str,
) -> Stored<bool> {
    let past = Past::of(world)?;
    let mut tx = storage.begin().await?;
    if tx.is_postgres() {
        // Of several nodes that start at once, one plants and the others find it done.
        tx.run(Sql::new("LOCK TABLE users IN EXCLUSIVE MODE")).await?;
    }
    let staff: Option<(i64,)> = tx.maybe(Sql::new("SELECT id FROM users LIMIT 1")).await?;
    if staff.is_some() {
        return Ok(false);
    }
    let tree: Vec<_> =
        world.areas.iter().map(|area| (area.parent, area.level, area.name.as_str())).collect();
    let ids = Ids {
        areas: areas::add(&mut tx, &tree).await?,
        users: newest(&mut tx, "users").await?,
        customers: newest(&mut tx, "customers").await?,
        tickets: newest(&mut tx, "tickets").await?,
        messages: newest(&mut tx, "messages").await?,
    };
    plant_people(&mut tx, world, &ids, password_hash).await?;
    plant_tickets(&mut tx, world, &past, &ids).await?;
    plant_messages(&mut tx, &past, &ids).await?;
    for table in ["users", "customers", "tickets", "messages"] {
        move_sequence(&mut tx, table).await?;
    }
    introduce_staff(&mut tx, world, &ids).await?;
    tx.commit().await?;
    Ok(true)
}

/// Which id an index of the world gets: it is counted on from the newest row of its table.
struct Ids {
    areas: Vec<AreaId>,
    users: i64,
    customers: i64,
    tickets: i64,
    messages: i64,
}

/// The id of the row with this index, counted on from `newest`.
fn id(newest: i64, index: usize) -> i64 {
    newest.saturating_add(1).saturating_add(i64::try_from(index).unwrap_or(i64::MAX))
}

impl Ids {
    fn area(&self, index: usize) -> Stored<AreaId> {
        self.areas.get(index).copied().ok_or_else(|| impossible("no such area", index))
    }

    fn ward(&self, index: Option<usize>) -> Stored<Option<AreaId>> {
        index.map(|index| self.area(index)).transpose()
    }
}

async fn newest(tx: &mut Tx, table: &str) -> Stored<i64> {
    let mut sql = Sql::new("SELECT COALESCE(MAX(id), 0) FROM ");
    sql.push(table);
    let (id,): (i64,) = tx.one(sql).await?;
    Ok(id)
}

/// SQLite counts on from the highest id by itself.
async fn move_sequence(tx: &mut Tx, table: &str) -> Stored<()> {
    if !tx.is_postgres() {
        return Ok(());
    }
    let mut sql = Sql::new("SELECT setval(pg_get_serial_sequence($1, 'id'), MAX(id)) FROM ");
    sql = sql.bind(table);
    sql.push(table);
    tx.run(sql).await.map(|_| ())
}

async fn plant_people(
    tx: &mut Tx,
    world: &DemoWorld,
    ids: &Ids,
    password_hash: &str,
) -> Stored<()> {
    let since = world.tickets.iter().map(|ticket| ticket.created_at).min();
    let since = since.unwrap_or(Timestamp::from_millis(0));
    let user = |(index, one): (usize, &DemoStaff)| -> [Value; 9] {
        [
            id(ids.users, index).into(),
            one.email.to_lowercase().into(),
            one.full_name.as_str().into(),
            one.phone_number.as_deref().into(),
            one.role.as_str().into(),
            one.locale.as_str().into(),
            password_hash.into(),
            true.into(),
            since.into(),
        ]
    };
    let users: Vec<_> = world.staff.iter().enumerate().map(user).collect();
    let head = "INSERT INTO users (id, email, full_name, phone_number, role, locale, \
                password_hash, onboarded, created_at) VALUES ";
    tx.run_all(Sql::inserts(head, &users)).await?;

    let mut assignments: Vec<[Value; 2]> = Vec::new();
    for (index, one) in world.staff.iter().enumerate() {
        for &area in &one.areas {
            assignments.push([id(ids.users, index).into(), ids.area(area)?.into()]);
        }
    }
    let head = "INSERT INTO assignments (user_id, area_id) VALUES ";
    tx.run_all(Sql::inserts(head, &assignments)).await?;

    let mut customers: Vec<[Value; 7]> = Vec::with_capacity(world.customers.len());
    for (index, one) in world.customers.iter().enumerate() {
        customers.push([
            id(ids.customers, index).into(),
            one.full_name.as_str().into(),
            fold(&one.full_name).into(),
            one.phone_number.as_str().into(),
            ids.ward(one.ward)?.into(),
            one.locale.as_str().into(),
            one.created_at.into(),
        ]);
    }
    let head = "INSERT INTO customers (id, full_name, name_key, phone_number, ward_id, locale, \
                created_at) VALUES ";
    tx.run_all(Sql::inserts(head, &customers)).await
}

async fn introduce_staff(tx: &mut Tx, world: &DemoWorld, ids: &Ids) -> Stored<()> {
    let mut events = Vec::new();
    for (index, one) in world.staff.iter().enumerate() {
        let areas: Vec<AreaId> =
            one.areas.iter().map(|&area| ids.area(area)).collect::<Stored<_>>()?;
        let user = UserId(id(ids.users, index));
        events.extend(introduce(tx, user, one.role, &areas).await?);
    }
    append(tx, &events, None).await.map(|_| ())
}

async fn plant_tickets(tx: &mut Tx, world: &DemoWorld, past: &Past<'_>, ids: &Ids) -> Stored<()> {
    let first_number = take_numbers(tx, world.tickets.len()).await?;
    let user = |index: usize| id(ids.users, index);
    let message = |index: usize| id(ids.messages, index);
    let mut rows: Vec<[Value; 16]> = Vec::with_capacity(past.tickets.len());
    for (index, (ticket, shown)) in world.tickets.iter().zip(&past.tickets).enumerate() {
        let status = if ticket.resolved.is_some() { "resolved" } else { "open" };
        rows.push([
            id(ids.tickets, index).into(),
            number_text(id(first_number, index)).into(),
            id(ids.customers, ticket.customer).into(),
            ids.ward(ticket.ward)?.into(),
            status.into(),
            shown.answered_by.map(user).into(),
            message(shown.last_message).into(),
            shown.last_message_at.into(),
            shown.last_from.number().into(),
            shown.last_of_customer.map(message).into(),
            shown.excerpt.as_str().into(),
            shown.waiting_since.into(),
            ticket.created_at.into(),
            ticket.resolved.map(|end| end.at).into(),
            ticket.resolved.map(|end| user(end.by)).into(),
            shown.version.into(),
        ]);
    }
    let head = "INSERT INTO tickets (id, ticket_number, customer_id, ward_id, status, \
                answered_by, last_message_id, last_message_at, last_from, \
                last_customer_message_id, excerpt, waiting_since, created_at, resolved_at, \
                resolved_by, version) VALUES ";
    tx.run_all(Sql::inserts(head, &rows)).await
}

/// Takes `count` ticket numbers; answers the one before the first of them.
async fn take_numbers(tx: &mut Tx, count: usize) -> Stored<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(0);
    }
    let sql = if tx.is_postgres() {
        // Drawing the first is what tells where the sequence stands.
        Sql::new("SELECT setval('ticket_numbers', nextval('ticket_numbers') + $1 - 1)")
    } else {
        Sql::new(
            "UPDATE counters SET value = value + $1 WHERE name = 'ticket_number' RETURNING value",
        )
    };
    let (last,): (i64,) = tx.one(sql.bind(count)).await?;
    Ok(last - count)
}

async fn plant_messages(tx: &mut Tx, past: &Past<'_>, ids: &Ids) -> Stored<()> {
    let row = |(index, message): (usize, &past::PastMessage<'_>)| -> [Value; 8] {
        let (user, customer) = match message.author {
            Author::Staff(index) => (Some(id(ids.users, index)), None),
            Author::Customer(index) => (None, Some(id(ids.customers, index))),
        };
        let delivery = if user.is_some() { "read" } else { "received" };
        [
            id(ids.messages, index).into(),
            id(ids.tickets, message.ticket).into(),
            message.body.into(),
            message.author.source().number().into(),
            user.into(),
            customer.into(),
            delivery.into(),
            message.at.into(),
        ]
    };
    let messages: Vec<_> = past.messages.iter().enumerate().map(row).collect();
    let head = "INSERT INTO messages (id, ticket_id, body, from_source, user_id, customer_id, \
                delivery_status, created_at) VALUES ";
    tx.run_all(Sql::inserts(head, &messages)).await?;

    let reads: Vec<[Value; 3]> = past
        .reads
        .iter()
        .map(|read| {
            [
                id(ids.users, read.staff).into(),
                id(ids.tickets, read.ticket).into(),
                id(ids.messages, read.up_to).into(),
            ]
        })
        .collect();
    let head = "INSERT INTO ticket_reads (user_id, ticket_id, last_read_message_id) VALUES ";
    tx.run_all(Sql::inserts(head, &reads)).await
}

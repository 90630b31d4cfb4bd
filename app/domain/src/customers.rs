//! The farmers. They write in and never sign in.

use crate::caller::{Caller, OfficerOf, Reach};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::id::{AreaId, CustomerId};
use crate::page::Page;
use crate::refusal::Refusal;
use crate::staff::Locale;
use crate::store::Stored;
use crate::tickets::text;
use crate::time::Timestamp;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A farmer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Their id.
    pub id: CustomerId,
    /// First and last name, or what the channel calls them.
    pub full_name: String,
    /// In international form, unique.
    pub phone_number: String,
    /// Their ward; `None` until somebody places them.
    pub ward_id: Option<AreaId>,
    /// The ward's name.
    pub ward_name: Option<String>,
    /// The language they write in.
    pub locale: Locale,
    /// When they first wrote.
    pub created_at: Timestamp,
    /// Grows with every change.
    pub version: i64,
}

/// Which customers a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFilter {
    /// Part of the name or of the number.
    pub q: Option<String>,
    /// An area: customers of the wards at or below it.
    pub ward: Option<AreaId>,
    /// The cursor of an earlier page.
    pub after: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
}

/// What staff may change of a customer. `None` leaves a value as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerChange {
    /// First and last name.
    pub full_name: Option<String>,
    /// Their ward. The open ticket moves with them.
    pub ward_id: Option<AreaId>,
    /// The language they write in.
    pub locale: Option<Locale>,
}

/// A change as the port takes it: its values checked, and a proof where there was a wish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerEdit {
    /// First and last name.
    pub full_name: Option<String>,
    /// That the caller covers the ward the customer is to be moved to.
    pub into: Option<OfficerOf>,
    /// The language they write in.
    pub locale: Option<Locale>,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerChanged {
    /// Done; the new state.
    Done(Box<Customer>),
    /// There is no such customer, or they left the ward of the proof.
    Unknown,
    /// The area named is not a ward.
    NotAWard,
}

/// The customers in the database.
#[async_trait]
pub trait CustomerStore {
    /// A page of the customers within `reach`, by name and id. An `after` that is no cursor
    /// is an [unreadable one](crate::store::StoreError::UnreadableCursor).
    async fn customers(&self, reach: Reach, filter: &CustomerFilter) -> Stored<Page<Customer>>;

    /// One customer, whoever asks.
    async fn customer(&self, id: CustomerId) -> Stored<Option<Customer>>;

    /// Changes a customer, who must be in the ward of the proof when their row is locked. With a new
    /// ward the open ticket moves too: `ticket_updated` goes to the new ward, `ticket_moved_away` to
    /// the old one.
    async fn change_customer(
        &self,
        officer: &OfficerOf,
        id: CustomerId,
        edit: &CustomerEdit,
    ) -> Stored<CustomerChanged>;
}

/// A page of the customers the caller covers.
pub async fn list(
    desk: &Desk,
    caller: &Caller,
    filter: &CustomerFilter,
) -> Result<Page<Customer>, Failure> {
    text::search(filter.q.as_deref())?;
    Ok(desk.store.customers(caller.reach(), filter).await?)
}

/// One customer the caller covers.
pub async fn read(desk: &Desk, caller: &Caller, id: CustomerId) -> Result<Customer, Failure> {
    covered(desk, caller, id).await.map(|(customer, _)| customer)
}

/// Changes a customer the caller covers; a new ward must be one they cover too.
pub async fn change(
    desk: &Desk,
    caller: &Caller,
    id: CustomerId,
    change: CustomerChange,
) -> Result<Customer, Failure> {
    let full_name = change.full_name.map(|name| text::name("full_name", &name)).transpose()?;
    let (_, officer) = covered(desk, caller, id).await?;
    let into = match change.ward_id {
        Some(ward) => Some(covered_ward(desk, caller, ward).await?),
        None => None,
    };
    let edit = CustomerEdit { full_name, into, locale: change.locale };
    match desk.store.change_customer(&officer, id, &edit).await? {
        CustomerChanged::Done(customer) => Ok(*customer),
        CustomerChanged::Unknown => Err(unknown().into()),
        CustomerChanged::NotAWard => {
            Err(Refusal::invalid("ward_id", "Give the id of a ward.").into())
        }
    }
}

/// The customer and the proof that the caller covers their ward.
async fn covered(
    desk: &Desk,
    caller: &Caller,
    id: CustomerId,
) -> Result<(Customer, OfficerOf), Failure> {
    let customer = desk.store.customer(id).await?.ok_or_else(unknown)?;
    let officer = desk.officer_of(caller, customer.ward_id).await?.ok_or_else(unknown)?;
    Ok((customer, officer))
}

async fn covered_ward(desk: &Desk, caller: &Caller, ward: AreaId) -> Result<OfficerOf, Failure> {
    let officer = desk.officer_of(caller, Some(ward)).await?;
    let none = || Refusal::invalid("ward_id", "There is no such ward among those you cover.");
    Ok(officer.ok_or_else(none)?)
}

fn unknown() -> Refusal {
    Refusal::not_found("customer")
}

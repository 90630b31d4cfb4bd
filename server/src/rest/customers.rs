//! Farmers.

use crate::rest::extract::{Answer, Id, JsonBody, Params, Reply, SignedIn};
use crate::rest::shapes;
use axum::extract::State;
use domain::customers::{self, Customer, CustomerChange, CustomerFilter};
use domain::desk::Desk;
use domain::id::{AreaId, CustomerId};
use domain::page::Page;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which customers a list shows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CustomerParams {
    /// Part of the name or of the number.
    q: Option<String>,
    /// An area: customers of the wards at or below it.
    #[param(value_type = Option<i64>)]
    ward: Option<AreaId>,
    /// `next` of an earlier page.
    after: Option<String>,
    /// How many at most, up to 100.
    limit: Option<u32>,
}

/// The customers I cover, by name.
#[utoipa::path(
    get, path = "/api/customers", tag = "customers", params(CustomerParams),
    responses((status = 200, body = shapes::Page<shapes::Customer>)),
)]
pub(super) async fn list(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Params(params): Params<CustomerParams>,
) -> Answer<Page<Customer>> {
    let CustomerParams { q, ward, after, limit } = params;
    let filter = CustomerFilter { q, ward, after, limit };
    Ok(Reply(customers::list(&desk, &caller, &filter).await?))
}

/// One customer I cover.
#[utoipa::path(
    get, path = "/api/customers/{id}", tag = "customers",
    params(("id" = i64, Path, description = "The customer")),
    responses((status = 200, body = shapes::Customer)),
)]
pub(super) async fn read(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<CustomerId>,
) -> Answer<Customer> {
    Ok(Reply(customers::read(&desk, &caller, id).await?))
}

/// Changes a customer. With a new `ward_id` the open ticket moves too.
#[utoipa::path(
    patch, path = "/api/customers/{id}", tag = "customers",
    params(("id" = i64, Path, description = "The customer")),
    request_body = shapes::CustomerChange,
    responses((status = 200, body = shapes::Customer)),
)]
pub(super) async fn change(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(id): Id<CustomerId>,
    JsonBody(change): JsonBody<CustomerChange>,
) -> Answer<Customer> {
    Ok(Reply(customers::change(&desk, &caller, id, change).await?))
}

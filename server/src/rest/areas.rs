//! The tree of areas. Every member of staff may read all of it: it is a map, not a secret.

use crate::rest::extract::{Answer, Id, Params, Reply};
use crate::rest::shapes;
use axum::extract::State;
use domain::areas::{Area, AreaDetail};
use domain::desk::Desk;
use domain::failure::Failure;
use domain::id::AreaId;
use domain::page::Page;
use domain::refusal::Refusal;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which areas.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AreaParams {
    /// Whose children; the roots when not given.
    #[param(value_type = Option<i64>)]
    parent: Option<AreaId>,
}

/// The direct children of an area, by name.
#[utoipa::path(
    get, path = "/api/areas", tag = "areas", params(AreaParams),
    responses((status = 200, body = shapes::Page<shapes::Area>)),
)]
pub(super) async fn list(
    State(desk): State<Desk>,
    Params(params): Params<AreaParams>,
) -> Answer<Page<Area>> {
    let items = desk.store.areas_below(params.parent).await.map_err(Failure::from)?;
    Ok(Reply(Page { items, next: None }))
}

/// One area, with what is around it.
#[utoipa::path(
    get, path = "/api/areas/{id}", tag = "areas",
    params(("id" = i64, Path, description = "The area")),
    responses((status = 200, body = shapes::AreaDetail)),
)]
pub(super) async fn read(State(desk): State<Desk>, Id(id): Id<AreaId>) -> Answer<AreaDetail> {
    let area = desk.store.area(id).await.map_err(Failure::from)?;
    Ok(Reply(area.ok_or_else(|| Refusal::not_found("area"))?))
}

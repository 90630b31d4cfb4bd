//! My profile.

use crate::rest::extract::{Answer, JsonBody, Reply, SignedIn};
use crate::rest::shapes;
use axum::extract::State;
use domain::desk::Desk;
use domain::failure::Failure;
use domain::refusal::Refusal;
use domain::session::service;
use domain::staff::{Profile, ProfileChange};
use domain::tickets::text;

/// My profile.
#[utoipa::path(
    get, path = "/api/me", tag = "me",
    responses((status = 200, body = shapes::Profile)),
)]
pub(super) async fn read(State(desk): State<Desk>, SignedIn(caller): SignedIn) -> Answer<Profile> {
    let (_, profile) = service::describe(&desk, &caller).await?;
    Ok(Reply(profile))
}

/// Changes my profile. What is not given stays as it is.
#[utoipa::path(
    patch, path = "/api/me", tag = "me",
    request_body = shapes::ProfileChange,
    responses((status = 200, body = shapes::Profile)),
)]
pub(super) async fn change(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    JsonBody(change): JsonBody<ProfileChange>,
) -> Answer<Profile> {
    let full_name = change.full_name.map(|name| text::name("full_name", &name)).transpose()?;
    let phone_number =
        change.phone_number.map(|number| text::phone("phone_number", &number)).transpose()?;
    let change = ProfileChange { full_name, phone_number, locale: change.locale };
    let staff = desk.store.change_profile(caller.user, &change).await.map_err(Failure::from)?;
    let staff = staff.ok_or(Refusal::SessionRevoked)?;
    let areas = desk.store.areas_of(staff.id).await.map_err(Failure::from)?;
    Ok(Reply(Profile::of(staff, areas)))
}

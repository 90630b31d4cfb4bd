//! My profile.

use crate::rest::extract::{Answer, JsonBody, Reply, SignedIn};
use crate::rest::shapes;
use axum::extract::State;
use domain::desk::Desk;
use domain::session::service as session;
use domain::staff::{Profile, ProfileChange, service as staff};

/// My profile.
#[utoipa::path(
    get, path = "/api/me", tag = "me",
    responses((status = 200, body = shapes::Profile)),
)]
pub(super) async fn read(State(desk): State<Desk>, SignedIn(caller): SignedIn) -> Answer<Profile> {
    let (_, profile) = session::describe(&desk, &caller).await?;
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
    Ok(Reply(staff::change_profile(&desk, &caller, change).await?))
}

//! My profile, and what happened to my sessions and rights.

use crate::rest::extract::{Answer, JsonBody, Params, Reply, SignedIn};
use crate::rest::shapes;
use axum::extract::State;
use domain::desk::Desk;
use domain::id::SecurityEventId;
use domain::page::Page;
use domain::session::{SecurityEvent, service as session};
use domain::staff::{Profile, ProfileChange, service as staff};
use serde::Deserialize;
use utoipa::IntoParams;

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

/// Which of my security events.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SecurityParams {
    /// `next` of an earlier page: what is older than that.
    #[param(value_type = Option<i64>)]
    before: Option<SecurityEventId>,
    /// How many at most, up to 100.
    limit: Option<u32>,
}

/// What happened to my sessions and rights in the last 90 days, newest first.
#[utoipa::path(
    get, path = "/api/me/security-events", tag = "me", params(SecurityParams),
    responses((status = 200, body = shapes::Page<shapes::SecurityEvent>)),
)]
pub(super) async fn security_events(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Params(params): Params<SecurityParams>,
) -> Answer<Page<SecurityEvent>> {
    let page = session::security_events_of(&desk, &caller, params.before, params.limit).await?;
    Ok(Reply(page))
}

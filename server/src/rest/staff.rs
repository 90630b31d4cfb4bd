//! Staff: inviting people, letting them in, and what they may do.

use crate::rest::auth::Tokens;
use crate::rest::extract::{Answer, Id, JsonBody, Reply, SignedIn};
use crate::rest::shapes;
use crate::state::{AppState, Site};
use app::ssr::Visitor;
use axum::Extension;
use axum::extract::State;
use domain::desk::Desk;
use domain::id::UserId;
use domain::session::ClientKind;
use domain::staff::service::{self, Acceptance, Link};
use domain::staff::{Duties, NewMember, Profile, invitation};
use domain::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A link to be handed to somebody. It is told this once and kept nowhere.
#[derive(Serialize, ToSchema)]
pub(super) struct Invitation {
    /// Whom it is for.
    #[schema(value_type = i64)]
    user_id: UserId,
    /// The page on which they choose their password.
    link: String,
    /// The secret in it, for a native client.
    token: String,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl Invitation {
    fn of(site: &Site, link: Link) -> Reply<Self> {
        let Link { user, secret, expires_at } = link;
        let link = format!("{}{}{secret}", site.public_url, invitation::PATH);
        Reply(Self { user_id: user, link, token: secret, expires_at })
    }
}

/// Adds a member of staff and gives a link that is good once, for seven days, with which they choose
/// their password. Admins only. 409 `taken` when there is somebody with this address. The answer holds a
/// secret, so an `Idempotency-Key` does not repeat it.
#[utoipa::path(
    post, path = "/api/staff/invitations", tag = "staff",
    request_body = shapes::NewMember,
    responses((status = 200, body = Invitation)),
)]
pub(super) async fn invite(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    JsonBody(new): JsonBody<NewMember>,
) -> Answer<Invitation> {
    let link = service::invite(&state.desk, &caller.admin()?, new).await?;
    Ok(Invitation::of(&state.site, link))
}

/// Gives somebody a new link who has not been through the first steps; earlier ones end. Admins only.
/// 409 `already_onboarded` when they have.
#[utoipa::path(
    post, path = "/api/staff/{id}/invitations", tag = "staff",
    params(("id" = i64, Path, description = "The member of staff")),
    responses((status = 200, body = Invitation)),
)]
pub(super) async fn reinvite(
    State(state): State<AppState>,
    SignedIn(caller): SignedIn,
    Id(user): Id<UserId>,
) -> Answer<Invitation> {
    let link = service::reinvite(&state.desk, &caller.admin()?, user).await?;
    Ok(Invitation::of(&state.site, link))
}

/// Sets what somebody may do, and where: all of it, in one act. Admins only. It takes effect on open
/// screens at once; their tokens are stale and are refreshed.
#[utoipa::path(
    put, path = "/api/staff/{id}/rights", tag = "staff",
    params(("id" = i64, Path, description = "The member of staff")),
    request_body = shapes::Duties,
    responses((status = 200, body = shapes::Profile)),
)]
pub(super) async fn set_rights(
    State(desk): State<Desk>,
    SignedIn(caller): SignedIn,
    Id(user): Id<UserId>,
    JsonBody(duties): JsonBody<Duties>,
) -> Answer<Profile> {
    Ok(Reply(service::set_duties(&desk, &caller, user, duties).await?))
}

/// Accepts an invitation in a native client: sets the password and signs its owner in. A browser does
/// it on the page of the link. 404 `invitation_unknown`; 410 `invitation_expired`,
/// `invitation_superseded` or `invitation_used`. Limited like a sign-in.
#[utoipa::path(
    post, path = "/api/auth/accept-invitation", tag = "auth",
    request_body = shapes::Acceptance,
    responses((status = 200, body = Tokens)),
)]
pub(super) async fn accept_invitation(
    State(desk): State<Desk>,
    Extension(visitor): Extension<Visitor>,
    JsonBody(acceptance): JsonBody<Acceptance>,
) -> Answer<Tokens> {
    let (client, address) = (ClientKind::Mobile, visitor.address);
    let granted = service::accept_invitation(&desk, &acceptance, client, address).await?;
    Tokens::of(&desk, granted).await
}

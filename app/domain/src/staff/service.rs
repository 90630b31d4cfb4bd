//! The use cases of staff.

use crate::caller::{Admin, Caller};
use crate::desk::Desk;
use crate::failure::Failure;
use crate::id::{AreaId, UserId};
use crate::refusal::Refusal;
use crate::session::ClientKind;
use crate::session::service::{Granted, device_name, grant};
use crate::staff::{
    Contact, Duties, Invited, NewMember, Newcomer, Profile, ProfileChange, Rights, RightsSet,
    invitation,
};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What a person of the staff is called where there is none.
const MEMBER: &str = "member of staff";

/// Changes the caller's own profile; answers its new state.
pub async fn change_profile(
    desk: &Desk,
    caller: &Caller,
    change: ProfileChange,
) -> Result<Profile, Failure> {
    let change = change.checked()?;
    let staff = desk.store.change_profile(caller.user, &change).await?;
    let staff = staff.ok_or(Refusal::SessionRevoked)?;
    let areas = desk.store.areas_of(staff.id).await?;
    Ok(Profile::of(staff, areas))
}

/// Sets role, state and areas of a member of staff. Only an admin may.
pub async fn set_rights(
    desk: &Desk,
    caller: &Caller,
    user: UserId,
    rights: &Rights,
) -> Result<(), Failure> {
    let admin = caller.admin()?;
    settled(desk.store.set_rights(&admin, user, rights).await?)
}

/// Sets role and areas of a member of staff, as [`set_rights`] does, and leaves alone whether they
/// are deactivated; answers their new profile. Only an admin may.
pub async fn set_duties(
    desk: &Desk,
    caller: &Caller,
    user: UserId,
    duties: Duties,
) -> Result<Profile, Failure> {
    let admin = caller.admin()?;
    let duties = Duties { areas: invitation::areas(duties.areas)?, ..duties };
    settled(desk.store.set_duties(&admin, user, &duties).await?)?;
    let staff = desk.store.staff(user).await?.ok_or_else(|| Refusal::not_found(MEMBER))?;
    Ok(Profile::of(staff, desk.store.areas_of(user).await?))
}

fn settled(outcome: RightsSet) -> Result<(), Failure> {
    match outcome {
        RightsSet::Done => Ok(()),
        RightsSet::Unknown => Err(Refusal::not_found(MEMBER).into()),
        RightsSet::UnknownArea(area) => Err(no_area(area).into()),
    }
}

fn no_area(area: AreaId) -> Refusal {
    Refusal::invalid("areas", format!("There is no area {area}."))
}

/// A link that was handed out. It has no `Debug` form on purpose.
pub struct Link {
    /// Whom it is for.
    pub user: UserId,
    /// What stands in it behind [`invitation::PATH`]. It is kept nowhere.
    pub secret: String,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Adds a member of staff who has no password yet, and invites them.
pub async fn invite(desk: &Desk, admin: &Admin, new: NewMember) -> Result<Link, Failure> {
    let (new, drawn) = (new.checked()?, desk.tokens.draw()?);
    let invited = desk.store.invite(Some(admin), &new, &drawn.digest).await?;
    Ok(link(invited, drawn.secret)?)
}

/// Invites somebody again who has not been through the first steps. Their earlier links end.
pub async fn reinvite(desk: &Desk, admin: &Admin, user: UserId) -> Result<Link, Failure> {
    let drawn = desk.tokens.draw()?;
    let invited = desk.store.reinvite(admin, user, &drawn.digest).await?;
    Ok(link(invited, drawn.secret)?)
}

/// What became of inviting somebody with this secret.
pub fn link(invited: Invited, secret: String) -> Result<Link, Refusal> {
    Err(match invited {
        Invited::Done { user, expires_at } => return Ok(Link { user, secret, expires_at }),
        Invited::EmailTaken => Refusal::Taken {
            field: "email".into(),
            detail: "There is a member of staff with this address already.".into(),
        },
        Invited::UnknownArea(area) => no_area(area),
        Invited::Unknown => Refusal::not_found(MEMBER),
        Invited::Onboarded => Refusal::AlreadyOnboarded,
        Invited::Disabled => {
            Refusal::Forbidden { detail: "They are deactivated; no link would let them in.".into() }
        }
    })
}

/// Whom a link is for, as long as it is good.
pub async fn invited(desk: &Desk, secret: &str) -> Result<Contact, Failure> {
    let digest = desk.tokens.digest(secret).ok_or(Refusal::InvitationUnknown)?;
    find(desk, &digest).await
}

async fn find(desk: &Desk, digest: &str) -> Result<Contact, Failure> {
    let found = desk.store.invitation(digest).await?;
    let (invitation, now) = found.ok_or(Refusal::InvitationUnknown)?;
    invitation.judge(now)?;
    Ok(invitation.staff.into())
}

/// What somebody accepts an invitation with.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The secret of the link.
    pub token: String,
    /// The password they choose.
    pub password: String,
    /// What the device calls itself.
    #[serde(default)]
    pub device_name: Option<String>,
}

/// Accepts an invitation: sets the password and signs its owner in. Limited like a sign-in, per link
/// and per address.
pub async fn accept_invitation(
    desk: &Desk,
    acceptance: &Acceptance,
    client: ClientKind,
    address: Option<IpAddr>,
) -> Result<Granted, Failure> {
    let digest = desk.tokens.digest(&acceptance.token).ok_or(Refusal::InvitationUnknown)?;
    invitation::password_length(&acceptance.password)?;
    desk.limits.sign_in(&digest, address)?;
    // Looked at before the hashing, which costs; judged once more under the lock.
    let owner = find(desk, &digest).await?;
    invitation::password_of(&owner.email, &acceptance.password)?;
    let newcomer = Newcomer {
        password_hash: desk.passwords.hash(&acceptance.password).await?,
        client,
        device: device_name(acceptance.device_name.as_deref()),
    };
    let opened = desk.store.accept_invitation(&digest, &newcomer, &desk.policy).await?;
    let (session, staff) = opened?;
    let now = session.authenticated_at;
    Ok(grant(desk, &session, staff, now))
}

/// Who invited the caller, so that they know whom to ask; nobody when it was done on the server.
pub async fn inviter(desk: &Desk, caller: &Caller) -> Result<Option<Contact>, Failure> {
    Ok(desk.store.inviter_of(caller.user).await?.map(Contact::from))
}

/// Notes that the caller has been through the first steps. Their tokens are stale from then on: the
/// next refresh brings those that say so.
pub async fn finish_onboarding(desk: &Desk, caller: &Caller) -> Result<(), Failure> {
    let found = desk.store.finish_onboarding(caller.user).await?;
    found.ok_or(Refusal::SessionRevoked)?;
    Ok(())
}

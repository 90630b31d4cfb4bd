//! The use cases of staff.

use crate::caller::Caller;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::id::UserId;
use crate::refusal::Refusal;
use crate::staff::{Profile, ProfileChange, Rights, RightsSet};

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
    match desk.store.set_rights(&admin, user, rights).await? {
        RightsSet::Done => Ok(()),
        RightsSet::Unknown => Err(Refusal::not_found("member of staff").into()),
        RightsSet::UnknownArea(area) => {
            Err(Refusal::invalid("areas", format!("There is no area {area}.")).into())
        }
    }
}

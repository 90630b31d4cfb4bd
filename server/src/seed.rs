//! Demo data: planted into an empty database, never into one that is in use.

use crate::demo;
use domain::failure::Failure;
use domain::session::Passwords;
use domain::staff::{Locale, NewStaff, Role};
use domain::store::Store;
use domain::time::Clock;

/// The password of every demo sign-in.
pub const PASSWORD: &str = "wardline-demo";

/// The same seed gives the same people and conversations on every machine.
const SEED: u64 = 20_260_101;

/// Plants the demo world unless there is a member of staff already. Answers whether it did.
pub async fn plant(
    store: &dyn Store,
    passwords: &dyn Passwords,
    clock: &dyn Clock,
) -> Result<bool, Failure> {
    if store.any_staff().await? {
        return Ok(false);
    }
    let hash = passwords.hash(PASSWORD).await?;
    let world = demo::world(clock.now(), SEED);
    let planted = store.plant(&world, &hash).await?;
    if planted {
        add_newcomer(store, hash, clock).await?;
    }
    Ok(planted)
}

/// Somebody who has not been through the first steps yet: they show after her sign-in. She covers what
/// the officer of a district does.
async fn add_newcomer(
    store: &dyn Store,
    password_hash: String,
    clock: &dyn Clock,
) -> Result<(), Failure> {
    let colleague = store.credentials("district@wardline.test").await?;
    let areas = match colleague {
        Some((staff, _)) => store.areas_of(staff.id).await?,
        None => Vec::new(),
    };
    let grace = NewStaff {
        email: "grace.achieng@wardline.test".to_owned(),
        full_name: "Grace Achieng".to_owned(),
        role: Role::Officer,
        locale: Locale::En,
        password_hash,
        onboarded: false,
        areas: areas.into_iter().map(|area| area.id).collect(),
    };
    store.add_staff(&grace, clock.now()).await?;
    Ok(())
}
